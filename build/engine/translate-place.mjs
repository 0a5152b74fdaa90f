// What can be written and read: variables, and elements of the heap by their address.

import { CodeBuffer } from './code-buffer.mjs';
import { double, get, getGlobal, int, OP, setGlobal, tee, VIEW } from './opcodes.mjs';
import { DOUBLE, INT } from './value-types.mjs';

/**
 * Static data begins here. A smaller constant in an address is the place of a field, and what it is added to points to a structure: the sum
 * cannot go around the end of memory, and WebAssembly may be told to add it.
 */
const FIRST_STATIC_ADDRESS = 65_536;

export const isZero = (node) => node.type === 'Literal' && node.value === 0;
export const zeroOf = (type) => (type === DOUBLE ? double(0) : int(0));

/** Subclasses add `value`, `int` and `double`, which leave what an expression gives. */
export class Places extends CodeBuffer {
  /** `program` gives numbers to what the function that `scope` describes refers to. */
  constructor(scope, program, parameters) {
    super(parameters);
    this.scope = scope;
    this.program = program;
    /** Where variables are; set by subclasses. */
    this.variables = undefined;
    /** Variables that have been written so far. */
    this.assigned = new Set();
  }

  refuse(node, what) {
    return this.scope.refuse(node, what);
  }

  load({ name }) {
    if (this.variables.has(name)) return this.emit(this.variables.get(name));
    const meaning = this.scope.meaning(name);
    if (meaning?.kind !== 'global') throw new Error(`engine: the variable ${name}`);
    this.emit(meaning.isAssigned ? getGlobal(this.program.global(name)) : int(meaning.value));
  }

  assign(name, value) {
    this.assigned.add(name);
    this.value(value, this.scope.localType(name));
    this.emit(this.variables.set(name));
  }

  assignment(node, isValueUsed) {
    const { left, operator, right } = node;
    if (left.type === 'MemberExpression') return this.store(node, isValueUsed);
    const { name } = left;
    const isLocal = this.variables.has(name);
    const type = isLocal ? this.scope.localType(name) : INT;
    this.assigned.add(name);
    if (operator === '=') this.value(right, type);
    else
      this.value(
        { type: 'BinaryExpression', operator: operator.slice(0, -1), left, right, start: node.start, end: node.end },
        type,
      );
    if (isLocal) return this.emit(isValueUsed ? this.variables.setAndKeep(name) : this.variables.set(name));
    if (this.scope.meaning(name)?.kind !== 'global') throw this.refuse(node, 'an assignment');
    const global = this.program.global(name);
    this.emit(setGlobal(global), isValueUsed ? getGlobal(global) : []);
  }

  store({ left, operator, right, ...node }, isValueUsed) {
    if (operator !== '=') throw this.refuse(node, 'a change of memory');
    if (this.scope.meaning(left.object.name)?.kind === 'scratch-floats')
      return this.storeScratchFloat(left, right, isValueUsed);
    const { store, type } = this.address(left);
    this.value(right, type);
    if (!isValueUsed) return this.emit(store);
    this.withTemporary(type, (kept) => this.emit(tee(kept), store, get(kept)));
  }

  /** `floats[2] = x`: what `scratch-load` of 2 then gives. */
  storeScratchFloat(left, right, isValueUsed) {
    if (left.property.value !== 2 || isValueUsed) throw this.refuse(left, 'a float');
    this.double(right);
    this.emit(OP.doubleToFloat, OP.floatAsInt, setGlobal(this.program.scratch(2)));
  }

  /** Leaves the address of an element; gives how to load and store it there. */
  address(node) {
    const meaning = this.scope.meaning(node.object.name);
    const view = meaning?.kind === 'view' ? VIEW[meaning.view] : undefined;
    if (!view || !node.computed) throw this.refuse(node, 'an element');
    const offset = this.baseAndOffset(this.bytesOf(node, view.shift), view.shift);
    return { load: view.load(offset), store: view.store(offset), type: meaning.view === 'f64' ? DOUBLE : INT };
  }

  /** The expression of an element's address in bytes, or of its index where both are the same. */
  bytesOf({ property, ...node }, shift) {
    if (property.type === 'Literal' || shift === 0) return property;
    if (property.operator === '>>' && property.right.value === shift) return property.left;
    throw this.refuse(node, 'the index of an element');
  }

  /** Leaves what a small constant is added to, and gives the constant. */
  baseAndOffset(node, shift) {
    if (node.type === 'Literal') {
      this.emit(int(node.value << shift));
      return 0;
    }
    if (node.operator === '|' && (isZero(node.left) || isZero(node.right)))
      return this.baseAndOffset(isZero(node.left) ? node.right : node.left, 0);
    const { left, right } = node;
    const constant = node.operator === '+' ? [left, right].find((side) => side.type === 'Literal') : undefined;
    if (constant && 0 < constant.value && constant.value < FIRST_STATIC_ADDRESS) {
      this.int(constant === left ? right : left);
      return constant.value;
    }
    this.int(node);
    return 0;
  }
}
