// What is said of an error that nobody foresaw: it is a bug of this program, and costs no more than what showed it.

import { isReplayError } from '../machine/errors.ts';

export interface Failure {
  /** `internal` for a bug, else the code of the ReplayError. */
  readonly code: string;
  readonly message: string;
}

/** A message may repeat what a log says. */
const LONGEST_MESSAGE = 300;

export function failureOf(error: unknown): Failure {
  if (isReplayError(error)) return { code: error.code, message: error.message };
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = error instanceof Error ? /^\s+(at .*)$/m.exec((error.stack ?? '').slice(what.length))?.[1] : undefined;
  const said = what.length > LONGEST_MESSAGE ? `${what.slice(0, LONGEST_MESSAGE)}…` : what;
  const where = place === undefined ? '' : ` ${place}`;
  return { code: 'internal', message: `internal error, please report it with the log that shows it (${said}${where})` };
}
