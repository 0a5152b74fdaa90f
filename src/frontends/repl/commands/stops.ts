// Breakpoints and watchpoints.

import type { Breakpoint, ConditionText } from '../../../session/breakpoints.ts';
import type { MachineView } from '../../../session/machine-view.ts';
import { watchedText } from '../../wording/stop.ts';
import { CommandError } from '../command-error.ts';
import { type Expression, evaluate } from '../expression.ts';
import { type Answer, type Command, type Desk, say } from './command.ts';
import { addressIn, numberIn, parse, watchedIn } from './operands.ts';

export const STOP_COMMANDS: readonly Command[] = [
  {
    names: ['break', 'b', 'br'],
    usage: '*ADDR [if CONDITION]',
    summary: 'stop at the instruction at ADDR, in either direction',
    details: [
      'ADDR is an expression: 0xf88a5ae4, $pc, foo+0x1c. Eight digits as the log',
      'prints them need no 0x. A condition that depends on something unknown stops',
      'too, and says so.',
    ],
    group: 'stopping',
    takesAddress: true,
    run: (argument, desk) => addBreakpoint(argument, desk, 'kept'),
  },
  {
    names: ['tbreak', 'tb'],
    usage: '*ADDR [if CONDITION]',
    summary: 'the same for one stop, after which it is gone',
    group: 'stopping',
    takesAddress: true,
    run: (argument, desk) => addBreakpoint(argument, desk, 'temporary'),
  },
  watchCommand('watch', 'write', 'stop when a register or a word changes'),
  watchCommand('rwatch', 'read', 'stop when memory is read'),
  watchCommand('awatch', 'access', 'stop when memory is read or written'),
  {
    names: ['delete', 'd'],
    usage: '[N | checkpoint N]',
    summary: 'delete breakpoint or watchpoint N, or all',
    group: 'stopping',
    completions: ['checkpoint'],
    run: (argument, desk) => remove(argument, desk),
  },
  {
    names: ['disable'],
    usage: 'N',
    summary: 'keep breakpoint N, but pass by it',
    group: 'stopping',
    run: (argument, desk) => enable(argument, desk, 'disabled'),
  },
  {
    names: ['enable'],
    usage: 'N',
    summary: 'stop at breakpoint N again',
    group: 'stopping',
    run: (argument, desk) => enable(argument, desk, 'enabled'),
  },
  {
    names: ['condition'],
    usage: 'N [CONDITION]',
    summary: 'stop at breakpoint N only where CONDITION holds',
    group: 'stopping',
    run: (argument, desk) => {
      const [number = '', ...rest] = argument.split(/\s+/);
      const id = numberIn(number, desk);
      const text = rest.join(' ');
      const condition = text === '' ? undefined : conditionIn(text, desk);
      if (!desk.target.breakpoints.setCondition(id, condition)) throw new CommandError(`no breakpoint ${id}`);
      return say(condition ? `Breakpoint ${id} stops only if ${text}.` : `Breakpoint ${id} always stops.`);
    },
  },
];

function addBreakpoint(argument: string, desk: Desk, life: 'kept' | 'temporary'): Answer {
  const { text, condition } = splitCondition(argument, desk);
  const address = text === '' ? desk.target.place.address : addressIn(text, desk);
  const added = desk.target.breakpoints.add({
    kind: 'breakpoint',
    address,
    ...(condition && { condition }),
    ...(life === 'temporary' && { temporary: true }),
  });
  return say(`${breakpointText(added, desk)}${reachable(added, desk)}`);
}

function watchCommand(name: string, access: 'write' | 'read' | 'access', summary: string): Command {
  return {
    names: [name],
    usage: `${access === 'write' ? '$REG | ' : ''}*ADDR [if CONDITION]`,
    summary,
    details: [
      'The address of `watch *($ebx+8)` is worked out once, now. Running back, it',
      'stops before the instruction that made the change. One that stores to an',
      'unknown address may have changed the word: that stops too, and says `may`.',
    ],
    group: 'stopping',
    takesAddress: true,
    run: (argument, desk) => {
      const { text, condition } = splitCondition(argument, desk);
      const watched = watchedIn(text, desk, access);
      const added = desk.target.breakpoints.add({ kind: 'watchpoint', watched, ...(condition && { condition }) });
      return say(breakpointText(added, desk));
    },
  };
}

function splitCondition(argument: string, desk: Desk): { text: string; condition?: ConditionText } {
  const match = /^(.*?)\s*\bif\b\s*(.*)$/.exec(argument);
  if (match === null) return { text: argument.trim() };
  return { text: (match[1] ?? '').trim(), condition: conditionIn(match[2] ?? '', desk) };
}

function conditionIn(text: string, desk: Desk): ConditionText {
  const expression = parse(text, desk);
  return {
    text: text.trim(),
    holds: (view) => {
      const value = valueOrUnknown(expression, view);
      return value === undefined ? undefined : value !== 0;
    },
  };
}

/** A division by zero in a condition decides nothing. */
function valueOrUnknown(expression: Expression, view: MachineView): number | undefined {
  try {
    return evaluate(expression, view).value;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

export function breakpointText(breakpoint: Breakpoint, { annotations }: Desk): string {
  const condition = breakpoint.condition ? ` if ${breakpoint.condition.text}` : '';
  const state = breakpoint.enabled ? '' : ' (disabled)';
  if (breakpoint.kind === 'breakpoint') {
    return `${breakpoint.temporary ? 'Temporary breakpoint' : 'Breakpoint'} ${breakpoint.id} at ${annotations.place(breakpoint.address)}${condition}${state}`;
  }
  const { watched } = breakpoint;
  const what =
    watched.kind === 'register' || watched.access === 'write'
      ? ''
      : watched.access === 'read'
        ? ' (reads)'
        : ' (reads and writes)';
  return `Watchpoint ${breakpoint.id}: ${watchedText(watched)}${what}${condition}${state}`;
}

function reachable(breakpoint: Breakpoint, { target }: Desk): string {
  if (breakpoint.kind !== 'breakpoint' || target.travel === undefined) return '';
  const hit = target.travel.positions.some(({ address }) => address === breakpoint.address);
  return hit ? '' : ' (not on the timeline: only a diversion can get there)';
}

function remove(argument: string, desk: Desk): Answer {
  const { breakpoints, travel } = desk.target;
  if (argument.trim() === '') {
    for (const { id } of breakpoints.list()) breakpoints.remove(id);
    return say('All breakpoints and watchpoints are deleted.');
  }
  const checkpoint = /^checkpoint\s+(.*)$/.exec(argument);
  if (checkpoint) {
    const id = numberIn(checkpoint[1] as string, desk);
    if (!travel?.removeCheckpoint(id)) throw new CommandError(`no checkpoint ${id}`);
    return say(`Checkpoint ${id} is deleted.`);
  }
  const id = numberIn(argument, desk);
  if (!breakpoints.remove(id)) throw new CommandError(`no breakpoint ${id}`);
  return say(`Breakpoint ${id} is deleted.`);
}

function enable(argument: string, desk: Desk, state: 'enabled' | 'disabled'): Answer {
  const id = numberIn(argument, desk);
  if (!desk.target.breakpoints.enable(id, state)) throw new CommandError(`no breakpoint ${id}`);
  return say(`Breakpoint ${id} is ${state}.`);
}
