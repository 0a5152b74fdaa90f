// Statements that a minifier joined into one expression, taken apart again: `a, b && (c, d)` is two statements, of which one has a block.

const statement = (expression) => ({
  type: 'ExpressionStatement',
  expression,
  start: expression.start,
  end: expression.end,
});
const not = (argument) => ({
  type: 'UnaryExpression',
  operator: '!',
  argument,
  start: argument.start,
  end: argument.end,
});
const when = (test, consequent, alternate, { start, end }) => ({
  type: 'IfStatement',
  test,
  consequent: statement(consequent),
  alternate: alternate && statement(alternate),
  start,
  end,
});

/** The same statements; what is inside their blocks is left as it is. */
export function flatten(nodes) {
  return nodes.flatMap(flattenOne);
}

function flattenOne(node) {
  switch (node.type) {
    case 'ExpressionStatement':
      return flattenExpression(node.expression);
    case 'BlockStatement':
      return flatten(node.body);
    case 'IfStatement':
      return behindParts(node, 'test');
    case 'SwitchStatement':
      return behindParts(node, 'discriminant');
    case 'ReturnStatement':
      return node.argument ? behindParts(node, 'argument') : [node];
    default:
      return [node];
  }
}

/** Of `if ((a, b))` the part `a` comes first. */
function behindParts(node, key) {
  const value = node[key];
  if (value.type !== 'SequenceExpression') return [node];
  return [...value.expressions.slice(0, -1).flatMap(flattenExpression), { ...node, [key]: value.expressions.at(-1) }];
}

function flattenExpression(node) {
  switch (node.type) {
    case 'SequenceExpression':
      return node.expressions.flatMap(flattenExpression);
    case 'LogicalExpression':
      return behindParts(
        when(node.operator === '&&' ? node.left : not(node.left), node.right, undefined, node),
        'test',
      );
    case 'ConditionalExpression':
      return behindParts(when(node.test, node.consequent, node.alternate, node), 'test');
    default:
      return [statement(node)];
  }
}
