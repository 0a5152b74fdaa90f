// Rules about the pointer of a page fault in the kernel. They exclude each other: the first that holds is told.

import { errnoName } from '../../machine/errno.ts';
import { isFillPattern, isText, markerOf } from '../../machine/markers.ts';
import type { GeneralRegister } from '../../machine/registers.ts';
import { PAGE_SIZE, type U32, wrapU32 } from '../../machine/u32.ts';
import { errnoOf, zoneOf } from '../../machine/zones.ts';
import { addressGround, type Crash, capped, certain, type Pointer, registerGround, stepGrounds } from '../crash.ts';
import type { Diagnosis, Ground, Source, Strength } from '../diagnosis.ts';
import { helperClassOf } from '../helpers.ts';

export type Rule = (crash: Crash) => readonly Diagnosis[];

/** What the register holds, and the steps that brought it there. */
function grounds(crash: Crash, pointer: Pointer): readonly Ground[] {
  return [
    registerGround(pointer.register, pointer.value),
    ...stepGrounds(crash, pointer.register),
    ...addressGround(crash),
  ];
}

function sourced(pointer: Pointer): { readonly source?: Source } {
  const { source, path } = pointer;
  if (source === undefined || path === 'assumed') return {};
  return { source: path === 'likely' ? { ...source, likely: true } : source };
}

/** The value that the pointer would have without the constant of the instruction. */
function withoutDisplacement({ fault, operand }: Crash): U32 | undefined {
  return fault && operand && operand.index === undefined
    ? wrapU32(operand.linearAddress - operand.displacement)
    : undefined;
}

export const pointerRule: Rule = (crash) => {
  if (crash.fault === undefined || crash.fault.access === 'execute' || crash.operand === undefined) return [];
  for (const rule of crash.isKernel ? KERNEL_RULES : USER_RULES) {
    const found = rule(crash);
    if (found.length > 0) return found;
  }
  return [];
};

const poison: Rule = (crash) => {
  for (const pointer of [crash.base, crash.index]) {
    const found = pointer && markerOf(pointer.value, crash.kernels);
    if (pointer === undefined || found === undefined) continue;
    const isSmall = pointer.value < PAGE_SIZE;
    // A small number in the place of an index, or one that was handed over, is more often just that.
    if (isSmall && (pointer.role === 'index' || pointer.source?.kind === 'argument')) continue;
    const strength: Strength = found.certainKernel ? 'suggests' : 'hint';
    if (isSmall && strength === 'hint') continue;
    const both = found.kind === 'list-poison' && otherPoisonSeen(crash, pointer);
    const { kind, marker } = found;
    return [
      {
        kind,
        marker,
        register: pointer.register,
        value: pointer.value,
        ...(both && { twice: true }),
        strength,
        grounds: grounds(crash, pointer),
      },
    ];
  }
  return [];
};

/** The other poison of a deleted list entry in another register. */
function otherPoisonSeen({ snapshot, kernels }: Crash, { register, value }: Pointer): boolean {
  return Object.entries(snapshot.registers).some(([name, fact]) => {
    if (fact === undefined || name === register || fact.value === value) return false;
    return markerOf(fact.value, kernels)?.kind === 'list-poison';
  });
}

const containerOfNull: Rule = (crash) => {
  const { base, operand, fault, leadUp } = crash;
  if (base === undefined || operand === undefined || fault === undefined || operand.index !== undefined) return [];
  const displacement = operand.displacement | 0;
  if (base.value === 0 && displacement < 0 && displacement > -PAGE_SIZE)
    return [container(crash, base, -displacement, 'proves')];
  const below = -(base.value | 0);
  if (below <= 0 || below >= PAGE_SIZE) return [];
  const made = leadUp?.origin
    .find(({ role }) => role === 'base')
    ?.links.find(({ step, kind, register }) => {
      const before = leadUp.steps[step]?.before;
      const from = leadUp.steps[step]?.instruction.operands.find((one) => one.kind === 'memory');
      const source = from?.kind === 'memory' ? from.memory.base : register;
      return kind === 'arithmetic' && source !== undefined && certain(before?.[source as typeof register]) === 0;
    });
  if (made !== undefined) return [container(crash, base, below, capped('proves', base.path))];
  // A string that is walked from an error pointer passes here too.
  return below === displacement && fault.size !== 1 ? [container(crash, base, below, 'suggests')] : [];
};

function container(crash: Crash, base: Pointer, below: number, strength: Strength): Diagnosis {
  return { kind: 'container-of-null', register: base.register, below, strength, grounds: grounds(crash, base) };
}

const LARGEST_ERRNO = 4095;
const errorPointer: Rule = (crash) => {
  const pointer = crash.base;
  if (pointer === undefined || crash.operand?.index !== undefined) return [];
  const { value, register } = pointer;
  if (value === 0xffff_ffff) {
    return [
      {
        kind: 'minus-one-pointer',
        register,
        ...sourced(pointer),
        strength: 'suggests',
        grounds: grounds(crash, pointer),
      },
    ];
  }
  if (value <= 0xffff_ffff - LARGEST_ERRNO || errnoOf(value) < 2 || errnoName(errnoOf(value)) === undefined) return [];
  const known = ['load', 'returned', 'argument'].includes(pointer.source?.kind ?? '');
  const strength = known ? capped('suggests', pointer.path) : 'hint';
  const errno = errnoOf(value);
  return [
    { kind: 'error-pointer', register, value, errno, ...sourced(pointer), strength, grounds: grounds(crash, pointer) },
  ];
};

const nullArray: Rule = (crash) => {
  const { base, index } = crash;
  const found = summedArray(crash);
  if (found !== undefined) return [found];
  if (base?.value !== 0 || index === undefined || index.value === 0) return [];
  const table = perCpuTable(crash, index);
  if (table) {
    return [
      {
        kind: 'null-percpu-pointer',
        register: base.register,
        base: index.register,
        strength: capped('suggests', index.path),
        grounds: grounds(crash, base),
      },
    ];
  }
  if (index.scale === 1 && index.value >= PAGE_SIZE) return [];
  return [
    {
      kind: 'null-array',
      register: base.register,
      index: index.register,
      value: index.value,
      scale: index.scale,
      strength: index.scale === 1 ? 'suggests' : 'proves',
      grounds: [registerGround(base.register, 0 as U32), ...grounds(crash, index)],
    },
  ];
};

/** A `lea` of the lead-up added a scaled index to a base of 0. */
function summedArray(crash: Crash): Diagnosis | undefined {
  const { base, operand, leadUp } = crash;
  if (base === undefined || operand?.index !== undefined || leadUp === undefined) return undefined;
  for (const { step, kind } of leadUp.origin.find(({ role }) => role === 'base')?.links ?? []) {
    const at = leadUp.steps[step];
    const memory = at?.instruction.mnemonic === 'lea' ? at.instruction.memory[0] : undefined;
    if (at === undefined || memory?.base === undefined || memory.index === undefined || kind === 'copy') continue;
    const value = memory.index === 'al' ? undefined : certain(at.before[memory.index]);
    const start = certain(at.before[memory.base as GeneralRegister]);
    if (start !== 0 || !value || memory.scale === 1 || memory.index === 'al') continue;
    const strength = capped('proves', base.path);
    const { register } = base;
    return {
      kind: 'null-array',
      register,
      index: memory.index,
      value,
      scale: memory.scale,
      strength,
      grounds: grounds(crash, base),
    };
  }
  return undefined;
}

/** The per-cpu offsets are a table of words that the processor's number indexes. */
function perCpuTable({ leadUp }: Crash, { register }: Pointer): boolean {
  const chain = leadUp?.origin.find((one) => one.register === register);
  const link = chain?.links.at(-1);
  if (chain?.end.kind !== 'load' || link === undefined) return false;
  const operand = leadUp?.steps[link.step]?.instruction.memory[0];
  return operand !== undefined && operand.base === undefined && operand.index !== undefined && operand.scale === 4;
}

/** The index of a scale of 1 is as good a base: compilers put either first. */
const swappedPerCpu: Rule = (crash) => {
  const { base, index } = crash;
  if (index?.value !== 0 || index.scale !== 1 || base === undefined || !perCpuTable(crash, base)) return [];
  return [
    {
      kind: 'null-percpu-pointer',
      register: index.register,
      base: base.register,
      strength: capped('suggests', base.path),
      grounds: grounds(crash, index),
    },
  ];
};

const nullMember: Rule = (crash) => {
  const { fault, base, operand } = crash;
  if (fault === undefined || operand === undefined || fault.address >= PAGE_SIZE) return [];
  const { access } = fault;
  if (base === undefined) {
    const isAbsolute = operand.base === undefined && operand.index === undefined;
    if (!isAbsolute || operand.segment.base !== 0) return [];
    return [{ kind: 'null-member', offset: fault.address, access, strength: 'proves', grounds: addressGround(crash) }];
  }
  const offset = fault.address;
  const facts = { kind: 'null-member', register: base.register, offset, access, ...sourced(base) } as const;
  if (base.value === 0) return [{ ...facts, strength: 'proves', grounds: grounds(crash, base) }];
  return constantAboveNull(crash, base)
    ? [{ ...facts, strength: capped('proves', base.path), grounds: grounds(crash, base) }]
    : [];
};

/** The lead-up shows the base as a constant added to a register that was 0. */
function constantAboveNull({ leadUp }: Crash, base: Pointer): boolean {
  const links = leadUp?.origin.find(({ role }) => role === 'base')?.links ?? [];
  return links.some(({ step, kind, register }) => {
    const at = leadUp?.steps[step];
    if (kind !== 'arithmetic' || at === undefined) return false;
    const memory = at.instruction.mnemonic === 'lea' ? at.instruction.memory[0] : undefined;
    const from = memory === undefined ? register : memory.index === undefined ? memory.base : undefined;
    const isString = at.instruction.memory.some(({ size }) => size > 0);
    return (
      from !== undefined && !isString && base.value < PAGE_SIZE && certain(at.before[from as typeof register]) === 0
    );
  });
}

const smallNumber: Rule = (crash) => {
  const { base, snapshot } = crash;
  if (base === undefined || base.value === 0 || base.value >= PAGE_SIZE) return [];
  if (crash.operand?.index !== undefined && base.source?.kind !== 'load') return [];
  const { register, value, source } = base;
  const about = { register, value, grounds: grounds(crash, base) };
  if (source?.kind === 'argument' && helperClassOf(snapshot.symbol?.value.name) !== undefined) {
    const { position } = source;
    return [{ ...about, kind: 'null-struct-argument', position, strength: capped('suggests', base.path) }];
  }
  const isLoaded = source?.kind === 'load' || source?.kind === 'returned';
  const strength = isLoaded ? capped('suggests', base.path) : 'hint';
  return [{ ...about, kind: 'small-integer-pointer', ...sourced(base), strength }];
};

const HIGHEST_GOOD_INDEX = 0x10_0000;

/** Of two registers that are added, the pointer is the one that holds an address of the kernel. */
const indexOutOfRange: Rule = (crash) => {
  const { base, index, operand, layout } = crash;
  if (operand === undefined) return [];
  const isGood = (value: U32) => value >= layout.pageOffset && zoneOf(value, layout) !== 'error-pointer';
  const start = base?.value ?? operand.displacement;
  const isSwapped = base !== undefined && index?.scale === 1 && isGood(index.value) && !isGood(base.value);
  const wild = isSwapped ? base : index;
  if (wild === undefined || !(isSwapped || isGood(start))) return [];
  const signed = wild.value | 0;
  const isWild = wild.value >= HIGHEST_GOOD_INDEX && (signed > 0 || signed >= -0x1_0000 || !isGood(wild.value));
  if (!isWild) return [];
  const { register, value, scale } = wild;
  return [
    {
      kind: 'index-out-of-range',
      register,
      value,
      scale,
      ...sourced(wild),
      strength: 'suggests',
      grounds: grounds(crash, wild),
    },
  ];
};

const textPointer: Rule = (crash) => patterned(crash, isText, 'text-pointer', 'suggests');
const fillPattern: Rule = (crash) => patterned(crash, isFillPattern, 'fill-pattern', 'hint');

function patterned(
  crash: Crash,
  fits: (value: U32) => boolean,
  kind: 'text-pointer' | 'fill-pattern',
  strength: Strength,
): readonly Diagnosis[] {
  const { base } = crash;
  if (base === undefined || !fits(base.value) || base.value >= crash.layout.pageOffset) return [];
  const { register, value } = base;
  return [
    {
      kind,
      register,
      value,
      ...(kind === 'text-pointer' ? sourced(base) : {}),
      strength,
      grounds: grounds(crash, base),
    } as Diagnosis,
  ];
}

const wildPointer: Rule = (crash) => {
  const { fault, base, layout } = crash;
  if (fault === undefined || base === undefined || fault.present) return [];
  const { register, value } = base;
  const isKernelAddress = value >= layout.pageOffset;
  if (isKernelAddress || value < PAGE_SIZE || fault.address >= layout.pageOffset) return [];
  const wild = { kind: 'wild-pointer', register, value, ...sourced(base), strength: 'suggests' } as const;
  return [{ ...wild, grounds: grounds(crash, base) }, ...fillPattern(crash)];
};

const addressAlone: Rule = (crash) => {
  const { fault } = crash;
  if (fault === undefined || fault.address >= PAGE_SIZE) return [];
  return [{ kind: 'near-null', address: fault.address, strength: 'hint', grounds: addressGround(crash) }];
};

/** The displacement may hide the poison of a structure that lies before the pointer. */
const poisonBehindDisplacement: Rule = (crash) => {
  const value = withoutDisplacement(crash);
  const found = value === undefined || value < PAGE_SIZE ? undefined : markerOf(value, crash.kernels);
  if (value === undefined || found === undefined || crash.base !== undefined) return [];
  const { kind, marker, certainKernel } = found;
  return [{ kind, marker, value, strength: certainKernel ? 'suggests' : 'hint', grounds: addressGround(crash) }];
};

const KERNEL_RULES: readonly Rule[] = [
  poison,
  poisonBehindDisplacement,
  containerOfNull,
  nullArray,
  swappedPerCpu,
  nullMember,
  errorPointer,
  smallNumber,
  textPointer,
  indexOutOfRange,
  wildPointer,
  fillPattern,
  addressAlone,
];
const USER_RULES: readonly Rule[] = [nullMember, nullArray, smallNumber, textPointer, fillPattern, addressAlone];
