// The EFLAGS register. Intel SDM vol. 1, "EFLAGS Register".

export const EFLAGS = {
  CF: 0x1,
  PF: 0x4,
  AF: 0x10,
  ZF: 0x40,
  SF: 0x80,
  TF: 0x100,
  IF: 0x200,
  DF: 0x400,
  OF: 0x800,
  IOPL: 0x3000,
  NT: 0x4000,
  RF: 0x1_0000,
  VM: 0x2_0000,
  AC: 0x4_0000,
  VIF: 0x8_0000,
  VIP: 0x10_0000,
  ID: 0x20_0000,
} as const;

export type FlagName = keyof typeof EFLAGS;

/** Bits that every EFLAGS image has, whatever was loaded into it: bit 1 is set, bits 3, 5, 15 and 22 to 31 are clear. */
export const FIXED_FLAGS = { mask: 0xffc0_802a, value: 0x2 } as const;

/** CF, PF, AF, ZF, SF and OF: the flags that arithmetic changes. */
export const ARITHMETIC_FLAGS = EFLAGS.CF | EFLAGS.PF | EFLAGS.AF | EFLAGS.ZF | EFLAGS.SF | EFLAGS.OF;

/** The flags that an engine may see and change: TF, RF, VM, NT and IOPL would change how it steps. */
export const ENGINE_EFLAGS = 0x24_0ed5;
