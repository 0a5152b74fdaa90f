// Turns capstone's AT&T text into objdump's, by one named rule for each habit in which the two differ.

import type { Instruction } from '../instruction.ts';
import { addressText } from './address-text.ts';
import {
  bareTargets,
  hasWrittenMemory,
  immediateTexts,
  missingOperands,
  type Rule,
  renamed,
  shortForms,
} from './rule.ts';
import { stringOperands, tableAddress } from './string-operands.ts';
import { x87Operands } from './x87-operands.ts';

const NAMES: Readonly<Record<string, string>> = {
  fcompi: 'fcomip',
  fucompi: 'fucomip',
  wait: 'fwait',
  xlatb: 'xlat',
  lcalll: 'lcall',
  ljmpl: 'ljmp',
  lretl: 'lret',
  iretl: 'iret',
  pushal: 'pusha',
  popal: 'popa',
  pushfl: 'pushf',
  popfl: 'popf',
  sldtw: 'sldt',
  strw: 'str',
  lldtw: 'lldt',
  ltrw: 'ltr',
  smsww: 'smsw',
  lmsww: 'lmsw',
  sal: 'shl',
  salb: 'shlb',
  sall: 'shll',
  salw: 'shlw',
  ptwritel: 'ptwrite',
  fdisi8087_nop: 'fndisi(8087 only)',
  feni8087_nop: 'fneni(8087 only)',
  sysretl: 'sysret',
  sysexitl: 'sysexit',
};

const SUFFIXES: Readonly<Record<number, string>> = { 1: 'b', 2: 'w', 4: 'l' };

/** Stack and branch instructions have a suffix only where the operand is not of the usual 32 bits. */
const USUALLY_32: ReadonlySet<string> = new Set(['push', 'pop', 'call', 'jmp', 'ret', 'leave', 'enter']);

const SHIFTS: ReadonlySet<string> = new Set(['rol', 'ror', 'rcl', 'rcr', 'shl', 'sal', 'shr', 'sar', 'shld', 'shrd']);

/** A size suffix stands only where no general register shows the size. */
const suffixWhereNeeded: Rule = (line, { instruction }) => {
  const suffix = /^(.+)([bwlq])$/.exec(line.mnemonic);
  if (suffix === null) return line;
  const [, plain = '', letter] = suffix;
  if (plain !== instruction.mnemonic && !(plain === 'shl' && instruction.mnemonic === 'sal')) return line;
  const drop = showsSize(instruction) || (USUALLY_32.has(plain) && letter === 'l');
  return drop ? { ...line, mnemonic: plain } : line;
};

/** The count of a shift and the port of an I/O instruction say nothing about the size. */
function showsSize({ operands, mnemonic }: Instruction): boolean {
  return operands.some(
    (operand, index) =>
      operand.kind === 'register' &&
      !(operand.name === 'cl' && index > 0 && SHIFTS.has(mnemonic)) &&
      !(operand.name === 'dx' && mnemonic === 'out'),
  );
}

/** `8(%ebp)` and its like are written again from the encoding. */
const memoryFromEncoding: Rule = (line, { instruction, encoding }) => {
  if (!hasWrittenMemory(instruction)) return line;
  const address = addressText(instruction, encoding, 'att');
  const operands = line.operands.map((operand) => {
    const text = operand.startsWith('*') ? operand.slice(1) : operand;
    if (!isMemoryText(text)) return operand;
    return operand.startsWith('*') ? `*${address}` : address;
  });
  return { ...line, operands };
};

function isMemoryText(text: string): boolean {
  return !text.startsWith('$') && !/^%\w+(\(\d\))?$/.test(text);
}

/** Immediates in hexadecimal, as wide as the operand. */
const immediatesInHex: Rule = (line, { instruction }) => {
  const texts = immediateTexts(instruction, 'att');
  let next = 0;
  const operands = line.operands.map((operand) => {
    if (!operand.startsWith('$')) return operand;
    const text = texts[next++];
    return text === undefined ? operand : `$${text}`;
  });
  return { ...line, operands };
};

/** The encodings that always shift by one show no count. */
const shiftByOne: Rule = (line, { encoding }) =>
  encoding.map === 'one' && (encoding.opcode === 0xd0 || encoding.opcode === 0xd1)
    ? { ...line, operands: line.operands.slice(-1) }
    : line;

/** Far targets are a selector and an offset. */
const farTargets: Rule = (line, { instruction }) => {
  const [far] = instruction.operands;
  if (far?.kind !== 'far-target') return line;
  return { ...line, operands: [`$0x${far.selector.toString(16)}`, `$0x${far.offset.toString(16)}`] };
};

/** Ports stand in parentheses. */
const portOperands: Rule = (line, { instruction }) => {
  if (instruction.mnemonic !== 'in' && instruction.mnemonic !== 'out') return line;
  return { ...line, operands: line.operands.map((operand) => (operand === '%dx' ? '(%dx)' : operand)) };
};

/** `66 90` exchanges %ax with itself. */
const wideNop: Rule = (line, { instruction, encoding }) => {
  const isShort = instruction.code === 'Nopw';
  return isShort && encoding.opcode === 0x90 ? { ...line, mnemonic: 'xchg', operands: ['%ax', '%ax'] } : line;
};

/** Every reserved nop shows its ModRM operand, with a suffix beside memory. */
const reservedNops: Rule = (line, { instruction }) => {
  if (!/^(reserved)?nop$/.test(instruction.mnemonic) || line.operands.length === 0) return line;
  const suffix = hasWrittenMemory(instruction) ? (/_?(rm16|Nopw)/.test(instruction.code) ? 'w' : 'l') : '';
  return { ...line, mnemonic: `nop${suffix}`, operands: line.operands.slice(-1) };
};

/** Debug registers have their old names. */
const debugRegisters: Rule = (line) => ({
  ...line,
  operands: line.operands.map((operand) => operand.replace(/^%dr(?=\d$)/, '%db')),
});

/** monitor and mwait show the registers that they imply. */
const waitOperands: Rule = (line, { instruction }) => {
  if (instruction.mnemonic === 'mwait') return { ...line, operands: ['%eax', '%ecx'] };
  return instruction.mnemonic === 'monitor' ? { ...line, operands: ['%eax', '%ecx', '%edx'] } : line;
};

/** crc32 has the suffix of a source in memory, though a register is the destination. */
const checksumSuffix: Rule = (line, { instruction }) => {
  const size = instruction.memory[0]?.size;
  if (instruction.mnemonic !== 'crc32' || size === undefined) return line;
  return { ...line, mnemonic: `crc32${SUFFIXES[size]}` };
};

/** The 16-bit formats of the x87 environment have an `s`. */
const shortEnvironment: Rule = (line, { instruction }) =>
  /_m(14|94)byte$/.test(instruction.code) ? { ...line, mnemonic: `${line.mnemonic}s` } : line;

/** A segment prefix before a conditional branch was a hint: 2e not taken, 3e taken. */
const branchHints: Rule = (line, { instruction }) => {
  const hint = HINTS[line.prefixes.at(-1) ?? ''];
  if (hint === undefined || !/^J[a-z]+_rel/.test(instruction.code) || instruction.condition === undefined) return line;
  return { ...line, prefixes: line.prefixes.slice(0, -1), mnemonic: `${line.mnemonic}${hint}` };
};

const HINTS: Readonly<Record<string, string>> = { cs: ',pn', ds: ',pt' };

/** The rules in the order in which they apply. */
export const ATT_RULES: readonly Rule[] = [
  renamed(NAMES),
  suffixWhereNeeded,
  missingOperands('att'),
  reservedNops,
  wideNop,
  memoryFromEncoding,
  stringOperands('att'),
  tableAddress('att'),
  immediatesInHex,
  shiftByOne,
  bareTargets,
  farTargets,
  portOperands,
  x87Operands('att'),
  debugRegisters,
  waitOperands,
  checksumSuffix,
  shortEnvironment,
  shortForms,
  branchHints,
];
