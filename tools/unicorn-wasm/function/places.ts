// What can be written and read: variables, and elements of the heap by their address.

import type { AssignmentExpression, BinaryOperator, Identifier, MemberExpression } from 'acorn';
import type { Code, View } from '../code/opcodes.ts';
import { get, getGlobal, int, OP, setGlobal, tee, VIEW } from '../code/opcodes.ts';
import type { StoredType } from '../numbers/number-kinds.ts';
import type { ExpressionNode } from '../script/syntax.ts';
import { isZero, numberOf, objectName } from '../script/syntax.ts';
import type { ExpressionWriter, Frame } from './frame.ts';

/**
 * Static data begins here. A smaller constant in an address is the offset of a field, and what it is added to points to a structure: the sum
 * cannot wrap around the end of memory, so WebAssembly may do the addition.
 */
const FIRST_STATIC_ADDRESS = 65_536;
/** The scratch word that a float is stored in. */
const FLOAT_WORD = 2;

interface Element {
  readonly load: Code;
  readonly store: Code;
  readonly type: StoredType;
}

export class Places {
  private readonly frame: Frame;
  private readonly expressions: ExpressionWriter;

  constructor(frame: Frame, expressions: ExpressionWriter) {
    this.frame = frame;
    this.expressions = expressions;
  }

  load({ name }: Identifier): void {
    const { code, scope, variables, program } = this.frame;
    if (variables.has(name)) {
      code.emit(variables.get(name));
      return;
    }
    const meaning = scope.meaning(name);
    if (meaning?.kind !== 'global') throw new Error(`engine: the variable ${name}`);
    code.emit(meaning.isAssigned ? getGlobal(program.global(name)) : int(meaning.value));
  }

  loadElement(node: MemberExpression): void {
    this.frame.code.emit(this.address(node).load);
  }

  /** The variable `name` of the function becomes `value`. */
  assign(name: string, value: ExpressionNode): void {
    const { assigned, code, scope, variables } = this.frame;
    assigned.add(name);
    this.expressions.value(value, scope.storedType(name));
    code.emit(variables.set(name));
  }

  /** Leaves the value only if that `isValueUsed`. */
  assignment(node: AssignmentExpression, isValueUsed: boolean): void {
    const { left } = node;
    if (left.type === 'Identifier') this.assignVariable(left, node, isValueUsed);
    else if (left.type !== 'MemberExpression') throw this.frame.refuse(node, 'an assignment');
    else if (this.frame.scope.meaning(objectName(left))?.kind === 'scratch-floats')
      this.storeScratchFloat(left, node, isValueUsed);
    else this.store(left, node, isValueUsed);
  }

  private assignVariable(left: Identifier, node: AssignmentExpression, isValueUsed: boolean): void {
    const { code, scope, variables, program } = this.frame;
    const { operator, right, start, end } = node;
    const { name } = left;
    const isLocal = variables.has(name);
    this.frame.assigned.add(name);
    const value: ExpressionNode =
      operator === '='
        ? right
        : { type: 'BinaryExpression', operator: operator.slice(0, -1) as BinaryOperator, left, right, start, end };
    this.expressions.value(value, isLocal ? scope.storedType(name) : 'int');
    if (isLocal) {
      code.emit(isValueUsed ? variables.setAndKeep(name) : variables.set(name));
      return;
    }
    if (scope.meaning(name)?.kind !== 'global') throw this.frame.refuse(node, 'an assignment');
    const global = program.global(name);
    code.emit(setGlobal(global), isValueUsed ? getGlobal(global) : []);
  }

  private store(left: MemberExpression, node: AssignmentExpression, isValueUsed: boolean): void {
    const { code } = this.frame;
    if (node.operator !== '=') throw this.frame.refuse(node, 'a change of memory');
    const { store, type } = this.address(left);
    this.expressions.value(node.right, type);
    if (isValueUsed) code.withTemporary(type, (kept) => code.emit(tee(kept), store, get(kept)));
    else code.emit(store);
  }

  /** `floats[2] = x`: the bits that `scratch-load` of 2 then gives. */
  private storeScratchFloat(left: MemberExpression, node: AssignmentExpression, isValueUsed: boolean): void {
    if (node.operator !== '=' || numberOf(left.property) !== FLOAT_WORD || isValueUsed)
      throw this.frame.refuse(node, 'a float');
    this.expressions.double(node.right);
    const word = this.frame.program.scratch(FLOAT_WORD);
    this.frame.code.emit(OP.doubleToFloat, OP.floatAsInt, setGlobal(word));
  }

  /** Leaves the address of an element; gives how to load and store it there. */
  private address(node: MemberExpression): Element {
    const meaning = this.frame.scope.meaning(objectName(node));
    if (meaning?.kind !== 'view' || !node.computed) throw this.frame.refuse(node, 'an element');
    const view = VIEW[meaning.view];
    const offset = this.baseAndOffset(this.bytesOf(node, view), view.shift);
    return {
      load: view.load(offset),
      store: view.store(offset),
      type: meaning.view === 'f64' ? 'double' : 'int',
    };
  }

  /** The expression of an element's address in bytes, or of its index where that is a constant. */
  private bytesOf(node: MemberExpression, { shift }: View): ExpressionNode {
    const { property } = node;
    if (property.type === 'Literal' || shift === 0) return property;
    if (property.type === 'BinaryExpression' && property.operator === '>>' && numberOf(property.right) === shift)
      return property.left;
    throw this.frame.refuse(node, 'the index of an element');
  }

  /** Leaves what a small constant is added to, and gives the constant. */
  private baseAndOffset(node: ExpressionNode, shift: number): number {
    const constant = numberOf(node);
    if (constant !== undefined) {
      this.frame.code.emit(int(constant << shift));
      return 0;
    }
    if (node.type === 'BinaryExpression') {
      const { operator, left, right } = node;
      if (operator === '|' && isZero(left)) return this.baseAndOffset(right, 0);
      if (operator === '|' && isZero(right)) return this.baseAndOffset(left, 0);
      if (operator === '+') {
        const [base, offset] = left.type === 'Literal' ? [right, numberOf(left)] : [left, numberOf(right)];
        if (offset !== undefined && 0 < offset && offset < FIRST_STATIC_ADDRESS) {
          this.expressions.int(base);
          return offset;
        }
      }
    }
    this.expressions.int(node);
    return 0;
  }
}
