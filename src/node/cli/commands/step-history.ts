// What was typed at the prompt of `replay step`, kept between sessions where there is a home directory to keep it in.

import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { outletLine } from '../../../frontends/painted-text.ts';
import { visibleText } from '../../../machine/visible-text.ts';
import { readBounded, textOfBytes } from '../../files/bounded-read.ts';
import { codeOf, FileProblem, systemReason } from '../../files/system-reason.ts';
import { makeDirectories, writeAside } from '../../files/write-aside.ts';

export interface StepHistory {
  /** Newest first. */
  readonly lines: readonly string[];
  keep(lines: readonly string[]): void;
}

const LIMIT = 1 << 20;
const PRIVATE = 0o600;

/** A history that cannot be read or kept is no error: `warn` gets one sentence, and the session goes on. */
export function openHistory(warn: (message: string) => void): StepHistory {
  let path: string;
  try {
    path = historyPath();
    return { lines: read(path), keep: (lines) => keep(path, lines, warn) };
  } catch (error) {
    warn(`the history of commands is not kept: ${systemReason(error)}`);
    return { lines: [], keep: () => undefined };
  }
}

function historyPath(): string {
  const state = process.env.XDG_STATE_HOME || join(home(), '.local', 'state');
  return join(state, 'replay', 'step-history');
}

/** Node asks the user database where HOME is not set, and throws where that does not know the user. */
function home(): string {
  try {
    return homedir();
  } catch {
    throw new FileProblem('this user has no home directory; set HOME or XDG_STATE_HOME');
  }
}

function read(path: string): readonly string[] {
  try {
    return (
      textOfBytes(readBounded(path, { limit: LIMIT }))
        .split('\n')
        .filter(Boolean)
        // The prompt shows these lines as they are.
        .map(visibleText)
    );
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function keep(path: string, lines: readonly string[], warn: (message: string) => void): void {
  try {
    makeDirectories(dirname(path));
    let text = '';
    for (const line of lines) {
      // A character takes up to four bytes.
      if (4 * (text.length + line.length + 1) > LIMIT) break;
      text += `${outletLine(line)}\n`;
    }
    writeAside(path, text, PRIVATE);
  } catch (error) {
    warn(`the history of commands is not kept: ${systemReason(error)}`);
  }
}
