// Writes the address of a memory operand as objdump does: every field that the encoding has, whether it says anything or not.

import type { Syntax } from '../decoder.ts';
import type { Instruction, MemoryOperand } from '../instruction.ts';
import type { Encoding } from './encoding.ts';

const SEGMENT_PREFIXES: Readonly<Record<number, string>> = {
  38: 'es',
  46: 'cs',
  54: 'ss',
  62: 'ds',
  100: 'fs',
  101: 'gs',
};
/** `mov` between eax and an address in the instruction, without a ModRM byte. */
const MOFFS_OPCODES: ReadonlySet<number> = new Set([0xa0, 0xa1, 0xa2, 0xa3]);
const SHORT_BASES = ['bx', 'bx', 'bp', 'bp', '', '', 'bp', 'bx'];
const SHORT_INDEXES = ['si', 'di', 'si', 'di', 'si', 'di', '', ''];
const REGISTERS = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'];

interface AddressFields {
  readonly base?: string;
  readonly index?: string;
  /** It is absent if the form has no scale: 16-bit addresses. */
  readonly scale?: number;
  /** It is absent if the encoding has no displacement. */
  readonly displacement?: number;
}

/** Segment override that the encoding spells out; the last prefix counts. */
export function segmentOverride(encoding: Encoding): string | undefined {
  return encoding.prefixes.map((prefix) => SEGMENT_PREFIXES[prefix]).findLast((segment) => segment !== undefined);
}

export function addressText(instruction: Instruction, encoding: Encoding, syntax: Syntax): string {
  const memory = instruction.operands.find((operand) => operand.kind === 'memory')?.memory;
  if (memory === undefined) return '';
  const fields = fieldsOf(memory, encoding);
  const override = segmentOverride(encoding);
  return syntax === 'att' ? attText(fields, override) : intelText(fields, override);
}

function fieldsOf(memory: MemoryOperand, encoding: Encoding): AddressFields {
  if (encoding.map === 'one' && MOFFS_OPCODES.has(encoding.opcode)) return { displacement: memory.displacement };
  const { modRm, sib, displacement } = encoding;
  const mod = modRm >>> 6;
  const rm = modRm & 7;
  const shown = displacement.size === 0 ? {} : { displacement: displacement.value | 0 };
  if (memory.addressSize === 16) {
    if (mod === 0 && rm === 6) return { displacement: displacement.value & 0xffff };
    return {
      base: SHORT_BASES[rm] || SHORT_INDEXES[rm] || '',
      ...(rm < 4 && { index: SHORT_INDEXES[rm] ?? '' }),
      ...shown,
    };
  }
  if (sib === undefined) {
    if (mod === 0 && rm === 5) return { displacement: displacement.value };
    return { base: REGISTERS[rm] ?? '', ...shown };
  }
  const scale = 1 << (sib >>> 6);
  const hasBase = (sib & 7) !== 5 || mod !== 0;
  const base = hasBase ? (REGISTERS[sib & 7] ?? '') : undefined;
  const index = (sib >>> 3) & 7;
  const name = memory.vectorIndex ?? (index === 4 ? 'eiz' : (REGISTERS[index] ?? ''));
  // A base of esp can only be written with a SIB byte: its index then says nothing, and objdump leaves it out.
  const isPlain = name === 'eiz' && scale === 1 && base === 'esp';
  return { ...(base !== undefined && { base }), ...(!isPlain && { index: name, scale }), ...shown };
}

function attText(fields: AddressFields, override: string | undefined): string {
  const segment = override === undefined ? '' : `%${override}:`;
  const { base, index, scale, displacement } = fields;
  const registers = [
    base === undefined ? '' : `%${base}`,
    ...(index === undefined ? [] : [`%${index}`]),
    ...(scale === undefined || index === undefined ? [] : [`${scale}`]),
  ].join(',');
  const isAbsolute = base === undefined && index === undefined;
  if (isAbsolute) return `${segment}${hex(displacement ?? 0)}`;
  return `${segment}${displacement === undefined ? '' : signedHex(displacement)}(${registers})`;
}

function intelText(fields: AddressFields, override: string | undefined): string {
  const { base, index, scale, displacement } = fields;
  const segment = override === undefined ? '' : `${override}:`;
  if (base === undefined && index === undefined) return `${override ?? 'ds'}:${hex(displacement ?? 0)}`;
  const sum = [
    ...(base === undefined ? [] : [base]),
    ...(index === undefined ? [] : [scale === undefined ? index : `${index}*${scale}`]),
  ].join('+');
  const tail = displacement === undefined ? '' : displacement < 0 ? signedHex(displacement) : `+${hex(displacement)}`;
  return `${segment}[${sum}${tail}]`;
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

function signedHex(value: number): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : hex(value);
}
