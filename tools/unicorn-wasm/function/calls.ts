// Calls as WebAssembly: of functions of the module, through its table, and of what surrounds it.

import type { CallExpression } from 'acorn';
import type { Code } from '../code/opcodes.ts';
import {
  call,
  callIndirect,
  double,
  get,
  getGlobal,
  int,
  long,
  OP,
  set,
  setGlobal,
  tee,
  zeroOf,
} from '../code/opcodes.ts';
import { isClock, TABLE_ARGUMENTS } from '../module/program.ts';
import type { ResultType, StoredType } from '../numbers/number-kinds.ts';
import type { FunctionEntry, Helper, ImportedFunction, ViewName } from '../script/names.ts';
import type { ExpressionNode } from '../script/syntax.ts';
import { constantOf } from '../script/syntax.ts';
import type { ExpressionWriter, Frame } from './frame.ts';

const MATH: ReadonlyMap<string, readonly Code[]> = new Map([
  ['abs', [OP.doubleAbsolute]],
  ['floor', [OP.doubleFloor]],
  ['ceil', [OP.doubleCeiling]],
  ['trunc', [OP.doubleTruncate]],
  ['sqrt', [OP.doubleSquareRoot]],
  ['min', [OP.doubleMinimum]],
  ['max', [OP.doubleMaximum]],
  ['fround', [OP.doubleToFloat, OP.floatToDouble]],
]);
const INT_MATH: ReadonlyMap<string, Code> = new Map([
  ['imul', OP.multiply],
  ['clz32', OP.countLeadingZeros],
]);

/** Each method gives the type of what it leaves. */
export class Calls {
  private readonly frame: Frame;
  private readonly expressions: ExpressionWriter;

  constructor(frame: Frame, expressions: ExpressionWriter) {
    this.frame = frame;
    this.expressions = expressions;
  }

  /** `wanted` decides what a function of the table gives: nothing else says its type. */
  write(node: CallExpression, wanted: ResultType): ResultType {
    const callee = this.frame.scope.callee(node);
    switch (callee.kind) {
      case 'function':
        return this.callFunction(node, callee.entry);
      case 'table':
        return this.callTable(node, callee.index, wanted === 'double' ? 'double' : 'int');
      case 'import':
        return this.callImport(node, callee.imported);
      case 'math':
        return this.callMath(node, callee.method);
      case 'fill':
        return this.fill(node, callee.view);
      case 'helper':
        return this.callHelper(node, callee.helper);
    }
  }

  private callFunction(node: CallExpression, entry: FunctionEntry): ResultType {
    const callee = this.frame.program.types.scopeOf(entry);
    for (const [i, name] of callee.params.entries()) {
      const argument = node.arguments[i];
      const type = callee.storedType(name);
      if (argument) this.expressions.value(argument, type);
      else this.frame.code.emit(zeroOf(type));
    }
    for (const more of node.arguments.slice(callee.params.length)) this.expressions.effect(more);
    this.frame.code.emit(call(this.frame.program.functionIndex(entry)));
    return callee.resultType;
  }

  private callTable(node: CallExpression, place: ExpressionNode, result: StoredType): StoredType {
    const { code, program } = this.frame;
    code.withTemporary('int', (index) => {
      this.expressions.int(place);
      code.emit(set(index));
      const types = node.arguments.map((argument) => (this.frame.typeOf(argument) === 'double' ? 'double' : 'int'));
      for (const [i, argument] of node.arguments.entries()) this.expressions.value(argument, types[i] ?? 'int');
      const { type, count } = program.tableType(types, result);
      for (let i = types.length; i < count; i++) code.emit(int(0));
      code.emit(get(index), callIndirect(type));
    });
    return result;
  }

  private callImport(node: CallExpression, imported: ImportedFunction): ResultType {
    const { code, program } = this.frame;
    if (isClock(imported)) {
      code.emit(double(0));
      return 'double';
    }
    this.ints(node.arguments);
    for (let i = node.arguments.length; i < TABLE_ARGUMENTS; i++) code.emit(int(0));
    code.emit(call(program.importIndex(imported)));
    return 'int';
  }

  private callMath(node: CallExpression, method: string): ResultType {
    const ofInts = INT_MATH.get(method);
    if (ofInts) {
      this.ints(node.arguments);
      this.frame.code.emit(ofInts);
      return 'int';
    }
    const ofDoubles = MATH.get(method);
    if (ofDoubles === undefined) throw this.frame.refuse(node, 'a function of Math');
    for (const argument of node.arguments) this.expressions.double(argument);
    this.frame.code.emit(...ofDoubles);
    return 'double';
  }

  /** `bytes.fill(value, start, end)` */
  private fill(node: CallExpression, view: ViewName): ResultType {
    const [value, start, end] = node.arguments;
    if (view !== 'i8' || !value || !start || !end) throw this.frame.refuse(node, 'a fill');
    this.ints([start, value, end, start]);
    this.frame.code.emit(OP.subtract, OP.memoryFill);
    return 'nothing';
  }

  private callHelper(node: CallExpression, helper: Helper): ResultType {
    const { code } = this.frame;
    switch (helper) {
      case 'unreachable':
        code.emit(OP.unreachable);
        return 'nothing';
      case 'memory-size':
        code.emit(OP.memorySize);
        return 'int';
      case 'memory-copy':
      case 'memory-fill':
        this.ints(node.arguments);
        code.emit(helper === 'memory-copy' ? OP.memoryCopy : OP.memoryFill);
        return 'nothing';
      case 'scratch-load':
        code.emit(getGlobal(this.scratchWord(node)));
        return 'int';
      case 'scratch-store':
        this.expressions.int(this.argument(node, 1));
        code.emit(setGlobal(this.scratchWord(node)));
        return 'nothing';
      case 'scratch-load-double':
        return this.loadScratchDouble();
      case 'scratch-store-double':
        return this.storeScratchDouble(this.argument(node, 0));
    }
  }

  /** Word 0 is the low half of a double, word 1 the high half. */
  private loadScratchDouble(): ResultType {
    const { code, program } = this.frame;
    code.emit(getGlobal(program.scratch(1)), OP.intToLongUnsigned, long(32), OP.longShiftLeft);
    code.emit(getGlobal(program.scratch(0)), OP.intToLongUnsigned, OP.longOr, OP.longAsDouble);
    return 'double';
  }

  private storeScratchDouble(value: ExpressionNode): ResultType {
    const { code, program } = this.frame;
    code.withTemporary('double', (kept) => {
      this.expressions.double(value);
      code.emit(tee(kept), OP.doubleAsLong, OP.longToInt, setGlobal(program.scratch(0)));
      code.emit(get(kept), OP.doubleAsLong, long(32), OP.longShiftRight, OP.longToInt, setGlobal(program.scratch(1)));
    });
    return 'nothing';
  }

  private scratchWord(node: CallExpression): number {
    const word = constantOf(this.argument(node, 0), (span, what) => this.frame.refuse(span, what));
    return this.frame.program.scratch(word);
  }

  private argument(node: CallExpression, index: number): ExpressionNode {
    const argument = node.arguments[index];
    if (argument === undefined) throw this.frame.refuse(node, 'a call with too few arguments');
    return argument;
  }

  private ints(nodes: readonly ExpressionNode[]): void {
    for (const node of nodes) this.expressions.int(node);
  }
}
