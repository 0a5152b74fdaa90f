// The code of one WebAssembly function while it is being written: bytes, locals, and the blocks that are open.

import { get, OP, set, tee } from './opcodes.mjs';
import { DOUBLE, INT } from './value-types.mjs';

export class CodeBuffer {
  constructor(parameters) {
    this.parameters = parameters;
    this.code = [];
    /** Types of the locals behind the parameters. */
    this.locals = [];
    this.free = { [INT]: [], [DOUBLE]: [] };
    /** What a `break` or `continue` may leave, outermost first: one entry for each open block. */
    this.levels = [];
  }

  emit(...parts) {
    for (const bytes of parts) for (let i = 0; i < bytes.length; i++) this.code.push(bytes[i]);
  }

  newLocal(type) {
    this.locals.push(type);
    return this.parameters + this.locals.length - 1;
  }

  /** A local for `use` alone. */
  withTemporary(type, use) {
    const local = this.free[type].pop() ?? this.newLocal(type);
    use(local);
    this.free[type].push(local);
  }

  enter(bytes, level = {}) {
    this.emit(bytes);
    this.levels.push(level);
  }

  leave() {
    this.emit(OP.end);
    this.levels.pop();
  }

  /** How many blocks further out than the innermost; -1 where no open block is meant. */
  depthOf(isMeant) {
    const at = this.levels.findLastIndex(isMeant);
    return at < 0 ? -1 : this.levels.length - 1 - at;
  }
}

/** The variables of a function as its locals. */
export class LocalVariables {
  constructor(scope, buffer) {
    this.indexes = new Map(scope.params.map((name, i) => [name, i]));
    for (const name of scope.locals.keys())
      if (!this.indexes.has(name)) this.indexes.set(name, buffer.newLocal(scope.localType(name)));
  }

  get beginAtZero() {
    return true;
  }

  has(name) {
    return this.indexes.has(name);
  }

  get(name) {
    return get(this.indexes.get(name));
  }

  set(name) {
    return set(this.indexes.get(name));
  }

  setAndKeep(name) {
    return tee(this.indexes.get(name));
  }
}
