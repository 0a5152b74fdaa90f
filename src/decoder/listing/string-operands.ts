// String instructions and xlat: objdump shows every address with its segment.

import type { Syntax } from '../decoder.ts';
import { segmentOverride } from './address-text.ts';
import type { Rule, RuleContext } from './rule.ts';

const STRING_CODES = /^(Movs|Cmps|Stos|Lods|Scas|Ins|Outs)[bwd]_(m\d|AL|AX|EAX|DX)/;
const SUFFIXES: Readonly<Record<number, string>> = { 1: 'b', 2: 'w', 4: 'l' };
const SIZE_NAMES: Readonly<Record<number, string>> = { 1: 'BYTE', 2: 'WORD', 4: 'DWORD' };
const ACCUMULATORS: Readonly<Record<number, string>> = { 1: 'al', 2: 'ax', 4: 'eax' };

/** In AT&T's syntax a mnemonic has a suffix if only memory shows the size. */
export function stringOperands(syntax: Syntax): Rule {
  return (line, context) => {
    const { mnemonic, memory, code } = context.instruction;
    const [first] = memory;
    if (first === undefined || !STRING_CODES.test(code)) return line;
    const isShort = first.addressSize === 16;
    const source = place(syntax, segmentOverride(context.encoding) ?? 'ds', isShort ? 'si' : 'esi', first.size);
    const destination = place(syntax, 'es', isShort ? 'di' : 'edi', first.size);
    const accumulator = `${syntax === 'att' ? '%' : ''}${ACCUMULATORS[first.size]}`;
    const port = syntax === 'att' ? '(%dx)' : 'dx';
    /** Gives the operands in Intel's order. */
    const operands: Readonly<Record<string, readonly string[]>> = {
      movs: [destination, source],
      cmps: [source, destination],
      stos: [destination, accumulator],
      lods: [accumulator, source],
      scas: [accumulator, destination],
      ins: [destination, port],
      outs: [port, source],
    };
    const shown = operands[mnemonic] ?? [];
    if (syntax === 'intel') return { ...line, mnemonic, operands: shown };
    const suffix = shown.includes(accumulator) ? '' : SUFFIXES[first.size];
    return { ...line, mnemonic: `${mnemonic}${suffix}`, operands: [...shown].reverse() };
  };
}

/** xlat shows the table's address, and only that. */
export function tableAddress(syntax: Syntax): Rule {
  return (line, { instruction, encoding }: RuleContext) => {
    const [table] = instruction.memory;
    if (instruction.mnemonic !== 'xlat' || table === undefined) return line;
    const base = table.addressSize === 16 ? 'bx' : 'ebx';
    return { ...line, operands: [place(syntax, segmentOverride(encoding) ?? 'ds', base, 1)] };
  };
}

function place(syntax: Syntax, segment: string, base: string, size: number): string {
  return syntax === 'att' ? `%${segment}:(%${base})` : `${SIZE_NAMES[size]} PTR ${segment}:[${base}]`;
}
