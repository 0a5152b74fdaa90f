// The parts of JavaScript's grammar that the translator meets, on acorn's types.

import type {
  AnyNode,
  Expression,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
  Literal,
  MemberExpression,
  Node,
  Pattern,
  PrivateIdentifier,
  SpreadElement,
  Super,
} from 'acorn';

/** Whatever acorn lets stand where a value is used. Most of it never occurs in the script, and is then refused. */
export type ExpressionNode = Expression | Pattern | PrivateIdentifier | SpreadElement | Super;
export type FunctionNode = FunctionDeclaration | FunctionExpression;
/** Where something stands in the source. */
export type Span = Pick<Node, 'start' | 'end'>;
/** Two values and what is done to them; `a += b` is one too. */
export interface Operation {
  readonly operator: string;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

/** An error that shows the part of the script that the translator does not know. */
export class UnknownForm extends Error {
  constructor(source: string, { start, end }: Span, what: string) {
    super(`engine: ${what}: ${source.slice(start, Math.min(end, start + 160))}`);
  }
}

/** Makes the error for a part of one script. */
export type Refuse = (span: Span, what: string) => UnknownForm;

export function isFunction(node: AnyNode): node is FunctionNode {
  return node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration';
}

export function nameOf(node: AnyNode | null | undefined): string | undefined {
  return node?.type === 'Identifier' ? node.name : undefined;
}

/** `object` of `object[…]` and of `object.property`, where both are plain names. */
export function objectName(node: MemberExpression): string | undefined {
  return nameOf(node.object);
}

export function propertyName(node: MemberExpression): string | undefined {
  return node.computed ? undefined : nameOf(node.property);
}

/** The name of a parameter or of a declared variable. */
export function declaredName(pattern: Pattern, refuse: Refuse): string {
  if (pattern.type !== 'Identifier') throw refuse(pattern, 'a declaration');
  return (pattern satisfies Identifier).name;
}

export function numberOf(node: AnyNode | null | undefined): number | undefined {
  return node?.type === 'Literal' && typeof (node satisfies Literal).value === 'number'
    ? (node.value as number)
    : undefined;
}

export const isZero = (node: ExpressionNode): boolean => numberOf(node) === 0;

/** The last of the parts `a, b, c`, and those before it. */
export function lastAndRest<T>(items: readonly T[]): [last: T, rest: readonly T[]] {
  const last = items.at(-1);
  if (last === undefined) throw new Error('engine: a sequence of nothing');
  return [last, items.slice(0, -1)];
}

/** The value of a whole number, which may have a minus before it. */
export function constantOf(node: ExpressionNode, refuse: Refuse): number {
  if (node.type === 'UnaryExpression' && node.operator === '-') return -constantOf(node.argument, refuse);
  const value = numberOf(node);
  if (value === undefined || !Number.isInteger(value)) throw refuse(node, 'a case');
  return value;
}
