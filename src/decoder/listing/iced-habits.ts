// Turns iced-x86's text into what the rules for capstone's expect, by one named rule for each habit in which the two differ.

import type { Syntax } from '../decoder.ts';
import { type Rule, renamed } from './rule.ts';

/** A lister's own rules, which come before those that make objdump's form. */
export function icedHabits(syntax: Syntax): readonly Rule[] {
  return syntax === 'att'
    ? [renamed(NAMES), suffixOfFixedSize, extensionNames, sameSourceAndDestination, impliedStackRegister, divisorOfTen]
    : [renamed({ ...NAMES, ...INTEL_NAMES }), hiddenTopOfStack, sizesOfMemory];
}

/** Iced leaves out the base of aad and aam where it is ten. */
const divisorOfTen: Rule = (line, { instruction }) =>
  /^aa[dm]$/.test(line.mnemonic) && line.operands.length === 0
    ? { ...line, operands: instruction.operands.map(() => '$0xa') }
    : line;

const NAMES: Readonly<Record<string, string>> = {
  fndisi: 'fdisi8087_nop',
  fneni: 'feni8087_nop',
};

const INTEL_NAMES: Readonly<Record<string, string>> = {
  'call far': 'call',
  'jmp far': 'jmp',
  'ret far': 'retf',
  prefetch_exclusive: 'prefetch',
  prefetch_reserved: 'prefetch',
};

/** Instructions whose operand in memory has one size only show none in capstone's text. */
const suffixOfFixedSize: Rule = (line, { instruction }) => {
  const [, plain] = FIXED_SIZE.exec(line.mnemonic) ?? [];
  const isFixed = plain !== undefined && plain === instruction.mnemonic;
  return isFixed ? { ...line, mnemonic: plain } : line;
};

const FIXED_SIZE =
  /^(loop(?:n?e)?|verr|verw|f(?:n?stcw|ldcw|n?stsw)|f(?:n?stenv|n?save|ldenv|rstor)|set[a-z]{1,2})[bwls]$/;

/** `movzxw` of a 16-bit destination has both sizes in its name. */
const extensionNames: Rule = (line) => ({
  ...line,
  mnemonic: line.mnemonic.replace(/^mov([zs])xw$/, 'mov$1ww'),
});

/** Iced leaves out the source of an imul whose destination is the same. */
const sameSourceAndDestination: Rule = (line, { instruction }) => {
  const [count, register] = line.operands;
  if (instruction.mnemonic !== 'imul' || instruction.operands.length !== 3 || line.operands.length !== 2) return line;
  return { ...line, operands: [count ?? '', register ?? '', register ?? ''] };
};

const FIRST_X87_OPCODE = 0xd8;
const LAST_X87_OPCODE = 0xdf;
const WITH_STACK_REGISTER = /^f(?:(?:add|mul|subr?|divr?)p|xch|u?comp?)$/;

/** Iced leaves out %st(1) where an assembler takes it for granted, and calls the top of the stack %st. */
const impliedStackRegister: Rule = (line, { encoding: { opcode, modRm, map } }) => {
  const operands = line.operands.map((operand) => (operand === '%st' ? '%st(0)' : operand));
  const isX87 = map === 'one' && opcode >= FIRST_X87_OPCODE && opcode <= LAST_X87_OPCODE && modRm >= 0xc0;
  const isBare = operands.length === 0 && WITH_STACK_REGISTER.test(line.mnemonic);
  return { ...line, operands: isX87 && isBare ? [`%st(${modRm & 7})`] : operands };
};

/** Iced shows the top of the stack as an operand of whatever uses it; the rules for x87 put it back where objdump shows it. */
const hiddenTopOfStack: Rule = (line) =>
  line.mnemonic.startsWith('f') ? { ...line, operands: line.operands.filter((operand) => operand !== 'st') } : line;

const NO_SIZE = /^(?:[sl][gi]dt|f(?:n?stenv|n?save|ldenv|rstor))$/;
const BYTE = /^(?:invlpg|cldemote)$/;

/** Memory of more than the usual sizes shows none; ud0 and ud1 get theirs from a later rule. */
const sizesOfMemory: Rule = (line) => {
  const sizeless = (operand: string) => operand.replace(/^\w+ ptr /, '');
  if (NO_SIZE.test(line.mnemonic) || /^ud[01]$/.test(line.mnemonic))
    return { ...line, operands: line.operands.map(sizeless) };
  return BYTE.test(line.mnemonic)
    ? { ...line, operands: line.operands.map((operand) => `byte ptr ${sizeless(operand)}`) }
    : line;
};
