// Finds where instructions begin in captured code bytes. Only EIP is known to be a boundary: x86 instructions have no
// marks, and a decode from a wrong byte usually falls into step after a few instructions. Every left cut is tried, each one
// that runs into EIP is weighed by how likely its instructions are in compiled code, and the boundaries that carry more
// than half of the weight are kept. The bytes before the first of them are not assigned to any instruction.

import { type U32, wrapU32 } from '../machine/u32.ts';
import { instructionWeight } from './alignment/instruction-weight.ts';
import { FIRST_BOUNDARY_SHARES } from './alignment/opcode-weights.ts';
import type { Decoder, Extent } from './decoder.ts';
import type { Instruction } from './instruction.ts';

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface AlignmentOptions {
  /** Bytes that are known to be no instructions, such as what an old BUG() puts after ud2. The code goes on after them. */
  readonly data?: readonly ByteRange[];
}

export interface AlignedWindow {
  /** The instructions before EIP in the order of their addresses; the last one ends at EIP. It is empty if no boundary before EIP was found. */
  readonly before: readonly Instruction[];
  /** For each of `before`, how likely it is that an instruction begins there, above 0.5 to 1, among all readings that run into EIP. */
  readonly certainty: readonly number[];
  /** The instruction at EIP. */
  readonly faulting?: Instruction;
  /** Whether the bytes at EIP are an instruction; `faulting` is present if they are `whole`. */
  readonly atEip: Extent['kind'];
  /** The instructions that follow in memory, up to the first bytes that are none. It is empty without `faulting`. */
  readonly after: readonly Instruction[];
  /** The number of bytes at the start of the window that belong to no instruction of `before`. */
  readonly skipped: number;
  /** Counts for the first 15 bytes as left cuts: how many were tried, how many run into EIP, how many of these agree with `before`. */
  readonly cuts: { readonly tried: number; readonly reaching: number; readonly agreeing: number };
  /** The number of bytes at the end of the window that make no whole instruction. */
  readonly truncatedTail: number;
}

const MAX_FIRST_BOUNDARY = 15;
/** Weight in bits of a window that begins with something else than code, so that its first boundary comes later. */
const LATE_START_WEIGHT = -20;
const START_WEIGHTS: readonly number[] = FIRST_BOUNDARY_SHARES.map((share) => Math.log2(share));
const MAJORITY = 0.5;

/** `start` is the linear address of `bytes[0]`; the caller chooses one where the log prints none. */
export function alignWindow(
  decoder: Decoder,
  bytes: Uint8Array,
  eipOffset: number,
  start: U32,
  options: AlignmentOptions = {},
): AlignedWindow {
  const chain = chainOf(decoder.extents(bytes), options.data ?? []);
  const decode = (offset: number) => decoder.decode(bytes, offset, wrapU32(start + offset)) as Instruction;

  const certainties = boundaryCertainties(bytes, chain, eipOffset);
  const boundaries = likelyBoundaries(certainties, eipOffset);
  const skipped = boundaries[0] ?? eipOffset;

  const following: number[] = [];
  let end = chain.next[eipOffset];
  for (; end !== undefined && chain.next[end] !== undefined; end = chain.next[end]) following.push(end);

  // Most instructions are never looked at if no lead-up is wanted.
  let before: readonly Instruction[] | undefined;
  let after: readonly Instruction[] | undefined;
  const atEip = chain.extents[eipOffset]?.kind ?? 'truncated';
  const hasFaulting = chain.next[eipOffset] !== undefined;
  return {
    get before() {
      before ??= boundaries.map(decode);
      return before;
    },
    certainty: boundaries.map((offset) => certainties[offset] ?? 0),
    ...(hasFaulting && { faulting: decode(eipOffset) }),
    atEip: atEip === 'whole' && !hasFaulting ? 'invalid' : atEip,
    get after() {
      after ??= following.map(decode);
      return after;
    },
    skipped,
    cuts: countCuts(chain, eipOffset, skipped),
    truncatedTail: Math.max(0, bytes.length - (end ?? eipOffset)),
  };
}

function likelyBoundaries(certainties: readonly number[], eipOffset: number): readonly number[] {
  const boundaries: number[] = [];
  for (let offset = 0; offset < eipOffset; offset++) if ((certainties[offset] ?? 0) > MAJORITY) boundaries.push(offset);
  return boundaries;
}

interface Chain {
  readonly extents: readonly Extent[];
  /** By offset: where the next instruction begins after the one there, data skipped; undefined where none is whole. */
  readonly next: readonly (number | undefined)[];
}

function chainOf(extents: readonly Extent[], data: readonly ByteRange[]): Chain {
  const rangeAt = (offset: number) =>
    data.find((range) => range.offset <= offset && offset < range.offset + range.length);
  const next = extents.map((extent, offset) => {
    if (extent.kind !== 'whole') return undefined;
    const end = offset + extent.length;
    if (data.length === 0) return end;
    if (data.some((range) => range.offset < end && offset < range.offset + range.length)) return undefined;
    const range = rangeAt(end);
    return range ? range.offset + range.length : end;
  });
  return { extents, next };
}

/** For each offset up to EIP, the share of the weight of all left cuts that run into EIP whose reading begins an instruction there. */
function boundaryCertainties(bytes: Uint8Array, chain: Chain, eipOffset: number): readonly number[] {
  const weights = cutWeights(bytes, chain, eipOffset);
  let heaviest = Number.NEGATIVE_INFINITY;
  for (const weight of weights) if (weight !== undefined && weight > heaviest) heaviest = weight;
  const sums = new Array<number>(eipOffset + 1).fill(0);
  let total = 0;
  for (let cut = 0; cut < eipOffset; cut++) {
    const weight = weights[cut];
    if (weight === undefined) continue;
    const share = 2 ** (weight - heaviest);
    total += share;
    for (let at: number | undefined = cut; at !== undefined && at < eipOffset; at = chain.next[at]) {
      sums[at] = (sums[at] ?? 0) + share;
    }
  }
  return total === 0 ? [] : sums.map((sum) => sum / total);
}

/** In bits; undefined for a cut whose reading does not run into EIP. */
function cutWeights(bytes: Uint8Array, chain: Chain, eipOffset: number): readonly (number | undefined)[] {
  const runs: (number | undefined)[] = new Array(eipOffset + 1).fill(undefined);
  const weights: (number | undefined)[] = new Array(eipOffset + 1).fill(undefined);
  runs[eipOffset] = 0;
  for (let offset = eipOffset - 1; offset >= 0; offset--) {
    const next = chain.next[offset];
    const extent = chain.extents[offset];
    if (next === undefined || next > eipOffset || extent?.kind !== 'whole') continue;
    const rest = runs[next];
    if (rest === undefined) continue;
    const run = rest + instructionWeight(bytes, offset, extent.length);
    runs[offset] = run;
    weights[offset] = run + (START_WEIGHTS[offset] ?? LATE_START_WEIGHT);
  }
  return weights;
}

function countCuts(chain: Chain, eipOffset: number, first: number): AlignedWindow['cuts'] {
  const tried = Math.min(MAX_FIRST_BOUNDARY, eipOffset);
  let reaching = 0;
  let agreeing = 0;
  for (let cut = 0; cut < tried; cut++) {
    let passes = false;
    let at: number | undefined = cut;
    for (; at !== undefined && at < eipOffset; at = chain.next[at]) passes ||= at === first;
    if (at !== eipOffset) continue;
    reaching++;
    if (passes) agreeing++;
  }
  return { tried, reaching, agreeing };
}
