// Calls of the module as WebAssembly: of its functions, through its table, of what surrounds it.

import { call, callIndirect, double, get, getGlobal, int, long, OP, set, setGlobal, tee } from './opcodes.mjs';
import { Expressions, resultOf } from './translate-expression.mjs';
import { zeroOf } from './translate-place.mjs';
import { DOUBLE, INT, NOTHING } from './value-types.mjs';

/**
 * All imports and all functions in the table have so many parameters: JavaScript lets a function be called with more or fewer arguments than
 * it names, and the interpreter of Unicorn relies on it.
 */
export const TABLE_ARGUMENTS = 12;

/** Time stands still: a replay may not depend on when it runs. Clocks are 0, and no imports. */
export const isClock = ({ name }) => name.endsWith('_now');

const MATH = {
  abs: OP.doubleAbsolute,
  floor: OP.doubleFloor,
  ceil: OP.doubleCeiling,
  trunc: OP.doubleTruncate,
  sqrt: OP.doubleSquareRoot,
  min: OP.doubleMinimum,
  max: OP.doubleMaximum,
};

/** Each method gives the type of what it leaves. */
export class Calls extends Expressions {
  call(node, wanted) {
    const callee = this.scope.types.callee(node, this.scope);
    if (callee.entry) return this.callFunction(node, callee.entry);
    if (callee.table) return this.callTable(node, wanted);
    if (callee.import) return this.callImport(node, callee.import);
    if (callee.math) return this.callMath(node, callee.math);
    if (callee.fill) return this.fill(node, callee.fill);
    return this.callHelper(node, callee.helper);
  }

  callFunction(node, entry) {
    const callee = this.scope.types.scopeOf(entry);
    callee.params.forEach((name, i) => {
      const type = callee.localType(name);
      if (i < node.arguments.length) this.value(node.arguments[i], type);
      else this.emit(zeroOf(type));
    });
    for (const more of node.arguments.slice(callee.params.length)) this.effect(more);
    this.emit(call(this.program.functionIndex(entry)));
    return resultOf(callee);
  }

  callTable(node, wanted) {
    this.withTemporary(INT, (index) => {
      this.int(node.callee.property);
      this.emit(set(index));
      const types = node.arguments.map((argument) => (this.scope.typeOf(argument) === DOUBLE ? DOUBLE : INT));
      node.arguments.forEach((argument, i) => {
        this.value(argument, types[i]);
      });
      const { type, count } = this.program.tableType(types, wanted === DOUBLE ? DOUBLE : INT);
      for (let i = types.length; i < count; i++) this.emit(int(0));
      this.emit(get(index), callIndirect(type));
    });
    return wanted === DOUBLE ? DOUBLE : INT;
  }

  callImport(node, meaning) {
    if (isClock(meaning)) {
      this.emit(double(0));
      return DOUBLE;
    }
    for (const argument of node.arguments) this.int(argument);
    for (let i = node.arguments.length; i < TABLE_ARGUMENTS; i++) this.emit(int(0));
    this.emit(call(this.program.importIndex(meaning)));
    return INT;
  }

  callMath(node, name) {
    if (name === 'imul' || name === 'clz32') {
      for (const argument of node.arguments) this.int(argument);
      this.emit(name === 'imul' ? OP.multiply : OP.countLeadingZeros);
      return INT;
    }
    for (const argument of node.arguments) this.double(argument);
    if (name === 'fround') this.emit(OP.doubleToFloat, OP.floatToDouble);
    else if (name in MATH) this.emit(MATH[name]);
    else throw this.refuse(node, 'a function of Math');
    return DOUBLE;
  }

  /** `bytes.fill(value, start, end)` */
  fill(node, view) {
    const [value, start, end] = node.arguments;
    if (view !== 'i8') throw this.refuse(node, 'a fill');
    this.int(start);
    this.int(value);
    this.int(end);
    this.int(start);
    this.emit(OP.subtract, OP.memoryFill);
    return NOTHING;
  }

  callHelper(node, helper) {
    const [first, second] = node.arguments;
    switch (helper) {
      case 'unreachable':
        this.emit(OP.unreachable);
        return NOTHING;
      case 'memory-size':
        this.emit(OP.memorySize);
        return INT;
      case 'memory-copy':
      case 'memory-fill':
        for (const argument of node.arguments) this.int(argument);
        this.emit(helper === 'memory-copy' ? OP.memoryCopy : OP.memoryFill);
        return NOTHING;
      case 'scratch-load':
        this.emit(getGlobal(this.program.scratch(this.constant(first))));
        return INT;
      case 'scratch-store':
        this.int(second);
        this.emit(setGlobal(this.program.scratch(this.constant(first))));
        return NOTHING;
      case 'scratch-load-double':
        this.emit(getGlobal(this.program.scratch(1)), OP.intToLongUnsigned, long(32), OP.longShiftLeft);
        this.emit(getGlobal(this.program.scratch(0)), OP.intToLongUnsigned, OP.longOr, OP.longAsDouble);
        return DOUBLE;
      case 'scratch-store-double':
        this.withTemporary(DOUBLE, (kept) => {
          this.double(first);
          this.emit(tee(kept), OP.doubleAsLong, OP.longToInt, setGlobal(this.program.scratch(0)));
          this.emit(
            get(kept),
            OP.doubleAsLong,
            long(32),
            OP.longShiftRight,
            OP.longToInt,
            setGlobal(this.program.scratch(1)),
          );
        });
        return NOTHING;
      default:
        throw this.refuse(node, `the helper ${helper}`);
    }
  }
}
