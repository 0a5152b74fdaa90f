// A limit on the time of work that does not pause: no timer of Node would run meanwhile.

import { Script } from 'node:vm';

const WORK = Symbol.for('replay.work');
/** What a script calls when V8 is asked to end it after a time: loops, regular expressions and WebAssembly included. */
const CALL = new Script("globalThis[Symbol.for('replay.work')]()");

export type Finished<T> = { readonly value: T } | 'too-late';

/** Work that is ended early stops wherever it is, without its `finally` blocks: nothing that it held may be used again. */
export function withinTime<T>(seconds: number, work: () => T): Finished<T> {
  const place = globalThis as { [WORK]?: () => T };
  place[WORK] = work;
  try {
    return { value: CALL.runInThisContext({ timeout: Math.max(1, Math.round(seconds * 1000)) }) as T };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too-late';
    throw error;
  } finally {
    delete place[WORK];
  }
}
