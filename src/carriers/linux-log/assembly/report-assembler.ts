// Lines to reports: which line opens a report, which belongs to it, and what is only a repetition.
// Read grammar/grammar.ts first: this file never looks at text except to hand it to the grammar.

import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import { evidenceOf, type LineRange, type LogLine } from '../decorations/log-line.ts';
import { readLine } from '../grammar/grammar.ts';
import { createAnnouncements } from './announcements.ts';
import type { Fact } from './fact.ts';
import { type Alternation, createAlternation, FIRST, SECOND } from './interleaved-oopses.ts';
import { canBeInterrupted, createInterruption } from './interleaved-warning.ts';
import {
  awaitsMessage,
  createDraft,
  hasRegisters,
  isDescribed,
  type PlacedFact,
  place,
  type ReportDraft,
} from './report-draft.ts';
import { isBehindEnd, opensReport, sameHeadline } from './report-opening.ts';
import { readInSection } from './section-lines.ts';
import { isUserFrame } from './user-frame.ts';

/** This many lines in a row that nothing understands end a report. */
export const LONGEST_GAP = 120;
/** A `Code:` line this far after a user-fault line can still belong to it. */
const USER_CODE_DISTANCE = 8;
/** Lines of a register block before its `EIP:` line. */
const LONGEST_BLOCK_HEAD = 3;

export interface Assembly {
  /** In the order of their first lines. */
  readonly drafts: readonly ReportDraft[];
  /** Code lines that belong to no report. */
  readonly strays: readonly Diagnostic[];
}

const BLOCK_FACTS: ReadonlySet<Fact['kind']> = new Set([
  'eip',
  'symbol',
  'register',
  'segment',
  'control',
  'debug',
  'code',
  'identity',
  'preceding-bytes',
]);
/** Facts that alone are worth a report; a task line or a trace without one of them is some other message of the kernel. */
const SUBSTANCE: ReadonlySet<Fact['kind']> = new Set([
  'headline',
  'die',
  'eip',
  'register',
  'panic',
  'user-fault',
  'foreign',
  'foreign-user-fault',
  'closing-eip',
]);

/** Lines that do not start a report by themselves. */
const PASSIVE: ReadonlySet<Fact['kind']> = new Set([
  'noise',
  'remark',
  'trace',
  'end-trace',
  'closing',
  'address-symbol',
  'problem',
  'closing-cr2',
]);

/** The general registers as 2.6.24 and later print them. */
const UPPER_CASE = /^\s*E(?:AX|SI): /;

type Headline = Extract<Fact, { kind: 'headline' }>;

class Assembler {
  private readonly drafts: ReportDraft[] = [];
  /** One open report for each CPU or task that the log tells apart: two of them may print at the same time. */
  private readonly openReports = new Map<string, ReportDraft>();
  private caller = FIRST;
  /** Two reports that alternate without saying who prints. */
  private alternation: Alternation | undefined;
  private lastUserFault: ReportDraft | undefined;
  /** Reports of user programs that have no code line so far. */
  private readonly uncoded: ReportDraft[] = [];
  /** Code lines after user faults that are not given to one yet. */
  private userCode: PlacedFact[] = [];
  private readonly announcements = createAnnouncements();
  /** Lines with anything on them, so far. */
  private count = 0;

  private get open(): ReportDraft | undefined {
    return this.openReports.get(this.caller);
  }

  take(line: LogLine): void {
    if (line.text.trim() !== '') this.count++;
    this.caller = this.callerOf(line);
    const open = this.open;
    const facts = read(line, open);
    const first = facts[0];
    if (first?.kind === 'problem' && first.code === 'internal-error') {
      this.fail(line, first.message);
      return;
    }
    if (first === undefined) {
      if (open) this.unknown(open, line);
      return;
    }
    if (first.kind === 'sentence' && (!open || open.foreign || isDescribed(open))) {
      this.announcements.hear({ fact: first, evidence: evidenceOf(line), caller: this.caller, count: this.count });
      return;
    }
    if (first.kind === 'user-fault' || first.kind === 'foreign-user-fault') {
      this.settleUserCode();
      const draft = createDraft(line.first);
      draft.last = line.last;
      for (const fact of facts) place(draft, fact, line);
      this.drafts.push(draft);
      if (first.kind === 'user-fault') {
        this.lastUserFault = draft;
        this.uncoded.push(draft);
      } else draft.foreign = 'x86-64';
      return;
    }
    if (first.kind === 'code' && this.takeUserCode(first, line)) return;
    this.settleUserCode();
    const draft = open ? this.draftBehind(open, facts, line) : this.firstDraft(facts, line);
    if (draft) this.add(draft, facts, line);
  }

  /** `line` could not be read: the report that it belongs to is lost, those before and after it are not. */
  fail(line: LogLine, error: unknown): void {
    const draft = this.open ?? this.start(line);
    draft.failure = error;
    draft.last = Math.max(draft.last, line.last);
    this.close();
  }

  private firstDraft(facts: readonly Fact[], line: LogLine): ReportDraft | undefined {
    return facts.some((fact) => !PASSIVE.has(fact.kind)) ? this.begin(facts, line) : undefined;
  }

  /** A report that opens with these facts, with what the kernel said before it. */
  private begin([first]: readonly Fact[], line: LogLine): ReportDraft {
    const said = this.announcements.before(this.count, first as Fact, this.caller);
    const draft = this.start(said[0]?.evidence ?? line);
    for (const { fact, evidence } of said) place(draft, fact, evidence);
    return draft;
  }

  /** The report that a line after lines of `open` belongs to. */
  private draftBehind(open: ReportDraft, facts: readonly Fact[], line: LogLine): ReportDraft {
    const first = facts[0] as Fact;
    if (first.kind === 'headline' && this.startsAlternation(open, first, line))
      return this.alternate(open, line, createAlternation());
    if (first.kind === 'cut-here' && this.startsInterruption(open, line))
      return this.alternate(open, line, createInterruption(open));
    if (isBehindEnd(open, facts)) return this.startBehindEnd(open, line);
    if (!opensReport(open, facts)) return open;
    if (this.alternation) this.endAlternation();
    return this.begin(facts, line);
  }

  /** A line without a head goes with the line before it. */
  private callerOf(line: LogLine): string {
    const said = line.head === undefined ? this.caller : callerIn(line.head);
    if (!this.alternation || (said !== FIRST && said !== SECOND)) return said;
    const text = line.text.trim();
    return this.alternation.ownerOf(text, readLine(text));
  }

  /** A second page fault is announced before the first is described: two CPUs print at the same time. */
  private startsAlternation(open: ReportDraft, headline: Headline, line: LogLine): boolean {
    if (this.alternation || this.caller !== FIRST) return false;
    const announced = open.facts.length > 0 && open.facts.length === open.kinds.get('headline')?.length;
    return announced && headline.report === 'oops' && !sameHeadline(open, headline) && line.first - open.last <= 2;
  }

  /** A warning begins before an oops is described: another CPU prints it in between. */
  private startsInterruption(open: ReportDraft, line: LogLine): boolean {
    if (this.alternation || this.caller !== FIRST) return false;
    return line.first - open.last <= 2 && canBeInterrupted(open);
  }

  private alternate(first: ReportDraft, line: LogLine, alternation: Alternation): ReportDraft {
    this.alternation = alternation;
    this.caller = SECOND;
    const second = this.start(line);
    const evidence = evidenceOf(line);
    const message =
      'two reports alternate from here without saying whose a line is: they are told apart by the order of the lines';
    for (const draft of [first, second]) draft.diagnostics.push({ code: 'conflicting-values', evidence, message });
    return second;
  }

  finish(): Assembly {
    this.settleUserCode();
    const isReport = ({ kinds, failure }: ReportDraft) =>
      failure !== undefined || [...kinds.keys()].some((kind) => SUBSTANCE.has(kind));
    const drafts = this.drafts.filter((draft) => !isUserFrame(draft));
    const reports = drafts.filter(isReport);
    const strays = drafts.filter((draft) => draft.kinds.has('code') && !isReport(draft));
    return { drafts: reports.sort((a, b) => a.first - b.first), strays: strays.map(strayCode) };
  }

  private start({ first }: Pick<LogLine, 'first'>): ReportDraft {
    const draft = createDraft(first);
    this.openReports.set(this.caller, draft);
    this.drafts.push(draft);
    return draft;
  }

  /** The lines before the block that name its task seemed to repeat the report before. */
  private startBehindEnd(ended: ReportDraft, line: LogLine): ReportDraft {
    const own = ended.repeated.filter(({ evidence }) => line.first - evidence.last <= LONGEST_BLOCK_HEAD);
    const draft = this.start(own[0]?.evidence ?? line);
    ended.last = Math.min(ended.last, draft.first - 1);
    for (const { fact, evidence } of own) place(draft, fact, evidence);
    return draft;
  }

  private endAlternation(): void {
    this.alternation = undefined;
    this.openReports.delete(SECOND);
    this.caller = FIRST;
  }

  private close(): void {
    this.openReports.delete(this.caller);
  }

  private unknown(draft: ReportDraft, line: LogLine): void {
    if (line.text.trim() === '') return;
    if (draft.unknownFrom === undefined && awaitsMessage(draft)) {
      place(draft, { kind: 'remark', text: line.text.trim() }, line);
      draft.last = Math.max(draft.last, line.last);
      return;
    }
    draft.section = draft.section === 'stack' || draft.section === 'trace' ? draft.section : undefined;
    if (draft.unknownFrom === undefined) {
      draft.unknownFrom = line.first;
      draft.unknownText = line.text.trim();
    }
    draft.unknownTo = line.last;
    if (draft.unknownTo - draft.unknownFrom >= LONGEST_GAP) this.close();
  }

  private add(draft: ReportDraft, facts: readonly Fact[], line: LogLine): void {
    if (draft.unknownFrom !== undefined) settleUnknown(draft, draft.unknownFrom);
    draft.last = Math.max(draft.last, line.last);
    follow(draft, facts);
    draft.upperCase ||= UPPER_CASE.test(line.text);
    for (const fact of facts) {
      if (fact.kind === 'foreign') {
        // A later line may name what an earlier one only showed to be no i386.
        if (draft.foreign === undefined || draft.foreign === 'other') draft.foreign = fact.origin;
        place(draft, fact, line);
      } else if (fact.kind === 'problem') {
        const diagnostic: Diagnostic = {
          code: fact.code,
          evidence: evidenceOf(line),
          message: fact.message,
          ...(fact.register !== undefined && { register: fact.register }),
        };
        if (!draft.nested && draft.phase !== 'ended') draft.diagnostics.push(diagnostic);
      } else if (BLOCK_FACTS.has(fact.kind) && isAside(draft, fact)) {
        // What comes after the end repeats the report and is dropped.
        const placed: PlacedFact = { fact, evidence: evidenceOf(line) };
        (draft.nested ? draft.contexts.at(-1) : draft.repeated)?.push(placed);
      } else place(draft, fact, line);
    }
  }

  /**
   * The bytes of a user program follow its line. Two faults at a time print their lines first and their bytes after them, in the
   * same order: so code lines wait until the last of them is there.
   */
  private takeUserCode(fact: Fact, line: LogLine): boolean {
    const last = this.lastUserFault;
    const open = this.open;
    if (!last || line.first - last.last > USER_CODE_DISTANCE) return false;
    if (open && last.first < open.last) return false;
    if (this.userCode.length === 0 && last.kinds.has('code')) return false;
    this.userCode.push({ fact, evidence: evidenceOf(line) });
    return true;
  }

  private settleUserCode(): void {
    if (this.userCode.length === 0) return;
    const waiting = this.uncoded.splice(-this.userCode.length);
    for (const [index, draft] of waiting.entries()) {
      const code = this.userCode[index];
      if (!code) continue;
      place(draft, code.fact, code.evidence);
      draft.last = Math.max(draft.last, code.evidence.last);
    }
    this.userCode = [];
  }
}

/** Facts by context first: under a heading a line means what the heading says. */
function read(line: LogLine, open: ReportDraft | undefined): readonly Fact[] {
  const text = line.text.trim();
  const plain = readLine(text);
  if (!open || open.foreign) return plain;
  const inSection = readInSection(open, text, plain);
  return inSection.length > 0 ? inSection : plain;
}

/** A run of unknown lines counts only when the report goes on after it. */
function settleUnknown(draft: ReportDraft, from: number): void {
  const evidence = evidenceOf({ first: from, last: draft.unknownTo });
  draft.unknownFrom = undefined;
  if (draft.foreign) return;
  draft.diagnostics.push({ code: 'unknown-line', evidence, message: unknownMessage(evidence, draft.unknownText) });
}

/** Moves the draft's state along before the facts of a line are placed. */
function follow(draft: ReportDraft, facts: readonly Fact[]): void {
  const kinds = new Set<Fact['kind']>();
  for (const { kind } of facts) kinds.add(kind);
  const first = facts[0] as Fact;
  const section = kinds.has('section') ? facts.find((fact) => fact.kind === 'section') : undefined;
  if (section) draft.section = section.section;
  else if (first.kind === 'code') draft.section = 'code';
  else if (first.kind === 'headline') draft.section = 'printing-eip';
  else if (!kinds.has('trace') && !kinds.has('noise') && !kinds.has('stack-words') && !kinds.has('modules'))
    draft.section = undefined;
  if (draft.section === 'trace' && draft.phase === 'open') draft.phase = 'trace';
  if (kinds.has('trace') && draft.phase === 'open') draft.phase = 'trace';
  if (kinds.has('end-trace')) draft.phase = 'ended';
  if (kinds.has('closing-eip') || kinds.has('closing-cr2') || kinds.has('modules') || kinds.has('trace'))
    draft.nested = false;
  else if (draft.phase === 'trace' && facts.some(beginsBlock) && hasRegisters(draft) && !draft.nested) {
    draft.nested = true;
    draft.contexts.push([]);
    draft.nestedRegisters = false;
  }
  if (draft.nested && kinds.has('register'))
    draft.nestedRegisters ||= facts.some((fact) => fact.kind === 'register' && fact.name === 'eax');
}

/** A tool's name for EIP stands wherever the tool wrote it. */
function beginsBlock(fact: Fact): boolean {
  return (fact.kind === 'eip' || fact.kind === 'symbol') && fact.source !== 'elsewhere';
}

/** True for what belongs to a block inside the trace or to the repeated block at the end. */
function isAside(draft: ReportDraft, fact: Fact): boolean {
  if (fact.kind === 'identity') return draft.nested || (draft.phase === 'ended' && fact.field !== 'offset');
  if (draft.phase === 'ended') return hasRegisters(draft);
  if (!draft.nested) return false;
  return fact.kind !== 'code' || draft.kinds.has('code') || !draft.nestedRegisters;
}

const CALLER = /\[ {0,5}([TC]\d{1,10})\]/;

/** `[  T271]` or `[    C1]` in the head: kernels with CONFIG_PRINTK_CALLER say who prints. */
function callerIn(head: string): string {
  return head.includes('[') ? (CALLER.exec(head)?.[1] ?? FIRST) : FIRST;
}

function strayCode(draft: ReportDraft): Diagnostic {
  const evidence = evidenceOf(draft);
  return { code: 'unknown-line', evidence, message: `the code line on line ${evidence.first} belongs to no report` };
}

function unknownMessage(lines: LineRange, text: string): string {
  const sample = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return lines.first === lines.last
    ? `line ${lines.first} is not understood: ${sample}`
    : `lines ${lines.first} to ${lines.last} are not understood, from: ${sample}`;
}

/** Collects the reports in normalised lines. */
export function assembleReports(lines: readonly LogLine[]): Assembly {
  const assembler = new Assembler();
  for (const line of lines)
    try {
      assembler.take(line);
    } catch (error) {
      assembler.fail(line, error);
    }
  return assembler.finish();
}
