// How the statements `break`, `continue` and `return` leave the code around them.

import type { BreakStatement, ContinueStatement, ReturnStatement } from 'acorn';
import type { Block } from '../code/function-code.ts';
import { branch, OP, zeroOf } from '../code/opcodes.ts';
import type { Span } from '../script/syntax.ts';
import type { ExpressionWriter, Frame } from './frame.ts';

/** What a jump leaves. */
export interface JumpTarget {
  /** It is the same for all jumps to the same target. */
  readonly key: string;
  isMeant(block: Block): boolean;
}

export interface Leaving {
  jump(target: JumpTarget, span: Span): void;
  return(argument: ReturnStatement['argument']): void;
}

export function targetOf({ type, label }: BreakStatement | ContinueStatement): JumpTarget {
  const isBreak = type === 'BreakStatement';
  if (!label) return { key: type, isMeant: (block) => (isBreak ? block.isBreakable : block.isContinuable) === true };
  const { name } = label;
  return { key: `${type} ${name}`, isMeant: (block) => (isBreak ? block.breaks : block.continues) === name };
}

/** For code that is all of its function: jumps are branches. */
export class DirectLeaving implements Leaving {
  private readonly frame: Frame;
  private readonly expressions: ExpressionWriter;

  constructor(frame: Frame, expressions: ExpressionWriter) {
    this.frame = frame;
    this.expressions = expressions;
  }

  jump(target: JumpTarget, span: Span): void {
    const { code } = this.frame;
    const depth = code.depthOf((block) => target.isMeant(block));
    if (depth < 0) throw this.frame.refuse(span, 'a jump to nowhere');
    code.emit(branch(depth));
  }

  return(argument: ReturnStatement['argument']): void {
    const { code, scope } = this.frame;
    const result = scope.resultType;
    if (argument && result !== 'nothing' && this.frame.typeOf(argument) !== 'nothing')
      this.expressions.value(argument, result);
    else {
      if (argument) this.expressions.effect(argument);
      if (result !== 'nothing') code.emit(zeroOf(result));
    }
    code.emit(OP.return);
  }
}
