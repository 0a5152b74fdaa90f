// Tells V8 which functions of a module to compile at once, on other threads, while the command still reads the log; all others wait until
// they are called. The custom section `compilationHints` is an experiment of V8 (src/wasm/module-decoder-impl.h); other engines ignore it,
// and without it everything works the same, only later.

import { countImportedFunctions, leb, Reader, readSections } from './wasm-binary.mjs';

const SECTION = { custom: 0, import: 2, function: 3, code: 10 };
/** Lazy and eager, both with the quick compiler first and last. */
const [LAZY, EAGER] = [0x15, 0x16];

/**
 * Where in the module `bytes` the hints belong, and what to insert there: functions whose index `isEager` accepts are compiled at once.
 * Indexes count imported functions too.
 */
export function compileHints(bytes, isEager) {
  const sections = readSections(bytes);
  const imported = countImportedFunctions(sections.find(({ id }) => id === SECTION.import).body);
  const functions = sections.find(({ id }) => id === SECTION.function);
  const count = new Reader(functions.body).u32();
  const hints = Uint8Array.from({ length: count }, (_, i) => (isEager(imported + i) ? EAGER : LAZY));
  const name = Buffer.from('compilationHints');
  const body = Buffer.concat([leb(name.length), name, leb(count), hints]);
  return {
    position: functions.whole.byteOffset + functions.whole.length - bytes.byteOffset,
    section: Buffer.concat([Uint8Array.of(SECTION.custom), leb(body.length), body]),
  };
}

/** `bytes` with the section inserted. */
export function withHints(bytes, { position, section }) {
  return Buffer.concat([bytes.subarray(0, position), section, bytes.subarray(position)]);
}

/**
 * Which functions of the module `bytes` were compiled in a run with `--trace-wasm-compilation-times`, from what V8 printed. A module is told
 * by the sizes of its functions, as the lines name it by its address in that process.
 */
export function compiledFunctions(bytes, trace) {
  const sections = readSections(bytes);
  const imported = countImportedFunctions(sections.find(({ id }) => id === SECTION.import).body);
  const sizes = new Reader(sections.find(({ id }) => id === SECTION.code).body).list(
    (reader) => reader.take(reader.u32()).length,
  );
  const byModule = new Map();
  for (const [, module, index, size] of trace.matchAll(/^Compiled function (\w+)#(\d+) using .* bodysize (\d+) /gm))
    byModule.set(module, [...(byModule.get(module) ?? []), [Number(index), Number(size)]]);
  const ours = [...byModule.values()].filter((lines) =>
    lines.every(([index, size]) => sizes[index - imported] === size),
  );
  if (ours.length !== 1) throw new Error(`compile-hints: ${ours.length} modules of ${byModule.size} fit`);
  return new Set(ours[0].map(([index]) => index));
}
