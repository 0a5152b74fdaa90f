// Starts the WebAssembly module that the build makes of Unicorn (tools/unicorn-wasm/), and gives it what it expects of its surroundings: a heap
// that grows, jumps out of nested calls, and functions of ours that it can call. Nothing here knows what Unicorn does.

import { ReplayError } from '../../machine/errors.ts';
import type { EngineCallback, EngineModule } from './unicorn-calls.ts';

const PAGE_BYTES = 65_536;
/** The heap grows by at least this share of itself, so that many small demands do not grow it many times. */
const GROWTH = 0.2;
/** Error numbers of musl. */
const [EBADF, ENOSYS] = [8, 52];
/** The engine can call at most so many functions of ours (`CALLBACKS` in tools/unicorn-wasm/module/added-functions.ts). */
const MOST_CALLBACKS = 8;

/** `longjmp` throws it, and it is caught where the engine called `setjmp`. */
const LONG_JUMP: unique symbol = Symbol('longjmp');

type Native = (...args: number[]) => number;

/** A started module; nothing is shared between two of them. */
export function startEngineModule(compiled: WebAssembly.Module): EngineModule {
  let bytes: Uint8Array;
  let words: Uint32Array;
  const aborted = (why: string) => (): never => {
    throw new WebAssembly.RuntimeError(why);
  };

  function jumpTarget(index: number, ...args: number[]): number | undefined {
    const stack = native.emscripten_stack_get_current?.() as number;
    try {
      return (table.get(index) as Native)(...args);
    } catch (error) {
      native._emscripten_stack_restore?.(stack);
      if (error !== LONG_JUMP) throw error;
      native.setThrew?.(1, 0);
      return undefined;
    }
  }

  function grow(size: number): number {
    const wanted = Math.max(size >>> 0, Math.ceil(bytes.length * (1 + GROWTH)));
    try {
      memory.grow(Math.ceil((wanted - bytes.length) / PAGE_BYTES));
    } catch {
      return 0;
    }
    view();
    return 1;
  }

  function view(): void {
    bytes = new Uint8Array(memory.buffer);
    words = new Uint32Array(memory.buffer);
  }

  /** What the engine prints is dropped; the call answers that all was written. */
  function swallow(_file: number, parts: number, count: number, written: number): number {
    let length = 0;
    for (let i = 0; i < count; i++) length += words[(parts >>> 2) + 2 * i + 1] as number;
    words[written >>> 2] = length;
    return 0;
  }

  const surroundings: Readonly<Record<string, EngineCallback>> = {
    emscripten_resize_heap: grow as Native,
    _emscripten_throw_longjmp: () => {
      throw LONG_JUMP;
    },
    _abort_js: aborted('the engine called abort()'),
    __assert_fail: aborted('an assertion of the engine failed'),
    exit: aborted('the engine called exit()'),
    proc_exit: aborted('the engine called exit()'),
    __call_sighandler: (index, signal) => (table.get(index as number) as Native)(signal as number),
    fd_write: swallow as Native,
    fd_close: () => EBADF,
    fd_seek: () => EBADF,
    _mmap_js: () => -ENOSYS,
    _munmap_js: () => -ENOSYS,
    emscripten_err: () => undefined,
    _emscripten_runtime_keepalive_clear: () => undefined,
    // Time stands still: a replay may not depend on when it runs.
    clock_time_get: (_clock, _precisionLow, _precisionHigh, result) => {
      words.fill(0, (result as number) >>> 2, ((result as number) >>> 2) + 2);
      return 0;
    },
  };
  const callbacks: (EngineCallback | undefined)[] = new Array(MOST_CALLBACKS).fill(undefined);
  const callback: EngineCallback = (index, ...args) => callbacks[index as number]?.(...args);

  const imports: Record<string, Record<string, EngineCallback>> = {};
  for (const { module, name } of WebAssembly.Module.imports(compiled)) {
    const given = name.startsWith('invoke_')
      ? (jumpTarget as Native)
      : name === 'callback'
        ? callback
        : surroundings[name];
    if (given === undefined) throw new ReplayError('engine/call-failed', { call: name, code: 'unknown import' });
    // All functions have the same shape, so that one wrapper serves all.
    imports[module] = { ...imports[module], [name]: (...args) => given(...args) };
  }

  const native = new WebAssembly.Instance(compiled, imports).exports as Readonly<Record<string, Native>>;
  const memory = native.memory as unknown as WebAssembly.Memory;
  const table = native.table as unknown as WebAssembly.Table;
  view();
  native.emscripten_stack_init?.();
  native.__wasm_call_ctors?.();

  const firstPlace = table.length - MOST_CALLBACKS;
  return {
    ...(native as unknown as Omit<EngineModule, 'bytes' | 'words' | 'addFunction' | 'removeFunction'>),
    get bytes() {
      return bytes;
    },
    get words() {
      return words;
    },
    addFunction(added) {
      const index = callbacks.indexOf(undefined);
      if (index < 0) throw new ReplayError('engine/call-failed', { call: 'addFunction', code: 'no place' });
      callbacks[index] = added;
      return firstPlace + index;
    },
    removeFunction(place) {
      callbacks[place - firstPlace] = undefined;
    },
  };
}
