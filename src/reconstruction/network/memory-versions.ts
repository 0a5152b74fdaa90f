// The loads and stores along a path, and what they prove about each other. Two accesses to one address have one value unless a
// store that may lie between them could have hit it: a store to an unrelated unknown address may hit anything.

import type { KnownBits } from './known-bits.ts';
import { type Network, type NodeId, ZERO } from './network.ts';

export interface MemoryEvent {
  readonly kind: 'load' | 'store';
  /** The address is `node` + `distance`. */
  readonly node: NodeId;
  readonly distance: number;
  /** Bytes; of one element where there are several. */
  readonly size: number;
  /** A stretch of this many elements upwards from the address; it has no value. */
  readonly count?: NodeId;
  /** With `count`: the value of the last element, where an instruction compared it. */
  readonly last?: NodeId;
  /** With `count`: what every element was filled with. */
  readonly filler?: NodeId;
  /** For sizes up to 4. */
  readonly value?: NodeId;
}

/** Code that is not shown ran here: any word may have changed and any page may have been mapped or unmapped. */
export interface Barrier {
  readonly kind: 'barrier';
}

export type PathEvent = MemoryEvent | Barrier;

/** What the log proves of memory at the time of the fault. */
export interface FinalMemory {
  /** The byte, where the log prints it. */
  byte(address: number): number | undefined;
  /** True where this kind of access to the byte would have faulted then. */
  refuses(address: number, kind: 'load' | 'store'): boolean;
}

export class MemoryVersions {
  readonly #network: Network;
  readonly #final: FinalMemory;
  /** Latest first. */
  readonly #events: PathEvent[] = [];

  constructor(network: Network, final: FinalMemory) {
    this.#network = network;
    this.#final = final;
  }

  get length(): number {
    return this.#events.length;
  }

  get events(): readonly PathEvent[] {
    return this.#events;
  }

  /** Adds an event before all others. */
  prepend(event: PathEvent): void {
    this.#events.push(event);
  }

  truncate(length: number): void {
    this.#events.length = length;
  }

  /** The known address of an event. */
  address(event: MemoryEvent): number | undefined {
    const distance = this.#network.distance(event.node, ZERO);
    return distance === undefined ? undefined : (distance + event.distance) >>> 0;
  }

  /**
   * What a load most likely found, where that is not proved: what the same word held before or after, or holds in the log, if no store
   * to an unknown address hit it.
   */
  likelyValue(event: MemoryEvent): KnownBits | undefined {
    const index = this.#events.indexOf(event);
    for (const [from, to, step] of [
      [index + 1, this.#events.length, 1],
      [index - 1, -1, -1],
    ] as const) {
      for (let i = from; i !== to; i += step) {
        const other = this.#events[i] as PathEvent;
        if (other.kind === 'barrier') break;
        if (this.#gap(other, event) !== 0 || other.size !== event.size || other.value === undefined) continue;
        if (step === -1 && other.kind === 'store') return undefined;
        const bits = this.#network.bits(other.value);
        if (bits.unknown === 0) return bits;
      }
    }
    return this.#loggedBits(event);
  }

  /** True where the log shows all bytes of the word as they were at the fault. */
  isLogged(event: MemoryEvent): boolean {
    return this.#loggedBits(event)?.unknown === 0;
  }

  #loggedBits(event: MemoryEvent): KnownBits | undefined {
    const address = this.address(event);
    if (address === undefined) return undefined;
    let unknown = -1;
    let value = 0;
    for (let i = 0; i < Math.min(event.size, 4); i++) {
      const byte = this.#final.byte((address + i) >>> 0);
      if (byte === undefined) continue;
      unknown &= ~(0xff << (8 * i));
      value |= byte << (8 * i);
    }
    return unknown === -1 ? undefined : { unknown, value };
  }

  /** Lets every pair of accesses learn from each other, and each from the log's memory. */
  resolve(): void {
    let open = true;
    for (let i = 0; i < this.#events.length; i++) {
      const event = this.#events[i] as PathEvent;
      if (event.kind === 'barrier') open = false;
      else {
        if (open) this.#checkPage(event);
        if (event.value !== undefined) this.#follow(event, event.value, i);
      }
    }
  }

  /** Nothing unmapped a page between this access and the fault. */
  #checkPage(event: MemoryEvent): void {
    const address = this.address(event);
    if (address === undefined || event.count !== undefined) return;
    const last = (address + event.size - 1) >>> 0;
    if (this.#final.refuses(address, event.kind) || this.#final.refuses(last, event.kind)) {
      this.#network.fail('an access that would have faulted before');
    }
  }

  /** Goes forward in time from an access until its word may have been overwritten. */
  #follow(event: MemoryEvent, value: NodeId, index: number): void {
    for (let i = index - 1; i >= 0; i--) {
      const later = this.#events[i] as PathEvent;
      if (later.kind === 'barrier') return;
      const gap = this.#gap(later, event);
      const size = this.#size(later);
      if (size === 0) continue;
      if (gap === undefined || size === undefined) {
        if (later.kind === 'store') return;
        continue;
      }
      if (gap >= event.size || gap <= -size) continue;
      if (later.kind === 'store') return;
      if (later.value === undefined) continue;
      this.#share(value, event.size, later.value, later.size, gap);
      if (gap <= 0 && gap + later.size >= event.size) return;
    }
    this.#compareWithLog(event, value);
  }

  /** Bytes of the whole access, where they are known. */
  #size({ size, count }: MemoryEvent): number | undefined {
    if (count === undefined) return size;
    if (!this.#network.isKnown(count)) return undefined;
    const bytes = this.#network.value(count) * size;
    return bytes < 0x8000_0000 ? bytes : undefined;
  }

  /** Address of `later` minus address of `earlier`; undefined where the two are not related. */
  #gap(later: MemoryEvent, earlier: MemoryEvent): number | undefined {
    const between = this.#network.distance(later.node, earlier.node);
    return between === undefined ? undefined : (between + later.distance - earlier.distance) | 0;
  }

  /** The bytes that both words have are equal; `gap` is where the later one starts in the earlier one. */
  #share(earlier: NodeId, earlierSize: number, later: NodeId, laterSize: number, gap: number): void {
    const net = this.#network;
    if (gap === 0 && earlierSize === laterSize) {
      net.equate(earlier, later);
      return;
    }
    net.learn(later, moved(net.bits(earlier), earlierSize, gap, laterSize));
    net.learn(earlier, moved(net.bits(later), laterSize, -gap, earlierSize));
  }

  #compareWithLog(event: MemoryEvent, value: NodeId): void {
    const bits = this.#loggedBits(event);
    if (bits !== undefined) this.#network.learn(value, bits);
  }
}

/** Bytes `gap` … of a word of `fromSize` bytes, as the first bytes of a word of `toSize` bytes. */
function moved(bits: KnownBits, fromSize: number, gap: number, toSize: number): KnownBits {
  let unknown = toSize === 4 ? -1 : (1 << (8 * toSize)) - 1;
  let value = 0;
  for (let i = 0; i < toSize; i++) {
    const from = i + gap;
    if (from < 0 || from >= fromSize) continue;
    unknown &= ~(0xff << (8 * i)) | (((bits.unknown >>> (8 * from)) & 0xff) << (8 * i));
    value |= ((bits.value >>> (8 * from)) & 0xff) << (8 * i);
  }
  return { unknown, value };
}
