// One function of the module, as the body of a WebAssembly function.

import { LocalVariables } from './code-buffer.mjs';
import { block, branch, branchIf, branchTable, get, ifThen, int, loop, OP, set } from './opcodes.mjs';
import { Calls } from './translate-call.mjs';
import { resultOf } from './translate-expression.mjs';
import { isZero, zeroOf } from './translate-place.mjs';
import { INT, NOTHING } from './value-types.mjs';

/** A switch with more holes than this for each case compares instead. */
const TABLE_HOLES = 8;

/** What a `break` or `continue` leaves: blocks open with such levels. `key` is the same for the same target. */
export function targetOf({ type, label }) {
  const isBreak = type === 'BreakStatement';
  if (!label) return { key: type, isMeant: (level) => (isBreak ? level.isBreakable : level.isContinuable) };
  const { name } = label;
  return { key: `${type} ${name}`, isMeant: (level) => (isBreak ? level.breaks : level.continues) === name };
}

export class Statements extends Calls {
  constructor(scope, program, parameters = scope.params.length) {
    super(scope, program, parameters);
    this.result = resultOf(scope);
  }

  function() {
    this.statements(this.scope.node.body.body, true);
    if (this.result !== NOTHING) this.emit(zeroOf(this.result));
    this.emit(OP.end);
    return { locals: this.locals, code: this.code };
  }

  statements(nodes, isTop = false) {
    for (const node of nodes) this.statement(node, isTop);
  }

  statement(node, isTop = false) {
    switch (node.type) {
      case 'EmptyStatement':
        return;
      case 'BlockStatement':
        this.statements(node.body);
        return;
      case 'ExpressionStatement':
        this.effect(node.expression);
        return;
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          // A declaration further down may stand where its variable has been used already.
          const isZeroAnyway = isTop && this.variables.beginAtZero && isZero(init ?? {}) && !this.assigned.has(id.name);
          if (init && !isZeroAnyway) this.assign(id.name, init);
        }
        return;
      case 'IfStatement':
        this.condition(node.test);
        this.enter(ifThen());
        this.statement(node.consequent);
        if (node.alternate) {
          this.emit(OP.else);
          this.statement(node.alternate);
        }
        this.leave();
        return;
      case 'LabeledStatement':
        this.labelled(node);
        return;
      case 'ForStatement':
        this.forLoop(node, undefined);
        return;
      case 'SwitchStatement':
        this.switch(node, undefined);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
        this.jump(targetOf(node), node);
        return;
      case 'ReturnStatement':
        this.returnStatement(node);
        return;
      default:
        throw this.refuse(node, 'a statement');
    }
  }

  labelled({ label, body }) {
    if (body.type === 'ForStatement') return this.forLoop(body, label.name);
    if (body.type === 'SwitchStatement') return this.switch(body, label.name);
    this.enter(block(), { breaks: label.name });
    this.statement(body);
    this.leave();
  }

  forLoop({ init, test, update, body }, label) {
    if (init?.type === 'VariableDeclaration') this.statement(init);
    else if (init) this.effect(init);
    this.enter(block(), { breaks: label, isBreakable: true });
    this.enter(loop);
    if (test) {
      this.condition(test);
      this.emit(OP.eqz, branchIf(1));
    }
    this.enter(block(), { continues: label, isContinuable: true });
    this.statement(body);
    this.leave();
    if (update) this.effect(update);
    this.emit(branch(0));
    this.leave();
    this.leave();
  }

  /** One block a case around the choice: leaving the k-th of them goes to the k-th body, which runs on into the next. */
  switch(node, label) {
    const { discriminant, cases } = node;
    this.enter(block(), { breaks: label, isBreakable: true });
    for (let i = 0; i < cases.length; i++) this.enter(block());
    const other = cases.findIndex(({ test }) => test === null);
    const otherDepth = other < 0 ? cases.length : other;
    const values = cases.map(({ test }) => (test === null ? undefined : this.constant(test)));
    const known = values.filter((value) => value !== undefined);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    this.int(discriminant);
    if (high - low < TABLE_HOLES * known.length + TABLE_HOLES) {
      if (low !== 0) this.emit(int(low), OP.subtract);
      const depths = Array.from({ length: high - low + 1 }, (_, i) => {
        const at = values.indexOf(low + i);
        return at < 0 ? otherDepth : at;
      });
      this.emit(branchTable(depths, otherDepth));
    } else {
      this.withTemporary(INT, (value) => {
        this.emit(set(value));
        values.forEach((constant, i) => {
          if (constant !== undefined) this.emit(get(value), int(constant), OP.eq, branchIf(i));
        });
        this.emit(branch(otherDepth));
      });
    }
    for (const { consequent } of cases) {
      this.leave();
      this.statements(consequent);
    }
    this.leave();
  }

  jump(target, node) {
    const depth = this.depthOf(target.isMeant);
    if (depth < 0) throw this.refuse(node, 'a jump to nowhere');
    this.emit(branch(depth));
  }

  returnStatement({ argument }) {
    if (argument && this.result !== NOTHING && this.scope.typeOf(argument) !== NOTHING)
      this.value(argument, this.result);
    else {
      if (argument) this.effect(argument);
      if (this.result !== NOTHING) this.emit(zeroOf(this.result));
    }
    this.emit(OP.return);
  }
}

/** `{ locals, code }` of a whole function. */
export function translateWhole(scope, program) {
  const translation = new Statements(scope, program);
  translation.variables = new LocalVariables(scope, translation);
  return translation.function();
}
