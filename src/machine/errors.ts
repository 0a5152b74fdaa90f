// Errors of the environment or of this program itself. A damaged log and a fault of the replayed machine are values, not errors.

const MESSAGES = {
  'engine/missing':
    'the Unicorn engine file is missing: {path}; reinstall the package, or run `npm run build` in a checkout',
  'engine/correction-lost':
    'the engine correction "{correction}" no longer applies: the Unicorn build is not the pinned one',
  'engine/call-failed': 'the engine call {call} failed with code {code}',
  'input/unreadable': '{path}: cannot be read: {reason}',
  'input/no-report': '{path}: no i386 crash report in it{hint}',
  'output/unwritable': '{path}: cannot be written: {reason}',
  'usage/invalid': '{message}',
  'vitest/missing': 'replay-oops/vitest needs vitest 3 or later: install it with `npm install --save-dev vitest`',
} as const;

export type ErrorCode = keyof typeof MESSAGES;

/** One error with a code that scripts can rely on and the facts its message is made of. */
export class ReplayError extends Error {
  readonly code: ErrorCode;
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
