// What a CPU raises when an instruction cannot complete. Intel SDM vol. 3A, "Exception and Interrupt Reference".

import type { MemoryAccess } from './access.ts';
import type { FaultCause } from './fault-cause.ts';
import type { U32 } from './u32.ts';

/** `fault` leaves EIP at the instruction, `trap` after it; `abort` promises nothing. */
export type ExceptionClass = 'fault' | 'trap' | 'abort';

export interface ExceptionInfo {
  readonly vector: number;
  readonly kind: FaultKind;
  /** The manual's mnemonic, for example `#PF`. */
  readonly mnemonic: string;
  readonly title: string;
  readonly class: ExceptionClass;
  readonly hasErrorCode: boolean;
}

/** Vector numbers. */
export const VECTORS = {
  'divide-error': 0,
  debug: 1,
  nmi: 2,
  breakpoint: 3,
  overflow: 4,
  'bound-range': 5,
  'invalid-opcode': 6,
  'device-not-available': 7,
  'double-fault': 8,
  'coprocessor-overrun': 9,
  'invalid-tss': 10,
  'segment-not-present': 11,
  'stack-fault': 12,
  'general-protection': 13,
  'page-fault': 14,
  'x87-error': 16,
  'alignment-check': 17,
  'machine-check': 18,
  'simd-error': 19,
} as const;

export type FaultKind = keyof typeof VECTORS;

const rows: readonly [FaultKind, string, string, ExceptionClass, boolean][] = [
  ['divide-error', '#DE', 'divide error', 'fault', false],
  ['debug', '#DB', 'debug exception', 'trap', false],
  ['nmi', 'NMI', 'non-maskable interrupt', 'abort', false],
  ['breakpoint', '#BP', 'breakpoint', 'trap', false],
  ['overflow', '#OF', 'overflow', 'trap', false],
  ['bound-range', '#BR', 'bound range exceeded', 'fault', false],
  ['invalid-opcode', '#UD', 'invalid opcode', 'fault', false],
  ['device-not-available', '#NM', 'device not available', 'fault', false],
  ['double-fault', '#DF', 'double fault', 'abort', true],
  ['coprocessor-overrun', 'CSO', 'coprocessor segment overrun', 'fault', false],
  ['invalid-tss', '#TS', 'invalid TSS', 'fault', true],
  ['segment-not-present', '#NP', 'segment not present', 'fault', true],
  ['stack-fault', '#SS', 'stack-segment fault', 'fault', true],
  ['general-protection', '#GP', 'general protection', 'fault', true],
  ['page-fault', '#PF', 'page fault', 'fault', true],
  ['x87-error', '#MF', 'x87 floating-point error', 'fault', false],
  ['alignment-check', '#AC', 'alignment check', 'fault', true],
  ['machine-check', '#MC', 'machine check', 'abort', false],
  ['simd-error', '#XM', 'SIMD floating-point exception', 'fault', false],
];

const EXCEPTIONS: readonly ExceptionInfo[] = rows.map(([kind, mnemonic, title, exceptionClass, hasErrorCode]) => ({
  vector: VECTORS[kind],
  kind,
  mnemonic,
  title,
  class: exceptionClass,
  hasErrorCode,
}));

const BY_VECTOR = new Map(EXCEPTIONS.map((e) => [e.vector, e]));
const BY_KIND = new Map(EXCEPTIONS.map((e) => [e.kind, e]));

/** Gives what the manual says of a vector, or undefined for a number that no exception has. */
export function exceptionOfVector(vector: number): ExceptionInfo | undefined {
  return BY_VECTOR.get(vector);
}

export function exceptionInfo(kind: FaultKind): ExceptionInfo {
  return BY_KIND.get(kind) as ExceptionInfo;
}

/** A page fault: `access.linearAddress` is where the operand starts, `linearAddress` what CR2 receives. */
export interface PageFault {
  readonly kind: 'page-fault';
  /** The EIP that the CPU pushes: the address of the instruction itself. */
  readonly eip: U32;
  /** The address that CR2 receives. For an access that crosses into a bad page it is the first byte in that page. */
  readonly linearAddress: U32;
  /** The whole access that the instruction attempted. */
  readonly access: MemoryAccess;
  readonly errorCode: U32;
}

/** Any exception but a page fault. */
export interface Trap {
  readonly kind: Exclude<FaultKind, 'page-fault'>;
  /** The EIP that the CPU pushes: the address of the instruction, or of the one after it for the class `trap`. */
  readonly eip: U32;
  /** It is present for the exceptions that push one. */
  readonly errorCode?: U32;
  /** Why the CPU raised it, as far as code and registers prove it. */
  readonly cause?: FaultCause;
}

/** The exception that an instruction raised: it is a `PageFault` if `kind` is `page-fault`, else a `Trap`. */
export type Fault = PageFault | Trap;
