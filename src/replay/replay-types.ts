// The result of replaying one report: the fault that the emulated CPU raised, the comparison with the log, the verdict.

import type { MachineState } from '../cpu/cpu.ts';
import type { AlignedWindow } from '../decoder/align-window.ts';
import type { Instruction, MemoryOperand } from '../decoder/instruction.ts';
import type { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import type { MemoryAccess } from '../machine/access.ts';
import type { Fault } from '../machine/faults.ts';
import type { GeneralRegister, RegisterName, SegmentRegister } from '../machine/registers.ts';
import type { LinearAddress, U32 } from '../machine/u32.ts';
import type { Assumption } from './assumption.ts';
import type { Check } from './check.ts';
import type { VerdictReason } from './verdict-reason.ts';

/**
 * `reproduced`: the emulated instruction raises the logged exception, as far as the log describes it. `contradicted`: it does not.
 * `not-replayable`: the log lacks something that a replay needs.
 */
export type Verdict = 'reproduced' | 'contradicted' | 'not-replayable';

export interface AddressPart {
  readonly register: GeneralRegister;
  /** Undefined where the log lacks the register and nothing tells it. */
  readonly value?: U32;
  /** Only where the log lacks the register and the value was computed from the fault address. */
  readonly provenance?: 'derived' | 'assumed';
}

export interface RegisterOffset {
  /** As the instruction names it: `edx`, `dx`, `al`. */
  readonly register: string;
  /** The bits of a bit number that select the bytes are those above so many. */
  readonly shift: 0 | 4 | 5;
  /** Signed; undefined where the log lacks the register. */
  readonly bytes?: number;
}

/** How the address of the faulting operand is made. Intel SDM vol. 1, "Specifying an Offset". */
export interface FaultingOperand {
  readonly operand: MemoryOperand;
  readonly base?: AddressPart;
  readonly index?: AddressPart & { readonly scale: number };
  /** What another register adds: `%edx` as the bit number of bt and its family, the `%al` of xlat. */
  readonly registerOffset?: RegisterOffset;
  readonly displacement: U32;
  readonly segment: { readonly register: SegmentRegister; readonly base?: U32; readonly baseDerived: boolean };
  /** Where the operand starts. */
  readonly linearAddress: LinearAddress;
  /** The sum before it was reduced modulo 2^32, when that differs from the address. */
  readonly unwrapped?: number;
}

/** Where the addresses of code come from. */
export type CodeBase =
  /** The log prints EIP. */
  | 'printed'
  /** The log prints no EIP, but the fault is an instruction fetch: its address is EIP. */
  | 'fetch-address'
  /** The log prints no numeric EIP (4.10 and later): code is replayed at an address of our own. */
  | 'synthetic';

/** The result of replaying one report. Fields are absent where the report does not hold what they need. */
export interface Replay {
  readonly verdict: Verdict;
  /** Why the report is not reproduced: an obstacle or a contradiction, as the verdict says. */
  readonly reason?: VerdictReason;
  readonly codeBase?: CodeBase;
  readonly window?: AlignedWindow;
  readonly instruction?: Instruction;
  /** What the emulated CPU raised. In a report that is not replayable it is what registers and code would raise: the log does not name it. */
  readonly fault?: Fault;
  readonly operand?: FaultingOperand;
  readonly checks: readonly Check[];
  readonly assumptions: readonly Assumption[];
  /** Unknown bytes that the instruction read; they are replayed as zeros. */
  readonly absentReads: readonly MemoryAccess[];
  /** The value that a faulting store would have written, low bytes first. */
  readonly storedValue?: U32;
  /** The machine before the faulting instruction; absent where none could be built. */
  readonly machine?: ReplayedMachine;
}

export interface ReplayedMachine {
  /** With segment bases as far as they are known or were derived. */
  readonly state: MachineState;
  readonly memory: SyntheticMemory;
  /** EIP as the log has it, or our own. */
  readonly loggedEip: U32;
  /** Linear address of the first captured code byte. */
  readonly codeStart: U32;
  /** Registers that the log lacks; `state` holds a filler for them. */
  readonly missing: readonly RegisterName[];
}
