// What one crash report says, with the evidence of every value. Inert data: what the values imply is not decided here.
// Absent fields mean "not in the report"; an empty list means "the report has the heading and nothing under it".

import type { GeneralRegister, SegmentRegister } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Evidence } from './evidence.ts';
import type { Inference } from './inference.ts';
import type { CodeWindow, MemorySegment } from './memory.ts';

/** A value and where it was read. `inferred` names the reason where the report implies the value without showing it. */
export interface Sourced<T> {
  readonly value: T;
  readonly evidence: Evidence;
  readonly inferred?: Inference;
}

export type ReportKind =
  /** A kernel report of a page fault or of another exception that the kernel could not survive. */
  | 'oops'
  /** BUG(): an invalid opcode on purpose. */
  | 'bug'
  /** WARN() and older "Badness": the kernel goes on; not a fault. */
  | 'warning'
  /** The task-gate report or the panic form of a double fault. */
  | 'double-fault'
  /** Registers without a fault: SysRq-P, soft lockup, NMI watchdog. */
  | 'register-dump'
  /** A panic that prints no kernel registers. */
  | 'panic'
  /** One line about a user program: `segfault at …`, `general protection …`, `traps: … trap …`. */
  | 'user-fault';

export type DumpCause = 'soft-lockup' | 'hard-lockup' | 'rcu-stall' | 'nmi-backtrace' | 'sysrq';

/** `name+0xoffset/0xsize [module]`. Offsets in bytes; negative ones are printed by kernels that picked the wrong neighbour. */
export interface SymbolReference {
  /** As printed. */
  readonly text: string;
  readonly name?: string;
  readonly offset?: number;
  readonly size?: number;
  readonly module?: string;
  /** The place in the source that a tool (decode_stacktrace.sh) printed for the address; of inlined calls the innermost. */
  readonly source?: SourceLocation;
}

export interface TraceEntry {
  /** Absent from 4.10 on. */
  readonly address?: U32;
  readonly symbol?: SymbolReference;
  /** False for entries marked `?`: found on the stack, not in the frame chain. */
  readonly reliable: boolean;
  readonly evidence: Evidence;
}

export interface TaskIdentity {
  readonly comm?: Sourced<string>;
  readonly pid?: Sourced<number>;
  readonly uid?: Sourced<number>;
  readonly cpu?: Sourced<number>;
  /** The letters after `Tainted:`, or `Not tainted`. */
  readonly taint?: Sourced<string>;
  /** Address of the task_struct. */
  readonly task?: Sourced<U32>;
  /** Address of the thread_info, which is also the lowest address of the kernel stack. */
  readonly threadInfo?: Sourced<U32>;
}

export interface KernelIdentity {
  /** `3.10.0-123.el7`. */
  readonly release?: Sourced<string>;
  /** `#4 SMP …`. */
  readonly build?: Sourced<string>;
  /** DMI text of the `Hardware name:` line. */
  readonly hardware?: Sourced<string>;
  /** Words of the die line: PREEMPT, SMP, DEBUG_PAGEALLOC … */
  readonly options?: Sourced<readonly string[]>;
  /** `Kernel Offset: 0x… from 0x…`, as printed; `disabled` is not to be believed on i386. */
  readonly offset?: Sourced<string>;
}

/** What the log says of the exception itself. */
export interface TrapReport {
  readonly vector?: Sourced<number>;
  /** 16 bits for a page fault; a selector error code for #GP, #SS, #NP, #TS. */
  readonly errorCode?: Sourced<U32>;
  /** What CR2 held at the fault: headline, else the `CR2:` line, else the register block. Page faults only. */
  readonly faultAddress?: Sourced<U32>;
  /** `[#2]`: the second report since boot; anything above 1 may be secondary damage. */
  readonly ordinal?: Sourced<number>;
  /** `---[ end trace …`: a random number of this boot, one more for each report that it closed; 0 since Linux 5.17. Sixteen hexadecimal digits. */
  readonly endTrace?: Sourced<string>;
  /** `kernel BUG at FILE:LINE!` and the WARN forms, printed or read from the bytes after ud2. */
  readonly location?: Sourced<SourceLocation>;
}

export interface SourceLocation {
  readonly file?: string;
  /** Address of the file name, where only the pointer in the code bytes is known. */
  readonly filePointer?: U32;
  readonly line: number;
}

/** Page-table entries that the kernel printed for the fault address; 8 or 16 hexadecimal digits each. */
export interface PageTableEntries {
  readonly pdpt?: Sourced<string>;
  readonly pde?: Sourced<string>;
  readonly pte?: Sourced<string>;
}

/** `in kni[8048000+11b000]`: the mapping that holds the instruction of a user program. */
export interface UserMapping {
  readonly file: string;
  readonly start: U32;
  /** Bytes. */
  readonly size: U32;
  /** Offset in the file of the instruction, where the kernel prints it. */
  readonly fileOffset?: U32;
}

export interface ModuleReference {
  readonly name: string;
  /** The letters in parentheses. */
  readonly flags?: string;
}

/** A register block inside the call trace: of the user program that entered the kernel, or of code that another exception interrupted. */
export interface InterruptedContext {
  readonly registers: Readonly<Partial<Record<GeneralRegister | 'eip' | 'eflags', Sourced<U32>>>>;
  readonly segments: Readonly<Partial<Record<SegmentRegister, Sourced<number>>>>;
  readonly symbol?: SymbolReference;
  readonly code?: CodeWindow;
  readonly evidence: Evidence;
}

export type ControlRegister = 'cr0' | 'cr2' | 'cr3' | 'cr4';
export type DebugRegister = 'dr0' | 'dr1' | 'dr2' | 'dr3' | 'dr6' | 'dr7';

/** What one crash report says, value by value, with the lines of each. A field is absent if the log does not have it. */
export interface Snapshot {
  readonly kind: ReportKind;
  /** The form in which the crash arrived: the name of its row in `carriers/all-carriers.ts`. */
  readonly carrier: string;
  /** Where the report is. */
  readonly evidence: Evidence;
  /** Privilege of the code that faulted, from CS, from the error code or from the form of the report. */
  readonly mode?: Sourced<'kernel' | 'user'>;
  /** The line that opens the report, without decorations. */
  readonly headline?: Sourced<string>;
  /** What the headline's words say of the fault address: kernels call it a NULL pointer in the first page, and only there. */
  readonly headlineClaims?: 'first-page' | 'beyond-first-page';
  /** What made the kernel print its registers, for a register dump whose first line tells it. */
  readonly dumpCause?: DumpCause;
  readonly registers: Readonly<Partial<Record<GeneralRegister | 'eip' | 'eflags', Sourced<U32>>>>;
  readonly segments: Readonly<Partial<Record<SegmentRegister, Sourced<number>>>>;
  readonly control: Readonly<Partial<Record<ControlRegister, Sourced<U32>>>>;
  readonly debug: Readonly<Partial<Record<DebugRegister, Sourced<U32>>>>;
  /** The memory that the report holds. `codeWindowOf` and `stackDumpOf` (memory.ts) give its two usual parts. */
  readonly memory: readonly MemorySegment[];
  /** Why there are no code bytes, in the log's words: `Bad EIP value.`. */
  readonly codeUnavailable?: Sourced<string>;
  readonly trap: TrapReport;
  /** The symbol that EIP lies in. */
  readonly symbol?: Sourced<SymbolReference>;
  readonly pageTable: PageTableEntries;
  readonly task: TaskIdentity;
  readonly kernel: KernelIdentity;
  readonly modules?: Sourced<readonly ModuleReference[]>;
  readonly mapping?: Sourced<UserMapping>;
  readonly trace?: readonly TraceEntry[];
  /** In the order of the trace, innermost first. */
  readonly contexts?: readonly InterruptedContext[];
  /** `Kernel panic - not syncing: …` and other closing lines. */
  readonly closing: readonly Sourced<string>[];
  /** Lines of the report that are understood and have no field of their own: `Workqueue: …`, the message of a WARN. */
  readonly remarks?: readonly Sourced<string>[];
  readonly diagnostics: readonly Diagnostic[];
}
