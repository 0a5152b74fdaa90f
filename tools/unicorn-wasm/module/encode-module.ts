// A program as the bytes of a WebAssembly module. Core specification 2.0, section 5.5 "Modules".

import { type Bytes, HEADER } from '../../wasm/module-reader.ts';
import { EXTERNAL, SECTION, section, sized } from '../../wasm/module-writer.ts';
import { unsigned } from '../../wasm/numbers.ts';
import type { FunctionBody } from '../code/function-code.ts';
import { double, int, OP, TYPE } from '../code/opcodes.ts';
import type { StoredType } from '../numbers/number-kinds.ts';
import { CALLBACKS, callbackPlace, divisionBody, tableFunction } from './added-functions.ts';
import type { Program } from './program.ts';
import { DIVISIONS } from './program.ts';

/** The published script lets its heap grow to 2 GiB, in pages of 64 KiB. */
const MOST_PAGES = 32_768;

/** `bodies` are those of `program.module.functions`. */
export function encodeModule(program: Program, bodies: readonly FunctionBody[]): Bytes {
  const { module, types } = program;
  const tableEntries = [...new Set(module.table.filter((entry) => entry !== undefined))];
  const callbacks = Array.from({ length: CALLBACKS }, (_, k) => callbackPlace(k, program));
  const thunks = [...tableEntries.map((entry) => tableFunction(entry, program)), ...callbacks];
  const firstThunk = program.firstPiece + program.pieces.length;
  const functionTypes = [
    ...DIVISIONS.map(() => program.signature(['int', 'int'], 'int')),
    ...types.scopes.map((scope) =>
      program.signature(
        scope.params.map((name) => scope.storedType(name)),
        scope.resultType,
      ),
    ),
    ...program.pieces.map(() => program.signature([], 'int')),
    ...thunks.map(({ type }) => type),
  ];
  const table: TableElement[] = [
    ...module.table.flatMap((entry, at) => (entry ? [{ at, index: firstThunk + tableEntries.indexOf(entry) }] : [])),
    ...callbacks.map((_, k) => ({ at: module.table.length + k, index: firstThunk + tableEntries.length + k })),
  ];
  const code = [...DIVISIONS.map(divisionBody), ...bodies, ...program.pieces, ...thunks];
  return Buffer.concat([
    HEADER,
    typeSection(program),
    importSection(program),
    section(
      SECTION.function,
      functionTypes.map((type) => bytes(unsigned(type))),
    ),
    section(SECTION.table, [bytes(TYPE.functionReference, 0, unsigned(module.table.length + CALLBACKS))]),
    section(SECTION.memory, [bytes(1, unsigned(module.pages), unsigned(MOST_PAGES))]),
    globalSection(program),
    exportSection(program),
    elementSection(table),
    section(SECTION.code, code.map(encodeBody)),
    dataSection(program),
  ]);
}

function typeSection({ signatures }: Program): Bytes {
  return section(
    SECTION.type,
    signatures.map(({ params, result }) =>
      bytes(TYPE.function, list(params.map((type) => TYPE[type])), list(result === 'nothing' ? [] : [TYPE[result]])),
    ),
  );
}

function importSection({ imports, uniformType }: Program): Bytes {
  return section(
    SECTION.import,
    imports.map(({ module, name }) => bytes(text(module), text(name), EXTERNAL.function, unsigned(uniformType))),
  );
}

function globalSection({ globals }: Program): Bytes {
  const MUTABLE = 1;
  return section(
    SECTION.global,
    globals.map(({ type, value }) =>
      bytes(TYPE[type], MUTABLE, type === 'double' ? double(value) : int(value), OP.end),
    ),
  );
}

function exportSection(program: Program): Bytes {
  return section(SECTION.export, [
    bytes(text('memory'), EXTERNAL.memory, 0),
    bytes(text('table'), EXTERNAL.table, 0),
    ...program.module.exports.map(({ name, entry }) =>
      bytes(text(name), EXTERNAL.function, unsigned(program.functionIndex(entry))),
    ),
  ]);
}

interface TableElement {
  /** The place in the table. */
  readonly at: number;
  /** The function there. */
  readonly index: number;
}

/** Each segment fills places that follow one another. */
function elementSection(elements: readonly TableElement[]): Bytes {
  const segments: { readonly at: number; readonly indexes: number[] }[] = [];
  for (const { at, index } of elements) {
    const last = segments.at(-1);
    if (last && last.at + last.indexes.length === at) last.indexes.push(index);
    else segments.push({ at, indexes: [index] });
  }
  return section(
    SECTION.element,
    segments.map(({ at, indexes }) => bytes(0, int(at), OP.end, unsigned(indexes.length), indexes.flatMap(unsigned))),
  );
}

function dataSection({ module }: Program): Bytes {
  return section(
    SECTION.data,
    module.data.map(({ address, bytes: content }) => Buffer.concat([bytes(0, int(address), OP.end), sized(content)])),
  );
}

function encodeBody({ locals, code }: FunctionBody): Bytes {
  const groups: { readonly type: StoredType; count: number }[] = [];
  for (const type of locals) {
    const last = groups.at(-1);
    if (last?.type === type) last.count++;
    else groups.push({ type, count: 1 });
  }
  const head = [...unsigned(groups.length), ...groups.flatMap(({ type, count }) => [...unsigned(count), TYPE[type]])];
  return sized(Buffer.concat([Uint8Array.from(head), Uint8Array.from(code)]));
}

function bytes(...parts: readonly (number | readonly number[])[]): Bytes {
  return Uint8Array.from(parts.flat());
}

/** `items` of one byte each, after their number. */
function list(items: readonly number[]): number[] {
  return [...unsigned(items.length), ...items];
}

const text = (value: string): number[] => list([...Buffer.from(value)]);
