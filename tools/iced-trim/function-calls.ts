// Which functions the body of a function calls. An opcode that is not known is an error.
// WebAssembly core specification 2.0, section 5.4 "Instructions".

import { type Bytes, ModuleReader } from '../wasm/module-reader.ts';

export interface FunctionCalls {
  /** Indexes of functions that are called directly. */
  readonly calls: readonly number[];
  /** Indexes of types of functions that are called through a table. */
  readonly indirectTypes: readonly number[];
}

const OPCODE = { end: 0x0b, call: 0x10, callIndirect: 0x11, branchTable: 0x0e, f32: 0x43, f64: 0x44, extended: 0xfc };
/** The instructions unreachable, nop, else, return, drop and select. */
const PLAIN: readonly number[] = [0x00, 0x01, 0x05, 0x0f, 0x1a, 0x1b];

export function callsOf(body: Bytes): FunctionCalls {
  const reader = new ModuleReader(body);
  reader.list((locals) => {
    locals.u32();
    locals.byte();
  });
  const calls: number[] = [];
  const indirectTypes: number[] = [];
  while (!reader.done) {
    const opcode = reader.byte();
    if (opcode === OPCODE.call) calls.push(reader.u32());
    else if (opcode === OPCODE.callIndirect) {
      indirectTypes.push(reader.u32());
      reader.u32();
    } else skipImmediates(reader, opcode);
  }
  return { calls, indirectTypes };
}

/** Skips a constant expression and its `end`. */
export function skipExpression(reader: ModuleReader): void {
  for (let opcode = reader.byte(); opcode !== OPCODE.end; opcode = reader.byte()) skipImmediates(reader, opcode);
}

function skipImmediates(reader: ModuleReader, opcode: number): void {
  const between = (first: number, last: number) => first <= opcode && opcode <= last;
  // The last range is that of comparisons, arithmetic, conversions and sign extensions.
  if (opcode === OPCODE.end || PLAIN.includes(opcode) || between(0x45, 0xc4)) return;
  // One number follows block, loop, if (the type, as a signed number), br, br_if, accesses of locals and globals, memory.size and
  // memory.grow, i32.const and i64.const.
  if (between(0x02, 0x04) || between(0x0c, 0x0d) || between(0x20, 0x24) || between(0x3f, 0x42)) reader.u32();
  else if (opcode === OPCODE.branchTable) {
    reader.list((label) => label.u32());
    reader.u32();
  } else if (between(0x28, 0x3e)) {
    // Loads and stores have an alignment and an offset.
    reader.u32();
    reader.u32();
  } else if (opcode === OPCODE.f32) reader.take(4);
  else if (opcode === OPCODE.f64) reader.take(8);
  else if (opcode === OPCODE.extended) skipExtended(reader);
  else throw new Error(`trim-wasm: unknown opcode ${opcode.toString(16)}`);
}

/** The opcode continues with a number. */
function skipExtended(reader: ModuleReader): void {
  const [LAST_SATURATING_CONVERSION, MEMORY_COPY, MEMORY_FILL] = [7, 10, 11];
  const opcode = reader.u32();
  if (opcode <= LAST_SATURATING_CONVERSION) return;
  if (opcode === MEMORY_COPY) reader.take(2);
  else if (opcode === MEMORY_FILL) reader.take(1);
  else throw new Error(`trim-wasm: unknown opcode fc ${opcode}`);
}
