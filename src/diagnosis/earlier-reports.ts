// What the reports of an input that came before a report say of it: the same place again, or the first report of its boot.

import type { Evidence } from '../snapshot/evidence.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isSameBoot } from './incident.ts';

/** A place in code that crashed before. */
export interface SamePlace {
  /** Earlier reports at this place. */
  readonly count: number;
  /** The programs that crashed there, this one included; a few of them. */
  readonly programs: readonly string[];
  readonly first: Evidence;
  /** Whether the last of them is of the same boot; absent where the kernel does not tell. */
  readonly sameBoot?: boolean;
}

export interface EarlierFacts {
  readonly samePlace?: SamePlace;
  /** The report number 1 of the boot of this one. */
  readonly firstOfBoot?: Evidence;
}

interface Seen {
  count: number;
  readonly first: Evidence;
  readonly programs: Set<string>;
  last: Snapshot;
}

const MOST_PLACES = 4096;
const MOST_PROGRAMS = 4;

/** Remembers the reports of one input, in their order. Memory is bounded: the places that were seen longest ago are forgotten. */
export class EarlierReports {
  readonly #places = new Map<string, Seen>();
  #first: Snapshot | undefined;

  /** Gives what earlier reports say of this one, then remembers it. */
  take(snapshot: Snapshot): EarlierFacts {
    const samePlace = this.#takePlace(snapshot);
    const firstOfBoot = this.#takeOrdinal(snapshot);
    return { ...(samePlace && { samePlace }), ...(firstOfBoot && { firstOfBoot }) };
  }

  #takePlace(snapshot: Snapshot): SamePlace | undefined {
    const place = placeOf(snapshot);
    if (place === undefined) return undefined;
    const seen = this.#places.get(place);
    const program = snapshot.task.comm?.value;
    const programs = seen?.programs ?? new Set<string>();
    if (program !== undefined && programs.size < MOST_PROGRAMS) programs.add(program);
    this.#places.delete(place);
    this.#places.set(place, {
      count: (seen?.count ?? 0) + 1,
      first: seen?.first ?? snapshot.evidence,
      programs,
      last: snapshot,
    });
    if (this.#places.size > MOST_PLACES) this.#places.delete(this.#places.keys().next().value as string);
    if (seen === undefined) return undefined;
    const sameBoot = isSameBoot(seen.last, snapshot);
    const { count, first } = seen;
    return { count, first, programs: [...programs], ...(sameBoot !== undefined && { sameBoot }) };
  }

  /** A later report belongs to the first one unless the numbers of the kernel say otherwise. */
  #takeOrdinal(snapshot: Snapshot): Evidence | undefined {
    const ordinal = snapshot.trap.ordinal?.value;
    if (ordinal === 1) this.#first = snapshot;
    if (ordinal === undefined || ordinal <= 1 || this.#first === undefined) return undefined;
    const isOfBoot = isSameBoot(this.#first, snapshot) ?? isSameRelease(this.#first, snapshot);
    return isOfBoot ? this.#first.evidence : undefined;
  }
}

/** Has taken the reports of an input up to one of them. */
export function reportsBefore(snapshot: Snapshot, reports: readonly Snapshot[]): EarlierReports {
  const earlier = new EarlierReports();
  for (const one of reports) {
    if (one === snapshot) break;
    earlier.take(one);
  }
  return earlier;
}

function isSameRelease(one: Snapshot, other: Snapshot): boolean {
  return one.kernel.release?.value === other.kernel.release?.value;
}

/** The instruction that faulted, by what no loader changes: the offset in the file of a program, the symbol in the kernel. */
function placeOf({ kind, mapping, registers, symbol, trap }: Snapshot): string | undefined {
  const eip = registers.eip?.value;
  if (kind === 'user-fault') {
    if (mapping === undefined || eip === undefined) return undefined;
    const { file, start, size, fileOffset } = mapping.value;
    const offset = eip - start;
    return offset < 0 || offset >= size ? undefined : `${file} ${fileOffset ?? offset}`;
  }
  const what = `${kind} ${trap.vector?.value ?? ''}`;
  if (symbol?.value.name !== undefined) return `${what} ${symbol.value.text}`;
  return eip === undefined ? undefined : `${what} ${eip}`;
}
