// What a CPU raises when an instruction cannot complete. Intel SDM vol. 3A, "Exception and Interrupt Reference".

import type { MemoryAccess } from './access.ts';
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

export type FaultKind =
  | 'divide-error'
  | 'debug'
  | 'nmi'
  | 'breakpoint'
  | 'overflow'
  | 'bound-range'
  | 'invalid-opcode'
  | 'device-not-available'
  | 'double-fault'
  | 'coprocessor-overrun'
  | 'invalid-tss'
  | 'segment-not-present'
  | 'stack-fault'
  | 'general-protection'
  | 'page-fault'
  | 'x87-error'
  | 'alignment-check'
  | 'machine-check'
  | 'simd-error';

const rows: readonly [number, FaultKind, string, string, ExceptionClass, boolean][] = [
  [0, 'divide-error', '#DE', 'divide error', 'fault', false],
  [1, 'debug', '#DB', 'debug exception', 'trap', false],
  [2, 'nmi', 'NMI', 'non-maskable interrupt', 'abort', false],
  [3, 'breakpoint', '#BP', 'breakpoint', 'trap', false],
  [4, 'overflow', '#OF', 'overflow', 'trap', false],
  [5, 'bound-range', '#BR', 'bound range exceeded', 'fault', false],
  [6, 'invalid-opcode', '#UD', 'invalid opcode', 'fault', false],
  [7, 'device-not-available', '#NM', 'device not available', 'fault', false],
  [8, 'double-fault', '#DF', 'double fault', 'abort', true],
  [9, 'coprocessor-overrun', 'CSO', 'coprocessor segment overrun', 'fault', false],
  [10, 'invalid-tss', '#TS', 'invalid TSS', 'fault', true],
  [11, 'segment-not-present', '#NP', 'segment not present', 'fault', true],
  [12, 'stack-fault', '#SS', 'stack-segment fault', 'fault', true],
  [13, 'general-protection', '#GP', 'general protection', 'fault', true],
  [14, 'page-fault', '#PF', 'page fault', 'fault', true],
  [16, 'x87-error', '#MF', 'x87 floating-point error', 'fault', false],
  [17, 'alignment-check', '#AC', 'alignment check', 'fault', true],
  [18, 'machine-check', '#MC', 'machine check', 'abort', false],
  [19, 'simd-error', '#XM', 'SIMD floating-point exception', 'fault', false],
];

const EXCEPTIONS: readonly ExceptionInfo[] = rows.map(([vector, kind, mnemonic, title, class_, hasErrorCode]) => ({
  vector,
  kind,
  mnemonic,
  title,
  class: class_,
  hasErrorCode,
}));

const BY_VECTOR = new Map(EXCEPTIONS.map((e) => [e.vector, e]));
const BY_KIND = new Map(EXCEPTIONS.map((e) => [e.kind, e]));

/** What is known of a vector; undefined for a number that no exception has. */
export function exceptionOfVector(vector: number): ExceptionInfo | undefined {
  return BY_VECTOR.get(vector);
}

export function exceptionInfo(kind: FaultKind): ExceptionInfo {
  return BY_KIND.get(kind) as ExceptionInfo;
}

/** A page fault: `access.linearAddress` is where the operand starts, `linearAddress` what CR2 receives. */
export interface PageFault {
  readonly kind: 'page-fault';
  /** EIP that the CPU pushes: the instruction itself. */
  readonly eip: U32;
  /** For an access that crosses into a bad page, the first byte in that page. */
  readonly linearAddress: U32;
  /** The whole access that the instruction attempted. */
  readonly access: MemoryAccess;
  readonly errorCode: U32;
}

/** Any exception but a page fault. */
export interface Trap {
  readonly kind: Exclude<FaultKind, 'page-fault'>;
  /** EIP that the CPU pushes: after the instruction for the class `trap`. */
  readonly eip: U32;
  /** Present for the exceptions that push one. */
  readonly errorCode?: U32;
  /** Why the CPU raised it, as far as code and registers prove it: `quotient does not fit in 32 bits`. */
  readonly cause?: string;
}

export type Fault = PageFault | Trap;
