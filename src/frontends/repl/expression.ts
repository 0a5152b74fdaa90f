// Expressions as gdb has them, over values that may be unknown: `$eax+4*$ecx`, `*($esp+8)`, `$zf == 0 && $edx != 1`. A result is as certain
// as the least certain of its parts, and unknown where one of them is needed and unknown.

import {
  REGISTER_NAMES,
  type RegisterName,
  registerPart,
  SEGMENT_REGISTERS,
  type SegmentRegister,
} from '../../machine/registers.ts';
import { multiplyU32, type U32, wrapU32 } from '../../machine/u32.ts';
import { computed, type KnownValue, leastCertain, UNKNOWN } from '../../session/known-value.ts';
import { type MachineView, readWord } from '../../session/machine-view.ts';
import { flagMask } from '../wording/value.ts';
import { CommandError } from './command-error.ts';

export type Expression =
  | { readonly kind: 'number'; readonly value: U32 }
  | { readonly kind: 'register'; readonly name: string }
  | { readonly kind: 'memory'; readonly address: Expression; readonly size: 1 | 2 | 4 }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression };

/** Values of names without `$`: symbols of the log. */
export type SymbolStart = (name: string) => U32 | undefined;

const TOKEN =
  /\s*(0x[0-9a-f]+|[0-9][0-9a-f]*|\$[a-z][a-z0-9]*|[a-z_][\w.]*|\{(?:char|short|int|long)\}|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>()])/iy;
const PRECEDENCE: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const SIZES: Readonly<Record<string, 1 | 2 | 4>> = { '{char}': 1, '{short}': 2, '{int}': 4, '{long}': 4 };
const ALIASES: Readonly<Record<string, string>> = { pc: 'eip', ip: 'eip', sp: 'esp', fp: 'ebp', flags: 'eflags' };
const DEEPEST = 100;

/** Throws CommandError with what was not understood. */
export function parseExpression(text: string, symbolStart: SymbolStart): Expression {
  const tokens = tokensOf(text);
  let next = 0;
  let depth = 0;
  const peek = () => tokens[next];
  const take = (): string => {
    const token = tokens[next++];
    if (token === undefined) throw new CommandError('the expression ends too early');
    return token;
  };
  const level = (index: number): Expression => {
    const operators = PRECEDENCE[index];
    if (operators === undefined) return unary();
    let left = level(index + 1);
    for (let operator = peek(); operator !== undefined && operators.includes(operator); operator = peek()) {
      next++;
      left = { kind: 'binary', operator, left, right: level(index + 1) };
    }
    return left;
  };
  const unary = (): Expression => {
    if (++depth > DEEPEST) throw new CommandError('the expression is nested too deeply');
    const token = take();
    const size = SIZES[token.toLowerCase()];
    const expression: Expression =
      size !== undefined
        ? { kind: 'memory', address: unary(), size }
        : token === '*'
          ? { kind: 'memory', address: unary(), size: 4 }
          : ['-', '+', '~', '!'].includes(token)
            ? { kind: 'unary', operator: token, operand: unary() }
            : primary(token);
    depth--;
    return expression;
  };
  const primary = (token: string): Expression => {
    if (token === '(') {
      const inner = level(0);
      if (take() !== ')') throw new CommandError('a closing parenthesis is missing');
      return inner;
    }
    if (token.startsWith('$')) return { kind: 'register', name: registerName(token.slice(1)) };
    if (/^[0-9]/.test(token)) return { kind: 'number', value: numberOf(token) };
    const start = /^[a-z_]/i.test(token) ? (symbolStart(token) ?? bareHex(token)) : undefined;
    if (start === undefined) throw new CommandError(`no symbol "${token}" in this log`);
    return { kind: 'number', value: start };
  };
  const expression = level(0);
  if (next < tokens.length) throw new CommandError(`"${tokens.slice(next).join(' ')}" is too much`);
  return expression;
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (TOKEN.lastIndex < trimmed.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(trimmed);
    if (match === null) throw new CommandError(`cannot read "${trimmed.slice(at).trim()}"`);
    tokens.push(match[1] as string);
  }
  if (tokens.length === 0) throw new CommandError('an expression is missing');
  return tokens;
}

function registerName(written: string): string {
  const lower = written.toLowerCase();
  const name = ALIASES[lower] ?? lower;
  const exists =
    (REGISTER_NAMES as readonly string[]).includes(name) ||
    (SEGMENT_REGISTERS as readonly string[]).includes(name) ||
    registerPart(name) !== undefined ||
    flagMask(name) !== undefined;
  if (!exists) throw new CommandError(`no register $${written}`);
  return name;
}

/** Decimal, 0x…; eight digits with a letter among them are an address as the log prints it. */
function numberOf(token: string): U32 {
  const isHex = /^0x/i.test(token) || /^[0-9a-f]{8}$/i.test(token);
  const value = isHex ? Number.parseInt(token.replace(/^0x/i, ''), 16) : Number(token);
  if (!Number.isInteger(value) || value > 0xffff_ffff) throw new CommandError(`${token} is no 32-bit number`);
  return wrapU32(value);
}

function bareHex(token: string): U32 | undefined {
  return /^[0-9a-f]{8}$/i.test(token) ? wrapU32(Number.parseInt(token, 16)) : undefined;
}

export function evaluate(expression: Expression, view: MachineView): KnownValue {
  switch (expression.kind) {
    case 'number':
      return { provenance: 'observed', value: expression.value };
    case 'register':
      return registerValue(expression.name, view);
    case 'memory': {
      const address = evaluate(expression.address, view);
      if (address.value === undefined) return UNKNOWN;
      const word = readWord(view, address.value, expression.size);
      if (word.value === undefined) return UNKNOWN;
      return address.provenance === 'assumed'
        ? { ...word, provenance: leastCertain([word.provenance, 'assumed']) }
        : word;
    }
    case 'unary': {
      const operand = evaluate(expression.operand, view);
      if (operand.value === undefined) return UNKNOWN;
      return withConstraint(
        computed(unaryResult(expression.operator, operand.value), [operand.provenance]),
        operand.constraint,
      );
    }
    case 'binary':
      return binaryValue(expression.operator, evaluate(expression.left, view), evaluate(expression.right, view));
  }
}

function registerValue(name: string, view: MachineView): KnownValue {
  const registers = view.registers();
  if ((REGISTER_NAMES as readonly string[]).includes(name)) return registers[name as RegisterName];
  const part = registerPart(name);
  if (part !== undefined) {
    const { value, provenance, constraint } = registers[part.register];
    if (value === undefined) return UNKNOWN;
    return withConstraint({ provenance, value: wrapU32((value >>> part.shift) & (2 ** part.width - 1)) }, constraint);
  }
  const mask = flagMask(name);
  if (mask === undefined) return view.selectors()[name as SegmentRegister];
  const { value, provenance, knownBits, constraint } = registers.eflags;
  if (value === undefined || (knownBits !== undefined && (knownBits & mask) === 0)) return UNKNOWN;
  const certain = knownBits !== undefined && constraint === undefined ? 'derived' : provenance;
  return withConstraint({ provenance: certain, value: wrapU32((value & mask) !== 0 ? 1 : 0) }, constraint);
}

function withConstraint(value: KnownValue, constraint: string | undefined): KnownValue {
  return constraint === undefined || value.value === undefined ? value : { ...value, constraint };
}

function unaryResult(operator: string, value: U32): U32 {
  if (operator === '-') return wrapU32(-value);
  if (operator === '~') return wrapU32(~value);
  if (operator === '!') return wrapU32(value === 0 ? 1 : 0);
  return value;
}

function binaryValue(operator: string, left: KnownValue, right: KnownValue): KnownValue {
  const decided = decidedByOne(operator, left, right);
  if (decided !== undefined) return decided;
  if (left.value === undefined || right.value === undefined) return UNKNOWN;
  const constraints = [left.constraint, right.constraint].filter((text) => text !== undefined);
  return withConstraint(
    computed(binaryResult(operator, left.value, right.value), [left.provenance, right.provenance]),
    constraints[0],
  );
}

/** `0 && ?` is 0 whatever `?` is. */
function decidedByOne(operator: string, left: KnownValue, right: KnownValue): KnownValue | undefined {
  if (operator !== '&&' && operator !== '||') return undefined;
  const deciding = [left, right].find(
    ({ value }) => value !== undefined && (operator === '&&' ? value === 0 : value !== 0),
  );
  return deciding && { provenance: deciding.provenance, value: wrapU32(operator === '&&' ? 0 : 1) };
}

function binaryResult(operator: string, a: U32, b: U32): U32 {
  const truth = (value: boolean) => wrapU32(value ? 1 : 0);
  switch (operator) {
    case '+':
      return wrapU32(a + b);
    case '-':
      return wrapU32(a - b);
    case '*':
      return multiplyU32(a, b);
    case '/':
    case '%':
      if (b === 0) throw new CommandError('division by zero');
      return wrapU32(operator === '/' ? Math.floor(a / b) : a % b);
    case '&':
      return wrapU32(a & b);
    case '|':
      return wrapU32(a | b);
    case '^':
      return wrapU32(a ^ b);
    case '<<':
      return b > 31 ? wrapU32(0) : wrapU32(a << b);
    case '>>':
      return b > 31 ? wrapU32(0) : wrapU32(a >>> b);
    case '==':
      return truth(a === b);
    case '!=':
      return truth(a !== b);
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    case '&&':
      return truth(a !== 0 && b !== 0);
    case '||':
      return truth(a !== 0 || b !== 0);
    default:
      throw new CommandError(`no operator ${operator}`);
  }
}
