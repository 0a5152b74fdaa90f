// What a rewriting rule is, and the rules that serve both syntaxes.

import type { Syntax } from '../decoder.ts';
import type { Instruction, Operand } from '../instruction.ts';
import { addressText } from './address-text.ts';
import type { Encoding } from './encoding.ts';
import type { ListingLine } from './listing-line.ts';

export interface RuleContext {
  readonly instruction: Instruction;
  readonly encoding: Encoding;
}

/** Turns a line that is in capstone's habit in one respect into one that is in objdump's. */
export type Rule = (line: ListingLine, context: RuleContext) => ListingLine;

/** Capstone's names for what objdump calls otherwise. */
export function renamed(names: Readonly<Record<string, string>>): Rule {
  return (line) => ({ ...line, mnemonic: names[line.mnemonic] ?? line.mnemonic });
}

/** Near branch targets are bare hexadecimal numbers. */
export const bareTargets: Rule = (line, { instruction }) =>
  instruction.target === undefined ? line : { ...line, operands: [instruction.target.toString(16)] };

/** Where capstone shows no operands, or does not know the instruction, the ones of the decoder stand in. */
export function missingOperands(syntax: Syntax): Rule {
  return (line, { instruction, encoding }) => {
    if (line.operands.length > 0 || !HAS_OPERANDS.test(instruction.code)) return line;
    const texts = instruction.operands.map((operand) => operandText(operand, instruction, encoding, syntax));
    return { ...line, operands: syntax === 'att' ? texts.reverse() : texts };
  };
}

/** Iced's names show written operands after an underscore. */
const HAS_OPERANDS = /_(r|m|xmm|mm|rm|bnd)\d*|^Reservednop/i;

function operandText(operand: Operand, instruction: Instruction, encoding: Encoding, syntax: Syntax): string {
  const [register, immediate] = syntax === 'att' ? ['%', '$'] : ['', ''];
  switch (operand.kind) {
    case 'register':
      return `${register}${operand.name}`;
    case 'immediate':
      return `${immediate}0x${operand.value.toString(16)}`;
    case 'memory':
      return addressText(instruction, encoding, syntax);
    case 'target':
      return operand.address.toString(16);
    case 'far-target':
      return `${immediate}0x${operand.selector.toString(16)},${immediate}0x${operand.offset.toString(16)}`;
  }
}

/** The immediates of an instruction in the order in which a syntax shows them. */
export function immediateTexts({ operands, mnemonic }: Instruction, syntax: Syntax): readonly string[] {
  const texts = operands.flatMap((operand) =>
    operand.kind === 'immediate' ? [`0x${operand.value.toString(16)}`] : [],
  );
  return syntax === 'intel' || mnemonic === 'enter' ? texts : texts.reverse();
}

export function hasWrittenMemory({ operands }: Instruction): boolean {
  return operands.some((operand) => operand.kind === 'memory' && operand.memory.explicit);
}

/** The 16-bit forms of instructions that show no operand size otherwise have a `w`. */
export const shortForms: Rule = (line, { instruction }) =>
  SHORT_FORMS.test(instruction.code) && !line.mnemonic.endsWith('w')
    ? { ...line, mnemonic: `${line.mnemonic}w` }
    : line;

const SHORT_FORMS =
  /^(Leavew|Enterw_|Push_imm16$|Pushw_(imm8|[A-Z]S)$|Popw_[A-Z]S$|Jmp_rel16|Call_rel16|Retnw|Retfw|Iretw|Pushfw|Popfw|Pushaw|Popaw)/;
