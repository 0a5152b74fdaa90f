// The heap of an engine that has just been opened and prepared, as a file: filling 16 MB from the quarter megabyte that is not zero takes a
// tenth of the time that opening does. The bytes of a 32-bit heap mean the same in every process that runs the same engine file.

import { ReplayError } from '../../machine/errors.ts';
import type { EngineModule } from './unicorn-calls.ts';

const PAGE_WORDS = 1024;
const FORMAT = 1;

/** What an engine keeps outside its heap: where its parts lie in it. */
export interface EngineAddresses {
  readonly handle: number;
  readonly handlePointer: number;
  readonly buffer: number;
  readonly context: number;
  /** In the function table, in the order in which they were added. */
  readonly callbacks: readonly number[];
}

/**
 * Little-endian words: the format, the heap's bytes, the addresses with their count first, the number of pages that are not zero, the number
 * of each, and their words.
 */
export function writeImage({ words: heap }: EngineModule, addresses: EngineAddresses): Uint8Array {
  const { handle, handlePointer, buffer, context, callbacks } = addresses;
  const pages = Array.from({ length: heap.length / PAGE_WORDS }, (_, i) => i).filter((page) =>
    heap.subarray(page * PAGE_WORDS, (page + 1) * PAGE_WORDS).some((word) => word !== 0),
  );
  const numbers = [handle, handlePointer, buffer, context, ...callbacks];
  const head = [FORMAT, heap.byteLength, numbers.length, ...numbers, pages.length, ...pages];
  const image = new Uint32Array(head.length + pages.length * PAGE_WORDS);
  image.set(head);
  pages.forEach((page, i) => {
    image.set(heap.subarray(page * PAGE_WORDS, (page + 1) * PAGE_WORDS), head.length + i * PAGE_WORDS);
  });
  return new Uint8Array(image.buffer);
}

/** Fills the heap of an engine file that has not been used. Throws `engine/image` where the image is of another engine file or cut off. */
export function readImage(module: EngineModule, image: Uint8Array): EngineAddresses {
  const refuse = (why: string) => new ReplayError('engine/image', { why });
  if (image.byteLength % 4 !== 0) throw refuse('it is cut off');
  const words = new Uint32Array(image.buffer.slice(image.byteOffset, image.byteOffset + image.byteLength));
  const { words: heap } = module;
  if (words[0] !== FORMAT || words[1] !== heap.byteLength) throw refuse('it is of another engine');
  const pagesAt = 3 + (words[2] as number);
  const [handle, handlePointer, buffer, context, ...callbacks] = words.subarray(3, pagesAt) as unknown as number[];
  const count = words[pagesAt] as number;
  const content = pagesAt + 1 + count;
  if (words.length !== content + count * PAGE_WORDS) throw refuse('it is cut off');
  for (let i = 0; i < count; i++) {
    const start = content + i * PAGE_WORDS;
    heap.set(words.subarray(start, start + PAGE_WORDS), (words[pagesAt + 1 + i] as number) * PAGE_WORDS);
  }
  return { handle, handlePointer, buffer, context, callbacks } as EngineAddresses;
}
