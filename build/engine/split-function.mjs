// A large function as many small ones. V8 compiles whole functions, when they are first called: of the one that decodes all of x86, 330 kB
// of WebAssembly, that takes 20 ms, and a replay needs a hundredth of it. What is cut out is statements that follow one another; a piece
// that is left by a jump, a `return` included, tells where to go on.

import { flatten } from './flatten.mjs';
import { block, branch, branchTable, call, get, getGlobal, int, OP, setGlobal } from './opcodes.mjs';
import { resultOf } from './translate-expression.mjs';
import { Statements, translateWhole } from './translate-function.mjs';
import { NOTHING } from './value-types.mjs';

/** Characters from which on a function is large. */
const LARGE_FUNCTION = 60_000;
/** Characters of statements that make a piece. A statement larger than that is looked into. */
const PIECE = 10_000;
/** Fewer are not worth a call. */
const SMALL_PIECE = 400;
const RETURN = 'return';

const sizeOf = ({ start, end }) => end - start;

/** `{ locals, code }` of the function that `scope` describes. */
export function translateFunction(scope, program) {
  return sizeOf(scope.node) < LARGE_FUNCTION ? translateWhole(scope, program) : new Skeleton(scope, program).function();
}

/** Variables that several functions use: globals. Whoever has them may not be entered again before it is left. */
class SharedVariables {
  constructor(scope, program) {
    this.globals = new Map([...scope.locals.keys()].map((name) => [name, program.newGlobal(scope.localType(name))]));
    const result = resultOf(scope);
    this.result = result === NOTHING ? undefined : program.newGlobal(result);
  }

  get beginAtZero() {
    return false;
  }

  has(name) {
    return this.globals.has(name);
  }

  get(name) {
    return getGlobal(this.globals.get(name));
  }

  set(name) {
    return setGlobal(this.globals.get(name));
  }

  setAndKeep(name) {
    return [...this.set(name), ...this.get(name)];
  }
}

/** What is left of the function, with calls of its pieces. */
class Skeleton extends Statements {
  constructor(scope, program) {
    super(scope, program);
    this.variables = new SharedVariables(scope, program);
    for (const [i, name] of scope.params.entries()) this.emit(get(i), this.variables.set(name));
  }

  statements(nodes, isTop) {
    let run = [];
    const close = () => {
      const size = run.reduce((sum, node) => sum + sizeOf(node), 0);
      if (size < SMALL_PIECE) super.statements(run, isTop);
      else this.callPiece(run);
      run = [];
    };
    for (const node of flatten(nodes)) {
      if (sizeOf(node) > PIECE) {
        close();
        this.statement(node, isTop);
        continue;
      }
      run.push(node);
      if (run.reduce((sum, one) => sum + sizeOf(one), 0) > PIECE) close();
    }
    close();
  }

  callPiece(nodes) {
    const piece = new Piece(this.scope, this.program, this.variables);
    const index = this.program.newFunction(piece.body(nodes));
    const { exits } = piece;
    if (exits.length === 0) return this.emit(call(index), OP.drop);
    const { result } = this.variables;
    this.enter(block());
    this.enter(block());
    this.emit(call(index));
    // 0: on with what follows; k: the k-th way out, of which `return` ends up behind the inner block.
    const depths = exits.map(({ key, isMeant, node }) => {
      const depth = key === RETURN ? 0 : this.depthOf(isMeant);
      if (depth < 0) throw this.refuse(node, 'a jump to nowhere');
      return depth;
    });
    this.emit(branchTable([1, ...depths], 1));
    this.leave();
    this.emit(result === undefined ? [] : getGlobal(result), OP.return);
    this.leave();
  }
}

/** Statements as a function without parameters: what it gives is where to go on, 0 or the number of one of `exits` from 1. */
class Piece extends Statements {
  constructor(scope, program, variables) {
    super(scope, program, 0);
    this.variables = variables;
    this.exits = [];
  }

  body(nodes) {
    this.statements(nodes);
    this.emit(int(0), OP.end);
    return { locals: this.locals, code: this.code };
  }

  jump(target, node) {
    const depth = this.depthOf(target.isMeant);
    if (depth < 0) this.exit({ ...target, node });
    else this.emit(branch(depth));
  }

  returnStatement({ argument }) {
    const { result } = this.variables;
    if (argument && result !== undefined && this.scope.typeOf(argument) !== NOTHING) {
      this.value(argument, this.result);
      this.emit(setGlobal(result));
    } else if (argument) this.effect(argument);
    this.exit({ key: RETURN });
  }

  exit(target) {
    let at = this.exits.findIndex(({ key }) => key === target.key);
    if (at < 0) at = this.exits.push(target) - 1;
    this.emit(int(at + 1), OP.return);
  }
}
