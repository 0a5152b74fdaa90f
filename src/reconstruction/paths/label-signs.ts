// What two neighbouring instructions say of a label between them that is jumped to from code that is not shown. Compilers make one where
// ways join (the end of an if, a loop that is entered at its test) and where loops begin: what stands around such a place differs
// from what stands elsewhere, and label-odds.ts has counted how.

import type { Instruction, MemoryOperand, Operand } from '../../decoder/instruction.ts';
import { ARITHMETIC_FLAGS } from '../../machine/eflags.ts';
import { type GeneralRegister, registerPart } from '../../machine/registers.ts';
import { writes } from '../lift/lift.ts';
import { hintsAtJoin } from './join-hints.ts';

export interface Neighbours {
  readonly previous: Instruction;
  /** The instruction in question and those that stand after it. */
  readonly following: readonly Instruction[];
  /** For a conditional branch as `previous`: where it goes. */
  readonly branch?: 'back-out' | 'out' | 'back' | 'ahead';
  /** Its address is a multiple of 16; unknown where the log prints none. */
  readonly isAligned: boolean;
  /** The code around keeps its variables in the stack frame, as compilers write it that do not optimise: see `keepsToFrame`. */
  readonly keepsToFrame: boolean;
}

/** Share of the instructions that touch the stack frame in code that is not optimised: 60 % and more; in optimised code 10 to 20 %. */
const FRAME_SHARE = 0.4;

export function keepsToFrame(instructions: readonly Instruction[]): boolean {
  const plain = instructions.filter(({ flow }) => flow === 'next');
  const touching = plain.filter(({ memory }) => memory.some((operand) => operand.explicit && isFrame(operand)));
  return touching.length > FRAME_SHARE * plain.length;
}

/** Signs by name, each of which has its own odds. */
export function labelSigns({ previous, following, branch, isAligned, keepsToFrame }: Neighbours): readonly string[] {
  const [next] = following;
  if (next === undefined) return [];
  const signs = [
    branch === undefined ? `after ${kindOf(previous)}` : `after branch ${branch}`,
    `at ${kindOf(next)}`,
    ...(branch === undefined ? [useOfResult(previous, next)] : []),
  ];
  return [
    ...(keepsToFrame ? signs.map((sign) => `frame: ${sign}`) : signs),
    ...(hintsAtJoin(previous, next) ? ['like a join'] : []),
    ...(flagsAreRead(following) ? ['flags read'] : []),
    ...(isAligned ? ['aligned'] : []),
  ];
}

/** What the instruction does, and where it takes its operands from: `mov reg,stack`. */
function kindOf(instruction: Instruction): string {
  const { mnemonic, operands } = instruction;
  const [to, from] = operands;
  const group =
    GROUP[mnemonic] ?? (mnemonic.startsWith('cmov') ? 'cmov' : mnemonic.startsWith('set') ? 'set' : 'other');
  if (group === 'logic' && isSame(to, from)) return 'clear';
  if (!DETAILED.has(group)) return group;
  const places = operands.slice(0, 2).map(place);
  return [group, ...places, ...(STEPPING.has(mnemonic) ? ['number'] : [])].join(' ');
}

function place(operand: Operand): string {
  if (operand.kind === 'memory') return isFrame(operand.memory) ? 'stack' : 'memory';
  if (operand.kind === 'register') return registerPart(operand.name) === undefined ? 'special' : 'register';
  return 'number';
}

function isFrame({ base }: MemoryOperand): boolean {
  return base === 'ebp' || base === 'esp';
}

function isSame(a: Operand | undefined, b: Operand | undefined): boolean {
  return a?.kind === 'register' && b?.kind === 'register' && a.name === b.name;
}

const GROUP: Readonly<Record<string, string>> = {
  ...named('mov', ['mov']),
  ...named('extend', ['movzx', 'movsx', 'cdq', 'cwde', 'cwd', 'cbw']),
  ...named('lea', ['lea']),
  ...named('sum', ['add', 'sub', 'adc', 'sbb', 'inc', 'dec']),
  ...named('logic', ['xor', 'and', 'or', 'not', 'neg']),
  ...named('compare', ['cmp', 'test', 'bt']),
  ...named('shift', ['shl', 'shr', 'sar', 'sal', 'rol', 'ror', 'shld', 'shrd']),
  ...named('multiply', ['imul', 'mul', 'div', 'idiv']),
  ...named('push', ['push']),
  ...named('pop', ['pop', 'leave']),
  ...named('call', ['call']),
  ...named('branch', ['jmp', 'ret']),
};

/** As if by a number. */
const STEPPING: ReadonlySet<string> = new Set(['inc', 'dec']);

const DETAILED: ReadonlySet<string> = new Set(['mov', 'extend', 'lea', 'sum', 'logic', 'compare', 'push']);

function named(group: string, mnemonics: readonly string[]): Record<string, string> {
  return Object.fromEntries(mnemonics.map((mnemonic) => [mnemonic, group]));
}

/** What becomes of the register that `previous` made. */
function useOfResult(previous: Instruction, next: Instruction): string {
  const made = registersOf(previous, (access) => writes(access)).filter((name) => name !== 'esp');
  if (made.length === 0) return 'result none';
  const read = registersOf(next, (access) => access !== 'write' && access !== 'none');
  if (made.some((name) => read.includes(name))) return 'result used';
  const written = registersOf(next, (access) => access === 'write');
  return made.some((name) => written.includes(name)) ? 'result lost' : 'result kept';
}

function registersOf({ registers }: Instruction, isMeant: (access: string) => boolean): readonly GeneralRegister[] {
  return registers.filter(({ access }) => isMeant(access)).flatMap(({ name }) => registerPart(name)?.register ?? []);
}

/** The first of the instructions that touches flags reads them: these were made before. */
function flagsAreRead(following: readonly Instruction[]): boolean {
  for (const { flags, flow } of following) {
    if ((flags.read & ARITHMETIC_FLAGS) !== 0) return true;
    if (flow !== 'next' || ((flags.written | flags.undefined) & ARITHMETIC_FLAGS) !== 0) return false;
  }
  return false;
}
