// Finds the kind of number of every expression (number-kinds.ts), for all functions together: what a function returns decides what its
// callers have, so the search is repeated until nothing changes.

import type { CallExpression } from 'acorn';
import type { AsmModule } from '../script/asm-module.ts';
import type { FunctionEntry } from '../script/names.ts';
import type { ExpressionNode, Operation } from '../script/syntax.ts';
import { lastAndRest, numberOf, objectName } from '../script/syntax.ts';
import type { NumberType, Range } from './number-kinds.ts';
import { isBitwise, isComparison, joinRanges, joinTypes, literalRange } from './number-kinds.ts';
import type { Callee, Variable } from './scope.ts';
import { Scope } from './scope.ts';

const MOST_ROUNDS = 50;
const ARITHMETIC_ASSIGNMENTS: readonly string[] = ['+=', '-=', '*=', '/='];

/** The variables, results and parameters of every function. `typeOf` and `rangeOf` describe any expression inside a scope. */
export class ValueTypes {
  /** In the order of `module.functions`. */
  readonly scopes: readonly Scope[];
  private changed = false;

  constructor(module: AsmModule) {
    this.scopes = module.functions.map((entry) => new Scope(entry, module));
    for (let round = 0; ; round++) {
      this.changed = false;
      for (const scope of this.scopes) this.infer(scope);
      if (!this.changed) break;
      if (round > MOST_ROUNDS) throw new Error('engine: the types never settle');
    }
  }

  scopeOf(entry: FunctionEntry): Scope {
    const scope = this.scopes[entry.index];
    if (scope === undefined) throw new Error(`engine: the function ${entry.index}`);
    return scope;
  }

  private infer(scope: Scope): void {
    for (const { name, value } of scope.assignments) {
      const variable = scope.variables.get(name);
      // Globals of the module are ints.
      if (variable) this.widen(variable, this.typeOf(value, scope), this.rangeOf(value, scope));
    }
    for (const value of scope.returns) this.widen(scope.result, this.typeOf(value, scope), this.rangeOf(value, scope));
    for (const call of scope.calls) {
      const callee = scope.callee(call);
      if (callee.kind === 'function') this.inferParameters(call, scope, this.scopeOf(callee.entry));
    }
  }

  private inferParameters(call: CallExpression, scope: Scope, callee: Scope): void {
    for (const [i, name] of callee.params.entries()) {
      const argument = call.arguments[i];
      if (argument && this.typeOf(argument, scope) === 'double') this.widen(callee.variable(name), 'double', undefined);
    }
  }

  private widen(variable: Variable, type: NumberType, range: Range | undefined): void {
    const widerType = joinTypes(variable.type, type);
    const widerRange = joinRanges(variable.range, range);
    if (widerType !== variable.type || widerRange !== variable.range) this.changed = true;
    variable.type = widerType;
    variable.range = widerRange;
  }

  typeOf(node: ExpressionNode, scope: Scope): NumberType {
    switch (node.type) {
      case 'Literal': {
        const value = numberOf(node);
        return Number.isInteger(value) && Math.abs(value ?? 0) < 2 ** 32 ? 'literal' : 'double';
      }
      case 'Identifier':
        return scope.variables.get(node.name)?.type ?? 'int';
      case 'MemberExpression': {
        const meaning = scope.meaning(objectName(node));
        return meaning?.kind === 'view' && meaning.view === 'f64' ? 'double' : 'int';
      }
      case 'UnaryExpression':
        if (node.operator === '+') return 'double';
        if (node.operator === '-') return this.typeOf(node.argument, scope);
        return node.operator === 'void' ? 'nothing' : 'int';
      case 'BinaryExpression':
        return this.typeOfOperation(node, scope);
      case 'AssignmentExpression':
        if (node.operator === '=') return this.typeOf(node.right, scope);
        return ARITHMETIC_ASSIGNMENTS.includes(node.operator) ? this.typeOfOperation(operationIn(node), scope) : 'int';
      case 'SequenceExpression':
        return this.typeOf(lastAndRest(node.expressions)[0], scope);
      case 'ConditionalExpression':
        return joinTypes(this.typeOf(node.consequent, scope), this.typeOf(node.alternate, scope));
      case 'LogicalExpression':
        return node.operator === '&&'
          ? this.typeOf(node.right, scope)
          : joinTypes(this.typeOf(node.left, scope), this.typeOf(node.right, scope));
      case 'CallExpression':
        return this.typeOfCall(scope.callee(node));
      default:
        throw scope.refuse(node, 'an expression');
    }
  }

  private typeOfOperation({ operator, left, right }: Operation, scope: Scope): NumberType {
    if (isComparison(operator) || isBitwise(operator) || operator === '>>>' || operator === '%') return 'int';
    const types = [this.typeOf(left, scope), this.typeOf(right, scope)];
    if (types.includes('double')) return 'double';
    const areLiterals = types.every((type) => type === 'literal');
    if (operator === '+' || operator === '-') return areLiterals ? 'literal' : 'int';
    // A product is one of doubles, or it would be `Math.imul`. A quotient of ints is cut by what is around it.
    return operator === '*' && !areLiterals ? 'double' : 'literal';
  }

  private typeOfCall(callee: Callee): NumberType {
    switch (callee.kind) {
      case 'function':
        return this.scopeOf(callee.entry).result.type;
      case 'math':
        return callee.method === 'imul' || callee.method === 'clz32' ? 'int' : 'double';
      case 'table':
      case 'import':
        return 'literal';
      case 'fill':
        return 'nothing';
      case 'helper':
        if (callee.helper === 'scratch-load-double') return 'double';
        return callee.helper === 'scratch-load' || callee.helper === 'memory-size' ? 'int' : 'nothing';
    }
  }

  /** Of an expression of ints; `undefined` where no value has been seen so far. */
  rangeOf(node: ExpressionNode, scope: Scope): Range | undefined {
    switch (node.type) {
      case 'Literal':
        return literalRange(numberOf(node) ?? 0);
      case 'Identifier':
        return rangeOfName(node.name, scope);
      case 'MemberExpression': {
        const meaning = scope.meaning(objectName(node));
        return meaning?.kind === 'view' && (meaning.view === 'u8' || meaning.view === 'u16') ? 'small' : 'signed';
      }
      case 'UnaryExpression':
        if (node.operator === '-') return node.argument.type === 'Literal' ? 'signed' : 'loose';
        return node.operator === '!' ? 'small' : 'signed';
      case 'BinaryExpression':
        return this.rangeOfOperation(node, scope);
      case 'AssignmentExpression':
        return node.operator === '='
          ? this.rangeOf(node.right, scope)
          : this.rangeOfOperation(operationIn(node), scope);
      case 'SequenceExpression':
        return this.rangeOf(lastAndRest(node.expressions)[0], scope);
      case 'ConditionalExpression':
        return joinRanges(this.rangeOf(node.consequent, scope), this.rangeOf(node.alternate, scope));
      case 'LogicalExpression':
        return node.operator === '&&'
          ? joinRanges('small', this.rangeOf(node.right, scope))
          : joinRanges(this.rangeOf(node.left, scope), this.rangeOf(node.right, scope));
      case 'CallExpression': {
        const callee = scope.callee(node);
        return callee.kind === 'function' ? this.scopeOf(callee.entry).result.range : 'signed';
      }
      default:
        return 'loose';
    }
  }

  private rangeOfOperation({ operator, left, right }: Operation, scope: Scope): Range | undefined {
    if (isComparison(operator)) return 'small';
    if (operator === '>>>') return ((numberOf(right) ?? 0) & 31) !== 0 ? 'small' : 'unsigned';
    // What `&` gives is small if one side is.
    if (operator === '&') return [left, right].some(isSmallLiteral) ? 'small' : 'signed';
    if (isBitwise(operator)) return 'signed';
    return operator === '%' ? this.rangeOf(left, scope) : 'loose';
  }
}

/** `a + b` of `a += b`. */
function operationIn({ operator, left, right }: Operation): Operation {
  return { operator: operator.slice(0, -1), left, right };
}

function rangeOfName(name: string, scope: Scope): Range | undefined {
  const variable = scope.variables.get(name);
  if (variable) return variable.range;
  const meaning = scope.meaning(name);
  if (meaning?.kind !== 'global') throw new Error(`engine: the variable ${name}`);
  return meaning.isAssigned ? 'signed' : literalRange(meaning.value);
}

function isSmallLiteral(node: ExpressionNode): boolean {
  const value = numberOf(node);
  return value !== undefined && value >= 0 && value < 2 ** 31;
}
