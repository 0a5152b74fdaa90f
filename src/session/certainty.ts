// Carries through execution how certain each register and flag of a diversion is: what an instruction computes is as certain as the least
// certain thing it reads. An unknown value may be copied and computed with; it may not decide where, whether or how often something happens.

import type { Instruction, MemoryOperand } from '../decoder/instruction.ts';
import { ARITHMETIC_FLAGS, EFLAGS } from '../machine/eflags.ts';
import { GENERAL_REGISTERS, type GeneralRegister, type RegisterName, registerPart } from '../machine/registers.ts';
import { wrapU32 } from '../machine/u32.ts';
import { type KnownValue, leastCertain, type Provenance } from './known-value.ts';
import type { KnownRegisters } from './machine-view.ts';
import type { RegisterPurpose } from './stop-reason.ts';

/** The flags that code changes; the others stay as they were at the fault. */
export const CODE_FLAGS = ARITHMETIC_FLAGS | EFLAGS.DF;

export interface Certainty {
  /** The provenance and, for `assumed`, the condition; there is no value here. */
  readonly registers: Readonly<Record<GeneralRegister, KnownValue>>;
  readonly flags: KnownValue;
  /** The bits of EFLAGS that are unknown. */
  readonly unknownFlags: number;
  /** The other registers (x87, SSE, segment) that hold something assumed. */
  readonly assumedOthers: ReadonlySet<string>;
  /** True once a branch was decided by an assumed value, so that the place itself is assumed. */
  readonly pathAssumed: boolean;
}

export interface Need {
  readonly register: RegisterName;
  readonly purpose: RegisterPurpose;
}

export function certaintyOf(registers: KnownRegisters): Certainty {
  const { eflags } = registers;
  const entries = GENERAL_REGISTERS.map((name) => [name, withoutValue(registers[name])]);
  const known = eflags.value === undefined ? 0 : (eflags.knownBits ?? CODE_FLAGS);
  return {
    registers: Object.fromEntries(entries) as Certainty['registers'],
    flags: eflags.knownBits === undefined ? withoutValue(eflags) : { provenance: 'derived' },
    unknownFlags: CODE_FLAGS & ~known,
    assumedOthers: new Set(),
    pathAssumed: false,
  };
}

export function withoutValue({ provenance, constraint }: KnownValue): KnownValue {
  return { provenance, ...(constraint !== undefined && { constraint }) };
}

const PAIRS: Readonly<Record<string, readonly GeneralRegister[]>> = {
  'bx+si': ['ebx', 'esi'],
  'bx+di': ['ebx', 'edi'],
  'bp+si': ['ebp', 'esi'],
  'bp+di': ['ebp', 'edi'],
};

function addressRegisters({ base, index, bitOffset }: MemoryOperand): readonly GeneralRegister[] {
  const bases = base === undefined ? [] : (PAIRS[base] ?? [base as GeneralRegister]);
  const offset = bitOffset === undefined ? undefined : registerPart(bitOffset)?.register;
  return [...bases, ...(index === undefined ? [] : [index === 'al' ? 'eax' : index]), ...(offset ? [offset] : [])];
}

/** True if the way to `instruction`, or an address that it uses, rests on an assumed value. */
export function restsOnAssumed(instruction: Instruction, { registers, pathAssumed }: Certainty): boolean {
  const names = instruction.memory.flatMap(addressRegisters);
  if (instruction.prefixes.rep !== 'none') names.push('ecx');
  return pathAssumed || names.some((name) => registers[name].provenance === 'assumed');
}

/** True if no value that `instruction` reads from memory can decide where control goes, how often it repeats, or whether it faults. */
export function copiesMemoryOnly({ flow, prefixes, mnemonic, registers }: Instruction): boolean {
  const hidden = registers.some(({ name, access }) => access.includes('write') && registerPart(name) === undefined);
  const compares = mnemonic === 'scas' || mnemonic === 'cmps';
  return flow === 'next' && !hidden && !FAULTS_BY_VALUE.has(mnemonic) && !(compares && prefixes.rep !== 'none');
}

/** These raise an exception for some values of what they read. */
const FAULTS_BY_VALUE: ReadonlySet<string> = new Set(['div', 'idiv', 'bound', 'into', 'aam']);
const STRING_OPERATIONS: ReadonlySet<string> = new Set(['movs', 'cmps', 'stos', 'lods', 'scas', 'ins', 'outs']);

/** Gives what must be known before `instruction` can be run at all. */
export function neededFor(instruction: Instruction, certainty: Certainty): Need | undefined {
  const isUnknown = (name: GeneralRegister) => certainty.registers[name].provenance === 'unknown';
  for (const operand of instruction.memory) {
    if (operand.access === 'none') continue;
    const register = addressRegisters(operand).find(isUnknown);
    if (register) return { register, purpose: 'address' };
  }
  const { flow, condition, prefixes, mnemonic, flags } = instruction;
  const lacksFlags = (flags.read & certainty.unknownFlags) !== 0;
  const counts = prefixes.rep !== 'none' || condition === 'cxz' || mnemonic.startsWith('loop');
  if (counts && isUnknown('ecx')) return { register: 'ecx', purpose: 'count' };
  if (STRING_OPERATIONS.has(mnemonic) && (certainty.unknownFlags & EFLAGS.DF) !== 0) {
    return { register: 'eflags', purpose: 'address' };
  }
  if (lacksFlags && (flow === 'conditional-branch' || prefixes.rep !== 'none')) {
    return { register: 'eflags', purpose: 'branch' };
  }
  const read = registersRead(instruction).find(isUnknown);
  // An ending comparison of repne scas and repe cmps decides how often it repeats.
  const endsByValue = prefixes.rep !== 'none' && (mnemonic === 'scas' || mnemonic === 'cmps');
  const purpose: RegisterPurpose | undefined =
    flow === 'indirect-jump' || flow === 'indirect-call'
      ? 'branch'
      : FAULTS_BY_VALUE.has(mnemonic)
        ? 'fault'
        : endsByValue
          ? 'count'
          : writesHidden(instruction)
            ? 'hidden'
            : undefined;
  if (purpose === undefined) return undefined;
  if (read) return { register: read, purpose };
  return lacksFlags ? { register: 'eflags', purpose } : undefined;
}

function registersRead({ registers }: Instruction): readonly GeneralRegister[] {
  return registers.flatMap(({ name, access }) => {
    const register = access.includes('read') ? registerPart(name)?.register : undefined;
    return register === undefined ? [] : [register];
  });
}

function writesHidden({ registers }: Instruction): boolean {
  return registers.some(({ name, access }) => access.includes('write') && registerPart(name) === undefined);
}

/**
 * `memoryRead`: provenance of the bytes that were read. `isBetweenRounds`: a repeated comparison goes on, and processors differ in its
 * flags until it ends. Gives the state after it and how certain what it stored is.
 */
export function certaintyAfter(
  instruction: Instruction,
  before: Certainty,
  memoryRead: readonly Provenance[],
  isBetweenRounds: boolean,
): { readonly after: Certainty; readonly stored: Provenance } {
  const input = inputCertainty(instruction, before, memoryRead);
  const registers = { ...before.registers };
  const assumedOthers = new Set(before.assumedOthers);
  const isString = STRING_OPERATIONS.has(instruction.mnemonic);
  for (const { name, access } of instruction.registers) {
    if (!access.includes('write')) continue;
    const part = registerPart(name);
    if (part === undefined) {
      if (input === 'assumed') assumedOthers.add(name);
      else assumedOthers.delete(name);
      continue;
    }
    const { register } = part;
    const own = before.registers[register];
    const movesAlone =
      (register === 'esp' && instruction.stackDelta !== 0) ||
      (isString && (register === 'esi' || register === 'edi' || register === 'ecx'));
    const keepsSome = part.width < 32 || access.includes('conditional');
    registers[register] = movesAlone
      ? computedOf(own)
      : { provenance: leastCertain(['derived', input, ...(keepsSome ? [own.provenance] : [])]) };
  }
  return {
    after: {
      registers,
      ...flagsAfter(instruction, before, isBetweenRounds ? 'unknown' : input),
      assumedOthers,
      pathAssumed: before.pathAssumed || (input === 'assumed' && instruction.flow !== 'next'),
    },
    stored: leastCertain(['derived', input]),
  };
}

function computedOf({ provenance }: KnownValue): KnownValue {
  return { provenance: leastCertain(['derived', provenance]) };
}

function inputCertainty(
  instruction: Instruction,
  { registers, flags, unknownFlags, assumedOthers }: Certainty,
  memoryRead: readonly Provenance[],
): Provenance {
  const readsFlags = instruction.flags.read & CODE_FLAGS;
  const others = instruction.registers.some(({ name, access }) => access.includes('read') && assumedOthers.has(name));
  return leastCertain([
    'observed',
    ...registersRead(instruction).map((name) => registers[name].provenance),
    ...memoryRead,
    ...(readsFlags !== 0 ? [(readsFlags & unknownFlags) !== 0 ? ('unknown' as const) : flags.provenance] : []),
    ...(others ? ['assumed' as const] : []),
  ]);
}

/** Flags that the manual leaves undefined are unknown afterwards, whatever this engine makes of them. */
function flagsAfter(
  { flags }: Instruction,
  before: Certainty,
  input: Provenance,
): { readonly flags: KnownValue; readonly unknownFlags: number } {
  const written = flags.written & CODE_FLAGS;
  const forced = flags.cleared | flags.set;
  const undefinedFlags = flags.undefined & CODE_FLAGS;
  if ((written | undefinedFlags) === 0) return { flags: before.flags, unknownFlags: before.unknownFlags };
  const unknown = input === 'unknown' ? written & ~forced : 0;
  const settled = written & ~unknown & ~flags.conditional;
  const unknownFlags = wrapU32((before.unknownFlags & ~settled) | unknown | undefinedFlags);
  const rest = CODE_FLAGS & ~settled & ~unknownFlags;
  const provenance = leastCertain([
    'derived',
    ...(input === 'unknown' ? [] : [input]),
    ...(rest !== 0 && before.flags.provenance !== 'unknown' ? [before.flags.provenance] : []),
  ]);
  return { flags: { provenance }, unknownFlags };
}
