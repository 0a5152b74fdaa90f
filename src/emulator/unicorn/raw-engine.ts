// Wraps one live Unicorn engine in typed calls: handles, buffers, int32 pairs and error codes end here.

import { ReplayError } from '../../machine/errors.ts';
import { wrapU32 } from '../../machine/u32.ts';
import { type EngineCallback, type EngineModule, UC, UC_REGISTERS, type UnicornRegister } from './unicorn-calls.ts';

const POINTER_SIZE = 4;
const BUFFER_SIZE = 0x1000;
const ADDRESS_SPACE = 0x1_0000_0000;

/** Permission bits of the engine: read 1, write 2, execute 4. */
export type PermissionBits = number;

/** A whole CPU state of one engine, copied out of its heap. */
export interface SavedContext {
  readonly engine: RawEngine;
  readonly bytes: Uint8Array;
}

export class RawEngine {
  readonly #module: EngineModule;
  readonly #handle: number;
  readonly #handlePointer: number;
  readonly #buffer: number;
  readonly #context: number;
  readonly #contextSize: number;
  readonly #batches = new Map<readonly UnicornRegister[], { ids: number; pointers: number; values: number }>();
  readonly #allocated: number[] = [];
  readonly #callbacks: number[] = [];

  constructor(module: EngineModule) {
    this.#module = module;
    this.#handlePointer = module.malloc(POINTER_SIZE);
    this.#check('uc_open', module.uc_open(UC.ARCH_X86, UC.MODE_32, this.#handlePointer));
    this.#handle = this.#word(this.#handlePointer);
    this.#buffer = module.malloc(BUFFER_SIZE);
    this.#check('uc_context_alloc', module.uc_context_alloc(this.#handle, this.#buffer));
    this.#context = this.#word(this.#buffer);
    this.#allocated.push(this.#handlePointer, this.#buffer, this.#context);
    // A context is its length, then that many bytes.
    this.#contextSize = 4 + this.#word(this.#context);
  }

  close(): void {
    this.#module.uc_close(this.#handle);
    for (const callback of this.#callbacks) this.#module.removeFunction(callback);
    for (const pointer of this.#allocated) this.#module.free(pointer);
  }

  /** Calls `callback` for the hook kinds, whatever the address. */
  hook(kinds: number, callback: EngineCallback): void {
    const pointer = this.#module.addFunction(callback);
    this.#callbacks.push(pointer);
    // A range that begins after its end stands for every address.
    this.#check('uc_hook_add', this.#module.uc_hook_add(this.#handle, this.#buffer, kinds, pointer, 0, 1, 0, 0, 0, 0));
  }

  map(address: number, size: number, permissions: PermissionBits): void {
    this.#check('uc_mem_map', this.#module.uc_mem_map(this.#handle, address | 0, 0, size, permissions));
  }

  protect(address: number, size: number, permissions: PermissionBits): void {
    this.#check('uc_mem_protect', this.#module.uc_mem_protect(this.#handle, address | 0, 0, size, permissions));
  }

  unmap(address: number, size: number): void {
    this.#check('uc_mem_unmap', this.#module.uc_mem_unmap(this.#handle, address | 0, 0, size));
  }

  read(address: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let done = 0; done < size; ) {
      const length = Math.min(BUFFER_SIZE, size - done);
      this.#check('uc_mem_read', this.#module.uc_mem_read(this.#handle, (address + done) | 0, 0, this.#buffer, length));
      bytes.set(this.#module.bytes.subarray(this.#buffer, this.#buffer + length), done);
      done += length;
    }
    return bytes;
  }

  write(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = wrapU32(address + done);
      const length = Math.min(BUFFER_SIZE, bytes.length - done, ADDRESS_SPACE - at);
      this.#module.bytes.set(bytes.subarray(done, done + length), this.#buffer);
      this.#check('uc_mem_write', this.#module.uc_mem_write(this.#handle, at | 0, 0, this.#buffer, length));
      done += length;
    }
  }

  /** Writes a register and returns the engine's code, as it may refuse a selector. */
  writeRegister(name: UnicornRegister, value: Uint8Array): number {
    this.#module.bytes.set(value, this.#buffer);
    return this.#module.uc_reg_write(this.#handle, UC_REGISTERS[name], this.#buffer);
  }

  /** Reads 32-bit registers in the order of `names`; pass the same array each time. */
  readRegisters(names: readonly UnicornRegister[]): Uint32Array {
    const { ids, pointers, values } = this.#batch(names);
    this.#check('uc_reg_read_batch', this.#module.uc_reg_read_batch(this.#handle, ids, pointers, names.length));
    return this.#module.words.slice(values >>> 2, (values >>> 2) + names.length);
  }

  writeRegisters(names: readonly UnicornRegister[], numbers: readonly number[]): void {
    const { ids, pointers, values } = this.#batch(names);
    this.#module.words.set(numbers, values >>> 2);
    this.#check('uc_reg_write_batch', this.#module.uc_reg_write_batch(this.#handle, ids, pointers, names.length));
  }

  /** Runs at most one instruction (or one round of a repeated one) and returns the engine's code. */
  runOne(address: number, end: number): number {
    return this.#module.uc_emu_start(this.#handle, address | 0, 0, end | 0, 0, 0, 0, 1);
  }

  stop(): void {
    this.#module.uc_emu_stop(this.#handle);
  }

  save(): SavedContext {
    this.#check('uc_context_save', this.#module.uc_context_save(this.#handle, this.#context));
    return { engine: this, bytes: this.#module.bytes.slice(this.#context, this.#context + this.#contextSize) };
  }

  restore(saved: SavedContext): void {
    if (saved.engine !== this) throw new ReplayError('engine/call-failed', { call: 'restore', code: 'other engine' });
    this.#module.bytes.set(saved.bytes, this.#context);
    this.#check('uc_context_restore', this.#module.uc_context_restore(this.#handle, this.#context));
  }

  #allocate(size: number): number {
    const pointer = this.#module.malloc(size);
    this.#allocated.push(pointer);
    return pointer;
  }

  #word(pointer: number): number {
    return this.#module.words[pointer >>> 2] as number;
  }

  #batch(names: readonly UnicornRegister[]): { ids: number; pointers: number; values: number } {
    const known = this.#batches.get(names);
    if (known !== undefined) return known;
    const size = 4 * names.length;
    const batch = { ids: this.#allocate(size), pointers: this.#allocate(size), values: this.#allocate(size) };
    names.forEach((name, i) => {
      this.#module.words[(batch.ids >>> 2) + i] = UC_REGISTERS[name];
      this.#module.words[(batch.pointers >>> 2) + i] = batch.values + 4 * i;
    });
    this.#batches.set(names, batch);
    return batch;
  }

  #check(call: string, code: number): void {
    if (code !== 0) throw new ReplayError('engine/call-failed', { call, code: String(code) });
  }
}
