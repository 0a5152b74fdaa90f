// What the reconstruction is given: the machine at the fault as far as the log tells it, and the code around it. No log text.

import type { MachineState } from '../cpu/cpu.ts';
import type { AlignedWindow, ByteRange } from '../decoder/align-window.ts';
import type { Instruction, MemoryOperand } from '../decoder/instruction.ts';
import type { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import type { GeneralRegister } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';

export interface CrashSite {
  /** Registers at the fault; those that the log lacks are absent. */
  readonly registers: Readonly<Partial<Record<GeneralRegister, U32>>>;
  /** Absent where the log lacks it. */
  readonly eflags?: U32;
  /**
   * The machine before the faulting instruction, as it was replayed: registers (anything for those that the log lacks),
   * segments with their bases where these are known, privilege.
   */
  readonly state: MachineState;
  /** Bytes and page states that the log proves. */
  readonly memory: SyntheticMemory;
  readonly code: SiteCode;
  readonly stack?: SiteStack;
  readonly fault: SiteFault;
  /**
   * Whether the end of a run is compared with the fault by the CPU alone. Not where a replay showed the fault already, nor where the log names
   * none to compare with.
   */
  readonly comparesFault: boolean;
}

export interface SiteCode {
  readonly bytes: Uint8Array;
  /** Linear address of `bytes[0]`. */
  readonly start: U32;
  /** `synthetic`: the log prints no EIP and `start` was made up; nothing may be concluded from it. */
  readonly base: 'printed' | 'synthetic';
  /** Offset in `bytes` of the faulting instruction. */
  readonly faultOffset: number;
  /** The window decoded; `before` ends at the faulting instruction. */
  readonly window: AlignedWindow;
  /** The faulting instruction; absent where its bytes are not whole. For int3 and into it lies before the printed EIP. */
  readonly faulting?: Instruction;
  /** Bytes in the window that are data: what an old BUG() puts after ud2. */
  readonly data?: readonly ByteRange[];
  /** The function that EIP lies in, where the log names it with its bounds. */
  readonly function?: SiteFunction;
  /** A file shows the whole function: where its instructions begin is certain. */
  readonly isWhole?: boolean;
  /** Of such a file, where it tells them: all offsets in the function that control comes to from elsewhere, or by a table. */
  readonly entries?: ReadonlySet<number>;
}

/** Offsets in the code bytes; both may lie outside of them. */
export interface SiteFunction {
  readonly start: number;
  /** Where the next symbol begins. */
  readonly end: number;
}

/** Memory at the time of the fault. */
export interface SiteStack {
  readonly start: U32;
  readonly words: readonly U32[];
}

/** Empty where nothing faulted. */
export interface SiteFault {
  /** Absent where no line of the log names the exception. */
  readonly vector?: number;
  /** Page faults only. */
  readonly page?: {
    /** The log does not say that it faulted: nothing may be concluded from it but where the operand lies. */
    readonly supposed?: true;
    /** What CR2 held. */
    readonly address: U32;
    readonly access: 'read' | 'write' | 'execute';
    /** The page was present and forbade the access. */
    readonly present: boolean;
    /** The operand that faulted and where it starts, where that is known. */
    readonly operand?: MemoryOperand;
    readonly operandAddress?: U32;
  };
}
