// The few pages of the engine's memory that instructions run in. They hold nothing of their own: before each step exactly the bytes
// that the instruction reads are put there, so nothing of one replay can reach another. Mapping is what costs (0.2 ms a page), so pages stay.

import type { Emulator } from '../emulator/emulator.ts';
import { PAGE_SIZE, pageOf, type U32, wrapU32 } from '../machine/u32.ts';

/** More mapped pages make each mapping slower. */
const MAX_PAGES = 12;
/** The engine finds int3 where a step does not go. */
const FILLER = 0xcc;

export class EngineMemory {
  readonly #emulator: Emulator;
  /** What the engine's pages hold, to write only what differs. */
  readonly #pages = new Map<number, Uint8Array>();

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** Forgets all pages. It is to be called after the emulator was reset or lost its memory. */
  forgetAll(): void {
    this.#pages.clear();
  }

  /** Unmaps everything once there are too many pages. Not between the preparation of a step and the step. */
  trim(): void {
    if (this.#pages.size < MAX_PAGES) return;
    for (const page of this.#pages.keys()) this.#emulator.unmap(page as U32, PAGE_SIZE);
    this.#pages.clear();
  }

  /** Makes the range accessible, whatever it holds, but for the page `except`. */
  open(address: U32, size: number, except?: U32): void {
    for (let offset = 0; offset < size; ) {
      const at = wrapU32(address + offset);
      if (except === undefined || pageOf(at) !== except) this.#page(at);
      offset += PAGE_SIZE - (at % PAGE_SIZE);
    }
  }

  /** Makes the page that holds `address` inaccessible. */
  close(address: U32): void {
    const page = pageOf(address);
    if (this.#pages.delete(page)) this.#emulator.unmap(page, PAGE_SIZE);
  }

  put(address: U32, bytes: Uint8Array): void {
    this.#eachRun(address, bytes.length, (page, offset, from, length) => {
      const part = bytes.subarray(from, from + length);
      if (equalBytes(page.subarray(offset, offset + length), part)) return;
      page.set(part, offset);
      this.#emulator.write(wrapU32(address + from), part);
    });
  }

  /** Reads what an instruction wrote. */
  take(address: U32, size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    this.#eachRun(address, size, (page, offset, from, length) => {
      const part = this.#emulator.read(wrapU32(address + from), length);
      page.set(part, offset);
      bytes.set(part, from);
    });
    return bytes;
  }

  #eachRun(
    address: U32,
    size: number,
    visit: (page: Uint8Array, offset: number, from: number, length: number) => void,
  ): void {
    for (let from = 0; from < size; ) {
      const at = wrapU32(address + from);
      const offset = at % PAGE_SIZE;
      const length = Math.min(size - from, PAGE_SIZE - offset);
      visit(this.#page(at), offset, from, length);
      from += length;
    }
  }

  #page(address: U32): Uint8Array {
    const start = pageOf(address);
    let page = this.#pages.get(start);
    if (page === undefined) {
      page = new Uint8Array(PAGE_SIZE).fill(FILLER);
      this.#emulator.map(start, PAGE_SIZE, 'rwx');
      this.#emulator.write(start, page);
      this.#pages.set(start, page);
    }
    return page;
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}
