// A command of the terminal front end: its names, its help, and what it does.

import type { DebugTarget } from '../../../session/debug-target.ts';
import type { StopReason } from '../../../session/stop-reason.ts';
import type { Annotations } from '../../annotations.ts';
import type { Displays } from '../displays.ts';

/** What a session is made with. */
export interface DeskParts {
  readonly target: DebugTarget;
  readonly annotations: Annotations;
  /** Which log this is, for `save`. */
  readonly source: { readonly log: string; readonly report: number };
  /** Writes a file that the user named. Throws with a reason. */
  writeFile(path: string, text: string): void;
}

export interface Desk extends DeskParts {
  readonly displays: Displays;
}

export interface Answer {
  readonly lines: readonly string[];
  /** Present where the command moved in time: the view is shown again. */
  readonly stop?: StopReason;
  /** The machine was changed or another place is stood on without a stop: the view is shown again. */
  readonly changed?: true;
  readonly quit?: true;
  /** What Enter does next instead of the same command. */
  readonly next?: string;
}

export interface Command {
  /** The full name first, then the abbreviations that always mean it. */
  readonly names: readonly string[];
  /** Arguments, as in `b *ADDR [if CONDITION]`. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  /** More, for `help NAME`. */
  readonly details?: readonly string[];
  readonly group: 'moving' | 'looking' | 'stopping' | 'what if' | 'other';
  /** Enter on an empty line runs it again. */
  readonly repeats?: true;
  /** What can stand after it, for completion. */
  readonly completions?: readonly string[];
  /** An expression can stand after it, so symbols of the log complete. */
  readonly takesAddress?: true;
  /** Throws CommandError. */
  run(argument: string, desk: Desk): Answer;
}

export function say(...lines: readonly string[]): Answer {
  return { lines };
}
