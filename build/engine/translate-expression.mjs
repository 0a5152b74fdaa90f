// Expressions of the module as WebAssembly. Each form says what it needs of its parts; every other form is refused.

import { BITS, COMPARE_DOUBLES, COMPARE_INTS, call, double, get, ifThen, int, OP, TYPE, tee } from './opcodes.mjs';
import { isZero, Places, zeroOf } from './translate-place.mjs';
import { DOUBLE, EITHER, INT, isComparison, LITERAL, LOOSE, NOTHING, SIGNED, SMALL, UNSIGNED } from './value-types.mjs';

const DOUBLE_ARITHMETIC = { '+': OP.doubleAdd, '-': OP.doubleSubtract, '*': OP.doubleMultiply, '/': OP.doubleDivide };

/** Subclasses add `call`, which leaves what a call gives and tells its type. */
export class Expressions extends Places {
  /** Leaves nothing behind. */
  effect(node) {
    switch (node.type) {
      case 'Literal':
      case 'Identifier':
        return;
      case 'SequenceExpression':
        for (const part of node.expressions) this.effect(part);
        return;
      case 'UnaryExpression':
        this.effect(node.argument);
        return;
      case 'AssignmentExpression':
        this.assignment(node, false);
        return;
      case 'LogicalExpression':
        this.condition(node.left);
        if (node.operator === '||') this.emit(OP.eqz);
        this.enter(ifThen());
        this.effect(node.right);
        this.leave();
        return;
      case 'ConditionalExpression':
        this.condition(node.test);
        this.enter(ifThen());
        this.effect(node.consequent);
        this.emit(OP.else);
        this.effect(node.alternate);
        this.leave();
        return;
      case 'BinaryExpression':
        this.effect(node.left);
        this.effect(node.right);
        return;
      case 'MemberExpression':
        this.effect(node.property);
        return;
      case 'CallExpression':
        if (this.call(node, NOTHING) !== NOTHING) this.emit(OP.drop);
        return;
      default:
        throw this.refuse(node, 'a statement of one expression');
    }
  }

  value(node, type) {
    if (type === DOUBLE) this.double(node);
    else this.int(node);
  }

  /** The low 32 bits of a number; of a double what `| 0` makes of it. */
  int(node) {
    if (this.scope.typeOf(node) === DOUBLE) {
      this.double(node);
      // As JavaScript, modulo 2^32, for all doubles that a long holds.
      this.emit(OP.doubleToLong, OP.longToInt);
      return;
    }
    switch (node.type) {
      case 'Literal':
        this.emit(int(node.value));
        return;
      case 'Identifier':
        this.load(node);
        return;
      case 'MemberExpression':
        this.emit(this.address(node).load);
        return;
      case 'UnaryExpression':
        this.unaryInt(node);
        return;
      case 'BinaryExpression':
        this.binaryInt(node);
        return;
      case 'AssignmentExpression':
        this.assignment(node, true);
        return;
      case 'SequenceExpression':
        this.sequence(node, INT);
        return;
      case 'ConditionalExpression':
        this.conditional(node, INT);
        return;
      case 'LogicalExpression':
        this.logical(node, INT);
        return;
      case 'CallExpression': {
        const type = this.call(node, INT);
        if (type === NOTHING) this.emit(int(0));
        else if (type === DOUBLE) throw this.refuse(node, 'a double where an int is needed');
        return;
      }
      default:
        throw this.refuse(node, 'an int');
    }
  }

  unaryInt(node) {
    const { operator, argument } = node;
    if (operator === '!') {
      this.condition(argument);
      this.emit(OP.eqz);
    } else if (operator === '~') {
      if (argument.type === 'UnaryExpression' && argument.operator === '~') this.int(argument.argument);
      else {
        this.int(argument);
        this.emit(int(-1), OP.xor);
      }
    } else if (operator === '-') {
      if (argument.type === 'Literal') this.emit(int(-argument.value));
      else {
        this.emit(int(0));
        this.int(argument);
        this.emit(OP.subtract);
      }
    } else throw this.refuse(node, 'an int');
  }

  binaryInt(node) {
    const { operator, left, right } = node;
    if (isComparison(operator)) return this.comparison(node);
    if (operator === '|' && (isZero(left) || isZero(right))) return this.int(isZero(left) ? right : left);
    if (operator in BITS) {
      this.int(left);
      if (operator === '>>>' && isZero(right)) return undefined;
      this.int(right);
      this.emit(BITS[operator]);
    } else if (operator === '+' || operator === '-') {
      this.int(left);
      this.int(right);
      this.emit(operator === '+' ? OP.add : OP.subtract);
    } else if (operator === '/' || operator === '%') {
      const isSigned = this.isSigned(node, left, right);
      this.int(left);
      this.int(right);
      this.emit(call(this.program.division(operator, isSigned)));
    } else throw this.refuse(node, 'an int');
    return undefined;
  }

  /** Whether both are to be taken as signed. Refuses where that makes a difference and the two disagree. */
  isSigned(node, left, right) {
    const ranges = [this.scope.rangeOf(left), this.scope.rangeOf(right)];
    const isClear =
      ranges.every((range) => range === SMALL || range === SIGNED) ||
      ranges.every((range) => range === SMALL || range === UNSIGNED);
    if (!isClear) throw this.refuse(node, `numbers that are ${ranges.join(' and ')}`);
    return !ranges.includes(UNSIGNED);
  }

  comparison(node) {
    const { operator, left, right } = node;
    if (this.scope.typeOf(left) === DOUBLE || this.scope.typeOf(right) === DOUBLE) {
      this.double(left);
      this.double(right);
      this.emit(COMPARE_DOUBLES[operator]);
      return;
    }
    const isSigned = this.isSigned(node, left, right);
    this.int(left);
    if (operator === '==' && isZero(right)) return this.emit(OP.eqz);
    this.int(right);
    this.emit(COMPARE_INTS[operator][isSigned ? 'signed' : 'unsigned']);
  }

  double(node) {
    const type = this.scope.typeOf(node);
    if (node.type === 'Literal') return this.emit(double(node.value));
    if (node.type === 'UnaryExpression' && node.operator === '+') return this.double(node.argument);
    if (node.type === 'UnaryExpression' && node.operator === '-' && type !== INT) {
      this.double(node.argument);
      return this.emit(OP.doubleNegate);
    }
    if (
      node.type === 'BinaryExpression' &&
      node.operator in DOUBLE_ARITHMETIC &&
      (type !== INT || node.operator === '/')
    ) {
      this.double(node.left);
      this.double(node.right);
      return this.emit(DOUBLE_ARITHMETIC[node.operator]);
    }
    if (node.type === 'CallExpression') {
      const given = this.call(node, DOUBLE);
      if (given === DOUBLE) return undefined;
      if (given === INT)
        return this.emit(this.scope.rangeOf(node) === UNSIGNED ? OP.intToDoubleUnsigned : OP.intToDoubleSigned);
      throw this.refuse(node, 'nothing where a double is needed');
    }
    if (type === INT) {
      const range = this.scope.rangeOf(node);
      if (range === LOOSE || range === EITHER) throw this.refuse(node, `a double of a number that is ${range}`);
      this.int(node);
      return this.emit(range === UNSIGNED ? OP.intToDoubleUnsigned : OP.intToDoubleSigned);
    }
    switch (node.type) {
      case 'Identifier':
        if (this.scope.localType(node.name) === INT) {
          this.load(node);
          return this.emit(OP.intToDoubleSigned);
        }
        return this.load(node);
      case 'MemberExpression':
        return this.emit(this.address(node).load);
      case 'AssignmentExpression':
        return this.assignment(node, true);
      case 'SequenceExpression':
        return this.sequence(node, DOUBLE);
      case 'ConditionalExpression':
        return this.conditional(node, DOUBLE);
      default:
        throw this.refuse(node, 'a double');
    }
  }

  /** Not zero where JavaScript takes `node` as true. */
  condition(node) {
    if (node.type === 'UnaryExpression' && node.operator === '!') {
      this.condition(node.argument);
      this.emit(OP.eqz);
    } else if (node.type === 'LogicalExpression') {
      this.condition(node.left);
      this.enter(ifThen(TYPE.int));
      if (node.operator === '||') this.emit(int(1), OP.else);
      this.condition(node.right);
      if (node.operator === '&&') this.emit(OP.else, int(0));
      this.leave();
    } else if (node.type === 'SequenceExpression') {
      for (const part of node.expressions.slice(0, -1)) this.effect(part);
      this.condition(node.expressions.at(-1));
    } else if (this.scope.typeOf(node) === DOUBLE) {
      // Neither 0 nor NaN.
      this.double(node);
      this.emit(OP.doubleAbsolute, double(0), COMPARE_DOUBLES['>']);
    } else {
      if (this.scope.rangeOf(node) === LOOSE) throw this.refuse(node, 'the truth of a sum');
      this.int(node);
    }
  }

  sequence({ expressions }, type) {
    for (const part of expressions.slice(0, -1)) this.effect(part);
    this.value(expressions.at(-1), type);
  }

  conditional({ test, consequent, alternate }, type) {
    this.condition(test);
    this.enter(ifThen(TYPE[type]));
    this.value(consequent, type);
    this.emit(OP.else);
    this.value(alternate, type);
    this.leave();
  }

  logical({ operator, left, right }, type) {
    if (operator === '&&') {
      // What is false is 0 or `false`.
      this.condition(left);
      this.enter(ifThen(TYPE[type]));
      this.value(right, type);
      this.emit(OP.else, zeroOf(type));
      this.leave();
      return;
    }
    this.withTemporary(type, (kept) => {
      this.value(left, type);
      this.emit(tee(kept));
      this.enter(ifThen(TYPE[type]));
      this.emit(get(kept), OP.else);
      this.value(right, type);
      this.leave();
    });
  }

  constant(node) {
    if (node.type === 'UnaryExpression' && node.operator === '-') return -this.constant(node.argument);
    if (node.type !== 'Literal' || !Number.isInteger(node.value)) throw this.refuse(node, 'a case');
    return node.value;
  }
}

/** What a function gives: a number that may be either is an int. */
export function resultOf(scope) {
  const { type } = scope.result;
  return type === LITERAL ? INT : type;
}
