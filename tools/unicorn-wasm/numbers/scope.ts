// One function of the module: its variables, and the places where they, its result and other functions get their values.

import type { AnyNode, AssignmentExpression, CallExpression, ReturnStatement } from 'acorn';
import type { AsmModule } from '../script/asm-module.ts';
import type { FunctionEntry, Helper, ImportedFunction, Meaning, ViewName } from '../script/names.ts';
import type { ExpressionNode, Span, UnknownForm } from '../script/syntax.ts';
import { declaredName, nameOf, objectName, propertyName } from '../script/syntax.ts';
import type { NumberType, Range, ResultType, StoredType } from './number-kinds.ts';

/** What is known of the numbers in a variable, or of those that a function returns; both grow during inference. */
export interface Variable {
  type: NumberType;
  range: Range | undefined;
}

export interface Assignment {
  readonly name: string;
  /** What is assigned. Of `a += b` it is the whole expression. */
  readonly value: ExpressionNode;
}

export type Callee =
  | { readonly kind: 'function'; readonly entry: FunctionEntry }
  | { readonly kind: 'table'; readonly index: ExpressionNode }
  | { readonly kind: 'import'; readonly imported: ImportedFunction }
  | { readonly kind: 'math'; readonly method: string }
  | { readonly kind: 'fill'; readonly view: ViewName }
  | { readonly kind: 'helper'; readonly helper: Helper };

export class Scope {
  readonly entry: FunctionEntry;
  readonly params: readonly string[];
  /** The parameters first. */
  readonly variables: Map<string, Variable>;
  readonly result: Variable = { type: 'nothing', range: undefined };
  readonly assignments: Assignment[] = [];
  readonly returns: NonNullable<ReturnStatement['argument']>[] = [];
  readonly calls: CallExpression[] = [];
  private readonly module: AsmModule;

  constructor(entry: FunctionEntry, module: AsmModule) {
    this.entry = entry;
    this.module = module;
    this.params = entry.node.params.map((pattern) => declaredName(pattern, module.refuse));
    this.variables = new Map(this.params.map((name) => [name, { type: 'literal', range: 'signed' }]));
    this.collect(entry.node.body);
  }

  refuse(span: Span, what: string): UnknownForm {
    return this.module.refuse(span, what);
  }

  variable(name: string): Variable {
    const variable = this.variables.get(name);
    if (variable === undefined) throw new Error(`engine: the variable ${name}`);
    return variable;
  }

  /** How a variable is stored. A number that may be either is an int. */
  storedType(name: string): StoredType {
    return this.variable(name).type === 'double' ? 'double' : 'int';
  }

  get resultType(): ResultType {
    return this.result.type === 'literal' ? 'int' : this.result.type;
  }

  /** What a name inside this function means in the module; nothing if it is a variable of the function. */
  meaning(name: string | undefined): Meaning | undefined {
    return name === undefined || this.variables.has(name) ? undefined : this.module.names.get(name);
  }

  callee(call: CallExpression): Callee {
    const found = this.calleeOf(call.callee);
    if (found === undefined) throw this.refuse(call, 'a call');
    return found;
  }

  private calleeOf(node: CallExpression['callee']): Callee | undefined {
    if (node.type === 'FunctionExpression') {
      const entry = this.module.ofNode.get(node);
      return entry && { kind: 'function', entry };
    }
    if (node.type === 'MemberExpression') {
      const object = this.meaning(objectName(node));
      if (object?.kind === 'table') return { kind: 'table', index: node.property };
      if (object?.kind === 'view' && propertyName(node) === 'fill') return { kind: 'fill', view: object.view };
      return undefined;
    }
    const meaning = this.meaning(nameOf(node));
    switch (meaning?.kind) {
      case 'function':
      case 'import':
      case 'math':
      case 'helper':
        return meaning;
      default:
        return undefined;
    }
  }

  /** Functions inside this one are left out: each is a scope of its own. */
  private collect(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.collect(item);
      return;
    }
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    const node = value as AnyNode;
    if (node.type === 'FunctionExpression') return;
    this.note(node);
    for (const [key, part] of Object.entries(node)) if (key !== 'type') this.collect(part);
  }

  private note(node: AnyNode): void {
    if (node.type === 'VariableDeclarator') {
      const name = declaredName(node.id, this.module.refuse);
      if (!this.variables.has(name)) this.variables.set(name, { type: 'literal', range: undefined });
      if (node.init) this.assignments.push({ name, value: node.init });
    } else if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') {
      this.assignments.push({ name: node.left.name, value: node satisfies AssignmentExpression });
    } else if (node.type === 'ReturnStatement' && node.argument) this.returns.push(node.argument);
    else if (node.type === 'CallExpression') this.calls.push(node);
  }
}
