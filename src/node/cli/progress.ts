// How far a large log has been read, on a terminal.

import type { LogPart } from '../scan/log-reports.ts';
import type { Output } from './output.ts';

export interface Progress {
  update(part: Pick<LogPart, 'done' | 'size'>): void;
  /** Takes the line away before something else is printed. */
  clear(): void;
}

/** Smaller files are read before anybody wonders. */
const WORTH_SHOWING = 1 << 26;

export function createProgress(name: string, output: Output): Progress {
  let shown = '';
  return {
    update({ done, size }) {
      if (!output.interactive || size === undefined || size < WORTH_SHOWING) return;
      const text = `${name}: ${Math.floor((100 * done) / size)} % read`;
      if (text === shown) return;
      shown = text;
      output.status(text);
    },
    clear() {
      if (shown === '') return;
      shown = '';
      output.status('');
    },
  };
}
