// Statements that a minifier joined into one expression, taken apart again: `a, b && (c, d)` is two statements, of which one has a block.

import type { Expression, ExpressionStatement, IfStatement, Statement } from 'acorn';
import type { Span } from './syntax.ts';
import { lastAndRest } from './syntax.ts';

/** The same statements; what is inside their blocks is left as it is. */
export function flatten(nodes: readonly Statement[]): Statement[] {
  return nodes.flatMap(flattenOne);
}

function flattenOne(node: Statement): Statement[] {
  switch (node.type) {
    case 'ExpressionStatement':
      return flattenExpression(node.expression);
    case 'BlockStatement':
      return flatten(node.body);
    case 'IfStatement':
      return withLastOf(node.test, (test) => ({ ...node, test }));
    case 'SwitchStatement':
      return withLastOf(node.discriminant, (discriminant) => ({ ...node, discriminant }));
    case 'ReturnStatement':
      return node.argument ? withLastOf(node.argument, (argument) => ({ ...node, argument })) : [node];
    default:
      return [node];
  }
}

function flattenExpression(node: Expression): Statement[] {
  switch (node.type) {
    case 'SequenceExpression':
      return node.expressions.flatMap(flattenExpression);
    case 'LogicalExpression': {
      const test = node.operator === '&&' ? node.left : not(node.left);
      return withLastOf(test, (last) => when(last, node.right, null, node));
    }
    case 'ConditionalExpression':
      return withLastOf(node.test, (test) => when(test, node.consequent, node.alternate, node));
    default:
      return [statement(node)];
  }
}

/** Of `if ((a, b))` the part `a` becomes statements of its own, before the `if`. */
function withLastOf(value: Expression, make: (last: Expression) => Statement): Statement[] {
  if (value.type !== 'SequenceExpression') return [make(value)];
  const [last, rest] = lastAndRest(value.expressions);
  return [...rest.flatMap(flattenExpression), make(last)];
}

function statement(expression: Expression): ExpressionStatement {
  return { type: 'ExpressionStatement', expression, start: expression.start, end: expression.end };
}

function not(argument: Expression): Expression {
  return { type: 'UnaryExpression', operator: '!', prefix: true, argument, start: argument.start, end: argument.end };
}

function when(
  test: Expression,
  consequent: Expression,
  alternate: Expression | null,
  { start, end }: Span,
): IfStatement {
  return {
    type: 'IfStatement',
    test,
    consequent: statement(consequent),
    alternate: alternate && statement(alternate),
    start,
    end,
  };
}
