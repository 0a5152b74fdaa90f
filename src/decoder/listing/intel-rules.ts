// Turns capstone's Intel text into that of `objdump -M intel`, by one named rule for each habit in which the two differ.

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
  lcall: 'call',
  ljmp: 'jmp',
  iretd: 'iret',
  pushal: 'pusha',
  popal: 'popa',
  pushad: 'pusha',
  popad: 'popa',
  pushfd: 'pushf',
  popfd: 'popf',
  sal: 'shl',
  fdisi8087_nop: 'fndisi(8087 only)',
  feni8087_nop: 'fneni(8087 only)',
};

/** Capstone's name for ten bytes. */
const SIZE_NAMES: Readonly<Record<string, string>> = { xword: 'TBYTE' };
/** Where capstone names another size than objdump, or none; '' stands for none. */
const SIZES_BY_MNEMONIC: Readonly<Record<string, string>> = {
  comisd: 'QWORD',
  prefetch: 'BYTE',
  invept: 'OWORD',
  invvpid: 'OWORD',
  invpcid: '',
  lddqu: '',
  fnsave: '',
  frstor: '',
};
const MOFFS = /_moffs\d+/;

/** `dword ptr [ebp + 8]` is written again from the encoding; an absolute `mov` with eax has no size. */
const memoryFromEncoding: Rule = (line, { instruction, encoding }) => {
  if (!hasWrittenMemory(instruction)) return line;
  const address = addressText(instruction, encoding, 'intel');
  const operands = line.operands.map((operand) => {
    const memory = /^(?:(\w+) )?(?:ptr )?(?:\w\w:)?\[/.exec(operand);
    if (memory === null) return operand;
    if (MOFFS.test(instruction.code)) return address;
    const written = memory[1] === 'ptr' ? '' : (memory[1] ?? '');
    const size =
      farPointerSize(instruction) ??
      SIZES_BY_MNEMONIC[instruction.mnemonic] ??
      SIZE_NAMES[written] ??
      written.toUpperCase();
    return size ? `${size} PTR ${address}` : address;
  });
  return { ...line, operands };
};

/** Far calls and jumps, and the loads of a segment register, read a selector after the offset. */
function farPointerSize({ code, memory }: Instruction): string | undefined {
  if (!/^(Call|Jmp|L[defgs]s)_.*m16(16|32)$/.test(code)) return undefined;
  return memory[0]?.size === 4 ? 'DWORD' : 'FWORD';
}

/** Immediates in hexadecimal, as wide as the operand. */
const immediatesInHex: Rule = (line, { instruction }) => {
  const texts = immediateTexts(instruction, 'intel');
  let next = 0;
  const operands = line.operands.map((operand) =>
    /^-?(0x[0-9a-f]+|\d+)$/.test(operand) ? (texts[next++] ?? operand) : operand,
  );
  return { ...line, operands };
};

/** Far targets are a selector, a colon and an offset. */
const farTargets: Rule = (line, { instruction }) => {
  const [far] = instruction.operands;
  if (far?.kind !== 'far-target') return line;
  return { ...line, operands: [`0x${far.selector.toString(16)}:0x${far.offset.toString(16)}`] };
};

/** `66 90` exchanges ax with itself. */
const wideNop: Rule = (line, { instruction, encoding }) =>
  instruction.code === 'Nopw' && encoding.opcode === 0x90
    ? { ...line, mnemonic: 'xchg', operands: ['ax', 'ax'] }
    : line;

/** The encodings that always shift by one show that count. */
const shiftByOne: Rule = (line, { encoding }) =>
  encoding.map === 'one' && (encoding.opcode === 0xd0 || encoding.opcode === 0xd1)
    ? { ...line, operands: [...line.operands.slice(0, 1), '1'] }
    : line;

/** Every reserved nop shows its ModRM operand, with its size in memory. */
const reservedNops: Rule = (line, { instruction }) => {
  if (!/^(reserved)?nop$/.test(instruction.mnemonic) || line.operands.length === 0) return line;
  const [operand = ''] = line.operands;
  const size =
    hasWrittenMemory(instruction) && !operand.includes(' PTR ')
      ? /_?(rm16|Nopw)/.test(instruction.code)
        ? 'WORD PTR '
        : 'DWORD PTR '
      : '';
  return { ...line, mnemonic: 'nop', operands: [size + operand] };
};

/** The descriptor-table instructions have the width of the base as a suffix. */
const tableRegisters: Rule = (line, { instruction, encoding }) =>
  /^[sl][gi]dt$/.test(instruction.mnemonic)
    ? { ...line, mnemonic: `${instruction.mnemonic}${encoding.prefixes.includes(0x66) ? 'w' : 'd'}` }
    : line;

/** The 16-bit formats of the x87 environment have a `w`. */
const shortEnvironment: Rule = (line, { instruction }) =>
  /_m(14|94)byte$/.test(instruction.code) ? { ...line, mnemonic: `${line.mnemonic}w` } : line;

/** ud0 and ud1 have a memory operand, with a size, that they never touch. */
const untouchedOperand: Rule = (line, { instruction }) =>
  /^ud[01]$/.test(instruction.mnemonic) && hasWrittenMemory(instruction)
    ? { ...line, operands: line.operands.map((text, index) => (index === 1 ? `DWORD PTR ${text}` : text)) }
    : line;

/** The rules in the order in which they apply. */
export const INTEL_RULES: readonly Rule[] = [
  renamed(NAMES),
  missingOperands('intel'),
  memoryFromEncoding,
  reservedNops,
  wideNop,
  stringOperands('intel'),
  tableAddress('intel'),
  immediatesInHex,
  shiftByOne,
  bareTargets,
  farTargets,
  x87Operands('intel'),
  tableRegisters,
  shortEnvironment,
  shortForms,
  untouchedOperand,
];
