// Expressions whose value is needed as an int32. Each form says what it needs of its parts; every other form is refused.

import type { BinaryExpression, UnaryExpression } from 'acorn';
import { BITS, COMPARE_DOUBLES, COMPARE_INTS, call, int, OP } from '../code/opcodes.ts';
import type { Range } from '../numbers/number-kinds.ts';
import { isComparison } from '../numbers/number-kinds.ts';
import type { ExpressionNode } from '../script/syntax.ts';
import { isZero, numberOf } from '../script/syntax.ts';
import type { ExpressionWriter, Frame } from './frame.ts';

export class Ints {
  private readonly frame: Frame;
  private readonly expressions: ExpressionWriter;

  constructor(frame: Frame, expressions: ExpressionWriter) {
    this.frame = frame;
    this.expressions = expressions;
  }

  write(node: ExpressionNode): void {
    const { code } = this.frame;
    if (this.frame.typeOf(node) === 'double') {
      this.expressions.double(node);
      // The result is that of JavaScript, modulo 2^32, for all doubles that fit into 64 bits.
      code.emit(OP.doubleToLong, OP.longToInt);
      return;
    }
    if (this.expressions.anyType(node, 'int')) return;
    switch (node.type) {
      case 'Literal':
        code.emit(int(this.numberIn(node)));
        return;
      case 'UnaryExpression':
        this.unary(node);
        return;
      case 'BinaryExpression':
        this.binary(node);
        return;
      case 'CallExpression': {
        const type = this.expressions.call(node, 'int');
        if (type === 'nothing') code.emit(int(0));
        else if (type === 'double') throw this.frame.refuse(node, 'a double where an int is needed');
        return;
      }
      default:
        throw this.frame.refuse(node, 'an int');
    }
  }

  private unary(node: UnaryExpression): void {
    const { code } = this.frame;
    const { operator, argument } = node;
    if (operator === '!') {
      this.expressions.condition(argument);
      code.emit(OP.eqz);
    } else if (operator === '~') {
      if (argument.type === 'UnaryExpression' && argument.operator === '~') this.write(argument.argument);
      else {
        this.write(argument);
        code.emit(int(-1), OP.xor);
      }
    } else if (operator === '-') {
      if (argument.type === 'Literal') code.emit(int(-this.numberIn(argument)));
      else {
        code.emit(int(0));
        this.write(argument);
        code.emit(OP.subtract);
      }
    } else throw this.frame.refuse(node, 'an int');
  }

  private binary(node: BinaryExpression): void {
    const { code, program } = this.frame;
    const { operator, left, right } = node;
    const bits = BITS[operator];
    if (isComparison(operator)) this.comparison(node);
    else if (operator === '|' && isZero(left)) this.write(right);
    else if ((operator === '|' || operator === '>>>') && isZero(right)) this.write(left);
    else if (bits) this.both(left, right, bits);
    else if (operator === '+') this.both(left, right, OP.add);
    else if (operator === '-') this.both(left, right, OP.subtract);
    else if (operator === '/' || operator === '%') {
      const isSigned = this.isSigned(node);
      this.both(left, right, []);
      code.emit(call(program.division(operator, isSigned)));
    } else throw this.frame.refuse(node, 'an int');
  }

  private both(left: ExpressionNode, right: ExpressionNode, operation: readonly number[]): void {
    this.write(left);
    this.write(right);
    this.frame.code.emit(operation);
  }

  private comparison(node: BinaryExpression): void {
    const { code } = this.frame;
    const { operator, left, right } = node;
    if (this.frame.typeOf(left) === 'double' || this.frame.typeOf(right) === 'double') {
      this.expressions.double(left);
      this.expressions.double(right);
      code.emit(this.known(COMPARE_DOUBLES[operator], node));
      return;
    }
    const comparison = this.known(COMPARE_INTS[operator], node);
    const isSigned = this.isSigned(node);
    this.write(left);
    if (operator === '==' && isZero(right)) code.emit(OP.eqz);
    else {
      this.write(right);
      code.emit(comparison[isSigned ? 'signed' : 'unsigned']);
    }
  }

  /** Whether both sides are to be taken as signed. Refuses where that makes a difference and the two disagree. */
  private isSigned(node: BinaryExpression): boolean {
    const ranges = [this.frame.rangeOf(node.left), this.frame.rangeOf(node.right)];
    const areAll = (range: Range) => ranges.every((each) => each === 'small' || each === range);
    if (!areAll('signed') && !areAll('unsigned'))
      throw this.frame.refuse(node, `numbers that are ${ranges.join(' and ')}`);
    return areAll('signed');
  }

  private numberIn(node: ExpressionNode): number {
    return this.known(numberOf(node), node);
  }

  private known<T>(value: T | undefined, node: ExpressionNode): T {
    if (value === undefined) throw this.frame.refuse(node, 'an int');
    return value;
  }
}
