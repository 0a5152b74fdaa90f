// The calls of the corrected Unicorn file that the adapter uses. 64-bit arguments are pairs: low half, high half; all numbers are int32.

export interface UnicornModule {
  /** Unicorn's constants (`X86_REG_EAX`, `HOOK_INTR` …) among the members of its JavaScript wrapper. */
  readonly uc: Readonly<Record<string, unknown>>;
  readonly MUnicorn: RawUnicorn;
}

export interface RawUnicorn {
  /** Replaced by the module when its heap grows: never keep them. */
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  _malloc(size: number): number;
  _free(pointer: number): void;
  addFunction(callback: (...args: number[]) => number | undefined, signature: string): number;
  removeFunction(pointer: number): void;
  _uc_open(architecture: number, mode: number, handlePointer: number): number;
  _uc_close(handle: number): number;
  _uc_hook_add(
    handle: number,
    hookPointer: number,
    kinds: number,
    callback: number,
    user: number,
    beginLow: number,
    beginHigh: number,
    endLow: number,
    endHigh: number,
    extra: number,
  ): number;
  _uc_reg_read(handle: number, register: number, value: number): number;
  _uc_reg_write(handle: number, register: number, value: number): number;
  _uc_reg_read_batch(handle: number, registers: number, valuePointers: number, count: number): number;
  _uc_reg_write_batch(handle: number, registers: number, valuePointers: number, count: number): number;
  _uc_mem_map(handle: number, low: number, high: number, size: number, permissions: number): number;
  _uc_mem_protect(handle: number, low: number, high: number, size: number, permissions: number): number;
  _uc_mem_unmap(handle: number, low: number, high: number, size: number): number;
  _uc_mem_read(handle: number, low: number, high: number, bytes: number, size: number): number;
  _uc_mem_write(handle: number, low: number, high: number, bytes: number, size: number): number;
  _uc_emu_start(
    handle: number,
    beginLow: number,
    beginHigh: number,
    untilLow: number,
    untilHigh: number,
    timeoutLow: number,
    timeoutHigh: number,
    count: number,
  ): number;
  _uc_emu_stop(handle: number): number;
  _uc_context_alloc(handle: number, contextPointer: number): number;
  _uc_context_save(handle: number, context: number): number;
  _uc_context_restore(handle: number, context: number): number;
}
