// The loads and stores along a path, and what they prove about each other. Two accesses to one address have one value unless a
// store that may lie between them could have hit it: a store to an unrelated unknown address may hit anything.

import { addBits, exactly, type KnownBits } from './known-bits.ts';
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
  /** A callee that returned. */
  readonly isCallee?: true;
}

export type PathEvent = MemoryEvent | Barrier;

/** What the log proves of memory at the time of the fault. */
export interface FinalMemory {
  /** The byte, where the log prints it. */
  byte(address: number): number | undefined;
  /** True where this kind of access to any of the bytes would have faulted then. */
  refuses(address: number, bytes: number, kind: 'load' | 'store'): boolean;
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

  /**
   * What the word held if nothing but the stores of known addresses changed it since: what it is found to hold later, or in the log.
   * Undefined where such a store did, and where nothing shows it later.
   */
  valueIfUntouched(event: MemoryEvent): number | undefined {
    if (this.address(event) === undefined || event.size > 4 || event.count !== undefined) return undefined;
    for (let i = this.#events.indexOf(event) - 1; i >= 0; i--) {
      const later = this.#events[i] as PathEvent;
      const gap = later.kind === 'barrier' ? undefined : this.#gap(later, event);
      if (later.kind === 'barrier' || gap === undefined) continue;
      const size = this.#size(later) ?? later.size;
      if (gap >= event.size || gap <= -size) continue;
      if (later.kind === 'store' || later.count !== undefined) return undefined;
      if (gap !== 0 || size !== event.size || later.value === undefined) continue;
      if (this.#network.isKnown(later.value)) return this.#network.value(later.value);
    }
    const logged = this.#loggedBits(event);
    const asked = event.size === 4 ? -1 : (1 << (8 * event.size)) - 1;
    return logged !== undefined && (logged.unknown & asked) === 0 ? logged.value >>> 0 : undefined;
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
    let settled = true;
    for (let i = 0; i < this.#events.length; i++) {
      const event = this.#events[i] as PathEvent;
      if (event.kind === 'barrier') {
        open = false;
        settled &&= event.isCallee === true;
      } else {
        // Callees hardly ever unmap a page that their caller goes on with: rather they gave a register back changed.
        if (open || settled) this.#checkPage(event);
        if (event.value !== undefined) this.#follow(event, event.value, i);
      }
    }
  }

  /** Nothing unmapped a page between this access and the fault. */
  #checkPage(event: MemoryEvent): void {
    const address = this.address(event);
    const size = this.#size(event);
    if (address === undefined || size === undefined || size === 0) return;
    if (this.#final.refuses(address, size, event.kind)) this.#network.fail('an access that would have faulted before');
  }

  /**
   * Goes forward in time from an access until its word may have been overwritten. Stores to unrelated addresses are passed if what the word
   * held after them shows that they did not hit it.
   */
  #follow(event: MemoryEvent, value: NodeId, index: number): void {
    const passed: PassedStore[] = [];
    for (let i = index - 1; i >= 0; i--) {
      const later = this.#events[i] as PathEvent;
      if (later.kind === 'barrier') return;
      const gap = this.#gap(later, event);
      const size = this.#size(later);
      if (size === 0) continue;
      if (gap === undefined || size === undefined) {
        if (later.kind === 'load') continue;
        if (later.count !== undefined || later.value === undefined) return;
        passed.push({ store: later, value: later.value, index: i });
        continue;
      }
      if (gap >= event.size || gap <= -size) continue;
      if (later.kind === 'store') return;
      if (later.value === undefined) continue;
      const coversAll = gap <= 0 && gap + later.size >= event.size;
      if (passed.length > 0) {
        if (!coversAll) continue;
        const held = moved(this.#network.bits(later.value), later.size, -gap, event.size);
        if (!this.#missed(passed, event, held)) return;
      }
      this.#share(value, event.size, later.value, later.size, gap);
      if (coversAll) return;
    }
    const logged = this.#loggedBits(event);
    if (logged !== undefined && this.#missed(passed, event, logged)) this.#network.learn(value, logged);
  }

  /** None of the stores hit the word of `event`, which held `held` after the last of them. */
  #missed(passed: readonly PassedStore[], event: MemoryEvent, held: KnownBits): boolean {
    return passed.findLast((store) => this.#mayHit(store, event, held)) === undefined;
  }

  #mayHit({ store, value, index }: PassedStore, event: MemoryEvent, held: KnownBits): boolean {
    const net = this.#network;
    const stored = net.bits(value);
    const target = addBits(net.bits(store.node), exactly(store.distance));
    const address = this.address(event);
    // Beside the word the log tells what the store would have left, if nothing stores there later.
    const isLast = !this.#events.slice(0, index).some((later) => later.kind !== 'load');
    for (let offset = 1 - store.size; offset < event.size; offset++) {
      if (address !== undefined && ((target.value ^ (address + offset)) & ~target.unknown) !== 0) continue;
      let fits = true;
      for (let i = 0; i < store.size && fits; i++) {
        const place = offset + i;
        if (place >= 0 && place < event.size) fits = agree(byteOf(stored, i), byteOf(held, place));
        else if (isLast && address !== undefined) {
          const byte = this.#final.byte((address + place) >>> 0);
          fits = byte === undefined || agree(byteOf(stored, i), exactly(byte));
        }
      }
      if (fits) return true;
    }
    return false;
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
}

/** A store to an address that is not related to the one that is followed. */
interface PassedStore {
  readonly store: MemoryEvent;
  readonly value: NodeId;
  readonly index: number;
}

function byteOf(bits: KnownBits, i: number): KnownBits {
  return { unknown: (bits.unknown >>> (8 * i)) & 0xff, value: (bits.value >>> (8 * i)) & 0xff };
}

function agree(a: KnownBits, b: KnownBits): boolean {
  return ((a.value ^ b.value) & ~(a.unknown | b.unknown)) === 0;
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
