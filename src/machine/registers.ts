// The registers of a 32-bit x86 CPU that a crash report prints, and the parts of them that instructions name.

import type { U32 } from './u32.ts';

/** The eight general registers in encoding order (Intel SDM vol. 2A, "ModR/M and SIB Bytes"). */
export const GENERAL_REGISTERS = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'] as const;
export type GeneralRegister = (typeof GENERAL_REGISTERS)[number];

/** Segment registers in encoding order. */
export const SEGMENT_REGISTERS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;
export type SegmentRegister = (typeof SEGMENT_REGISTERS)[number];

/** The registers that every instruction may change: the general ones, the instruction pointer and the flags. */
export type RegisterName = GeneralRegister | 'eip' | 'eflags';
export const REGISTER_NAMES: readonly RegisterName[] = [...GENERAL_REGISTERS, 'eip', 'eflags'];

export type RegisterFile = Readonly<Record<RegisterName, U32>>;

/** The place of a named register inside its 32-bit register: `ah` is bits 8 to 15 of eax. */
export interface RegisterPart {
  readonly register: GeneralRegister;
  /** Position of the lowest bit. */
  readonly shift: 0 | 8;
  /** Width in bits. */
  readonly width: 8 | 16 | 32;
}

const PARTS: ReadonlyMap<string, RegisterPart> = new Map(
  GENERAL_REGISTERS.flatMap((register): [string, RegisterPart][] => {
    const word = register.slice(1);
    const bytes: [string, RegisterPart][] = word.endsWith('x')
      ? [
          [`${word[0]}l`, { register, shift: 0, width: 8 }],
          [`${word[0]}h`, { register, shift: 8, width: 8 }],
        ]
      : [];
    return [[register, { register, shift: 0, width: 32 }], [word, { register, shift: 0, width: 16 }], ...bytes];
  }),
);

/** Gives the part of a general register that `name` (eax, ax, al, ah, esi, si …) stands for; undefined for any other name. */
export function registerPart(name: string): RegisterPart | undefined {
  return PARTS.get(name);
}

export function isGeneralRegister(name: string): name is GeneralRegister {
  return (GENERAL_REGISTERS as readonly string[]).includes(name);
}

/** Gives the current privilege level of a code-segment selector, which is its low two bits; level 1 is a Xen guest kernel. */
export function privilegeLevel(cs: number): 0 | 1 | 2 | 3 {
  return (cs & 3) as 0 | 1 | 2 | 3;
}
