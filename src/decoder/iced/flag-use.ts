// Which EFLAGS bits an instruction reads and changes. Iced knows the eight that most instructions touch; popf, iret and
// pushf move all of them, and iced does not say when a shift leaves the flags alone.

import { EFLAGS } from '../../machine/eflags.ts';
import type { FlagUse } from '../instruction.ts';
import type { IcedInstruction, IcedNamespace } from './iced-namespace.ts';

const { CF, PF, AF, ZF, SF, TF, IF, DF, OF, IOPL, NT, AC, VIF, VIP, ID } = EFLAGS;

/** VM and RF are pushed as 0, whatever they are. */
const PUSHED = CF | PF | AF | ZF | SF | TF | IF | DF | OF | IOPL | NT | AC | VIF | VIP | ID;
const POPPED = CF | PF | AF | ZF | SF | TF | IF | DF | OF | IOPL | NT | AC | ID;
/** A 16-bit popf or pushf moves the low word only. */
const LOW_WORD = 0xffff;

const SHIFTS: ReadonlySet<string> = new Set(['rol', 'ror', 'rcl', 'rcr', 'shl', 'sal', 'shr', 'sar', 'shld', 'shrd']);
const COMPARES: ReadonlySet<string> = new Set(['cmps', 'scas']);

export interface FlagContext {
  readonly mnemonic: string;
  readonly repeated: boolean;
  /** The count of a shift is in %cl. */
  readonly countInRegister: boolean;
  /**
   * An rcl or rcr by a constant that is 0 modulo the width with the carry, but not 0: nothing moves, and iced lists no
   * flags, but OF is undefined (Intel SDM vol. 2B, "RCL/RCR/ROL/ROR"); an AMD EPYC does change it.
   */
  readonly rotatesFullCircle: boolean;
  readonly operandSize: 16 | 32;
}

export function flagUse(iced: IcedNamespace, instruction: IcedInstruction, context: FlagContext): FlagUse {
  const mask = context.operandSize === 16 ? LOW_WORD : 0xffff_ffff;
  if (context.mnemonic === 'pushf') return { ...NONE, read: PUSHED & mask };
  if (context.mnemonic === 'popf' || context.mnemonic === 'iret')
    return { ...NONE, written: POPPED & mask, conditional: IF | IOPL };

  const convert = (bits: number) => eflagsMask(iced, bits);
  const cleared = convert(instruction.rflagsCleared);
  const set = convert(instruction.rflagsSet);
  const written = convert(instruction.rflagsWritten) | cleared | set;
  const leftUndefined = convert(instruction.rflagsUndefined) | (context.rotatesFullCircle ? OF : 0);
  const mayKeep =
    (context.countInRegister && SHIFTS.has(context.mnemonic)) || (context.repeated && COMPARES.has(context.mnemonic));
  return {
    read: convert(instruction.rflagsRead),
    written,
    undefined: leftUndefined,
    cleared,
    set,
    conditional: mayKeep ? written | leftUndefined : 0,
  };
}

const NONE: FlagUse = { read: 0, written: 0, undefined: 0, cleared: 0, set: 0, conditional: 0 };

/** Iced's bits as EFLAGS bits; those of the x87 status word and the user interrupt flag are not EFLAGS. */
function eflagsMask(iced: IcedNamespace, bits: number): number {
  if (bits === 0) return 0;
  const { RflagsBits } = iced;
  return (
    (bits & RflagsBits.OF ? OF : 0) |
    (bits & RflagsBits.SF ? SF : 0) |
    (bits & RflagsBits.ZF ? ZF : 0) |
    (bits & RflagsBits.AF ? AF : 0) |
    (bits & RflagsBits.CF ? CF : 0) |
    (bits & RflagsBits.PF ? PF : 0) |
    (bits & RflagsBits.DF ? DF : 0) |
    (bits & RflagsBits.IF ? IF : 0) |
    (bits & RflagsBits.AC ? AC : 0)
  );
}
