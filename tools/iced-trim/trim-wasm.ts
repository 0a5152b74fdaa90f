// Makes a WebAssembly module smaller without renumbering anything: exports that are not wanted are dropped, and the bodies
// of functions that can then never be called become one `unreachable`. A form that is not known is an error.
// Sections: WebAssembly core specification 2.0, section 5.5 "Modules".

import { type Bytes, HEADER, ModuleReader, readSections } from '../wasm/module-reader.ts';
import { EXTERNAL, SECTION, section, sized } from '../wasm/module-writer.ts';
import { callsOf, skipExpression } from './function-calls.ts';

/** No locals, `unreachable`, `end`. */
const UNREACHABLE_BODY: Bytes = Uint8Array.of(0, 0x00, 0x0b);

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
  /** The entry of the export section. */
  readonly entry: Bytes;
}

/** The functions of a module; those that it defines follow those that it imports. */
interface Functions {
  readonly imported: number;
  readonly bodies: readonly Bytes[];
  /** Indexes of their types, of defined functions only. */
  readonly types: readonly number[];
  /** Indexes of those in the table. */
  readonly inTable: readonly number[];
}

/** The module `bytes` with only the exports that `isWanted(name)` accepts. Custom sections are dropped. */
export function trimWasm(bytes: Bytes, isWanted: (name: string) => boolean): Bytes {
  const sections = readSections(bytes);
  const bodyOf = (id: number) => sections.find((each) => each.id === id)?.body;
  const required = (id: number) => {
    const body = bodyOf(id);
    if (body === undefined) throw new Error(`trim-wasm: no section ${id}`);
    return body;
  };
  if (bodyOf(SECTION.start) !== undefined) throw new Error('trim-wasm: the module has a start function');
  const functions: Functions = {
    imported: countImportedFunctions(required(SECTION.import)),
    bodies: new ModuleReader(required(SECTION.code)).list((reader) => reader.take(reader.u32())),
    types: new ModuleReader(required(SECTION.function)).list((reader) => reader.u32()),
    inTable: tableFunctions(bodyOf(SECTION.element)),
  };
  const exports = readExports(required(SECTION.export)).filter(({ name }) => isWanted(name));
  const live = liveFunctions(functions, exports);
  const code = functions.bodies.map((body, i) => (live.has(functions.imported + i) ? body : UNREACHABLE_BODY));
  const parts = sections
    .filter(({ id }) => id !== SECTION.custom)
    .map(({ id, whole }) => {
      if (id === SECTION.code) return section(id, code.map(sized));
      if (id !== SECTION.export) return whole;
      return section(
        id,
        exports.map(({ entry }) => entry),
      );
    });
  return Buffer.concat([HEADER, ...parts]);
}

/** The indexes of all defined functions that can be called by what is exported. */
function liveFunctions({ imported, bodies, types, inTable }: Functions, exports: readonly Export[]): Set<number> {
  const live = new Set<number>();
  const calledTypes = new Set<number | undefined>();
  const queue = exports.filter(({ kind }) => kind === EXTERNAL.function).map(({ index }) => index);
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    const body = bodies[index - imported];
    if (body === undefined || live.has(index)) continue;
    live.add(index);
    const { calls, indirectTypes } = callsOf(body);
    queue.push(...calls);
    for (const type of indirectTypes) calledTypes.add(type);
    // Whatever is in the table and has a type that is called through it may be meant.
    queue.push(...inTable.filter((entry) => !live.has(entry) && calledTypes.has(types[entry - imported])));
  }
  return live;
}

/** Modules that import anything but functions are not known. */
function countImportedFunctions(body: Bytes): number {
  return new ModuleReader(body).list((reader) => {
    reader.take(reader.u32());
    reader.take(reader.u32());
    if (reader.byte() !== EXTERNAL.function) throw new Error('trim-wasm: an import that is no function');
    return reader.u32();
  }).length;
}

function readExports(body: Bytes): Export[] {
  return new ModuleReader(body).list((reader) => {
    const start = reader.at;
    const name = Buffer.from(reader.take(reader.u32())).toString('utf8');
    const kind = reader.byte();
    const index = reader.u32();
    return { name, kind, index, entry: body.subarray(start, reader.at) };
  });
}

/** Active segments of functions for table 0 are the only kind that compilers of Rust and C write. */
function tableFunctions(body: Bytes | undefined): number[] {
  if (body === undefined) return [];
  return new ModuleReader(body)
    .list((reader) => {
      if (reader.u32() !== 0) throw new Error('trim-wasm: an element segment of another kind');
      skipExpression(reader);
      return reader.list((entry) => entry.u32());
    })
    .flat();
}
