// Expressions of the script as WebAssembly: the forms that do not depend on the type of their value, and the way to those that do.

import type { CallExpression, ConditionalExpression, LogicalExpression } from 'acorn';
import { COMPARE_DOUBLES, double, get, ifThen, int, OP, TYPE, tee, zeroOf } from '../code/opcodes.ts';
import type { ResultType, StoredType } from '../numbers/number-kinds.ts';
import type { ExpressionNode } from '../script/syntax.ts';
import { lastAndRest } from '../script/syntax.ts';
import { Calls } from './calls.ts';
import { Doubles } from './doubles.ts';
import type { ExpressionWriter, Frame } from './frame.ts';
import { Ints } from './ints.ts';
import { Places } from './places.ts';

export class Expressions implements ExpressionWriter {
  private readonly frame: Frame;
  private readonly places: Places;
  private readonly calls: Calls;
  private readonly ints: Ints;
  private readonly doubles: Doubles;

  constructor(frame: Frame) {
    this.frame = frame;
    this.places = new Places(frame, this);
    this.calls = new Calls(frame, this);
    this.ints = new Ints(frame, this);
    this.doubles = new Doubles(frame, this);
  }

  int(node: ExpressionNode): void {
    this.ints.write(node);
  }

  double(node: ExpressionNode): void {
    this.doubles.write(node);
  }

  value(node: ExpressionNode, type: StoredType): void {
    if (type === 'double') this.double(node);
    else this.int(node);
  }

  call(node: CallExpression, wanted: ResultType): ResultType {
    return this.calls.write(node, wanted);
  }

  /** The variable `name` of the function becomes `value`. */
  assign(name: string, value: ExpressionNode): void {
    this.places.assign(name, value);
  }

  effect(node: ExpressionNode): void {
    const { code } = this.frame;
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
        this.places.assignment(node, false);
        return;
      case 'LogicalExpression':
        this.condition(node.left);
        if (node.operator === '||') code.emit(OP.eqz);
        code.enter(ifThen());
        this.effect(node.right);
        code.leave();
        return;
      case 'ConditionalExpression':
        this.condition(node.test);
        code.enter(ifThen());
        this.effect(node.consequent);
        code.emit(OP.else);
        this.effect(node.alternate);
        code.leave();
        return;
      case 'BinaryExpression':
        this.effect(node.left);
        this.effect(node.right);
        return;
      case 'MemberExpression':
        this.effect(node.property);
        return;
      case 'CallExpression':
        if (this.call(node, 'nothing') !== 'nothing') code.emit(OP.drop);
        return;
      default:
        throw this.frame.refuse(node, 'a statement of one expression');
    }
  }

  condition(node: ExpressionNode): void {
    const { code } = this.frame;
    if (node.type === 'UnaryExpression' && node.operator === '!') {
      this.condition(node.argument);
      code.emit(OP.eqz);
    } else if (node.type === 'LogicalExpression') {
      this.condition(node.left);
      code.enter(ifThen(TYPE.int));
      if (node.operator === '||') code.emit(int(1), OP.else);
      this.condition(node.right);
      if (node.operator === '&&') code.emit(OP.else, int(0));
      code.leave();
    } else if (node.type === 'SequenceExpression') {
      const [last, rest] = lastAndRest(node.expressions);
      for (const part of rest) this.effect(part);
      this.condition(last);
    } else if (this.frame.typeOf(node) === 'double') {
      // It is true where it is neither 0 nor NaN.
      this.double(node);
      code.emit(OP.doubleAbsolute, double(0), COMPARE_DOUBLES['>'] ?? []);
    } else {
      if (this.frame.rangeOf(node) === 'loose') throw this.frame.refuse(node, 'the truth of a sum');
      this.int(node);
    }
  }

  anyType(node: ExpressionNode, type: StoredType): boolean {
    switch (node.type) {
      case 'Identifier':
        this.places.load(node);
        return true;
      case 'MemberExpression':
        this.places.loadElement(node);
        return true;
      case 'AssignmentExpression':
        this.places.assignment(node, true);
        return true;
      case 'SequenceExpression': {
        const [last, rest] = lastAndRest(node.expressions);
        for (const part of rest) this.effect(part);
        this.value(last, type);
        return true;
      }
      case 'ConditionalExpression':
        this.conditional(node, type);
        return true;
      case 'LogicalExpression':
        this.logical(node, type);
        return true;
      default:
        return false;
    }
  }

  private conditional({ test, consequent, alternate }: ConditionalExpression, type: StoredType): void {
    const { code } = this.frame;
    this.condition(test);
    code.enter(ifThen(TYPE[type]));
    this.value(consequent, type);
    code.emit(OP.else);
    this.value(alternate, type);
    code.leave();
  }

  private logical({ operator, left, right }: LogicalExpression, type: StoredType): void {
    const { code } = this.frame;
    if (operator === '&&') {
      // A left side that is false is 0 or `false`.
      this.condition(left);
      code.enter(ifThen(TYPE[type]));
      this.value(right, type);
      code.emit(OP.else, zeroOf(type));
      code.leave();
      return;
    }
    code.withTemporary(type, (kept) => {
      this.value(left, type);
      code.emit(tee(kept));
      code.enter(ifThen(TYPE[type]));
      code.emit(get(kept), OP.else);
      this.value(right, type);
      code.leave();
    });
  }
}
