// What the names inside the module mean: its functions, its globals, views of its heap, and what surrounds it.

import type { ArrayExpression, Node, VariableDeclarator } from 'acorn';
import type { FunctionNode, Refuse } from './syntax.ts';
import { declaredName, nameOf, numberOf, objectName, propertyName } from './syntax.ts';

/** The kinds of elements that the heap is seen as. */
export type ViewName = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'f64';
export type Helper =
  | 'scratch-load'
  | 'scratch-store'
  | 'scratch-load-double'
  | 'scratch-store-double'
  | 'unreachable'
  | 'memory-copy'
  | 'memory-fill'
  | 'memory-size';

/** A function of the module; functions that a minifier moved into others have one too. */
export interface FunctionEntry {
  readonly node: FunctionNode;
  readonly index: number;
}

export interface ImportedFunction {
  readonly module: string;
  readonly name: string;
}

export type Meaning =
  | { readonly kind: 'function'; readonly entry: FunctionEntry }
  | { readonly kind: 'global'; readonly value: number; isAssigned: boolean }
  | { readonly kind: 'view'; readonly view: ViewName }
  | { readonly kind: 'import'; readonly imported: ImportedFunction }
  | { readonly kind: 'import-module'; readonly module: string }
  | { readonly kind: 'math'; readonly method: string }
  | { readonly kind: 'helper'; readonly helper: Helper }
  | { readonly kind: 'table' | 'heap' | 'scratch-floats' };

export type Names = Map<string, Meaning>;

const VIEWS: ReadonlyMap<string, ViewName> = new Map([
  ['Int8Array', 'i8'],
  ['Uint8Array', 'u8'],
  ['Int16Array', 'i16'],
  ['Uint16Array', 'u16'],
  ['Int32Array', 'i32'],
  ['Float64Array', 'f64'],
]);
/** The functions around the module that it uses, recognised by their text. */
const HELPERS: readonly [RegExp, Helper][] = [
  [/^function \w+\(A\)\{return n\[A\]\}$/, 'scratch-load'],
  [/^function \w+\(A,e\)\{n\[A\]=e\}$/, 'scratch-store'],
  [/^function \w+\(\)\{return t\[0\]\}$/, 'scratch-load-double'],
  [/^function \w+\(A\)\{t\[0\]=A\}$/, 'scratch-store-double'],
  [/^function \w+\(\)\{throw new Error\("abort"\)\}$/, 'unreachable'],
  [/^function \w+\(A,r,a\)\{e\.copyWithin\(A,r,r\+a\)\}$/, 'memory-copy'],
  [
    /^function \w+\(A,r,a\)\{if\(\(A>>>=0\)\+\(a>>>=0\)>e\.length\)throw"trap: invalid memory\.fill";e\.fill\(r,A,A\+a\)\}$/,
    'memory-fill',
  ],
];
const MEMORY_SIZE = /^function \w+\(\)\{return r\.byteLength\/65536\|0\}$/;

export const isMemorySize = (text: string): boolean => MEMORY_SIZE.test(text);

/** Names of the function `outer` that the module stands in: helpers, and the array through which floats become ints. */
export function readSurroundings(outer: FunctionNode, names: Names, textOf: (node: Node) => string): void {
  for (const statement of outer.body.body) {
    if (statement.type === 'FunctionDeclaration') {
      const helper = HELPERS.find(([text]) => text.test(textOf(statement)))?.[1];
      if (helper) names.set(statement.id.name, { kind: 'helper', helper });
    } else if (statement.type === 'VariableDeclaration') {
      for (const { id, init } of statement.declarations)
        if (id.type === 'Identifier' && init?.type === 'NewExpression' && nameOf(init.callee) === 'Float32Array')
          names.set(id.name, { kind: 'scratch-floats' });
    }
  }
}

/** A variable of the module itself; `importObject` is the name of its parameter. */
export function readVariable(
  { id, init }: VariableDeclarator,
  importObject: string,
  names: Names,
  refuse: Refuse,
): void {
  if (!init) return;
  // Of `(new Uint32Array(r), new Float32Array(r), new Float64Array(r))` only the last one is kept.
  const value = init.type === 'SequenceExpression' ? (init.expressions.at(-1) ?? init) : init;
  const meaning = meaningOf(value, importObject, names);
  if (meaning === undefined) throw refuse(value, 'a variable of the module');
  names.set(declaredName(id, refuse), meaning);
}

function meaningOf(
  value: NonNullable<VariableDeclarator['init']>,
  importObject: string,
  names: Names,
): Meaning | undefined {
  if (value.type === 'NewExpression') {
    const view = VIEWS.get(nameOf(value.callee) ?? '');
    return view ? { kind: 'view', view } : { kind: 'heap' };
  }
  const number = numberOf(value);
  if (number !== undefined) return { kind: 'global', value: number, isAssigned: false };
  if (value.type !== 'MemberExpression') return undefined;
  const object = objectName(value) ?? '';
  const property = propertyName(value);
  if (property === undefined) return undefined;
  if (object === 'Math') return { kind: 'math', method: property };
  if (object === importObject) return { kind: 'import-module', module: property };
  const from = names.get(object);
  return from?.kind === 'import-module'
    ? { kind: 'import', imported: { module: from.module, name: property } }
    : undefined;
}

/** The elements of the function table, if that is what a variable holds: `((dk = [null, f, …]).grow = …, …, dk)`. */
export function tableIn(init: VariableDeclarator['init']): ArrayExpression['elements'] | undefined {
  const [first] = init?.type === 'SequenceExpression' ? init.expressions : [];
  if (first?.type !== 'AssignmentExpression' || first.left.type !== 'MemberExpression') return undefined;
  const made = first.left.object;
  if (made.type !== 'AssignmentExpression' || made.right.type !== 'ArrayExpression') return undefined;
  return made.right.elements;
}
