// The instructions of a code window as a graph: which of them can come right before which.

import { type Instruction, MAX_INSTRUCTION_LENGTH } from '../../decoder/instruction.ts';
import { wrapU32 } from '../../machine/u32.ts';
import type { CrashSite, SiteCode, SiteFunction } from '../crash-site.ts';
import type { Execution } from '../lift/lift-instruction.ts';
import { STRING_MNEMONICS } from '../lift/strings.ts';
import { mayPop } from './callee-pops.ts';
import type { Doubt } from './doubts.ts';
import { HiddenLabels } from './hidden-labels.ts';
import { hintsAtJoin } from './join-hints.ts';
import { possibleLoopEntries, possibleLoopHeads, type ShownLoop } from './loop-heads.ts';
import { isPadding, isSwitchForm } from './padding.ts';
import { unreadTargets } from './unread-targets.ts';

/** One way in which an instruction can be reached: this instruction ran right before it, in this manner. */
export interface WayIn {
  readonly instruction: Instruction;
  readonly execution: Execution;
  readonly kind: 'fall-through' | 'branch' | 'call' | 'call-returned' | 'return' | 'rounds';
}

export class WindowCode {
  readonly #byOffset = new Map<number, Instruction>();
  readonly #byEnd = new Map<number, Instruction>();
  readonly #branches = new Map<number, Instruction[]>();
  readonly #callees = new Map<number, Callee>();
  readonly #start: number;
  readonly #certainty = new Map<number, number>();
  readonly #unreadTargets: ReadonlySet<number>;
  /** Where the function begins, if the bytes are read so that an instruction begins there. */
  readonly #entry: number | undefined;
  readonly #isEntryMissed: boolean;
  readonly #entries: ReadonlySet<number> | undefined;
  readonly #closed: SiteFunction | undefined;
  /** Addresses that loops may begin at, or be entered at. */
  readonly #joins: ReadonlySet<number>;
  readonly #hidden: HiddenLabels;

  constructor(site: CrashSite) {
    const { window, start, faulting } = site.code;
    this.#start = start;
    const all = [...window.before, ...(faulting ? [faulting] : []), ...window.after];
    if (window.faulting && window.faulting !== faulting) all.push(window.faulting);
    window.before.forEach((instruction, i) => {
      const offset = this.offsetOf(instruction);
      const certainty = window.certainty[i] ?? 0;
      // Near the start few readings speak for a boundary, and the right one may begin before the window.
      const isSure = offset >= MAX_INSTRUCTION_LENGTH || certainty >= SURE_BOUNDARY_AT_START;
      this.#certainty.set(offset, isSure ? certainty : Math.min(certainty, UNSURE_BOUNDARY));
    });
    for (const instruction of all) {
      const offset = this.offsetOf(instruction);
      if (this.#byOffset.has(offset)) continue;
      this.#byOffset.set(offset, instruction);
      this.#byEnd.set(offset + instruction.length, instruction);
      if (instruction.target === undefined) continue;
      const target = wrapU32(instruction.target - start);
      const list = this.#branches.get(target) ?? [];
      list.push(instruction);
      this.#branches.set(target, list);
    }
    const { function: own, bytes, faultOffset } = site.code;
    const { isWhole = false, entries } = site.code;
    const isRead = own !== undefined && (isWhole || this.#byOffset.has(own.start) || own.start === faultOffset);
    this.#entries = entries;
    this.#entry = isRead ? own.start : undefined;
    // Read from where the function begins, EIP lies inside an instruction: it was jumped to, or the symbol is another's. Nothing is sure.
    this.#isEntryMissed = own !== undefined && !isRead && own.start >= 0 && own.start < faultOffset;
    const isClosed = own !== undefined && (entries !== undefined || this.#closes(own, bytes.length));
    this.#closed = this.#entry !== undefined && isClosed ? own : undefined;
    this.#joins = new Set([
      ...loopHeadsOf(site.code, all),
      ...this.#loopsEnteredInside().flatMap((loop) => [...possibleLoopEntries(all, loop)]),
    ]);
    this.#hidden = new HiddenLabels(site.code, this.#byOffset, this.#byEnd, this.#leaves(own));
    this.#unreadTargets = unreadTargets(bytes, this.#entry ?? firstSureOffset(site));
  }

  offsetOf(instruction: Instruction): number {
    return wrapU32(instruction.address - this.#start);
  }

  /** All instructions, by offset. */
  get instructions(): ReadonlyMap<number, Instruction> {
    return this.#byOffset;
  }

  /** How likely it is that an instruction begins at `offset`: above 0.5 to 1. */
  certainty(offset: number): number {
    // From where a function begins there is one reading only.
    if (this.#entry !== undefined && offset >= this.#entry) return 1;
    return this.#isEntryMissed ? UNSURE_BOUNDARY : (this.#certainty.get(offset) ?? 1);
  }

  previous(offset: number): Instruction | undefined {
    return this.#byEnd.get(offset);
  }

  /** What a repeated instruction at `offset` had done when it faulted: any number of rounds, none among them. */
  unfinishedRounds(offset: number): WayIn | undefined {
    const self = this.#byOffset.get(offset);
    return self && isRepeated(self)
      ? { instruction: self, execution: { rounds: 'unfinished' }, kind: 'rounds' }
      : undefined;
  }

  /** A function begins at `offset`: it is called, and nothing falls into it. */
  isEntry(offset: number): boolean {
    return offset === this.#entry;
  }

  /** Every way into the instruction at `offset` is shown: see `#closes`. */
  isClosed(offset: number): boolean {
    const own = this.#closed;
    return own !== undefined && offset > own.start && offset < own.end && !this.#entries?.has(offset);
  }

  /** The same, as a file tells it that knows all code and all tables which could lead there. */
  isAllKnown(offset: number): boolean {
    return this.#entries !== undefined && this.isClosed(offset);
  }

  /** Every way into the instruction at `offset` that the captured bytes show. */
  waysInto(offset: number): readonly WayIn[] {
    const ways: WayIn[] = [];
    for (const instruction of this.#branches.get(offset) ?? []) {
      if (leadsHereAnyway(instruction)) continue;
      if (instruction.flow === 'conditional-branch')
        ways.push({ instruction, execution: { taken: true }, kind: 'branch' });
      else if (instruction.flow === 'jump') ways.push({ instruction, execution: {}, kind: 'branch' });
      else if (instruction.flow === 'call') ways.push({ instruction, execution: {}, kind: 'call' });
    }
    const previous = this.#byEnd.get(offset);
    if (previous && !this.isEntry(offset)) ways.push(...this.#fallThroughs(previous, offset));
    return ways;
  }

  /** Where blocks of code begin, as far as the bytes show: after branches and calls, and where branches go. */
  isLeader(offset: number): boolean {
    const previous = this.#byEnd.get(offset);
    return this.#branches.has(offset) || previous === undefined || previous.flow !== 'next';
  }

  doubt(offset: number): Doubt {
    if (this.isEntry(offset)) return 'entry';
    if (this.#entries?.has(offset)) return 'named-elsewhere';
    const previous = this.#byEnd.get(offset);
    if (previous === undefined) return 'none';
    if (!canFallThrough(previous)) return 'after-jump';
    const self = this.#byOffset.get(offset);
    if (this.#entries !== undefined && this.isClosed(offset)) return 'none';
    if (self && this.#isSwitch(self)) return 'at-switch';
    if (this.isClosed(offset)) return 'none';
    if (isPadding(previous) && !this.#isSwitch(previous)) return 'after-padding';
    if (this.#unreadTargets.has(offset)) return 'unread-branch';
    if (self === undefined) return 'none';
    const isHinted = this.#joins.has(self.address) || hintsAtJoin(previous, self);
    return this.#hidden.doubt(offset, previous, isHinted);
  }

  /** Alignment after an instruction that goes elsewhere, to which no branch that is shown leads: it is there to be skipped, and never runs. */
  isDeadPadding(last: Instruction): boolean {
    if (!isPadding(last) || this.#isSwitch(last)) return false;
    for (let at: Instruction | undefined = last; at !== undefined; at = this.previous(this.offsetOf(at))) {
      if (!isPadding(at) || this.#isSwitch(at)) return !canFallThrough(at);
      const offset = this.offsetOf(at);
      if (this.#branches.has(offset) || this.isEntry(offset)) return false;
    }
    return false;
  }

  /** How likely it is that code jumps here which is not shown: 0 to 1, and 0 only where every way in is. */
  hiddenJump(offset: number): number {
    const previous = this.#byEnd.get(offset);
    return previous === undefined || this.isClosed(offset) ? 0 : this.#hidden.likelihood(offset, previous);
  }

  /**
   * The no-op of a static branch, or of the tracer where a function begins. Assemblers pad with the same bytes, but then after a longer no-op:
   * `nopw 0(%eax,%eax,1)` of ten bytes and this one fill fifteen, up to an aligned address. What begins at one is no padding.
   */
  #isSwitch(instruction: Instruction): boolean {
    if (!isSwitchForm(instruction)) return false;
    const offset = this.offsetOf(instruction);
    const previous = this.#byEnd.get(offset);
    const follows = previous !== undefined && isPadding(previous) && !isSwitchForm(previous);
    return !follows || this.isEntry(offset) || instruction.address % ALIGNMENT === 0;
  }

  /** A branch of the function goes to a part of it that does not lie where the rest of it does. */
  #leaves(own: SiteFunction | undefined): boolean {
    if (own === undefined) return false;
    const isOutside = (offset: number) => offset < own.start || offset >= own.end;
    return [...this.#branches].some(
      ([target, sources]) =>
        isOutside(target | 0) && sources.some((source) => source.flow !== 'call' && !isOutside(this.offsetOf(source))),
    );
  }

  /** Loops whose head nothing falls into, and into which no branch leads that is shown, but for those from their own ends. */
  #loopsEnteredInside(): readonly ShownLoop[] {
    const loops: ShownLoop[] = [];
    for (const [head, sources] of this.#branches) {
      const offsets = sources.map((source) => this.offsetOf(source));
      const last = Math.max(...offsets);
      const isHead = offsets.every((offset) => offset >= head) && sources.every(({ flow }) => flow !== 'call');
      if (!isHead || !this.#byOffset.has(head) || this.isEntry(head) || this.#isFallenInto(head)) continue;
      const isEntered = [...this.#branches].some(
        ([target, from]) =>
          target > head &&
          target <= last &&
          from.some((source) => this.offsetOf(source) < head || this.offsetOf(source) > last),
      );
      if (!isEntered) loops.push({ head: this.#start + head, last: this.#start + last });
    }
    return loops;
  }

  /** Not by way of padding: that is before what is jumped to. */
  #isFallenInto(offset: number): boolean {
    let previous = this.#byEnd.get(offset);
    let isPadded = false;
    while (previous && isPadding(previous)) {
      isPadded = true;
      previous = this.#byEnd.get(this.offsetOf(previous));
    }
    return previous === undefined ? !isPadded : canFallThrough(previous);
  }

  /** The whole function is shown and leaves by returns alone, so that no other part of it can jump back into what is shown. */
  #closes({ start, end }: SiteFunction, length: number): boolean {
    if (start < 0 || end > length) return false;
    for (let offset = start; offset < end; ) {
      const instruction = this.#byOffset.get(offset);
      if (instruction === undefined) return false;
      const { flow, target } = instruction;
      if (flow === 'indirect-jump') return false;
      if (target !== undefined && flow !== 'call') {
        const to = wrapU32(target - this.#start);
        if (to < start || to >= end || !this.#byOffset.has(to)) return false;
      }
      offset += instruction.length;
    }
    return true;
  }

  #fallThroughs(previous: Instruction, offset: number): readonly WayIn[] {
    const fall = (execution: Execution): WayIn => ({ instruction: previous, execution, kind: 'fall-through' });
    if (!canFallThrough(previous)) return [];
    switch (previous.flow) {
      case 'conditional-branch':
        return [fall(leadsHereAnyway(previous) ? {} : { taken: false })];
      case 'call':
      case 'indirect-call':
        return this.#returnsFrom(previous, offset);
      case 'next':
      case 'interrupt':
        return [fall(isRepeated(previous) ? { rounds: 'finished' } : {})];
      default:
        return [];
    }
  }

  /** After a call: the callee returned, by a ret of it that is shown, or by one that is not. */
  #returnsFrom(call: Instruction, offset: number): readonly WayIn[] {
    const next = this.#byOffset.get(offset);
    const previous = (instruction: Instruction) => this.previous(this.offsetOf(instruction));
    const execution = { skipsCallee: true, ...(next && mayPop(call, next, previous) && { mayPop: true }) };
    const unseen: WayIn = { instruction: call, execution, kind: 'call-returned' };
    const target = call.target === undefined ? undefined : wrapU32(call.target - this.#start);
    if (target === undefined || !this.#byOffset.has(target)) return [unseen];
    const { returns, leaves } = this.#callee(target);
    const returnedTo = wrapU32(this.#start + offset);
    const shown = returns.map((instruction): WayIn => ({ instruction, execution: { returnedTo }, kind: 'return' }));
    return leaves ? [...shown, unseen] : shown;
  }

  /** What can be reached from `entry` without returning, as far as it is shown. */
  #callee(entry: number): Callee {
    const known = this.#callees.get(entry);
    if (known) return known;
    const returns: Instruction[] = [];
    let leaves = false;
    const reached = new Set<number>([entry]);
    for (const offset of reached) {
      const instruction = this.#byOffset.get(offset);
      if (instruction === undefined || instruction.flow === 'indirect-jump') leaves = true;
      if (instruction === undefined) continue;
      const { flow, target, length } = instruction;
      if (flow === 'return') returns.push(instruction);
      if (canFallThrough(instruction)) reached.add(offset + length);
      if (target !== undefined && flow !== 'call') reached.add(wrapU32(target - this.#start));
    }
    const callee = { returns, leaves };
    this.#callees.set(entry, callee);
    return callee;
  }
}

/** Of a function that begins in the window: its rets that are shown, and whether some of its ways lead out of what is shown. */
interface Callee {
  readonly returns: readonly Instruction[];
  readonly leaves: boolean;
}

/** How sure a boundary must be to be taken for granted. */
export const SURE_BOUNDARY = 0.98;
/** And in the first bytes of the window, where an instruction can begin before it. */
const SURE_BOUNDARY_AT_START = 0.999;
const UNSURE_BOUNDARY = 0.5;
/** Bytes. gcc's and clang's -falign-functions for i386, unless they compile for size. */
const ALIGNMENT = 16;

/** From here on every boundary up to the fault is sure. */
function firstSureOffset({ code: { window, start, faultOffset } }: CrashSite): number {
  let first = faultOffset;
  for (let i = window.before.length - 1; i >= 0 && (window.certainty[i] ?? 0) >= SURE_BOUNDARY; i--) {
    first = wrapU32((window.before[i] as Instruction).address - start);
  }
  return first;
}

/** Addresses. Compilers that do not align functions do not align loops. A made-up address says nothing. */
function loopHeadsOf(
  { base, start, bytes, function: own }: SiteCode,
  instructions: readonly Instruction[],
): ReadonlySet<number> {
  const isUnaligned = base === 'printed' && own !== undefined && wrapU32(start + own.start) % ALIGNMENT !== 0;
  if (!isUnaligned) return new Set();
  return possibleLoopHeads({
    instructions: instructions.filter(({ address }) => address >= start + own.start),
    end: start + bytes.length,
    functionEnd: start + own.end,
  });
}

export function isRepeated(instruction: Instruction): boolean {
  return instruction.prefixes.rep !== 'none' && STRING_MNEMONICS.has(instruction.mnemonic);
}

/** A conditional branch to the instruction after it: whether it was taken cannot be told and does not matter. */
function leadsHereAnyway({ flow, target, address, length }: Instruction): boolean {
  return flow === 'conditional-branch' && target === wrapU32(address + length);
}

export function canFallThrough(instruction: Instruction): boolean {
  // int3 and int1 end in the debugger or in a signal; between functions they are padding.
  if (instruction.mnemonic === 'int3' || instruction.mnemonic === 'int1') return false;
  return !['jump', 'indirect-jump', 'return', 'exception'].includes(instruction.flow);
}
