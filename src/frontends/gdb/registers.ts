// The registers in gdb's order for i386, and the target description that says so. Debugging with GDB, "i386 Features".

import type { RegisterName, SegmentRegister } from '../../machine/registers.ts';
import { type U32, wrapU32 } from '../../machine/u32.ts';
import type { KnownValue } from '../../session/known-value.ts';
import type { MachineView } from '../../session/machine-view.ts';
import { littleEndianHex } from './hex.ts';

interface GdbRegister {
  readonly name: string;
  readonly bits: number;
  readonly type: string;
}

const GENERAL: readonly RegisterName[] = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'eip', 'eflags'];
const SEGMENTS: readonly SegmentRegister[] = ['cs', 'ss', 'ds', 'es', 'fs', 'gs'];
const TYPES: Readonly<Record<string, string>> = {
  esp: 'data_ptr',
  ebp: 'data_ptr',
  eip: 'code_ptr',
  eflags: 'i386_eflags',
};

/** gdb refuses a description without the x87 registers; no log holds them, so they are always unavailable. */
const REGISTERS: readonly GdbRegister[] = [
  ...[...GENERAL, ...SEGMENTS].map((name) => ({ name, bits: 32, type: TYPES[name] ?? 'int32' })),
  ...Array.from({ length: 8 }, (_, i) => ({ name: `st${i}`, bits: 80, type: 'i387_ext' })),
  ...['fctrl', 'fstat', 'ftag', 'fiseg', 'fioff', 'foseg', 'fooff', 'fop'].map((name) => ({
    name,
    bits: 32,
    type: 'int',
  })),
];

export const EIP_NUMBER = GENERAL.indexOf('eip');

const FLAG_FIELDS: readonly [string, number][] = [
  ['CF', 0],
  ['', 1],
  ['PF', 2],
  ['AF', 4],
  ['ZF', 6],
  ['SF', 7],
  ['TF', 8],
  ['IF', 9],
  ['DF', 10],
  ['OF', 11],
  ['NT', 14],
  ['RF', 16],
  ['VM', 17],
  ['AC', 18],
  ['VIF', 19],
  ['VIP', 20],
  ['ID', 21],
];

export const TARGET_DESCRIPTION = `<?xml version="1.0"?>
<!DOCTYPE target SYSTEM "gdb-target.dtd">
<target version="1.0">
  <architecture>i386</architecture>
  <feature name="org.gnu.gdb.i386.core">
    <flags id="i386_eflags" size="4">
${FLAG_FIELDS.map(([name, bit]) => `      <field name="${name}" start="${bit}" end="${bit}"/>`).join('\n')}
    </flags>
${REGISTERS.map(({ name, bits, type }) => `    <reg name="${name}" bitsize="${bits}" type="${type}"/>`).join('\n')}
  </feature>
</target>
`;

/** Which values are shown to a client that cannot show how they are known. */
export type Trust = 'certain' | 'assumed-too';

/** Digits of the register, `x` for each that is unavailable; undefined for a number that gdb was not told of. */
export function registerHex(number: number, view: MachineView, trust: Trust): string | undefined {
  const register = REGISTERS[number];
  if (register === undefined) return undefined;
  const value = isShown(knownValue(register.name, view), register.name, trust);
  return value === undefined ? 'x'.repeat(register.bits / 4) : littleEndianHex(value);
}

function knownValue(name: string, view: MachineView): KnownValue {
  if ((GENERAL as readonly string[]).includes(name)) return view.registers()[name as RegisterName];
  if ((SEGMENTS as readonly string[]).includes(name)) return view.selectors()[name as SegmentRegister];
  return { provenance: 'unknown' };
}

/** Without eip nothing works, so that one is shown even where the log prints none and it was made up. */
function isShown({ provenance, value, knownBits }: KnownValue, name: string, trust: Trust): U32 | undefined {
  if (value === undefined) return undefined;
  if (name === 'eip') return value;
  if (knownBits !== undefined) return undefined;
  return provenance === 'assumed' && trust === 'certain' ? undefined : wrapU32(value);
}

export function allRegistersHex(view: MachineView, trust: Trust): string {
  return REGISTERS.map((_, number) => registerHex(number, view, trust)).join('');
}

/** The register of a number that can be set. */
export function settableRegister(number: number): RegisterName | undefined {
  return GENERAL[number];
}

const ALL_DIGITS = REGISTERS.reduce((digits, { bits }) => digits + bits / 4, 0);

/** The general registers in the digits of a `G` packet; undefined where it has not the size of all registers. */
export function splitRegisters(
  digits: string,
): readonly { readonly register: RegisterName; readonly hex: string }[] | undefined {
  if (digits.length !== ALL_DIGITS) return undefined;
  return GENERAL.map((register, i) => ({ register, hex: digits.slice(i * 8, i * 8 + 8) }));
}
