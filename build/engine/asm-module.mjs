// Takes the part of the published Unicorn file that once was WebAssembly apart: `wasm2js` made JavaScript of it, function by function,
// and a minifier moved functions that are called from one place into that place. What the file is made of is a closed set of forms;
// whatever is not one of them is an error here, never a guess.

import { parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';

/** Views of the heap, by their constructor: how an element is loaded and stored. */
const VIEWS = {
  Int8Array: 'i8',
  Uint8Array: 'u8',
  Int16Array: 'i16',
  Uint16Array: 'u16',
  Int32Array: 'i32',
  Float64Array: 'f64',
};
/** What stands around the module for it to use, told by its text. */
const HELPERS = [
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
const isFunction = (node) => node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration';

/** An error that shows where in the file it is. */
export class UnknownForm extends Error {
  constructor(source, node, what) {
    super(`engine: ${what}: ${source.slice(node.start, Math.min(node.end, node.start + 160))}`);
  }
}

/**
 * What the function that stands for the module holds. `names` says what each name means inside it; each of `functions` is
 * `{ name, node }`, functions that were moved into others included (`ofNode` finds them again).
 */
export function readAsmModule(source) {
  const program = parse(source, { ecmaVersion: 2022, sourceType: 'module' });
  const chain = findModule(program);
  const [outer, module] = chain.filter(isFunction).slice(-2);
  const refuse = (node, what) => new UnknownForm(source, node, what);
  const textOf = (node) => source.slice(node.start, node.end);
  const names = new Map();
  readSurroundings(outer, names, textOf);

  const functions = [];
  const ofNode = new Map();
  const add = (node, name = `$${node.start}`) => {
    const entry = { name, node, index: functions.length };
    functions.push(entry);
    ofNode.set(node, entry);
    return entry;
  };
  let table;
  let data;
  let exports;
  const initial = module.params[0].name;
  for (const statement of module.body.body) {
    if (statement.type === 'FunctionDeclaration') {
      const name = statement.id.name;
      if (MEMORY_SIZE.test(textOf(statement))) names.set(name, { kind: 'helper', helper: 'memory-size' });
      else names.set(name, { kind: 'function', entry: add(statement, name) });
    } else if (statement.type === 'VariableDeclaration') {
      for (const declarator of statement.declarations) {
        const elements = tableIn(declarator.init);
        if (elements) {
          table = elements;
          names.set(declarator.id.name, { kind: 'table' });
        } else readVariable(declarator, initial, names, refuse);
      }
    } else if (statement.type === 'ExpressionStatement') data = dataOf(statement.expression, refuse);
    else if (statement.type === 'ReturnStatement') exports = statement.argument;
    else throw refuse(statement, 'a statement of the module');
  }
  for (const node of functionsInside(module)) if (!ofNode.has(node)) add(node);
  const entryOf = (node) => {
    if (node.type === 'Literal' && node.value === null) return undefined;
    if (node.type === 'Identifier') return names.get(node.name).entry;
    return ofNode.get(node);
  };
  markAssignedGlobals(module, names);
  return {
    source,
    names,
    functions,
    ofNode,
    data,
    pages: pagesOf(module, refuse),
    table: table.map(entryOf),
    exports: exports.properties
      .filter(({ key }) => key.name !== 'memory' && key.name !== '__indirect_function_table')
      .map(({ key, value }) => ({ name: key.name, entry: entryOf(value) })),
  };
}

/** The innermost function that begins with a heap of its own, behind all that is around it. */
function findModule(program) {
  let found;
  fullAncestor(program, (node, _state, ancestors) => {
    if (node.type !== 'NewExpression' || node.callee.name !== 'ArrayBuffer') return;
    const functions = ancestors.filter(isFunction);
    const declared = functions.at(-1)?.body.body.filter(({ type }) => type === 'FunctionDeclaration').length ?? 0;
    if (declared > 100) found ??= [...ancestors];
  });
  if (found === undefined) throw new Error('engine: no module in the file');
  return found;
}

/** Functions that became part of others, or stand in the table or among the exports. Those that only serve the heap's growth are left out. */
function functionsInside(module) {
  const found = [];
  fullAncestor(module.body, (node, _state, ancestors) => {
    if (node.type !== 'FunctionExpression') return;
    const isOfHeap = ancestors.some(
      (ancestor) => ancestor.type === 'CallExpression' && ancestor.callee.object?.name === 'Object',
    );
    const isOfTable =
      ancestors.at(-2)?.type === 'AssignmentExpression' && ancestors.at(-2).left.type === 'MemberExpression';
    if (!isOfHeap && !isOfTable && ancestors.at(-2)?.kind !== 'get' && ancestors.at(-2)?.key?.name !== 'get')
      found.push(node);
  });
  return found;
}

function readSurroundings(outer, names, textOf) {
  for (const statement of outer.body.body) {
    if (statement.type !== 'FunctionDeclaration') continue;
    const helper = HELPERS.find(([text]) => text.test(textOf(statement)))?.[1];
    if (helper) names.set(statement.id.name, { kind: 'helper', helper });
  }
  for (const node of outer.body.body.filter(({ type }) => type === 'VariableDeclaration'))
    for (const { id, init } of node.declarations)
      if (init?.type === 'NewExpression' && init.callee.name === 'Float32Array')
        names.set(id.name, { kind: 'scratch-floats' });
}

/** `((dk = [null, f, …]).grow = …, …, dk)` */
function tableIn(init) {
  const [first] = init?.type === 'SequenceExpression' ? init.expressions : [];
  const array = first?.left?.object?.right;
  return array?.type === 'ArrayExpression' ? array.elements : undefined;
}

function readVariable({ id, init }, initial, names, refuse) {
  const { name } = id;
  if (init === null) return;
  // `(new Uint32Array(r), new Float32Array(r), new Float64Array(r))`: only the last one is kept.
  const value = init.type === 'SequenceExpression' ? init.expressions.at(-1) : init;
  const { type, object, property } = value;
  const from = type === 'MemberExpression' ? names.get(object.name) : undefined;
  if (type === 'NewExpression') {
    const view = VIEWS[value.callee.name];
    names.set(name, view ? { kind: 'view', view } : { kind: 'heap' });
  } else if (type === 'Literal' && typeof value.value === 'number') {
    names.set(name, { kind: 'global', value: value.value, isAssigned: false });
  } else if (object?.name === 'Math') {
    names.set(name, { kind: 'math', of: property.name });
  } else if (type === 'MemberExpression' && object.name === initial) {
    names.set(name, { kind: 'import-module', module: property.name });
  } else if (from?.kind === 'import-module') {
    names.set(name, { kind: 'import', module: from.module, name: property.name });
  } else throw refuse(value, 'a variable of the module');
}

/** `decode(heap = bytes, address, "base64"), decode(heap, …), …` */
function dataOf(expression, refuse) {
  const calls = expression.type === 'SequenceExpression' ? expression.expressions : [expression];
  return calls.map((call) => {
    const [, address, text] = call.type === 'CallExpression' ? call.arguments : [];
    if (typeof address?.value !== 'number' || typeof text?.value !== 'string') throw refuse(call, 'the data');
    return { address: address.value, bytes: Buffer.from(text.value, 'base64') };
  });
}

function pagesOf(module, refuse) {
  const [{ init }] = module.body.body[0].declarations;
  const size = init.arguments[0].value;
  if (!(size > 0 && size % 65_536 === 0)) throw refuse(init, 'the size of the heap');
  return size / 65_536;
}

function markAssignedGlobals(module, names) {
  fullAncestor(module.body, (node) => {
    if (node.type !== 'AssignmentExpression' || node.left.type !== 'Identifier') return;
    const meaning = names.get(node.left.name);
    if (meaning?.kind === 'global') meaning.isAssigned = true;
  });
}
