// Divides a large function into many small ones. V8 compiles whole functions when they are first called: for the function that decodes all
// of x86, 330 kB of WebAssembly, that takes 20 ms, and a replay needs a hundredth of it. Each piece is a run of statements; a piece
// that is left by a jump, or by a `return`, tells its caller where to go on.

import type { ReturnStatement, Statement } from 'acorn';
import { FunctionCode } from '../code/function-code.ts';
import { block, branch, branchTable, call, getGlobal, int, OP, setGlobal } from '../code/opcodes.ts';
import { flatten } from '../script/flatten.ts';
import type { Span } from '../script/syntax.ts';
import { Expressions } from './expressions.ts';
import { Frame } from './frame.ts';
import type { JumpTarget, Leaving } from './leaving.ts';
import type { Division, StatementPart } from './statements.ts';
import { Statements } from './statements.ts';

/** Characters of statements that make a piece. A larger statement is divided itself. */
const PIECE = 10_000;
/** A smaller piece is not worth a call. */
const SMALL_PIECE = 400;
/** The way out of a piece that is a `return`. */
const RETURN: JumpTarget = { key: 'return', isMeant: () => false };

const sizeOf = ({ start, end }: Span): number => end - start;
const totalSize = (nodes: readonly Span[]): number => nodes.reduce((sum, node) => sum + sizeOf(node), 0);

/** For the function of `frame`, whose variables have to be shared; `result` is the global that holds what it returns. */
export class Pieces implements Division {
  private readonly frame: Frame;
  private readonly result: number | undefined;

  constructor(frame: Frame, result: number | undefined) {
    this.frame = frame;
    this.result = result;
  }

  parts(nodes: readonly Statement[]): readonly StatementPart[] {
    const parts: StatementPart[] = [];
    let run: Statement[] = [];
    const close = () => {
      if (run.length > 0) parts.push({ nodes: run, isApart: totalSize(run) >= SMALL_PIECE });
      run = [];
    };
    for (const node of flatten(nodes)) {
      if (sizeOf(node) > PIECE) {
        close();
        parts.push({ nodes: [node], isApart: false });
        continue;
      }
      run.push(node);
      if (totalSize(run) > PIECE) close();
    }
    close();
    return parts;
  }

  /** Calls a function made of `nodes`, then goes where that says: 0 is on to what follows, k the k-th way out. */
  writeApart(nodes: readonly Statement[]): void {
    const { code, program, scope, variables } = this.frame;
    const piece = new Frame(scope, program, new FunctionCode(0), variables);
    const exits = writePiece(piece, nodes, this.result);
    const index = program.newFunction(piece.code.end());
    if (exits.length === 0) {
      code.emit(call(index), OP.drop);
      return;
    }
    code.enter(block());
    code.enter(block());
    code.emit(call(index));
    const depths = exits.map(({ target, span }) => {
      // A `return` leaves the inner block alone, to the code after it.
      const depth = target === RETURN ? 0 : code.depthOf((open) => target.isMeant(open));
      if (depth < 0) throw this.frame.refuse(span, 'a jump to nowhere');
      return depth;
    });
    code.emit(branchTable([1, ...depths], 1));
    code.leave();
    code.emit(this.result === undefined ? [] : getGlobal(this.result), OP.return);
    code.leave();
  }
}

interface Exit {
  readonly target: JumpTarget;
  readonly span: Span;
}

/** Gives the ways out of the piece, numbered from 1. */
function writePiece(frame: Frame, nodes: readonly Statement[], result: number | undefined): readonly Exit[] {
  const expressions = new Expressions(frame);
  const leaving = new PieceLeaving(frame, expressions, result);
  new Statements(frame, expressions, leaving).writeAll(nodes);
  frame.code.emit(int(0));
  return leaving.exits;
}

/** A jump inside the piece is a branch; every other one gives the number of its way out. */
class PieceLeaving implements Leaving {
  readonly exits: Exit[] = [];
  private readonly frame: Frame;
  private readonly expressions: Expressions;
  private readonly result: number | undefined;

  constructor(frame: Frame, expressions: Expressions, result: number | undefined) {
    this.frame = frame;
    this.expressions = expressions;
    this.result = result;
  }

  jump(target: JumpTarget, span: Span): void {
    const depth = this.frame.code.depthOf((open) => target.isMeant(open));
    if (depth < 0) this.exit({ target, span });
    else this.frame.code.emit(branch(depth));
  }

  return(argument: ReturnStatement['argument']): void {
    const { code, scope } = this.frame;
    const type = scope.resultType;
    if (argument && type !== 'nothing' && this.result !== undefined && this.frame.typeOf(argument) !== 'nothing') {
      this.expressions.value(argument, type);
      code.emit(setGlobal(this.result));
    } else if (argument) this.expressions.effect(argument);
    this.exit({ target: RETURN, span: argument ?? scope.entry.node });
  }

  private exit(exit: Exit): void {
    const known = this.exits.findIndex(({ target }) => target.key === exit.target.key);
    const at = known < 0 ? this.exits.push(exit) - 1 : known;
    this.frame.code.emit(int(at + 1), OP.return);
  }
}
