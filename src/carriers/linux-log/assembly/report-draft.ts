// A report while it is being collected: its facts in the order of their lines, and the few things that decide where it ends.

import type { U32 } from '../../../machine/u32.ts';
import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import type { LineEvidence } from '../../../snapshot/evidence.ts';
import type { ReportKind } from '../../../snapshot/snapshot.ts';
import type { ForeignArchitecture, ForeignWriter } from '../../carrier.ts';
import { evidenceOf, type LineRange } from '../decorations/log-line.ts';
import type { Fact, Section } from './fact.ts';

export interface PlacedFact {
  readonly fact: Fact;
  readonly evidence: LineEvidence;
}

/** `open`: the block that describes the fault. `trace`: its call trace. `ended`: after `---[ end trace`, where kernels repeat the block. */
export type Phase = 'open' | 'trace' | 'ended';

interface Tally {
  /** One of the general registers has been read. */
  hasRegisters: boolean;
  /** The first EIP of a register block. */
  blockEip: U32 | undefined;
  /** A headline or a die line says that it was a page fault. */
  isPageFault: boolean;
  /** The texts of the headlines, and the kinds of reports that they name. */
  readonly headlines: Set<string>;
  readonly named: Set<ReportKind>;
}

export interface ReportDraft {
  readonly first: number;
  last: number;
  readonly facts: PlacedFact[];
  /** Register blocks inside the trace: the user program that came into the kernel, code that an exception interrupted. */
  readonly contexts: PlacedFact[][];
  /** What stands after the end and seems to repeat the report. */
  readonly repeated: PlacedFact[];
  readonly diagnostics: Diagnostic[];
  /** The same facts by kind. */
  readonly kinds: Map<Fact['kind'], PlacedFact[]>;
  /** What is asked for at every line, kept as the facts come: a report may have very many. */
  readonly tally: Tally;
  phase: Phase;
  section: Section | undefined;
  /** True between an `EIP:` line inside the trace and the next trace entry. */
  nested: boolean;
  /** Registers seen in the nested block: code after them belongs to the report again (4.15 to 4.17). */
  nestedRegisters: boolean;
  foreign: ForeignArchitecture | ForeignWriter | undefined;
  /** The last line that was read together with the report, where the report may go on after it. */
  cutAt: number | undefined;
  /** What went wrong in this program while a line of the report was read. */
  failure: unknown;
  /** The general registers are printed in upper case: 2.6.24 and later. */
  upperCase: boolean;
  /** First line of the present run of lines that nothing understands. */
  unknownFrom: number | undefined;
  unknownTo: number;
  unknownText: string;
}

export function createDraft(first: number): ReportDraft {
  return {
    first,
    last: first,
    facts: [],
    contexts: [],
    repeated: [],
    diagnostics: [],
    kinds: new Map(),
    tally: { hasRegisters: false, blockEip: undefined, isPageFault: false, headlines: new Set(), named: new Set() },
    phase: 'open',
    section: undefined,
    nested: false,
    nestedRegisters: false,
    foreign: undefined,
    cutAt: undefined,
    failure: undefined,
    upperCase: false,
    unknownFrom: undefined,
    unknownTo: first,
    unknownText: '',
  };
}

export function place(draft: ReportDraft, fact: Fact, at: LineRange): void {
  const placed: PlacedFact = { fact, evidence: evidenceOf(at) };
  draft.facts.push(placed);
  const alike = draft.kinds.get(fact.kind);
  if (alike) alike.push(placed);
  else draft.kinds.set(fact.kind, [placed]);
  count(draft.tally, fact);
}

function count(tally: Tally, fact: Fact): void {
  if (fact.kind === 'register') tally.hasRegisters ||= fact.name !== 'eflags';
  else if (fact.kind === 'eip') {
    if (fact.source === 'block') tally.blockEip ??= fact.value;
  } else if (fact.kind === 'headline') {
    tally.headlines.add(fact.text);
    tally.named.add(fact.report);
    tally.isPageFault ||= isPageFault(fact);
  } else if (fact.kind === 'die') tally.isPageFault ||= isPageFault(fact);
}

const PAGE_FAULT_VECTOR = 14;

/** A line that announces a page fault. */
export function isPageFault(fact: Fact): boolean {
  if (fact.kind === 'headline') return fact.report === 'oops' && fact.vector === PAGE_FAULT_VECTOR;
  return fact.kind === 'die' && fact.vector === PAGE_FAULT_VECTOR;
}

type Placed<Kind extends Fact['kind']> = {
  readonly fact: Extract<Fact, { kind: Kind }>;
  readonly evidence: LineEvidence;
};

/** The first fact of a kind, with its place. */
export function firstFact<Kind extends Fact['kind']>(
  draft: ReportDraft,
  kind: Kind,
  accept?: (fact: Extract<Fact, { kind: Kind }>) => boolean,
): Placed<Kind> | undefined {
  const alike = draft.kinds.get(kind) as readonly Placed<Kind>[] | undefined;
  if (alike === undefined || accept === undefined) return alike?.[0];
  for (const placed of alike) if (accept(placed.fact)) return placed;
  return undefined;
}

/** Its last line was read: an end marker, or the code that a kernel prints after its line about a program. */
export function hasEnded({ phase, kinds }: ReportDraft): boolean {
  return phase === 'ended' || kinds.has('closing') || (kinds.has('user-fault') && kinds.has('code'));
}

/** True where one of the general registers has been read. */
export function hasRegisters(draft: ReportDraft): boolean {
  return draft.tally.hasRegisters;
}

/** Holds what only an i386 kernel prints: a line of another architecture after it is the start of another machine's report. */
export function isOfI386(draft: ReportDraft): boolean {
  return draft.foreign === undefined && (hasRegisters(draft) || draft.kinds.has('eip') || draft.kinds.has('symbol'));
}

/** A signal that ended a program: its code may be printed before the block. */
export function isOfSignal(draft: ReportDraft): boolean {
  return draft.tally.named.has('user-fault');
}

/** The register block has begun: what opens a report now opens another one. */
export function isDescribed(draft: ReportDraft): boolean {
  if (draft.phase !== 'open' || draft.kinds.has('code') || hasRegisters(draft)) return true;
  return draft.tally.blockEip !== undefined;
}

/** WARN() and BUG() print a message of any wording before or after their own line. */
export function awaitsMessage(draft: ReportDraft): boolean {
  const last = draft.facts.at(-1)?.fact;
  if (isDescribed(draft) || draft.kinds.has('modules')) return false;
  const isWords = last?.kind === 'remark' || last?.kind === 'sentence';
  return last?.kind === 'cut-here' || last?.kind === 'location' || (draft.kinds.has('cut-here') && isWords);
}
