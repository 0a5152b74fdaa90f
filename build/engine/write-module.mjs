// Unicorn as a WebAssembly module again: see asm-module.mjs for what it is made from. A module starts in a third of the time that the
// script takes, and runs at several times its speed, as V8 compiles each function when it is first called.

import { leb, section } from '../wasm-binary.mjs';
import { readAsmModule } from './asm-module.mjs';
import { call, double, get, ifThen, int, OP, TYPE, unsigned } from './opcodes.mjs';
import { translateFunction } from './split-function.mjs';
import { isClock, TABLE_ARGUMENTS } from './translate-call.mjs';
import { resultOf } from './translate-expression.mjs';
import { DOUBLE, INT, NOTHING, ValueTypes } from './value-types.mjs';

const MAGIC = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  element: 9,
  code: 10,
  data: 11,
};
const KIND = { function: 0, table: 1, memory: 2 };
/** As many pages as the published file allows: 2 GiB. */
const MOST_PAGES = 32_768;
/** Scratch words through which doubles become ints and back. */
const SCRATCH = 3;
/** Places at the end of the table for functions of ours, and the import that each of them calls with its number. */
const CALLBACKS = 8;
const CALLBACK = { module: 'env', name: 'callback' };
const DIVISIONS = ['/ signed', '/ unsigned', '% signed', '% unsigned'];

/** The module's bytes. Throws where the file has a form that is not known. */
export function writeEngineModule(source) {
  const module = readAsmModule(source);
  const types = new ValueTypes(module);
  const program = new Program(module, types);
  const bodies = types.scopes.map((scope) => translateFunction(scope, program));
  return program.encode(bodies);
}

class Program {
  constructor(module, types) {
    this.module = module;
    this.types = types;
    this.signatures = [];
    /** Scratch words, the globals of the module, then variables of functions in pieces. */
    this.globals = Array.from({ length: SCRATCH }, () => ({ type: INT, value: 0 }));
    for (const [name, { kind, isAssigned, value }] of module.names)
      if (kind === 'global' && isAssigned) this.globals.push({ name, type: INT, value });
    /** Pieces of functions. */
    this.pieces = [];
    this.imports = this.importsOf();
    this.uniform = this.signature(new Array(TABLE_ARGUMENTS).fill(INT), INT);
  }

  /** All have one type, as V8 compiles a wrapper for each type. */
  importsOf() {
    const found = new Map([[CALLBACK.name, CALLBACK]]);
    for (const scope of this.types.scopes)
      for (const node of scope.calls) {
        const { import: meaning } = this.types.callee(node, scope);
        if (meaning && !isClock(meaning)) found.set(meaning.name, { module: meaning.module, name: meaning.name });
      }
    return [...found.values()];
  }

  signature(params, result) {
    const key = [...params, '→', result].join();
    const at = this.signatures.findIndex((known) => known.key === key);
    if (at >= 0) return at;
    this.signatures.push({ key, params, result });
    return this.signatures.length - 1;
  }

  importIndex({ name }) {
    return this.imports.findIndex((entry) => entry.name === name);
  }

  functionIndex(entry) {
    return this.imports.length + DIVISIONS.length + entry.index;
  }

  division(operator, isSigned) {
    return this.imports.length + DIVISIONS.indexOf(`${operator} ${isSigned ? 'signed' : 'unsigned'}`);
  }

  global(name) {
    return this.globals.findIndex((global) => global.name === name);
  }

  newGlobal(type) {
    return this.globals.push({ type, value: 0 }) - 1;
  }

  /** A function without parameters that gives an int. */
  newFunction(body) {
    this.pieces.push(body);
    return this.firstPiece + this.pieces.length - 1;
  }

  get firstPiece() {
    return this.imports.length + DIVISIONS.length + this.module.functions.length;
  }

  scratch(index) {
    if (!(index < SCRATCH)) throw new Error(`engine: scratch word ${index}`);
    return index;
  }

  /** Calls through the table all have one type, but for those of doubles, which are exact. */
  tableType(params, result) {
    if (params.includes(DOUBLE)) return { type: this.signature(params, result), count: params.length };
    if (params.length > TABLE_ARGUMENTS) throw new Error('engine: more arguments than expected');
    return { type: this.signature(new Array(TABLE_ARGUMENTS).fill(INT), result), count: TABLE_ARGUMENTS };
  }

  /** The `k`-th place for a function of ours. */
  callback(k) {
    const passed = Array.from({ length: TABLE_ARGUMENTS - 1 }, (_, i) => get(i)).flat();
    return {
      type: this.uniform,
      locals: [],
      code: [...int(k), ...passed, ...call(this.importIndex(CALLBACK)), ...OP.end],
    };
  }

  /** What stands in the table for a function. */
  thunk(entry) {
    const scope = this.types.scopeOf(entry);
    const params = scope.params.map((name) => scope.localType(name));
    const result = resultOf(scope);
    const { type } = this.tableType(params, result === NOTHING ? INT : result);
    const code = [
      ...params.flatMap((_, i) => get(i)),
      ...call(this.functionIndex(entry)),
      ...(result === NOTHING ? int(0) : []),
      ...OP.end,
    ];
    return { type, locals: [], code };
  }

  encode(bodies) {
    const { module, types } = this;
    const inTable = [...new Set(module.table.filter(Boolean))];
    const callbacks = Array.from({ length: CALLBACKS }, (_, k) => this.callback(k));
    const thunks = [...inTable.map((entry) => this.thunk(entry)), ...callbacks];
    const firstThunk = this.firstPiece + this.pieces.length;
    const functionTypes = [
      ...DIVISIONS.map(() => this.signature([INT, INT], INT)),
      ...types.scopes.map((scope) =>
        this.signature(
          scope.params.map((name) => scope.localType(name)),
          resultOf(scope),
        ),
      ),
      ...this.pieces.map(() => this.signature([], INT)),
      ...thunks.map(({ type }) => type),
    ];
    const divisions = DIVISIONS.map((name) => ({ locals: [], code: divisionBody(name) }));
    const elements = [
      ...module.table
        .map((entry, at) => ({ at, index: firstThunk + inTable.indexOf(entry) }))
        .filter(({ at }) => module.table[at]),
      ...callbacks.map((_, k) => ({ at: module.table.length + k, index: firstThunk + inTable.length + k })),
    ];
    return Buffer.concat([
      MAGIC,
      section(
        SECTION.type,
        this.signatures.map(({ params, result }) =>
          bytes(TYPE.function, list(params.map((type) => TYPE[type])), list(result === NOTHING ? [] : [TYPE[result]])),
        ),
      ),
      section(
        SECTION.import,
        this.imports.map(({ module, name }) => bytes(text(module), text(name), KIND.function, unsigned(this.uniform))),
      ),
      section(
        SECTION.function,
        functionTypes.map((type) => leb(type)),
      ),
      section(SECTION.table, [bytes(TYPE.functionReference, 0, unsigned(module.table.length + CALLBACKS))]),
      section(SECTION.memory, [bytes(1, unsigned(module.pages), unsigned(MOST_PAGES))]),
      section(SECTION.global, [
        ...this.globals.map(({ type, value }) =>
          bytes(TYPE[type], 1, type === DOUBLE ? double(value) : int(value), OP.end),
        ),
      ]),
      section(SECTION.export, [
        bytes(text('memory'), KIND.memory, 0),
        bytes(text('table'), KIND.table, 0),
        ...module.exports.map(({ name, entry }) =>
          bytes(text(name), KIND.function, unsigned(this.functionIndex(entry))),
        ),
      ]),
      section(
        SECTION.element,
        runs(elements).map(({ at, indexes }) =>
          bytes(0, int(at), OP.end, unsigned(indexes.length), indexes.flatMap(unsigned)),
        ),
      ),
      section(SECTION.code, [...divisions, ...bodies, ...this.pieces, ...thunks].map(encodeBody)),
      section(
        SECTION.data,
        module.data.map(({ address, bytes: content }) =>
          Buffer.concat([bytes(0, int(address), OP.end, unsigned(content.length)), content]),
        ),
      ),
    ]);
  }
}

/** As JavaScript cuts quotients: by zero they are 0, and -2^31 / -1 is -2^31 again. */
function divisionBody(name) {
  const OPERATION = {
    '/ signed': OP.divideSigned,
    '/ unsigned': OP.divideUnsigned,
    '% signed': OP.remainderSigned,
    '% unsigned': OP.remainderUnsigned,
  };
  const divide = [...get(0), ...get(1), ...OPERATION[name]];
  const either = (test, consequent, alternate) => [
    ...[...test, ...ifThen(TYPE.int), ...consequent],
    ...[...OP.else, ...alternate, ...OP.end],
  ];
  const negate = [...int(0), ...get(0), ...OP.subtract];
  const guarded = name === '/ signed' ? either([...get(1), ...int(-1), ...OP.eq], negate, divide) : divide;
  return [...either(get(1), guarded, int(0)), ...OP.end];
}

function encodeBody({ locals, code }) {
  const groups = [];
  for (const type of locals) {
    const last = groups.at(-1);
    if (last?.type === type) last.count++;
    else groups.push({ type, count: 1 });
  }
  const head = [...unsigned(groups.length), ...groups.flatMap(({ type, count }) => [...unsigned(count), TYPE[type]])];
  return Buffer.concat([leb(head.length + code.length), Uint8Array.from(head), Uint8Array.from(code)]);
}

/** Neighbours in the table, together. */
function runs(elements) {
  const found = [];
  for (const { at, index } of elements) {
    const last = found.at(-1);
    if (last && last.at + last.indexes.length === at) last.indexes.push(index);
    else found.push({ at, indexes: [index] });
  }
  return found;
}

const bytes = (...parts) => Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
const list = (items) => [...unsigned(items.length), ...items];
const text = (value) => list([...Buffer.from(value)]);
