// Moving in time.

import type { DebugTarget, TimeTravel } from '../../../session/debug-target.ts';
import type { StopReason } from '../../../session/stop-reason.ts';
import { CommandError } from '../command-error.ts';
import { type Answer, type Command, type Desk, say } from './command.ts';
import { addressIn, countIn, numberIn, watchedIn } from './operands.ts';

const EXPRESSION_START = /[$*{(]/;

export const MOVE_COMMANDS: readonly Command[] = [
  {
    names: ['stepi', 'si', 's', 'step'],
    usage: '[N]',
    summary: 'run one instruction; `step back` undoes one',
    group: 'moving',
    repeats: true,
    completions: ['back'],
    run: (argument, desk) =>
      argument.startsWith('back')
        ? step(argument.slice('back'.length), desk, 'backward')
        : step(argument, desk, 'forward'),
  },
  {
    names: ['reverse-stepi', 'rsi', 'rs', 'reverse-step'],
    usage: '[N]',
    summary: 'undo one instruction',
    group: 'moving',
    repeats: true,
    run: (argument, desk) => step(argument, desk, 'backward'),
  },
  {
    names: ['continue', 'c'],
    usage: '',
    summary: 'run to the next breakpoint, watchpoint or the fault',
    group: 'moving',
    repeats: true,
    run: (_argument, { target }) => stopped(target.run('continue', 'forward')),
  },
  {
    names: ['reverse-continue', 'rc'],
    usage: '[$REG | *ADDR]',
    summary: 'run back; with a value, to what last changed it',
    details: [
      'Without an argument it runs back to a breakpoint, a watchpoint or the first',
      'rebuilt instruction. `rc $ecx` or `rc *0xf21fea80` stops before the',
      'instruction that last changed that value: who wrote this?',
    ],
    group: 'moving',
    repeats: true,
    run: (argument, desk) =>
      stopped(
        argument === ''
          ? desk.target.run('continue', 'backward')
          : travelOf(desk.target).seekLastChange(watchedIn(argument, desk)),
      ),
  },
  {
    names: ['seek', 'goto'],
    usage: 'N | -N | start | end | *ADDR',
    summary: 'go to a position; -1 is the one before the fault',
    group: 'moving',
    completions: ['start', 'end'],
    takesAddress: true,
    run: (argument, desk) => seek(argument, desk),
  },
  {
    names: ['start'],
    usage: '',
    summary: 'go to the first rebuilt instruction',
    group: 'moving',
    run: (_argument, desk) => seek('start', desk),
  },
  {
    names: ['end'],
    usage: '',
    summary: 'go to the crash site',
    group: 'moving',
    run: (_argument, desk) => seek('end', desk),
  },
  {
    names: ['checkpoint'],
    usage: '',
    summary: 'remember this position; `info checkpoints` lists them',
    group: 'moving',
    run: (_argument, { target, annotations }) => {
      const { id, position } = travelOf(target).addCheckpoint();
      const at = travelOf(target).positions[position]?.address;
      return say(`Checkpoint ${id}: position ${position}${at === undefined ? '' : `, ${annotations.place(at)}`}.`);
    },
  },
  {
    names: ['restart'],
    usage: 'N',
    summary: 'go to checkpoint N',
    group: 'moving',
    run: (argument, desk) => {
      const id = numberIn(argument, desk);
      const travel = travelOf(desk.target);
      const checkpoint = travel.checkpoints.find((candidate) => candidate.id === id);
      if (checkpoint === undefined) throw new CommandError(`no checkpoint ${id}`);
      return stopped(travel.seek(checkpoint.position));
    },
  },
];

function stopped(stop: StopReason): Answer {
  return { lines: [], stop };
}

function step(argument: string, desk: Desk, direction: 'forward' | 'backward'): Answer {
  const count = countIn(argument, desk);
  let stop: StopReason = { kind: 'seek' };
  for (let i = 0; i < count; i++) {
    stop = desk.target.run('step', direction);
    if (stop.kind !== 'step') break;
  }
  return stopped(stop);
}

export function travelOf({ travel }: DebugTarget): TimeTravel {
  if (travel === undefined) throw new CommandError('this target has no timeline');
  return travel;
}

function seek(argument: string, desk: Desk): Answer {
  const travel = travelOf(desk.target);
  const last = travel.positions.length - 1;
  const text = argument.trim();
  if (text === '') throw new CommandError('seek where? a position number, start, end or *ADDR');
  if (text === 'start') return stopped(travel.seek(0));
  if (text === 'end' || text === 'crash') return stopped(travel.seek(last));
  if (EXPRESSION_START.test(text[0] as string)) {
    const address = addressIn(text, desk);
    const found = travel.positions.find((position) => position.address === address);
    if (!found) throw new CommandError(`no position is at ${desk.annotations.place(address)}`);
    return stopped(travel.seek(found.index));
  }
  const fromEnd = /^-\d+$/.test(text);
  const index = fromEnd ? last + Number(text) : numberIn(text, desk);
  if (index < 0 || index > last) {
    throw new CommandError(`no position ${text}: they go from 0 to ${last}, the crash site`);
  }
  return stopped(travel.seek(index));
}
