// Makes a WebAssembly module smaller without renumbering anything: exports that nobody asks for are dropped, and the bodies
// of functions that can then never be called become one `unreachable`. A name or opcode that is not known is an error.
// Sections and opcodes: WebAssembly core specification 2.0, "Binary Format".

import { countImportedFunctions, EXTERNAL_FUNCTION, leb, Reader, readSections, section } from './wasm-binary.mjs';

const SECTION = { type: 1, import: 2, function: 3, export: 7, start: 8, element: 9, code: 10 };

/** The module `bytes` with only the exports that `isWanted(name)` accepts. */
export function trimWasm(bytes, isWanted) {
  const sections = readSections(bytes);
  const body = (id) => sections.find((section) => section.id === id)?.body;
  const types = body(SECTION.type);
  const imported = countImportedFunctions(body(SECTION.import));
  const exports = readExports(body(SECTION.export)).filter(({ name }) => isWanted(name));
  const functions = readCode(body(SECTION.code));
  const typeOf = new Reader(body(SECTION.function)).list((reader) => reader.u32());
  const inTable = tableFunctions(body(SECTION.element));
  if (types === undefined || body(SECTION.start) !== undefined) throw new Error('trim-wasm: unexpected sections');

  const live = new Set();
  const calledTypes = new Set();
  const queue = exports.filter(({ kind }) => kind === EXTERNAL_FUNCTION).map(({ index }) => index);
  while (queue.length > 0) {
    const index = queue.pop();
    if (index < imported || live.has(index)) continue;
    live.add(index);
    const { calls, indirectTypes } = callsOf(functions[index - imported]);
    queue.push(...calls);
    for (const type of indirectTypes) calledTypes.add(type);
    // Whatever is in the table and has a type that is called through it may be meant.
    for (const entry of inTable) if (calledTypes.has(typeOf[entry - imported])) queue.push(entry);
  }

  const code = functions.map((bytes, i) => (live.has(i + imported) ? bytes : UNREACHABLE_BODY));
  const parts = [bytes.subarray(0, 8)];
  for (const { id, body, whole } of sections) {
    if (id === 0) continue;
    if (id === SECTION.export)
      parts.push(
        section(
          id,
          exports.map(({ bytes }) => bytes),
        ),
      );
    else if (id === SECTION.code)
      parts.push(
        section(
          id,
          code.map((bytes) => Buffer.concat([leb(bytes.length), bytes])),
        ),
      );
    else parts.push(whole ?? body);
  }
  return Buffer.concat(parts);
}

/** No locals, `unreachable`, `end`. */
const UNREACHABLE_BODY = Uint8Array.of(0, 0x00, 0x0b);

function readExports(body) {
  return new Reader(body).list((reader) => {
    const start = reader.at;
    const name = Buffer.from(reader.take(reader.u32())).toString('utf8');
    const kind = reader.byte();
    const index = reader.u32();
    return { name, kind, index, bytes: body.subarray(start, reader.at) };
  });
}

function readCode(body) {
  return new Reader(body).list((reader) => reader.take(reader.u32()));
}

/** Active segments of functions for table 0, the only kind that compilers of Rust and C write. */
function tableFunctions(body) {
  if (body === undefined) return [];
  return new Reader(body)
    .list((reader) => {
      if (reader.u32() !== 0) throw new Error('trim-wasm: an element segment of another kind');
      skipExpression(reader);
      return reader.list((entry) => entry.u32());
    })
    .flat();
}

function skipExpression(reader) {
  while (reader.at < reader.bytes.length) if (skipInstruction(reader, reader.byte()) === 'end') return;
}

function callsOf(body) {
  const reader = new Reader(body);
  reader.list((locals) => {
    locals.u32();
    locals.byte();
  });
  const calls = [];
  const indirectTypes = [];
  while (!reader.done) {
    const opcode = reader.byte();
    if (opcode === 0x10) calls.push(reader.u32());
    else if (opcode === 0x11) {
      indirectTypes.push(reader.u32());
      reader.u32();
    } else skipInstruction(reader, opcode);
  }
  return { calls, indirectTypes };
}

/** Skips the immediates of `opcode`. */
function skipInstruction(reader, opcode) {
  const between = (first, last) => first <= opcode && opcode <= last;
  if (opcode === 0x0b) return 'end';
  // unreachable, nop, else, return, drop, select; all comparisons, arithmetic, conversions, sign extensions
  if ([0x00, 0x01, 0x05, 0x0f, 0x1a, 0x1b].includes(opcode) || between(0x45, 0xc4)) return undefined;
  // block, loop, if: a block type is a signed number, and no longer than it says
  // br, br_if; local, global: one index; memory.size, memory.grow
  if (between(0x02, 0x04) || between(0x0c, 0x0d) || between(0x20, 0x24) || between(0x3f, 0x42)) reader.u32();
  else if (opcode === 0x0e) {
    reader.list((label) => label.u32());
    reader.u32();
  } else if (between(0x28, 0x3e)) {
    reader.u32();
    reader.u32();
  } else if (opcode === 0x43) reader.take(4);
  else if (opcode === 0x44) reader.take(8);
  else if (opcode === 0xfc) skipExtended(reader);
  else throw new Error(`trim-wasm: unknown opcode ${opcode.toString(16)}`);
  return undefined;
}

function skipExtended(reader) {
  const opcode = reader.u32();
  // saturating conversions; memory.copy has two memories, memory.fill one
  if (opcode <= 7) return;
  if (opcode === 10) reader.take(2);
  else if (opcode === 11) reader.take(1);
  else throw new Error(`trim-wasm: unknown opcode fc ${opcode}`);
}
