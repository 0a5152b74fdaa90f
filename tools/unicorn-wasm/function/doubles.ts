// Expressions whose value is needed as a double. Ints among them are converted where their range is known.

import type { CallExpression } from 'acorn';
import type { Code } from '../code/opcodes.ts';
import { double, OP } from '../code/opcodes.ts';
import type { ExpressionNode } from '../script/syntax.ts';
import { numberOf } from '../script/syntax.ts';
import type { ExpressionWriter, Frame } from './frame.ts';

const ARITHMETIC: Readonly<Record<string, Code>> = {
  '+': OP.doubleAdd,
  '-': OP.doubleSubtract,
  '*': OP.doubleMultiply,
  '/': OP.doubleDivide,
};

export class Doubles {
  private readonly frame: Frame;
  private readonly expressions: ExpressionWriter;

  constructor(frame: Frame, expressions: ExpressionWriter) {
    this.frame = frame;
    this.expressions = expressions;
  }

  write(node: ExpressionNode): void {
    const { code } = this.frame;
    const constant = numberOf(node);
    if (constant !== undefined) code.emit(double(constant));
    else if (node.type === 'CallExpression') this.call(node);
    else if (!this.arithmetic(node)) {
      if (this.frame.typeOf(node) === 'int') this.converted(node);
      else this.stored(node);
    }
  }

  /** Signs, and operations on doubles; false for everything else. */
  private arithmetic(node: ExpressionNode): boolean {
    const { code } = this.frame;
    if (node.type === 'UnaryExpression' && node.operator === '+') {
      this.write(node.argument);
      return true;
    }
    const isInt = this.frame.typeOf(node) === 'int';
    if (node.type === 'UnaryExpression' && node.operator === '-' && !isInt) {
      this.write(node.argument);
      code.emit(OP.doubleNegate);
      return true;
    }
    const operation = node.type === 'BinaryExpression' ? ARITHMETIC[node.operator] : undefined;
    if (node.type !== 'BinaryExpression' || !operation || (isInt && node.operator !== '/')) return false;
    this.write(node.left);
    this.write(node.right);
    code.emit(operation);
    return true;
  }

  private call(node: CallExpression): void {
    const given = this.expressions.call(node, 'double');
    if (given === 'nothing') throw this.frame.refuse(node, 'nothing where a double is needed');
    if (given === 'int') this.convert(node);
  }

  private converted(node: ExpressionNode): void {
    const range = this.frame.rangeOf(node);
    if (range === 'loose' || range === 'either') throw this.frame.refuse(node, `a double of a number that is ${range}`);
    this.expressions.int(node);
    this.convert(node);
  }

  /** From the int on the stack, which is the value of `node`. */
  private convert(node: ExpressionNode): void {
    const isUnsigned = this.frame.rangeOf(node) === 'unsigned';
    this.frame.code.emit(isUnsigned ? OP.intToDoubleUnsigned : OP.intToDoubleSigned);
  }

  private stored(node: ExpressionNode): void {
    if (node.type === 'LogicalExpression' || !this.expressions.anyType(node, 'double'))
      throw this.frame.refuse(node, 'a double');
    // The variable is an int although its value may be taken as a double.
    if (node.type === 'Identifier' && this.frame.scope.storedType(node.name) === 'int')
      this.frame.code.emit(OP.intToDoubleSigned);
  }
}
