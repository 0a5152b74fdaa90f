// What `replay <log…>` can be asked for.

import type { ColourChoice } from './output.ts';

export interface ExplainOptions {
  readonly json: boolean;
  readonly syntax: 'att' | 'intel';
  /** False with `--no-lead-up`. */
  readonly leadUp: boolean;
}

export interface CommandOptions extends ExplainOptions {
  readonly color: ColourChoice;
}

/** Those of a run without options. */
export const DEFAULT_OPTIONS: CommandOptions = { json: false, syntax: 'att', leadUp: true, color: 'auto' };
