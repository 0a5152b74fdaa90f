// What the path asks of a loaded value that the log does not give away, in readable form with `x` for the value: `(x - 1) & 2b024001 = 1`.
// The value is followed forward through plain arithmetic with known numbers until a result is known or a branch compares it.

import type { Instruction, Operand } from '../../decoder/instruction.ts';
import { GENERAL_REGISTERS, type GeneralRegister, isGeneralRegister, registerPart } from '../../machine/registers.ts';
import { wrapU32 } from '../../machine/u32.ts';
import type { StepKnowledge } from '../knowledge.ts';
import { writes } from '../lift/lift.ts';

/** An expression in x; `atom` needs no parentheses. */
interface Expression {
  readonly text: string;
  readonly atom: boolean;
}

const X: Expression = { text: 'x', atom: true };
const SEARCHED_STEPS = 40;

/** For the load of `steps[index]` (latest first); undefined where the path asks nothing of it. */
export function constraintOf(steps: readonly StepKnowledge[], index: number): string | undefined {
  const { instruction } = (steps[index] as StepKnowledge).step;
  const found: string[] = [];
  const tracked = new Map<GeneralRegister, Expression>();
  const [to, from] = instruction.operands;
  const loadsPlainly =
    instruction.mnemonic === 'mov' || instruction.mnemonic === 'movzx' || instruction.mnemonic === 'pop';
  if (loadsPlainly && to?.kind === 'register' && isGeneralRegister(to.name) && from?.kind !== 'register')
    tracked.set(to.name, X);
  compare(steps, index, (operand) => (operand.kind === 'memory' ? X : undefined), found);
  for (let i = index - 1; i >= 0 && index - i <= SEARCHED_STEPS && tracked.size > 0; i--) {
    compare(
      steps,
      i,
      (operand) =>
        operand.kind === 'register' && isGeneralRegister(operand.name) ? tracked.get(operand.name) : undefined,
      found,
    );
    follow(steps, i, tracked, found);
  }
  return found.length === 0 ? undefined : [...new Set(found)].join(' and ');
}

/** Number that is certain of a register before a step. */
function knownBefore(step: StepKnowledge | undefined, register: GeneralRegister): number | undefined {
  const i = GENERAL_REGISTERS.indexOf(register);
  const bits = step?.along.registers[i];
  return bits?.unknown === 0 ? bits.value >>> 0 : undefined;
}

function numberOf(step: StepKnowledge, operand: Operand | undefined): number | undefined {
  if (operand?.kind === 'immediate') return operand.value;
  return operand?.kind === 'register' && isGeneralRegister(operand.name) ? knownBefore(step, operand.name) : undefined;
}

function follow(
  steps: readonly StepKnowledge[],
  i: number,
  tracked: Map<GeneralRegister, Expression>,
  found: string[],
): void {
  const knowledge = steps[i] as StepKnowledge;
  const { instruction, execution } = knowledge.step;
  const [to] = instruction.operands;
  const result = execution.skipsCallee ? undefined : resultOf(knowledge, tracked);
  for (const register of [...tracked.keys()])
    if (execution.skipsCallee || overwrites(instruction, register)) tracked.delete(register);
  if (result === undefined || to?.kind !== 'register' || !isGeneralRegister(to.name)) return;
  const value = knownBefore(steps[i - 1], to.name);
  if (value === undefined) tracked.set(to.name, result);
  else if (!result.atom) found.push(`${result.text} = ${hex(value)}`);
}

function overwrites(instruction: Instruction, register: GeneralRegister): boolean {
  return instruction.registers.some((use) => writes(use.access) && registerPart(use.name)?.register === register);
}

const BINARY: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  sal: '<<',
  shr: '>>',
  imul: '*',
};

/** What the instruction leaves in its 32-bit destination, if it is an expression in x. */
function resultOf(knowledge: StepKnowledge, tracked: ReadonlyMap<GeneralRegister, Expression>): Expression | undefined {
  const { mnemonic, operands } = knowledge.step.instruction;
  const [to, from] = operands;
  if (to?.kind !== 'register' || !isGeneralRegister(to.name)) return undefined;
  const expressionOf = (operand: Operand | undefined) =>
    operand?.kind === 'register' && isGeneralRegister(operand.name) ? tracked.get(operand.name) : undefined;
  if (mnemonic === 'mov') return expressionOf(from);
  if (mnemonic === 'lea' && from?.kind === 'memory') {
    const { base, index, displacement } = from.memory;
    const inner = base !== undefined && index === undefined && isGeneralRegister(base) ? tracked.get(base) : undefined;
    const signed = displacement | 0;
    return inner && combine(inner, signed < 0 ? '-' : '+', Math.abs(signed));
  }
  const own = expressionOf(to);
  if (mnemonic === 'inc' || mnemonic === 'dec') return own && combine(own, mnemonic === 'inc' ? '+' : '-', 1);
  const sign = BINARY[mnemonic];
  if (sign === undefined || operands.length !== 2) return undefined;
  const right = numberOf(knowledge, from);
  if (own !== undefined && right !== undefined) return combine(own, sign, right);
  const left = knownBefore(knowledge, to.name);
  const other = expressionOf(from);
  if (other === undefined || left === undefined || sign === '<<' || sign === '>>') return undefined;
  return sign === '-' ? { text: `${hex(left)} - ${wrap(other)}`, atom: false } : combine(other, sign, left);
}

function combine(left: Expression, sign: string, right: number): Expression {
  return { text: `${wrap(left)} ${sign} ${hex(right)}`, atom: false };
}

function wrap(expression: Expression): string {
  return expression.atom ? expression.text : `(${expression.text})`;
}

/** cmp and test before a conditional branch of the path. */
function compare(
  steps: readonly StepKnowledge[],
  i: number,
  expressionOf: (operand: Operand) => Expression | undefined,
  found: string[],
): void {
  const knowledge = steps[i] as StepKnowledge;
  const branch = steps[i - 1]?.step;
  const { mnemonic, operands } = knowledge.step.instruction;
  const [a, b] = operands;
  const condition = branch?.instruction.condition;
  if (
    (mnemonic !== 'cmp' && mnemonic !== 'test') ||
    !a ||
    !b ||
    condition === undefined ||
    branch?.execution.taken === undefined
  )
    return;
  const relation = RELATIONS[condition]?.[branch.execution.taken ? 0 : 1];
  if (relation === undefined) return;
  const [left, right] = [expressionOf(a), expressionOf(b)];
  if (mnemonic === 'test') {
    const mask = left && right ? undefined : numberOf(knowledge, left ? b : a);
    const tested = left ?? right;
    if (!tested || (relation !== '=' && relation !== '!=')) return;
    if (left && right) found.push(`${left.text} ${relation} 0`);
    else if (mask !== undefined) found.push(`${wrap(tested)} & ${hex(mask)} ${relation} 0`);
    return;
  }
  const other = numberOf(knowledge, left ? b : a);
  if (other === undefined) return;
  if (left && !right) found.push(`${left.text} ${relation} ${hex(other)}`);
  else if (right && !left) found.push(`${right.text} ${MIRRORED[relation] ?? relation} ${hex(other)}`);
}

/** Taken, not taken. */
const RELATIONS: Readonly<Record<string, readonly [string, string]>> = {
  e: ['=', '!='],
  ne: ['!=', '='],
  b: ['<', '>='],
  ae: ['>=', '<'],
  be: ['<=', '>'],
  a: ['>', '<='],
  l: ['<s', '>=s'],
  ge: ['>=s', '<s'],
  le: ['<=s', '>s'],
  g: ['>s', '<=s'],
};
const MIRRORED: Readonly<Record<string, string>> = {
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
  '<s': '>s',
  '>s': '<s',
  '<=s': '>=s',
  '>=s': '<=s',
};

function hex(value: number): string {
  return wrapU32(value).toString(16);
}
