// Statements of the script as WebAssembly.

import type { ForStatement, LabeledStatement, Statement, SwitchStatement, VariableDeclaration } from 'acorn';
import { block, branch, branchIf, branchTable, get, ifThen, int, loop, OP, set } from '../code/opcodes.ts';
import { constantOf, declaredName, isZero } from '../script/syntax.ts';
import type { Expressions } from './expressions.ts';
import type { Frame } from './frame.ts';
import type { Leaving } from './leaving.ts';
import { targetOf } from './leaving.ts';

/** A switch that has more holes than this for each case compares instead. */
const TABLE_HOLES = 8;

/** Where lists of statements are divided, and what becomes of a part that is to be a function of its own. */
export interface Division {
  parts(nodes: readonly Statement[]): readonly StatementPart[];
  writeApart(nodes: readonly Statement[]): void;
}

export interface StatementPart {
  readonly nodes: readonly Statement[];
  readonly isApart: boolean;
}

export class Statements {
  private readonly frame: Frame;
  private readonly expressions: Expressions;
  private readonly leaving: Leaving;
  private readonly division: Division | undefined;

  constructor(frame: Frame, expressions: Expressions, leaving: Leaving, division?: Division) {
    this.frame = frame;
    this.expressions = expressions;
    this.leaving = leaving;
    this.division = division;
  }

  /** `isTop` says that they are the body of the function: each runs once at most. */
  writeAll(nodes: readonly Statement[], isTop = false): void {
    for (const part of this.division?.parts(nodes) ?? [{ nodes, isApart: false }]) {
      if (part.isApart) this.division?.writeApart(part.nodes);
      else for (const node of part.nodes) this.write(node, isTop);
    }
  }

  private write(node: Statement, isTop = false): void {
    const { code } = this.frame;
    switch (node.type) {
      case 'EmptyStatement':
        return;
      case 'BlockStatement':
        this.writeAll(node.body);
        return;
      case 'ExpressionStatement':
        this.expressions.effect(node.expression);
        return;
      case 'VariableDeclaration':
        this.declaration(node, isTop);
        return;
      case 'IfStatement':
        this.expressions.condition(node.test);
        code.enter(ifThen());
        this.write(node.consequent);
        if (node.alternate) {
          code.emit(OP.else);
          this.write(node.alternate);
        }
        code.leave();
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
        this.leaving.jump(targetOf(node), node);
        return;
      case 'ReturnStatement':
        this.leaving.return(node.argument);
        return;
      default:
        throw this.frame.refuse(node, 'a statement');
    }
  }

  private declaration({ declarations }: VariableDeclaration, isTop: boolean): void {
    const { assigned, scope, variables } = this.frame;
    for (const { id, init } of declarations) {
      const name = declaredName(id, (span, what) => scope.refuse(span, what));
      // A declaration may follow statements that have used its variable already.
      const isZeroAnyway = isTop && variables.beginAtZero && init && isZero(init) && !assigned.has(name);
      if (init && !isZeroAnyway) this.expressions.assign(name, init);
    }
  }

  private labelled({ label, body }: LabeledStatement): void {
    if (body.type === 'ForStatement') this.forLoop(body, label.name);
    else if (body.type === 'SwitchStatement') this.switch(body, label.name);
    else {
      this.frame.code.enter(block(), { breaks: label.name });
      this.write(body);
      this.frame.code.leave();
    }
  }

  private forLoop({ init, test, update, body }: ForStatement, label: string | undefined): void {
    const { code } = this.frame;
    if (init?.type === 'VariableDeclaration') this.write(init);
    else if (init) this.expressions.effect(init);
    code.enter(block(), { breaks: label, isBreakable: true });
    code.enter(loop);
    if (test) {
      this.expressions.condition(test);
      code.emit(OP.eqz, branchIf(1));
    }
    code.enter(block(), { continues: label, isContinuable: true });
    this.write(body);
    code.leave();
    if (update) this.expressions.effect(update);
    code.emit(branch(0));
    code.leave();
    code.leave();
  }

  /** The choice is made inside one block for each case: leaving the k-th of them goes to the k-th body, which runs on into the next. */
  private switch(node: SwitchStatement, label: string | undefined): void {
    const { code } = this.frame;
    const { discriminant, cases } = node;
    code.enter(block(), { breaks: label, isBreakable: true });
    for (const _ of cases) code.enter(block());
    const values = cases.map(({ test }) =>
      test ? constantOf(test, (span, what) => this.frame.refuse(span, what)) : undefined,
    );
    const other = values.indexOf(undefined);
    this.expressions.int(discriminant);
    this.choose(values, other < 0 ? cases.length : other);
    for (const { consequent } of cases) {
      code.leave();
      this.writeAll(consequent);
    }
    code.leave();
  }

  /** Branches out of as many blocks as the place that the int on the stack has among `values`; out of `other` if it has none. */
  private choose(values: readonly (number | undefined)[], other: number): void {
    const { code } = this.frame;
    const known = values.filter((value) => value !== undefined);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    if (high - low < TABLE_HOLES * known.length + TABLE_HOLES) {
      if (low !== 0) code.emit(int(low), OP.subtract);
      const depths = Array.from({ length: high - low + 1 }, (_, i) => {
        const at = values.indexOf(low + i);
        return at < 0 ? other : at;
      });
      code.emit(branchTable(depths, other));
      return;
    }
    code.withTemporary('int', (kept) => {
      code.emit(set(kept));
      for (const [i, value] of values.entries())
        if (value !== undefined) code.emit(get(kept), int(value), OP.eq, branchIf(i));
      code.emit(branch(other));
    });
  }
}
