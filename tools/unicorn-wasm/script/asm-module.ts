// Takes apart the part of the published Unicorn script that once was WebAssembly: `wasm2js` made JavaScript of it, function by function,
// and a minifier moved functions that are called from one place into that place. The script consists of a closed set of forms;
// whatever is not one of them is an error here, never a guess.

import type { AnyNode, ArrayExpression, Expression, Program, ReturnStatement, Statement } from 'acorn';
import { parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import type { Bytes } from '../../wasm/module-reader.ts';
import type { FunctionEntry, Names } from './names.ts';
import { isMemorySize, readSurroundings, readVariable, tableIn } from './names.ts';
import type { FunctionNode, Refuse } from './syntax.ts';
import { declaredName, isFunction, nameOf, numberOf, objectName, UnknownForm } from './syntax.ts';

export interface DataSegment {
  readonly address: number;
  readonly bytes: Bytes;
}

export interface AsmModule {
  /** What each name means inside the module. */
  readonly names: Names;
  readonly functions: readonly FunctionEntry[];
  /** The same by their nodes. */
  readonly ofNode: ReadonlyMap<AnyNode, FunctionEntry>;
  readonly data: readonly DataSegment[];
  /** The size of the heap at the start, in pages of 64 KiB. */
  readonly pages: number;
  readonly table: readonly (FunctionEntry | undefined)[];
  readonly exports: readonly { readonly name: string; readonly entry: FunctionEntry }[];
  readonly refuse: Refuse;
}

const PAGE = 65_536;
/** A function that declares more functions than this is the module. */
const DECLARATIONS = 100;

/** Throws `UnknownForm` where the script has a form that is not known. */
export function readAsmModule(source: string): AsmModule {
  const program = parse(source, { ecmaVersion: 2022, sourceType: 'module' });
  const refuse: Refuse = (span, what) => new UnknownForm(source, span, what);
  const [outer, module] = findModule(program);
  return new ModuleParts(source, module, refuse).read(outer);
}

class ModuleParts {
  private readonly names: Names = new Map();
  private readonly functions: FunctionEntry[] = [];
  private readonly ofNode = new Map<AnyNode, FunctionEntry>();
  private table: ArrayExpression['elements'] = [];
  private data: DataSegment[] = [];
  private exports: ReturnStatement['argument'];
  private readonly source: string;
  private readonly module: FunctionNode;
  private readonly refuse: Refuse;

  constructor(source: string, module: FunctionNode, refuse: Refuse) {
    this.source = source;
    this.module = module;
    this.refuse = refuse;
  }

  read(outer: FunctionNode): AsmModule {
    const { names, functions, ofNode, module, refuse } = this;
    readSurroundings(outer, names, (node) => this.textOf(node));
    for (const statement of module.body.body) this.readStatement(statement);
    for (const node of functionsInside(module)) if (!ofNode.has(node)) this.add(node);
    markAssignedGlobals(module, names);
    return {
      names,
      functions,
      ofNode,
      data: this.data,
      pages: pagesOf(module, refuse),
      table: this.table.map((element) => this.tableEntry(element)),
      exports: this.exportedFunctions(),
      refuse,
    };
  }

  private readStatement(statement: Statement): void {
    if (statement.type === 'FunctionDeclaration') {
      const { name } = statement.id;
      if (isMemorySize(this.textOf(statement))) this.names.set(name, { kind: 'helper', helper: 'memory-size' });
      else this.names.set(name, { kind: 'function', entry: this.add(statement) });
    } else if (statement.type === 'VariableDeclaration') {
      const [parameter] = this.module.params;
      const importObject = parameter ? declaredName(parameter, this.refuse) : '';
      for (const declarator of statement.declarations) {
        const elements = tableIn(declarator.init);
        if (elements) {
          this.table = elements;
          this.names.set(declaredName(declarator.id, this.refuse), { kind: 'table' });
        } else readVariable(declarator, importObject, this.names, this.refuse);
      }
    } else if (statement.type === 'ExpressionStatement') this.data = dataOf(statement.expression, this.refuse);
    else if (statement.type === 'ReturnStatement') this.exports = statement.argument;
    else throw this.refuse(statement, 'a statement of the module');
  }

  private textOf({ start, end }: { start: number; end: number }): string {
    return this.source.slice(start, end);
  }

  private add(node: FunctionNode): FunctionEntry {
    const entry = { node, index: this.functions.length };
    this.functions.push(entry);
    this.ofNode.set(node, entry);
    return entry;
  }

  /** Places of imports stay empty, as those of `null` do: a call of them is a trap. */
  private tableEntry(element: ArrayExpression['elements'][number]): FunctionEntry | undefined {
    if (element === null || (element.type === 'Literal' && element.value === null)) return undefined;
    return this.names.get(nameOf(element) ?? '')?.kind === 'import' ? undefined : this.entryOf(element);
  }

  private entryOf(node: AnyNode): FunctionEntry {
    const meaning = this.names.get(nameOf(node) ?? '');
    const entry = meaning?.kind === 'function' ? meaning.entry : this.ofNode.get(node);
    if (entry === undefined) throw this.refuse(node, 'a function');
    return entry;
  }

  private exportedFunctions(): AsmModule['exports'] {
    const exports = this.exports;
    if (exports?.type !== 'ObjectExpression') throw this.refuse(exports ?? this.module, 'the exports');
    return exports.properties.flatMap((property) => {
      const name = property.type === 'Property' ? nameOf(property.key) : undefined;
      if (property.type !== 'Property' || name === undefined) throw this.refuse(property, 'an export');
      // The heap and the table are exported by the module that is written, under other names.
      return name === 'memory' || name === '__indirect_function_table'
        ? []
        : [{ name, entry: this.entryOf(property.value) }];
    });
  }
}

/** The innermost function that begins with a heap of its own, and the function around it. */
function findModule(program: Program): [outer: FunctionNode, module: FunctionNode] {
  let found: FunctionNode[] | undefined;
  fullAncestor(program, (visited, _state, ancestors) => {
    const node = visited as AnyNode;
    if (node.type !== 'NewExpression' || nameOf(node.callee) !== 'ArrayBuffer') return;
    const functions = (ancestors as AnyNode[]).filter(isFunction);
    const statements = functions.at(-1)?.body.body ?? [];
    if (statements.filter(({ type }) => type === 'FunctionDeclaration').length > DECLARATIONS) found ??= functions;
  });
  const [outer, module] = found?.slice(-2) ?? [];
  if (outer === undefined || module === undefined) throw new Error('engine: no module in the script');
  return [outer, module];
}

/** Functions that became part of others, or stand in the table or among the exports. Those that let the heap grow are left out. */
function functionsInside(module: FunctionNode): FunctionNode[] {
  const found: FunctionNode[] = [];
  fullAncestor(module.body, (visited, _state, visitedAncestors) => {
    const node = visited as AnyNode;
    if (node.type !== 'FunctionExpression') return;
    const ancestors = visitedAncestors as AnyNode[];
    const parent = ancestors.at(-2);
    const isOfHeap = ancestors.some(
      (ancestor) =>
        ancestor.type === 'CallExpression' &&
        ancestor.callee.type === 'MemberExpression' &&
        objectName(ancestor.callee) === 'Object',
    );
    const isOfTable = parent?.type === 'AssignmentExpression' && parent.left.type === 'MemberExpression';
    const isGetter = parent?.type === 'Property' && (parent.kind === 'get' || nameOf(parent.key) === 'get');
    if (!isOfHeap && !isOfTable && !isGetter) found.push(node);
  });
  return found;
}

/** `decode(heap = bytes, address, "base64"), decode(heap, …), …` */
function dataOf(expression: Expression, refuse: Refuse): DataSegment[] {
  const calls = expression.type === 'SequenceExpression' ? expression.expressions : [expression];
  return calls.map((call) => {
    const [, address, text] = call.type === 'CallExpression' ? call.arguments : [];
    const place = numberOf(address);
    if (place === undefined || text?.type !== 'Literal' || typeof text.value !== 'string')
      throw refuse(call, 'the data');
    return { address: place, bytes: Buffer.from(text.value, 'base64') };
  });
}

/** From `var r = new ArrayBuffer(size)`, the first statement of the module. */
function pagesOf(module: FunctionNode, refuse: Refuse): number {
  const [first] = module.body.body;
  const init = first?.type === 'VariableDeclaration' ? first.declarations[0]?.init : undefined;
  const size = init?.type === 'NewExpression' ? numberOf(init.arguments[0]) : undefined;
  if (size === undefined || !(size > 0 && size % PAGE === 0)) throw refuse(init ?? module, 'the size of the heap');
  return size / PAGE;
}

function markAssignedGlobals(module: FunctionNode, names: Names): void {
  fullAncestor(module.body, (visited) => {
    const node = visited as AnyNode;
    if (node.type !== 'AssignmentExpression' || node.left.type !== 'Identifier') return;
    const meaning = names.get(node.left.name);
    if (meaning?.kind === 'global') meaning.isAssigned = true;
  });
}
