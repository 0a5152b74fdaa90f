// One remark on each register of a report: what its value is, as far as the value itself shows it.

import { EFLAGS, type FlagName } from '../machine/eflags.ts';
import { errnoName } from '../machine/errno.ts';
import { GENERAL_REGISTERS, type GeneralRegister } from '../machine/registers.ts';
import { PAGE_SIZE, type U32 } from '../machine/u32.ts';
import { type AddressLayout, errnoOf, type Zone, zoneOf } from '../machine/zones.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export type RegisterRemark =
  | { readonly kind: 'fault-address' }
  /** `errno` is positive; without a name where no kernel returns it. -1 is left without one: it is mostly no EPERM. */
  | { readonly kind: 'negative'; readonly errno: number; readonly name?: string }
  /** The four bytes in the order of memory. */
  | { readonly kind: 'text'; readonly spelled: string }
  | { readonly kind: 'equal-bytes'; readonly byte: number }
  | { readonly kind: 'equals-register'; readonly other: GeneralRegister }
  | { readonly kind: 'number'; readonly decimal: number }
  | { readonly kind: 'zone'; readonly zone: Exclude<Zone, 'null-page' | 'error-pointer'> }
  | { readonly kind: 'flags'; readonly set: readonly FlagName[] };

export interface RemarkedRegister {
  readonly register: GeneralRegister | 'eflags';
  readonly remark: RegisterRemark;
}

/** In the order in which the instruction set numbers the registers, then the flags. Registers that the log does not hold are left out. */
export function registerRemarks(snapshot: Snapshot, layout: AddressLayout): readonly RemarkedRegister[] {
  const general = GENERAL_REGISTERS.flatMap((register, i): RemarkedRegister[] => {
    const value = snapshot.registers[register]?.value;
    if (value === undefined) return [];
    const other = GENERAL_REGISTERS.slice(0, i).find((name) => snapshot.registers[name]?.value === value);
    return [{ register, remark: remarkOn(value, other, snapshot.trap.faultAddress?.value, layout) }];
  });
  const flags = snapshot.registers.eflags?.value;
  return flags === undefined
    ? general
    : [...general, { register: 'eflags', remark: { kind: 'flags', set: flagsIn(flags) } }];
}

/** The first that holds, the most telling first. */
function remarkOn(
  value: U32,
  other: GeneralRegister | undefined,
  faultAddress: U32 | undefined,
  layout: AddressLayout,
): RegisterRemark {
  if (value === faultAddress && value >= PAGE_SIZE) return { kind: 'fault-address' };
  const zone = zoneOf(value, layout);
  if (zone === 'error-pointer') {
    const errno = errnoOf(value);
    const name = errno === 1 ? undefined : errnoName(errno);
    return { kind: 'negative', errno, ...(name !== undefined && { name }) };
  }
  if (zone === 'null-page') return { kind: 'number', decimal: value };
  const bytes = [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
  const [byte = 0] = bytes;
  if (bytes.every((each) => each === byte)) return { kind: 'equal-bytes', byte };
  if (bytes.every((each) => 0x20 <= each && each <= 0x7e))
    return { kind: 'text', spelled: bytes.map((each) => String.fromCharCode(each)).join('') };
  return other === undefined ? { kind: 'zone', zone } : { kind: 'equals-register', other };
}

function flagsIn(flags: U32): readonly FlagName[] {
  return (Object.keys(EFLAGS) as FlagName[]).filter((name) => name !== 'IOPL' && (flags & EFLAGS[name]) !== 0);
}
