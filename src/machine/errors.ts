// Errors of the environment or of this program itself. A damaged log and a fault of the replayed machine are values, not errors.

/** The stable name of an error. */
export type ErrorCode =
  /** A file of the package is not there. */
  | 'engine/missing'
  /** A build: the engine's script is not the one that the corrections were made for. */
  | 'engine/correction-lost'
  /** The emulated CPU itself failed; its parts are not to be used again. */
  | 'engine/call-failed'
  /** The command: a log or a script cannot be read, or is no text. */
  | 'input/unreadable'
  /** The command: a log has no report of an i386 crash. */
  | 'input/no-report'
  /** The command: a log has fewer reports than the one that was asked for. */
  | 'input/fewer-reports'
  /** The command: a result cannot be written. */
  | 'output/unwritable'
  /** The command: options or a scenario are wrong. */
  | 'usage/invalid'
  /** `replay-oops/vitest` was imported, and vitest is not installed. */
  | 'vitest/missing';

const MESSAGES: Readonly<Record<ErrorCode, string>> = {
  'engine/missing':
    'the Unicorn engine file is missing: {path}; reinstall the package, or run `npm run build` in a checkout',
  'engine/correction-lost':
    'the engine correction "{correction}" no longer applies: the Unicorn build is not the pinned one',
  'engine/call-failed': 'the engine call {call} failed with code {code}',
  'input/unreadable': '{path}: cannot be read: {reason}',
  'input/no-report': '{path}: no i386 crash report in it{hint}',
  'input/fewer-reports': '{path}: there is no report {wanted}: the log holds {count}',
  'output/unwritable': '{path}: cannot be written: {reason}',
  'usage/invalid': '{message}',
  'vitest/missing': 'replay-oops/vitest needs vitest 3 or later: install it with `npm install --save-dev vitest`',
};

/** One error with a code that scripts can rely on and the facts its message is made of. */
export class ReplayError extends Error {
  /** Stable; the message is not. */
  readonly code: ErrorCode;
  /** The facts of the message: `path`, `reason` … */
  readonly context: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, context: Readonly<Record<string, string>>, options?: { cause?: unknown }) {
    super(
      MESSAGES[code].replace(/\{(\w+)\}/g, (_all, name: string) => context[name] ?? ''),
      options,
    );
    this.name = 'ReplayError';
    this.code = code;
    this.context = context;
  }
}

/** True for a ReplayError of any copy of this module: the build puts one into each bundle of the command. */
export function isReplayError(error: unknown): error is ReplayError {
  return error instanceof Error && error.name === 'ReplayError';
}
