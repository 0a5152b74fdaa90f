// The address space of a replayed machine. Each byte is known or absent, each page is open, or the log says that touching it faults.
// The three never merge: reading an absent byte is no fault, and a page that faults has no bytes.

import type { AccessKind } from '../machine/access.ts';
import { PAGE_SIZE, pageOf, type U32, wrapU32 } from '../machine/u32.ts';

/** What the log proves about touching a page. */
export type PageState =
  /** Nothing is proved; bytes may be known. */
  | { readonly kind: 'open' }
  /** The page is not present: any access faults. */
  | { readonly kind: 'unmapped' }
  /**
   * The page is present and forbids accesses of these kinds: they fault. `reservedBit`: an entry of its page table has a bit set that the
   * CPU reserves, and the error code says so; such a page forbids every access (Intel SDM, volume 3, 4.7).
   */
  | { readonly kind: 'protected'; readonly forbids: readonly AccessKind[]; readonly reservedBit?: true };

const OPEN: PageState = { kind: 'open' };

interface Page {
  readonly bytes: Uint8Array;
  /** Each element is 1 if the byte is known. */
  readonly known: Uint8Array;
}

export class SyntheticMemory {
  readonly #pages = new Map<number, Page>();
  /** The pages that a copy may hold too: they are copied before they change. */
  readonly #shared = new Set<number>();
  readonly #states = new Map<number, PageState>();

  /** Makes bytes known, whatever the page's state. Wraps at 2^32. */
  write(address: U32, bytes: Uint8Array): void {
    this.#forEachRun(address, bytes.length, (page, offset, from, length) => {
      page.bytes.set(bytes.subarray(from, from + length), offset);
      page.known.fill(1, offset, offset + length);
    });
  }

  /** Makes bytes absent again. */
  forget(address: U32, size: number): void {
    this.#forEachRun(address, size, (page, offset, _from, length) => {
      page.known.fill(0, offset, offset + length);
    });
  }

  /** Gives the bytes, or undefined if at least one of them is absent. */
  read(address: U32, size: number): Uint8Array | undefined {
    const result = new Uint8Array(size);
    for (let i = 0; i < size; i++) {
      const at = wrapU32(address + i);
      const page = this.#pages.get(pageOf(at));
      if (!page?.known[at % PAGE_SIZE]) return undefined;
      result[i] = page.bytes[at % PAGE_SIZE] as number;
    }
    return result;
  }

  /** Counts the known bytes from `address` on, up to `limit`. */
  knownLength(address: U32, limit: number): number {
    let length = 0;
    while (length < limit) {
      const at = wrapU32(address + length);
      if (!this.#pages.get(pageOf(at))?.known[at % PAGE_SIZE]) break;
      length++;
    }
    return length;
  }

  setPage(address: U32, state: PageState): void {
    this.#states.set(pageOf(address), state);
  }

  pageState(address: U32): PageState {
    return this.#states.get(pageOf(address)) ?? OPEN;
  }

  /** True if the log proves that this kind of access to the page of `address` faults. */
  faults(address: U32, access: AccessKind): boolean {
    const state = this.pageState(address);
    return state.kind === 'unmapped' || (state.kind === 'protected' && state.forbids.includes(access));
  }

  /** Gives the addresses of the pages that hold known bytes or have a state of their own. */
  pages(): readonly U32[] {
    return [...new Set([...this.#pages.keys(), ...this.#states.keys()])] as U32[];
  }

  /** Makes an independent copy. Both share a page until one of them changes it. */
  clone(): SyntheticMemory {
    const copy = new SyntheticMemory();
    for (const [start, page] of this.#pages) {
      copy.#pages.set(start, page);
      copy.#shared.add(start);
      this.#shared.add(start);
    }
    for (const [start, state] of this.#states) copy.#states.set(start, state);
    return copy;
  }

  #forEachRun(
    address: U32,
    size: number,
    visit: (page: Page, offset: number, from: number, length: number) => void,
  ): void {
    for (let from = 0; from < size; ) {
      const at = wrapU32(address + from);
      const offset = at % PAGE_SIZE;
      const length = Math.min(size - from, PAGE_SIZE - offset);
      visit(this.#page(pageOf(at)), offset, from, length);
      from += length;
    }
  }

  #page(start: U32): Page {
    const page = this.#pages.get(start);
    if (page !== undefined && !this.#shared.has(start)) return page;
    const own = page
      ? { bytes: page.bytes.slice(), known: page.known.slice() }
      : { bytes: new Uint8Array(PAGE_SIZE), known: new Uint8Array(PAGE_SIZE) };
    this.#pages.set(start, own);
    this.#shared.delete(start);
    return own;
  }
}
