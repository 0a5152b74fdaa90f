// Functions of the module that the script has no text for: division as in JavaScript, and what stands in the function table.

import type { FunctionBody } from '../code/function-code.ts';
import type { Code } from '../code/opcodes.ts';
import { call, get, ifThen, int, OP, TYPE } from '../code/opcodes.ts';
import type { FunctionEntry } from '../script/names.ts';
import type { DivisionName, Program } from './program.ts';
import { CALLBACK, TABLE_ARGUMENTS } from './program.ts';

/** Places at the end of the table for functions of ours (`engine-module.ts` of the emulator fills them). */
export const CALLBACKS = 8;

const DIVISION: Readonly<Record<DivisionName, Code>> = {
  '/ signed': OP.divideSigned,
  '/ unsigned': OP.divideUnsigned,
  '% signed': OP.remainderSigned,
  '% unsigned': OP.remainderUnsigned,
};

export interface TypedBody extends FunctionBody {
  /** The index of the function's type. */
  readonly type: number;
}

/** Quotients and remainders as JavaScript cuts them to ints: by zero they are 0, and -2^31 / -1 is -2^31 again. */
export function divisionBody(name: DivisionName): FunctionBody {
  const divide = [...get(0), ...get(1), ...DIVISION[name]];
  const negate = [...int(0), ...get(0), ...OP.subtract];
  const guarded = name === '/ signed' ? either([...get(1), ...int(-1), ...OP.eq], negate, divide) : divide;
  return { locals: [], code: [...either(get(1), guarded, int(0)), ...OP.end] };
}

function either(test: Code, consequent: Code, alternate: Code): Code {
  return [...test, ...ifThen(TYPE.int), ...consequent, ...OP.else, ...alternate, ...OP.end];
}

/** What the table holds for a function of the module: it takes as many arguments as every call through the table passes. */
export function tableFunction(entry: FunctionEntry, program: Program): TypedBody {
  const scope = program.types.scopeOf(entry);
  const params = scope.params.map((name) => scope.storedType(name));
  const result = scope.resultType;
  const { type } = program.tableType(params, result === 'nothing' ? 'int' : result);
  const code = [
    ...params.flatMap((_, i) => get(i)),
    ...call(program.functionIndex(entry)),
    ...(result === 'nothing' ? int(0) : []),
    ...OP.end,
  ];
  return { type, locals: [], code };
}

/** The `k`-th place for a function of ours: it calls the import `CALLBACK` with `k` and all arguments but the last. */
export function callbackPlace(k: number, program: Program): TypedBody {
  const passed = Array.from({ length: TABLE_ARGUMENTS - 1 }, (_, i) => get(i)).flat();
  return {
    type: program.uniformType,
    locals: [],
    code: [...int(k), ...passed, ...call(program.importIndex(CALLBACK)), ...OP.end],
  };
}
