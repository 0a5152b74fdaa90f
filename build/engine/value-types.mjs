// What kind of number each expression of the module is. JavaScript has one kind; the WebAssembly that it came from had several, and the
// way it was printed tells which: `+x` is a double, `x|0` an int32. Found for all functions together, until nothing changes.

import { UnknownForm } from './asm-module.mjs';

/** A double; an int; a whole number that may be either; nothing. */
export const [DOUBLE, INT, LITERAL, NOTHING] = ['double', 'int', 'literal', 'nothing'];
/**
 * Which of its values an int has in JavaScript, where it matters (comparisons, divisions, truth): an int32; a uint32; both, as it is below
 * 2^31 (`small`); one or the other, depending on the way there (`either`); or a sum that has not been cut to 32 bits (`loose`).
 */
export const [SIGNED, UNSIGNED, SMALL, EITHER, LOOSE] = ['signed', 'unsigned', 'small', 'either', 'loose'];

const COMPARISONS = new Set(['<', '<=', '>', '>=', '==', '!=', '===', '!==']);
const BITWISE = new Set(['|', '&', '^', '<<', '>>']);
export const isComparison = (operator) => COMPARISONS.has(operator);

function joinTypes(a, b) {
  if (a === b || b === NOTHING) return a;
  if (a === NOTHING) return b;
  if (a === LITERAL) return b;
  if (b === LITERAL) return a;
  return DOUBLE;
}

function joinRanges(a, b) {
  if (a === undefined || a === b) return b;
  if (b === undefined || b === SMALL) return a;
  if (a === SMALL) return b;
  return a === LOOSE || b === LOOSE ? LOOSE : EITHER;
}

function literalRange(value) {
  if (value < 0) return SIGNED;
  return value < 2 ** 31 ? SMALL : UNSIGNED;
}

/** The variables, results and parameters of every function; `typeOf` and `rangeOf` tell of any expression inside `scope`. */
export class ValueTypes {
  constructor(module) {
    this.module = module;
    this.scopes = module.functions.map((entry) => new Scope(entry, this));
    for (let round = 0; ; round++) {
      this.changed = false;
      for (const scope of this.scopes) scope.infer();
      if (!this.changed) break;
      if (round > 50) throw new Error('engine: the types never settle');
    }
  }

  scopeOf(entry) {
    return this.scopes[entry.index];
  }

  /** What a call means: `{ entry }`, `{ table }`, `{ import }`, `{ math }` or `{ helper }`. */
  callee(call, scope) {
    const { callee } = call;
    if (callee.type === 'FunctionExpression') return { entry: this.module.ofNode.get(callee) };
    if (callee.type === 'MemberExpression') {
      const object = scope.meaning(callee.object.name);
      if (object?.kind === 'table') return { table: true };
      if (object?.kind === 'view' && callee.property.name === 'fill') return { fill: object.view };
    }
    const meaning = callee.type === 'Identifier' ? scope.meaning(callee.name) : undefined;
    if (meaning?.kind === 'function') return { entry: meaning.entry };
    if (meaning?.kind === 'import') return { import: meaning };
    if (meaning?.kind === 'math') return { math: meaning.of };
    if (meaning?.kind === 'helper') return { helper: meaning.helper };
    throw scope.refuse(call, 'a call');
  }
}

class Scope {
  constructor(entry, types) {
    this.entry = entry;
    this.types = types;
    this.node = entry.node;
    this.params = this.node.params.map(({ name }) => name);
    this.locals = new Map(this.params.map((name) => [name, { type: LITERAL, range: SIGNED }]));
    this.result = { type: NOTHING, range: undefined };
    this.assignments = [];
    this.returns = [];
    this.calls = [];
    this.collect(this.node.body);
  }

  refuse(node, what) {
    return new UnknownForm(this.types.module.source, node, what);
  }

  /** Of a name inside this function: `{ kind: 'local' }` or what it means in the module. */
  meaning(name) {
    return this.locals.has(name) ? { kind: 'local' } : this.types.module.names.get(name);
  }

  collect(body) {
    // Not into the functions inside: they are scopes of their own.
    const visit = (node) => {
      if (node === null || typeof node !== 'object') return;
      if (Array.isArray(node)) {
        for (const item of node) visit(item);
        return;
      }
      if (node.type === 'FunctionExpression') return;
      if (node.type === 'VariableDeclarator') {
        if (!this.locals.has(node.id.name)) this.locals.set(node.id.name, { type: LITERAL, range: undefined });
        if (node.init) this.assignments.push({ name: node.id.name, operator: '=', right: node.init });
      } else if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') {
        this.assignments.push({ name: node.left.name, operator: node.operator, right: node.right, node });
      } else if (node.type === 'ReturnStatement' && node.argument) this.returns.push(node.argument);
      else if (node.type === 'CallExpression') this.calls.push(node);
      for (const key in node) if (key !== 'type' && key !== 'start' && key !== 'end') visit(node[key]);
    };
    visit(body);
  }

  infer() {
    for (const assignment of this.assignments) {
      const local = this.locals.get(assignment.name);
      if (!local) continue;
      const value = assignment.node ?? assignment.right;
      this.widen(local, this.typeOf(value), this.rangeOf(value));
    }
    for (const argument of this.returns) this.widen(this.result, this.typeOf(argument), this.rangeOf(argument));
    for (const call of this.calls) {
      const { entry } = this.types.callee(call, this);
      if (!entry) continue;
      const callee = this.types.scopeOf(entry);
      call.arguments.slice(0, callee.params.length).forEach((argument, i) => {
        const type = this.typeOf(argument);
        if (type === DOUBLE) this.widen(callee.locals.get(callee.params[i]), DOUBLE, undefined);
      });
    }
  }

  widen(variable, type, range) {
    const joined = joinTypes(variable.type, type);
    const range_ = joinRanges(variable.range, range);
    if (joined !== variable.type || range_ !== variable.range) this.types.changed = true;
    variable.type = joined;
    variable.range = range_;
  }

  localType(name) {
    return this.locals.get(name).type === DOUBLE ? DOUBLE : INT;
  }

  typeOf(node) {
    switch (node.type) {
      case 'Literal':
        return Number.isInteger(node.value) && Math.abs(node.value) < 2 ** 32 ? LITERAL : DOUBLE;
      case 'Identifier':
        return this.locals.get(node.name)?.type ?? INT;
      case 'MemberExpression':
        return this.meaning(node.object.name)?.view === 'f64' ? DOUBLE : INT;
      case 'UnaryExpression':
        if (node.operator === '+') return DOUBLE;
        if (node.operator === '-') return this.typeOf(node.argument);
        return node.operator === 'void' ? NOTHING : INT;
      case 'BinaryExpression':
        return this.binaryType(node);
      case 'AssignmentExpression':
        if (node.operator === '=') return this.typeOf(node.right);
        return ['+=', '-=', '*=', '/='].includes(node.operator)
          ? this.binaryType({ operator: node.operator[0], left: node.left, right: node.right })
          : INT;
      case 'SequenceExpression':
        return this.typeOf(node.expressions.at(-1));
      case 'ConditionalExpression':
        return joinTypes(this.typeOf(node.consequent), this.typeOf(node.alternate));
      case 'LogicalExpression':
        return node.operator === '&&'
          ? this.typeOf(node.right)
          : joinTypes(this.typeOf(node.left), this.typeOf(node.right));
      case 'CallExpression':
        return this.callType(node);
      default:
        throw this.refuse(node, 'an expression');
    }
  }

  binaryType({ operator, left, right }) {
    if (isComparison(operator) || BITWISE.has(operator) || operator === '>>>' || operator === '%') return INT;
    const [a, b] = [this.typeOf(left), this.typeOf(right)];
    if (a === DOUBLE || b === DOUBLE) return DOUBLE;
    if (operator === '+' || operator === '-') return a === LITERAL && b === LITERAL ? LITERAL : INT;
    // A product is one of doubles, or it would be `Math.imul`. A quotient of ints is cut where it stands.
    return operator === '*' && !(a === LITERAL && b === LITERAL) ? DOUBLE : LITERAL;
  }

  callType(node) {
    const callee = this.types.callee(node, this);
    if (callee.entry) return this.types.scopeOf(callee.entry).result.type;
    if (callee.math) return callee.math === 'imul' || callee.math === 'clz32' ? INT : DOUBLE;
    if (callee.helper === 'scratch-load-double') return DOUBLE;
    if (callee.helper === 'scratch-load' || callee.helper === 'memory-size') return INT;
    return callee.table || callee.import ? LITERAL : NOTHING;
  }

  rangeOf(node) {
    switch (node.type) {
      case 'Literal':
        return literalRange(node.value);
      case 'Identifier': {
        const local = this.locals.get(node.name);
        if (local) return local.range;
        const { value, isAssigned } = this.meaning(node.name);
        return isAssigned ? SIGNED : literalRange(value);
      }
      case 'MemberExpression':
        return ['u8', 'u16'].includes(this.meaning(node.object.name)?.view) ? SMALL : SIGNED;
      case 'UnaryExpression':
        if (node.operator === '-') return node.argument.type === 'Literal' ? SIGNED : LOOSE;
        return node.operator === '!' ? SMALL : SIGNED;
      case 'BinaryExpression':
        return this.binaryRange(node);
      case 'AssignmentExpression':
        if (node.operator === '=') return this.rangeOf(node.right);
        return this.binaryRange({ operator: node.operator.slice(0, -1), left: node.left, right: node.right });
      case 'SequenceExpression':
        return this.rangeOf(node.expressions.at(-1));
      case 'ConditionalExpression':
        return joinRanges(this.rangeOf(node.consequent), this.rangeOf(node.alternate));
      case 'LogicalExpression':
        return node.operator === '&&'
          ? joinRanges(SMALL, this.rangeOf(node.right))
          : joinRanges(this.rangeOf(node.left), this.rangeOf(node.right));
      case 'CallExpression': {
        const { entry } = this.types.callee(node, this);
        return entry ? this.types.scopeOf(entry).result.range : SIGNED;
      }
      default:
        return LOOSE;
    }
  }

  binaryRange({ operator, left, right }) {
    if (isComparison(operator)) return SMALL;
    if (operator === '>>>') return right.type === 'Literal' && (right.value & 31) !== 0 ? SMALL : UNSIGNED;
    if (operator === '&') {
      // With a small number that is not negative, what comes out is neither.
      return [left, right].some((side) => side.type === 'Literal' && side.value >= 0 && side.value < 2 ** 31)
        ? SMALL
        : SIGNED;
    }
    if (BITWISE.has(operator)) return SIGNED;
    if (operator === '%') return this.rangeOf(left);
    return LOOSE;
  }
}
