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

function aborted(why: string): () => never {
  return () => {
    throw new WebAssembly.RuntimeError(why);
  };
}

/** What the engine asks of its surroundings, and the memory that they share. It is bound to the module once that is started. */
class Surroundings {
  bytes = new Uint8Array();
  words = new Uint32Array();
  readonly #callbacks: (EngineCallback | undefined)[] = new Array(MOST_CALLBACKS).fill(undefined);
  #native: Readonly<Record<string, Native>> = {};
  #memory = new WebAssembly.Memory({ initial: 0 });
  #table = new WebAssembly.Table({ initial: 0, element: 'anyfunc' });

  bind(native: Readonly<Record<string, Native>>): void {
    this.#native = native;
    this.#memory = native.memory as unknown as WebAssembly.Memory;
    this.#table = native.table as unknown as WebAssembly.Table;
    this.#view();
  }

  /** The function that an import of the module is to be. */
  importNamed(name: string): EngineCallback {
    const given = name.startsWith('invoke_') ? (this.#jumpTarget as Native) : this.#imports[name];
    if (given === undefined) throw new ReplayError('engine/call-failed', { call: name, code: 'unknown import' });
    return given;
  }

  addFunction(added: EngineCallback): number {
    const index = this.#callbacks.indexOf(undefined);
    if (index < 0) throw new ReplayError('engine/call-failed', { call: 'addFunction', code: 'no place' });
    this.#callbacks[index] = added;
    return this.#table.length - MOST_CALLBACKS + index;
  }

  removeFunction(place: number): void {
    this.#callbacks[place - (this.#table.length - MOST_CALLBACKS)] = undefined;
  }

  readonly #jumpTarget = (index: number, ...args: number[]): number | undefined => {
    const stack = this.#native.emscripten_stack_get_current?.() as number;
    try {
      return (this.#table.get(index) as Native)(...args);
    } catch (error) {
      this.#native._emscripten_stack_restore?.(stack);
      if (error !== LONG_JUMP) throw error;
      this.#native.setThrew?.(1, 0);
      return undefined;
    }
  };

  readonly #imports: Readonly<Record<string, EngineCallback>> = {
    callback: (index, ...args) => this.#callbacks[index as number]?.(...args),
    emscripten_resize_heap: (size) => this.#grow(size as number),
    _emscripten_throw_longjmp: () => {
      throw LONG_JUMP;
    },
    _abort_js: aborted('the engine called abort()'),
    __assert_fail: aborted('an assertion of the engine failed'),
    exit: aborted('the engine called exit()'),
    proc_exit: aborted('the engine called exit()'),
    __call_sighandler: (index, signal) => (this.#table.get(index as number) as Native)(signal as number),
    fd_write: ((_file, parts, count, written) => this.#swallow(parts, count, written)) as Native,
    fd_close: () => EBADF,
    fd_seek: () => EBADF,
    _mmap_js: () => -ENOSYS,
    _munmap_js: () => -ENOSYS,
    emscripten_err: () => undefined,
    _emscripten_runtime_keepalive_clear: () => undefined,
    // Time stands still: a replay may not depend on when it runs.
    clock_time_get: (_clock, _precisionLow, _precisionHigh, result) => {
      this.words.fill(0, (result as number) >>> 2, ((result as number) >>> 2) + 2);
      return 0;
    },
  };

  #grow(size: number): number {
    const { length } = this.bytes;
    const wanted = Math.max(size >>> 0, Math.ceil(length * (1 + GROWTH)));
    try {
      this.#memory.grow(Math.ceil((wanted - length) / PAGE_BYTES));
    } catch {
      return 0;
    }
    this.#view();
    return 1;
  }

  #view(): void {
    this.bytes = new Uint8Array(this.#memory.buffer);
    this.words = new Uint32Array(this.#memory.buffer);
  }

  /** What the engine prints is dropped; the call answers that all was written. */
  #swallow(parts: number, count: number, written: number): number {
    let length = 0;
    for (let i = 0; i < count; i++) length += this.words[(parts >>> 2) + 2 * i + 1] as number;
    this.words[written >>> 2] = length;
    return 0;
  }
}

/** A started module; nothing is shared between two of them. */
export function startEngineModule(compiled: WebAssembly.Module): EngineModule {
  const surroundings = new Surroundings();
  const imports: Record<string, Record<string, EngineCallback>> = {};
  for (const { module, name } of WebAssembly.Module.imports(compiled)) {
    const given = surroundings.importNamed(name);
    // All functions have the same shape, so that one wrapper serves all.
    imports[module] = { ...imports[module], [name]: (...args) => given(...args) };
  }
  const native = new WebAssembly.Instance(compiled, imports).exports as Readonly<Record<string, Native>>;
  surroundings.bind(native);
  native.emscripten_stack_init?.();
  native.__wasm_call_ctors?.();
  return {
    ...(native as unknown as Omit<EngineModule, 'bytes' | 'words' | 'addFunction' | 'removeFunction'>),
    get bytes() {
      return surroundings.bytes;
    },
    get words() {
      return surroundings.words;
    },
    addFunction: (added) => surroundings.addFunction(added),
    removeFunction: (place) => surroundings.removeFunction(place),
  };
}
