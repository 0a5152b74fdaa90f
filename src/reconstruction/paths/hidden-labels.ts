// How likely it is that control came to a place from code that is not shown, judged by what stands around it.

import type { Instruction } from '../../decoder/instruction.ts';
import { wrapU32 } from '../../machine/u32.ts';
import type { SiteCode } from '../crash-site.ts';
import { endsBlockOfCopies } from './copy-blocks.ts';
import type { Doubt } from './doubts.ts';
import { FROM_AFTER, FROM_BEFORE, type LabelOdds } from './label-odds.ts';
import { keepsToFrame, labelSigns, type Neighbours } from './label-signs.ts';

interface HiddenSources {
  /** 0 to 1: code before the captured bytes, or before what is shown of the function, jumps here. */
  readonly before: number;
  /** 0 to 1: code after them jumps back here. */
  readonly after: number;
}

/** Instructions that are looked at for what becomes of the flags. */
const LOOKED_AT = 6;
const ALIGNMENT = 16;
/** Odds from which a label counts as signalled, and where the code around hints at one as well. */
const DOUBTED = 0.12;
const HINTED = 0.02;
/** And after a block of copies alone. */
const AFTER_COPIES = 0.006;
/** Share of the places after such a block that were entered from elsewhere, where little else hints at it. */
const ENTERED_AFTER_COPIES = 0.01;
/** Bytes that a short jump over one or two instructions right before the window reaches. */
const NEAR_START = 12;
const NEAR_START_ODDS = 0.003;

export class HiddenLabels {
  readonly #code: SiteCode;
  readonly #at: (offset: number) => Instruction | undefined;
  readonly #endingAt: ReadonlyMap<number, Instruction>;
  readonly #entryShown: boolean;
  readonly #endShown: boolean;
  readonly #keepsToFrame: boolean;
  readonly #known = new Map<number, HiddenSources>();

  /**
   * `at` and `endingAt` give the instruction that begins or ends at an offset; `leaves`: a branch of the function goes to a part of it that lies
   * elsewhere.
   */
  constructor(
    code: SiteCode,
    at: ReadonlyMap<number, Instruction>,
    endingAt: ReadonlyMap<number, Instruction>,
    leaves: boolean,
  ) {
    this.#code = code;
    this.#at = (offset) => at.get(offset);
    this.#endingAt = endingAt;
    this.#keepsToFrame = keepsToFrame([...at.values()]);
    const own = code.function;
    this.#entryShown = own !== undefined && own.start >= 0;
    this.#endShown = own !== undefined && own.end <= code.bytes.length && !leaves;
  }

  /** The sign of a jump to the place at `offset`, which `previous` falls into; `isHinted`: the code around hints at a label there. */
  doubt(offset: number, previous: Instruction, isHinted: boolean): Doubt {
    const { before, after } = this.#sources(offset, previous);
    const all = before + after;
    if (isHinted && all >= HINTED) return 'join-hint';
    if (all >= AFTER_COPIES && this.#endsCopies(previous)) return 'after-copies';
    if (all >= DOUBTED || this.#isLoopEnd(previous)) return before > after ? 'joined-from-before' : 'joined-from-after';
    return offset <= NEAR_START && before >= NEAR_START_ODDS ? 'near-start' : 'none';
  }

  /** How likely a label is that code jumps to which is not shown: 0 to 1. */
  likelihood(offset: number, previous: Instruction): number {
    const { before, after } = this.#sources(offset, previous);
    const all = before + after;
    return all > 0 && this.#endsCopies(previous) ? Math.max(all, ENTERED_AFTER_COPIES) : all;
  }

  #endsCopies(previous: Instruction): boolean {
    return endsBlockOfCopies(previous, ({ address }) => this.#endingAt.get(wrapU32(address - this.#code.start)));
  }

  /** A branch back to code before the window that was not taken: what stands after a loop is also where its guard leads. */
  #isLoopEnd({ flow, target }: Instruction): boolean {
    return !this.#entryShown && flow === 'conditional-branch' && target !== undefined && target < this.#code.start;
  }

  /** Of the place at `offset`, which `previous` falls into. */
  #sources(offset: number, previous: Instruction): HiddenSources {
    const known = this.#known.get(offset);
    if (known) return known;
    const signs = labelSigns(this.#neighbours(offset, previous));
    const near = offset < 6 ? 'near 0' : offset < 14 ? 'near 1' : 'near 2';
    const end = this.#endShown ? 'end shown' : 'end hidden';
    const entry = this.#entryShown ? 'entry shown' : 'entry hidden';
    const sources = {
      before: this.#entryShown ? 0 : probability(FROM_BEFORE, [...signs, near, end]),
      after: this.#endShown ? 0 : probability(FROM_AFTER, [...signs, entry]),
    };
    this.#known.set(offset, sources);
    return sources;
  }

  #neighbours(offset: number, previous: Instruction): Neighbours {
    const { base, start, bytes } = this.#code;
    const following: Instruction[] = [];
    let at = this.#at(offset);
    for (let to = offset; at !== undefined && following.length < LOOKED_AT; at = this.#at(to)) {
      following.push(at);
      to += at.length;
    }
    const isAligned = base === 'printed' && (start + offset) % ALIGNMENT === 0;
    const plain = { previous, following, isAligned, keepsToFrame: this.#keepsToFrame };
    const { target, flow } = previous;
    if (flow !== 'conditional-branch' || target === undefined) return { ...plain };
    const to = target - start;
    const branch = to < 0 ? 'back-out' : to >= bytes.length ? 'out' : target <= previous.address ? 'back' : 'ahead';
    return { ...plain, branch };
  }
}

function probability({ base, signs }: LabelOdds, found: readonly string[]): number {
  const odds = found.reduce((sum, sign) => sum + (signs[sign] ?? 0), base);
  return 1 / (1 + Math.exp(-odds));
}
