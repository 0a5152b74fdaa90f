// One function of the module, as the body of a WebAssembly function.

import type { FunctionBody } from '../code/function-code.ts';
import { FunctionCode } from '../code/function-code.ts';
import { get, zeroOf } from '../code/opcodes.ts';
import type { Program } from '../module/program.ts';
import type { Scope } from '../numbers/scope.ts';
import { Expressions } from './expressions.ts';
import { Frame } from './frame.ts';
import { DirectLeaving } from './leaving.ts';
import { Pieces } from './pieces.ts';
import type { Division } from './statements.ts';
import { Statements } from './statements.ts';
import { localVariables, sharedVariables } from './variables.ts';

/** A function of more characters is divided. */
const LARGE_FUNCTION = 60_000;

/** The pieces of a large function are added to `program`. */
export function translateFunction(scope: Scope, program: Program): FunctionBody {
  const { start, end } = scope.entry.node;
  return end - start < LARGE_FUNCTION ? translateWhole(scope, program) : translateInPieces(scope, program);
}

function translateWhole(scope: Scope, program: Program): FunctionBody {
  const code = new FunctionCode(scope.params.length);
  return writeBody(new Frame(scope, program, code, localVariables(scope, code)));
}

function translateInPieces(scope: Scope, program: Program): FunctionBody {
  const code = new FunctionCode(scope.params.length);
  const variables = sharedVariables(scope, program);
  const result = scope.resultType === 'nothing' ? undefined : program.newGlobal(scope.resultType);
  const frame = new Frame(scope, program, code, variables);
  for (const [i, name] of scope.params.entries()) code.emit(get(i), variables.set(name));
  return writeBody(frame, new Pieces(frame, result));
}

function writeBody(frame: Frame, division?: Division): FunctionBody {
  const { code, scope } = frame;
  const expressions = new Expressions(frame);
  const statements = new Statements(frame, expressions, new DirectLeaving(frame, expressions), division);
  statements.writeAll(scope.entry.node.body.body, true);
  if (scope.resultType !== 'nothing') code.emit(zeroOf(scope.resultType));
  return code.end();
}
