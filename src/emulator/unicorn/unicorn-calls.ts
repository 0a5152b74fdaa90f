// The calls of Unicorn that the adapter uses, and its constants. 64-bit arguments are pairs: low half, high half; all numbers are int32.

/** A callback of a hook; its first argument is the engine's handle. */
export type EngineCallback = (...args: number[]) => number | undefined;

/** A started engine module. */
export interface EngineModule {
  /** The heap. It is another object once it has grown, so it is never kept. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  malloc(size: number): number;
  free(pointer: number): void;
  /** Makes `callback` callable by the engine, and gives its index in the function table. */
  addFunction(callback: EngineCallback): number;
  removeFunction(place: number): void;
  uc_open(architecture: number, mode: number, handlePointer: number): number;
  uc_close(handle: number): number;
  uc_hook_add(
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
  uc_reg_read(handle: number, register: number, value: number): number;
  uc_reg_write(handle: number, register: number, value: number): number;
  uc_reg_read_batch(handle: number, registers: number, valuePointers: number, count: number): number;
  uc_reg_write_batch(handle: number, registers: number, valuePointers: number, count: number): number;
  uc_mem_map(handle: number, low: number, high: number, size: number, permissions: number): number;
  uc_mem_protect(handle: number, low: number, high: number, size: number, permissions: number): number;
  uc_mem_unmap(handle: number, low: number, high: number, size: number): number;
  uc_mem_read(handle: number, low: number, high: number, bytes: number, size: number): number;
  uc_mem_write(handle: number, low: number, high: number, bytes: number, size: number): number;
  uc_emu_start(
    handle: number,
    beginLow: number,
    beginHigh: number,
    untilLow: number,
    untilHigh: number,
    timeoutLow: number,
    timeoutHigh: number,
    count: number,
  ): number;
  uc_emu_stop(handle: number): number;
  uc_context_alloc(handle: number, contextPointer: number): number;
  uc_context_save(handle: number, context: number): number;
  uc_context_restore(handle: number, context: number): number;
}

/** These constants are those of `uc_engine.h` and `x86.h` of Unicorn 1; a test compares them with the package's own. */
export const UC = {
  ARCH_X86: 4,
  MODE_32: 4,
  ERR_INSN_INVALID: 10,
  HOOK_INTR: 1,
  HOOK_MEM_UNMAPPED: 0x70,
  HOOK_MEM_PROT: 0x380,
  HOOK_MEM_READ: 0x400,
  HOOK_MEM_WRITE: 0x800,
  MEM_WRITE: 17,
  MEM_READ_UNMAPPED: 19,
  MEM_WRITE_UNMAPPED: 20,
  MEM_FETCH_UNMAPPED: 21,
  MEM_WRITE_PROT: 22,
  MEM_READ_PROT: 23,
} as const;

/** `UC_X86_REG_…`. */
export const UC_REGISTERS = {
  cs: 11,
  ds: 17,
  eax: 19,
  ebp: 20,
  ebx: 21,
  ecx: 22,
  edi: 23,
  edx: 24,
  eflags: 25,
  eip: 26,
  es: 28,
  esi: 29,
  esp: 30,
  fs: 32,
  gs: 33,
  ss: 49,
  gdtr: 243,
  ldtr: 244,
  mxcsr: 249,
} as const;
export type UnicornRegister = keyof typeof UC_REGISTERS;
