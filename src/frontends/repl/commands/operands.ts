// Arguments that several commands take: expressions, addresses, counts, things to watch.

import { REGISTER_NAMES, type RegisterName, registerPart } from '../../../machine/registers.ts';
import type { U32 } from '../../../machine/u32.ts';
import type { KnownValue } from '../../../session/known-value.ts';
import type { MachineView } from '../../../session/machine-view.ts';
import type { ValuePlace } from '../../../session/value-origin.ts';
import type { Watched } from '../../../session/watch.ts';
import { CommandError } from '../command-error.ts';
import { type Expression, evaluate, parseExpression } from '../expression.ts';
import type { Desk } from './command.ts';

export function parse(text: string, desk: Desk): Expression {
  return parseExpression(text, (name) => desk.annotations.symbolStart(name));
}

export function valueIn(text: string, desk: Desk, view: MachineView = desk.target.view): KnownValue {
  return evaluate(parse(text, desk), view);
}

/** A number that has to be known. */
export function numberIn(text: string, desk: Desk): U32 {
  const { value } = valueIn(text, desk);
  if (value === undefined) throw new CommandError(`${text.trim()} is unknown here`);
  return value;
}

/** The place that `b` and `seek` take: `*EXPRESSION` or an expression. */
export function addressIn(text: string, desk: Desk): U32 {
  return numberIn(text.trim().replace(/^\*/, ''), desk);
}

/** `si 3`; 1 where nothing is given. */
export function countIn(text: string, desk: Desk): number {
  if (text.trim() === '') return 1;
  const count = numberIn(text, desk);
  if (count > MOST_REPEATS) throw new CommandError(`${count} is too many; at most ${MOST_REPEATS}`);
  return count;
}

const MOST_REPEATS = 100_000;

/** `$ecx`, `*0xf21fea80`, `{short}($ebx+8)`. The address is taken once, here. */
export function watchedIn(text: string, desk: Desk, access: 'write' | 'read' | 'access' = 'write'): Watched {
  const expression = parse(text, desk);
  if (expression.kind === 'register') {
    if (access !== 'write') throw new CommandError('only memory can be watched for reads');
    const register = wholeRegister(expression.name);
    if (register !== undefined) return { kind: 'register', register };
    throw new CommandError(`$${expression.name} cannot be watched; watch the register it is part of`);
  }
  if (expression.kind === 'memory') {
    const address = evaluate(expression.address, desk.target.view).value;
    if (address === undefined) throw new CommandError('the address is unknown here');
    return { kind: 'memory', address, size: expression.size, access };
  }
  throw new CommandError('watch what? a register such as $ecx, or memory such as *0xf21fea80');
}

export function wholeRegister(name: string): RegisterName | undefined {
  return (REGISTER_NAMES as readonly string[]).includes(name) ? (name as RegisterName) : registerPart(name)?.register;
}

/** `$ecx`, `*0xf21fea80`: what has a value that came from somewhere. */
export function placeIn(text: string, desk: Desk): ValuePlace {
  const expression = parse(text, desk);
  if (expression.kind === 'register') {
    const register = wholeRegister(expression.name);
    if (register !== undefined && register !== 'eip' && register !== 'eflags') return { kind: 'register', register };
  }
  if (expression.kind === 'memory') {
    const { value } = evaluate(expression.address, desk.target.view);
    if (value === undefined) throw new CommandError('the address is unknown here');
    return { kind: 'memory', address: value, size: expression.size };
  }
  throw new CommandError('where did what come from? a register such as $ecx, or memory such as *0xf21fea80');
}
