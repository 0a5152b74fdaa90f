// What the writers of one WebAssembly function share: the function of the script that it is made from, and the code so far.

import type { CallExpression } from 'acorn';
import type { FunctionCode } from '../code/function-code.ts';
import type { Program } from '../module/program.ts';
import type { NumberType, Range, ResultType, StoredType } from '../numbers/number-kinds.ts';
import type { Scope } from '../numbers/scope.ts';
import type { ExpressionNode, Span, UnknownForm } from '../script/syntax.ts';
import type { Variables } from './variables.ts';

export class Frame {
  readonly scope: Scope;
  readonly program: Program;
  readonly code: FunctionCode;
  readonly variables: Variables;
  /** Variables that have been written so far. */
  readonly assigned = new Set<string>();

  constructor(scope: Scope, program: Program, code: FunctionCode, variables: Variables) {
    this.scope = scope;
    this.program = program;
    this.code = code;
    this.variables = variables;
  }

  typeOf(node: ExpressionNode): NumberType {
    return this.program.types.typeOf(node, this.scope);
  }

  rangeOf(node: ExpressionNode): Range | undefined {
    return this.program.types.rangeOf(node, this.scope);
  }

  refuse(span: Span, what: string): UnknownForm {
    return this.scope.refuse(span, what);
  }
}

/** Writes expressions. The forms contain one another, so the writer of each kind is given this to write the parts with. */
export interface ExpressionWriter {
  /** Leaves nothing on the stack. */
  effect(node: ExpressionNode): void;
  value(node: ExpressionNode, type: StoredType): void;
  /** The low 32 bits of a number; of a double what `| 0` makes of it. */
  int(node: ExpressionNode): void;
  double(node: ExpressionNode): void;
  /** Leaves an int that is not zero where JavaScript takes `node` as true. */
  condition(node: ExpressionNode): void;
  /** A form that is written in the same way for both types: false where `node` is not one. */
  anyType(node: ExpressionNode, type: StoredType): boolean;
  /** Leaves what the call gives, and tells its type; `wanted` decides what a function of the table gives. */
  call(node: CallExpression, wanted: ResultType): ResultType;
}
