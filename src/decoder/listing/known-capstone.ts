// Says which module of capstone-wasm `capstone-glue.ts` can call: the exports have no names of their own, and another build has other letters.

const KNOWN_MODULE = { size: 1_778_509, fingerprint: '58194d1f1055b15f' };
/** One 32-bit word of so many is looked at: all of them would take longer than to compile the module. */
const SAMPLED = 32;

/**
 * True for the module that `capstoneGlue` can call. The check is for another version of the package, whose bytes differ nearly everywhere
 * after the first change; it does not detect a module that was forged.
 */
export function isKnownCapstone(bytes: Uint8Array): boolean {
  return bytes.length === KNOWN_MODULE.size && fingerprint(bytes) === KNOWN_MODULE.fingerprint;
}

/** Two 32-bit hashes (FNV-1a over words, from two offsets) of every `SAMPLED`th word, in hexadecimal. */
function fingerprint(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let first = 0x811c_9dc5;
  let second = 0x9e37_79b9;
  for (let at = 0; at + 4 <= bytes.length; at += 4 * SAMPLED) {
    const word = view.getUint32(at, true);
    first = Math.imul(first ^ word, 0x0100_0193);
    second = Math.imul(second ^ word ^ (first >>> 15), 0x0100_0193);
  }
  return [first, second].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
