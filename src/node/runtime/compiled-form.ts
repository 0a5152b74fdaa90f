// What V8 compiled of a script, with our own hash before it. V8 takes what another release of Node 20 made and then crashes, takes the
// compiled form of an edited script of the same length, and looks at no damage inside: so V8 sees a compiled form only if the hash says that
// exactly this Node made it of exactly this script.

import { hashRoom } from './hash.ts';

const WORD = 8;

/** What has to be equal: V8 compares less. */
export const THIS_NODE = [
  'replay 1',
  process.version,
  process.versions.v8,
  process.arch,
  process.platform,
  process.execArgv.join(' '),
  process.env.NODE_OPTIONS ?? '',
].join('\n');

/** The content of the file for `data`, which V8 of `node` made of `script`. */
export function withHash(script: Uint8Array, data: Uint8Array, node: string): Buffer {
  const head = Buffer.alloc(WORD);
  head.writeBigUInt64LE(hashOf(script, data, node));
  return Buffer.concat([head, data]);
}

/** What may be shown to V8: undefined unless `file` is what `withHash` gave for the same script and Node. */
export function compiledDataOf(file: Buffer, script: Uint8Array, node: string): Uint8Array | undefined {
  const data = file.subarray(WORD);
  return file.length > WORD && file.readBigUInt64LE() === hashOf(script, data, node) ? data : undefined;
}

/** Of the three with their lengths. */
function hashOf(script: Uint8Array, data: Uint8Array, node: string): bigint {
  const names = Buffer.from(`${node}\n${script.length}\n${data.length}`);
  const parts = [names, script, data];
  const size = parts.reduce((sum, part) => sum + wholeWords(part.length), 0);
  const room = hashRoom(size);
  let at = 0;
  for (const part of parts) {
    room.bytes.set(part, at);
    at += wholeWords(part.length);
  }
  return BigInt.asUintN(64, room.hash(size));
}

function wholeWords(length: number): number {
  return Math.ceil(length / WORD) * WORD;
}
