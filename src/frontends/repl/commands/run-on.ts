// Moving on by more than one instruction: over calls, out of loops, to where this function returns. How deep in calls one is, is counted from
// what the instructions do; that holds where %esp is unknown, too.

import type { Instruction } from '../../../decoder/instruction.ts';
import { type U32, wrapU32 } from '../../../machine/u32.ts';
import type { DebugTarget, TimeTravel } from '../../../session/debug-target.ts';
import type { StopReason } from '../../../session/stop-reason.ts';
import { CommandError } from '../command-error.ts';
import type { Command, Desk } from './command.ts';
import { addressIn, countIn } from './operands.ts';

/** The most instructions of one run; code that still runs then is taken not to end. */
const MOST_STEPS = 2000;
/** The most instructions that are looked through for a return. */
const MOST_LOOKED_AT = 4096;

export const RUN_ON_COMMANDS: readonly Command[] = [
  {
    names: ['nexti', 'ni', 'n', 'next'],
    usage: '[N]',
    summary: 'run one instruction, and what it calls',
    details: ['A callee that the lead-up does not show is one step anyway.'],
    group: 'moving',
    repeats: true,
    run: (argument, desk) => {
      const count = countIn(argument, desk);
      let stop: StopReason = { kind: 'seek' };
      for (let i = 0; i < count; i++) {
        stop = runOn(desk.target, ({ depth }) => depth <= 0);
        if (stop.kind !== 'step') break;
      }
      return { lines: [], stop };
    },
  },
  {
    names: ['until', 'u'],
    usage: '[*ADDR]',
    summary: 'run to an address in this function, or out of a loop',
    details: [
      'Without an address it runs to a higher one than this: a jump backwards is gone',
      'through until its loop ends. It stops where this function returns, too.',
    ],
    group: 'moving',
    repeats: true,
    takesAddress: true,
    run: (argument, desk) => {
      const here = desk.target.place.address;
      const wanted = argument.trim() === '' ? undefined : addressIn(argument, desk);
      const isThere = (address: U32) => (wanted === undefined ? address > here : address === wanted);
      const stop = runOn(desk.target, ({ depth, address }) => depth < 0 || (depth === 0 && isThere(address)));
      return { lines: [], stop };
    },
  },
  {
    names: ['finish', 'fin'],
    usage: '',
    summary: 'run to where this function returns, if that is shown',
    details: [
      'On the timeline that is an instruction between here and the fault. In a',
      'diversion the captured code has to show a way to a return.',
    ],
    group: 'moving',
    run: (_argument, desk) => {
      checkThatItReturns(desk);
      return { lines: [], stop: runOn(desk.target, ({ depth }) => depth < 0) };
    },
  },
];

/** Where a run has got to: `depth` is 0 in the function where it began, 1 in one that this called, -1 in the caller. */
interface Reached {
  readonly depth: number;
  readonly address: U32;
}

/** Runs one instruction after the other until `isDone`, or until something else stops it. */
function runOn(target: DebugTarget, isDone: (reached: Reached) => boolean): StopReason {
  let depth = 0;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const instruction = target.instructionAt(target.place.address);
    const stop = target.run('step', 'forward');
    if (stop.kind !== 'step') return stop;
    const { address } = target.place;
    depth += depthChange(instruction, address);
    if (isDone({ depth, address })) return stop;
  }
  return { kind: 'step-limit', steps: MOST_STEPS };
}

/** A call that arrives at the instruction after it was not followed: its callee is not shown, or it only pushes the address of that. */
function depthChange(instruction: Instruction | undefined, arrived: U32): number {
  if (instruction?.flow === 'return') return -1;
  const isCall = instruction?.flow === 'call' || instruction?.flow === 'indirect-call';
  return isCall && arrived !== wrapU32(instruction.address + instruction.length) ? 1 : 0;
}

/** Throws CommandError where running on would not end in a return. */
function checkThatItReturns({ target, annotations }: Desk): void {
  const { place, travel } = target;
  const inCode = returnFrom(place.address, target);
  if (place.line === 'diversion' || travel === undefined) {
    if (inCode === undefined) throw new CommandError('the captured code does not show where this function returns');
    return;
  }
  if (returnsOnTimeline(travel, place.position)) return;
  const end = annotations.place(travel.positions[place.last]?.address ?? place.address);
  throw new CommandError(
    inCode === undefined
      ? `the timeline ends at ${end} before this function returns, and the captured code does not show where it would`
      : `the timeline ends at ${end} before this function returns; only a diversion can get to its return at ${annotations.place(inCode)}`,
  );
}

function returnsOnTimeline({ positions }: TimeTravel, from: number): boolean {
  let depth = 0;
  for (let index = from; index + 1 < positions.length; index++) {
    depth += depthChange(positions[index]?.instruction, positions[index + 1]?.address as U32);
    if (depth < 0) return true;
  }
  return false;
}

/** A return that code from `start` on can get to without leaving the known code, calls passed over. */
function returnFrom(start: U32, target: DebugTarget): U32 | undefined {
  const seen = new Set<U32>([start]);
  for (const address of seen) {
    if (seen.size > MOST_LOOKED_AT) return undefined;
    const instruction = target.instructionAt(address);
    if (instruction === undefined) continue;
    if (instruction.flow === 'return') return address;
    for (const next of nextOf(instruction)) seen.add(next);
  }
  return undefined;
}

function nextOf(instruction: Instruction): readonly U32[] {
  const after = wrapU32(instruction.address + instruction.length);
  const targets = instruction.target === undefined ? [] : [instruction.target];
  switch (instruction.flow) {
    case 'jump':
      return targets;
    case 'conditional-branch':
      return [after, ...targets];
    case 'indirect-jump':
    case 'exception':
      return [];
    default:
      return [after];
  }
}
