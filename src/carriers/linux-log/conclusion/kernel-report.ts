// A collected kernel report as a snapshot: for each field the best of the facts, and a diagnostic where they disagree.

import { VECTORS } from '../../../machine/faults.ts';
import { decodePageFaultErrorCode } from '../../../machine/page-fault-error-code.ts';
import { GENERAL_REGISTERS, privilegeLevel } from '../../../machine/registers.ts';
import type { U32 } from '../../../machine/u32.ts';
import type { Diagnostic, LineRange } from '../../../snapshot/diagnostic.ts';
import type {
  InterruptedContext,
  KernelIdentity,
  ModuleReference,
  PageTableEntries,
  ReportKind,
  Snapshot,
  Sourced,
  StackDump,
  SymbolReference,
  TaskIdentity,
} from '../../../snapshot/snapshot.ts';
import type { EipSource, Fact, IdentityValues } from '../assembly/fact.ts';
import { firstFact, hasRegisters, type PlacedFact, type ReportDraft } from '../assembly/report-draft.ts';
import { traceOf } from './call-trace.ts';
import { codeWindow } from './code-window.ts';
import { conflict } from './conflict.ts';
import { addressClaim, dumpCauseOf } from './headline-words.ts';
import { trapReport } from './trap-report.ts';

const EIP_SOURCES: readonly EipSource[] = ['block', 'closing', 'ip-line', 'printing-eip', 'elsewhere'];

/** First value of each name in facts of one kind, with a diagnostic where the same block gives another one. */
function byName<Name extends string, Value extends number>(
  facts: readonly PlacedFact[] | undefined,
  diagnostics: Diagnostic[],
): Partial<Record<Name, Sourced<Value>>> {
  const found: Partial<Record<Name, Sourced<Value>>> = {};
  for (const placed of facts ?? []) noteNamed(found, placed, diagnostics);
  return found;
}

function noteNamed<Name extends string, Value extends number>(
  found: Partial<Record<Name, Sourced<Value>>>,
  { fact, lines }: PlacedFact,
  diagnostics: Diagnostic[],
): void {
  if (!('name' in fact)) return;
  const name = fact.name as Name;
  const value = fact.value as Value;
  const known = found[name];
  if (!known) found[name] = { value, lines };
  else if (known.value !== value) diagnostics.push(conflict(`%${name}`, { value, lines }, known, 'first'));
}

function eipOf(draft: ReportDraft, diagnostics: Diagnostic[]): Sourced<U32> | undefined {
  const values = EIP_SOURCES.map((source) => firstFact(draft, 'eip', (fact) => fact.source === source)).filter(
    (found) => found !== undefined,
  );
  const [best, ...others] = values.map(({ fact, lines }) => ({ value: fact.value, lines }));
  if (!best) return undefined;
  for (const other of others) if (other.value !== best.value) diagnostics.push(conflict('EIP', other, best, 'latter'));
  return best;
}

function symbolOf(draft: ReportDraft): Sourced<SymbolReference> | undefined {
  for (const source of EIP_SOURCES) {
    const found = firstFact(draft, 'symbol', (fact) => fact.source === source);
    if (found) return { value: found.fact.symbol, lines: found.lines };
  }
  return undefined;
}

type Identity = { readonly [Field in keyof IdentityValues]?: Sourced<IdentityValues[Field]> };

/** The first value of each field. */
function identityOf(draft: ReportDraft): Identity {
  const found: Record<string, Sourced<unknown>> = {};
  for (const { fact, lines } of draft.kinds.get('identity') ?? []) {
    if (fact.kind !== 'identity' || found[fact.field]) continue;
    const { field, value, inferred } = fact;
    found[field] = inferred === undefined ? { value, lines } : { value, lines, inferred };
  }
  return found as Identity;
}

function pick<Field extends keyof IdentityValues>(
  identity: Identity,
  fields: readonly Field[],
): { [F in Field]?: Sourced<IdentityValues[F]> } {
  const picked: { [F in Field]?: Sourced<IdentityValues[F]> } = {};
  for (const field of fields) {
    const value = identity[field];
    if (value) picked[field] = value as Sourced<IdentityValues[typeof field]>;
  }
  return picked;
}

function span(a: LineRange | undefined, b: LineRange): LineRange {
  return a ? { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) } : { first: b.first, last: b.last };
}

/** Rows print no addresses: a word has one only where all words before it are there. */
function stackOf(draft: ReportDraft, esp: U32 | undefined, diagnostics: Diagnostic[]): StackDump | undefined {
  const words: U32[] = [];
  let lines: LineRange | undefined;
  let cut: LineRange | undefined;
  let behind: LineRange | undefined;
  for (const { fact, lines: at } of draft.kinds.get('section') ?? [])
    if (fact.kind === 'section' && fact.section === 'stack') lines = span(lines, at);
  for (const { fact, lines: at } of draft.kinds.get('stack-words') ?? []) {
    if (fact.kind !== 'stack-words') continue;
    if (cut) {
      behind = span(behind, at);
      continue;
    }
    words.push(...fact.words);
    lines = span(lines, at);
    if (fact.cut) cut = at;
  }
  if (cut && behind) {
    const message = `words of the stack are lost on line ${cut.first}: those on the lines behind it have no known addresses and are left out`;
    diagnostics.push({ code: 'missing-field', lines: behind, message });
  }
  return lines && { ...(esp !== undefined && { start: esp }), words, lines };
}

/** The blocks inside the trace. Damage in them is not worth a diagnostic: the fault is elsewhere. */
function contextsOf(draft: ReportDraft): InterruptedContext[] {
  return draft.contexts.flatMap((facts) => {
    const lines = facts.reduce<LineRange | undefined>((range, placed) => span(range, placed.lines), undefined);
    if (!lines) return [];
    const eip = facts.find(({ fact }) => fact.kind === 'eip');
    const value = eip?.fact.kind === 'eip' ? { value: eip.fact.value, lines: eip.lines } : undefined;
    const symbol = facts.find(({ fact }) => fact.kind === 'symbol')?.fact;
    const { code } = codeWindow(facts, value?.value, { eraStartsAtEip: false }).fields;
    return {
      registers: {
        ...byName<keyof Snapshot['registers'] & string, U32>(
          facts.filter(({ fact }) => fact.kind === 'register'),
          [],
        ),
        ...(value && { eip: value }),
      },
      segments: byName<keyof Snapshot['segments'] & string, number>(
        facts.filter(({ fact }) => fact.kind === 'segment'),
        [],
      ),
      ...(symbol?.kind === 'symbol' && { symbol: symbol.symbol }),
      ...(code && { code }),
      lines,
    };
  });
}

function modulesOf(draft: ReportDraft): Sourced<readonly ModuleReference[]> | undefined {
  const modules: ModuleReference[] = [];
  let lines: LineRange | undefined;
  for (const { fact, lines: at } of draft.kinds.get('modules') ?? []) {
    if (fact.kind !== 'modules') continue;
    modules.push(...fact.modules);
    lines = span(lines, at);
  }
  return lines && { value: modules, lines };
}

/** The words may stand behind the die line and on a line of their own. */
function optionsOf(draft: ReportDraft): KernelIdentity['options'] {
  let options: Sourced<readonly string[]> | undefined;
  for (const { fact, lines } of draft.kinds.get('identity') ?? []) {
    if (fact.kind !== 'identity' || fact.field !== 'options') continue;
    options = options
      ? { value: [...new Set([...options.value, ...fact.value])], lines: span(options.lines, lines) }
      : { value: fact.value, lines };
  }
  return options;
}

function kindOf(draft: ReportDraft): ReportKind {
  const headlines = (draft.kinds.get('headline') ?? []).flatMap(({ fact }) =>
    fact.kind === 'headline' ? [fact.report] : [],
  );
  const first = headlines.find((report) => report !== 'oops') ?? headlines[0];
  if (draft.kinds.has('die') && first === 'register-dump') return 'oops';
  if (first) return first;
  const die = firstFact(draft, 'die');
  if (die) return die.fact.vector === VECTORS['double-fault'] ? 'double-fault' : 'oops';
  if (draft.kinds.has('panic') && !draft.kinds.has('code') && !draft.kinds.has('register')) return 'panic';
  if (draft.kinds.has('panic') && draft.facts[0]?.fact.kind === 'panic') return 'panic';
  const faultShape = ['code', 'closing-eip', 'closing-cr2', 'page-fault', 'page-table', 'end-trace'].some((kind) =>
    draft.kinds.has(kind as Fact['kind']),
  );
  return faultShape || draft.kinds.has('stack-words') ? 'oops' : 'register-dump';
}

function modeOf(
  draft: ReportDraft,
  kind: ReportKind,
  segments: Snapshot['segments'],
  trap: Snapshot['trap'],
): Snapshot['mode'] {
  const { cs, ss } = segments;
  const detail = firstFact(draft, 'page-fault', (fact) => fact.mode !== undefined);
  if (detail?.fact.mode) return { value: detail.fact.mode, lines: detail.lines };
  const user = (selector: number) => privilegeLevel(selector) === 3;
  if (cs) return { value: user(cs.value) ? 'user' : 'kernel', lines: cs.lines, inferred: 'privilege-of-cs' };
  if (ss)
    return {
      value: user(ss.value) ? 'user' : 'kernel',
      lines: ss.lines,
      inferred: 'privilege-of-ss',
    };
  const headline = firstFact(draft, 'headline');
  if (kind === 'user-fault' && headline)
    return { value: 'user', lines: headline.lines, inferred: 'line-for-user-programs' };
  if (trap.vector?.value === VECTORS['page-fault'] && trap.errorCode)
    return {
      value: decodePageFaultErrorCode(trap.errorCode.value).mode,
      lines: trap.errorCode.lines,
      inferred: 'mode-bit-of-error-code',
    };
  return undefined;
}

/** Twenty bytes from EIP on: lower-case registers, no `VLI`, no closing EIP line (2.4 to 2.6.7). */
function codeStartsAtEip(draft: ReportDraft): boolean {
  return (
    !draft.kinds.has('preceding-bytes') &&
    !draft.kinds.has('closing-eip') &&
    !draft.kinds.has('closing-cr2') &&
    !draft.upperCase
  );
}

function closingOf(draft: ReportDraft): { closing: Sourced<string>[]; remarks: Sourced<string>[] } {
  const closing: Sourced<string>[] = [];
  const remarks: Sourced<string>[] = [];
  for (const { fact, lines } of draft.facts) {
    if (fact.kind === 'panic' || fact.kind === 'closing' || fact.kind === 'end-trace')
      closing.push({ value: fact.text, lines });
    else if (fact.kind === 'remark') remarks.push({ value: fact.text, lines });
  }
  return { closing, remarks };
}

function missing(draft: ReportDraft, snapshot: Snapshot): Diagnostic[] {
  if (snapshot.kind !== 'oops' && snapshot.kind !== 'bug') return [];
  const lines = { first: draft.first, last: draft.last };
  const announced = snapshot.headline !== undefined || draft.kinds.has('die');
  if (announced && !snapshot.registers.eax && !snapshot.registers.esp && !snapshot.code && !snapshot.codeUnavailable)
    return [{ code: 'truncated', lines, message: 'this report breaks off before its registers and its code line' }];
  // A value that was there and could not be read has a diagnostic of its own.
  const told = new Set(snapshot.diagnostics.map(({ register }) => register));
  const unread = GENERAL_REGISTERS.filter((name) => !snapshot.registers[name] && !told.has(name));
  const gaps: string[] = [];
  if (!snapshot.registers.eax && !snapshot.registers.esp) gaps.push('the registers');
  if (!snapshot.code && !snapshot.codeUnavailable) gaps.push('the code line');
  if (!snapshot.headline && !draft.kinds.has('die')) gaps.push('the headline and the `Oops:` line');
  const diagnostics = gaps.map(
    (gap): Diagnostic => ({
      code: 'missing-field',
      lines,
      message: `${gap} of this report ${gap.endsWith('s') || gap.includes(' and ') ? 'are' : 'is'} not in the log`,
    }),
  );
  if (hasRegisters(draft) && unread.length > 0) {
    const names = unread.map((name) => `%${name}`).join(', ');
    diagnostics.push({
      code: 'missing-field',
      lines,
      message: `no value for ${names} is in the registers of this report`,
    });
  }
  return diagnostics;
}

/** The 16-digit line near the end prints CR2 too; it counts where the block does not. */
function controlOf(draft: ReportDraft, diagnostics: Diagnostic[]): Snapshot['control'] {
  const control = byName<keyof Snapshot['control'] & string, U32>(draft.kinds.get('control'), diagnostics);
  const closing = firstFact(draft, 'closing-cr2');
  return control.cr2 || !closing ? control : { ...control, cr2: { value: closing.fact.value, lines: closing.lines } };
}

export function concludeKernelReport(draft: ReportDraft): Snapshot {
  const kind = kindOf(draft);
  const diagnostics: Diagnostic[] = [...draft.diagnostics];
  const eip = eipOf(draft, diagnostics);
  const registers = byName<keyof Snapshot['registers'] & string, U32>(draft.kinds.get('register'), diagnostics);
  const segments = byName<keyof Snapshot['segments'] & string, number>(draft.kinds.get('segment'), diagnostics);
  const code = codeWindow(draft.kinds.get('code') ?? [], eip?.value, { eraStartsAtEip: codeStartsAtEip(draft) });
  const trap = trapReport(draft, kind, code.fields.code);
  const headline = firstFact(draft, 'headline') ?? firstFact(draft, 'die');
  const claims = headline && addressClaim(headline.fact.text);
  const dumpCause = headline && kind === 'register-dump' ? dumpCauseOf(headline.fact.text) : undefined;
  const closingEip = firstFact(draft, 'closing-eip');
  const esp = registers.esp ?? (closingEip && { value: closingEip.fact.esp, lines: closingEip.lines });
  const ss = segments.ss ?? (closingEip && { value: closingEip.fact.ss, lines: closingEip.lines });
  const withSs = { ...segments, ...(ss && { ss }) };
  const { closing, remarks } = closingOf(draft);
  const stack = stackOf(draft, esp?.value, diagnostics);
  const trace = traceOf(draft);
  const modules = modulesOf(draft);
  const contexts = contextsOf(draft);
  const symbol = symbolOf(draft);
  const mode = modeOf(draft, kind, withSs, trap.trap);
  const pageTable: { -readonly [Entry in keyof PageTableEntries]: PageTableEntries[Entry] } = {};
  for (const { fact, lines } of draft.kinds.get('page-table') ?? [])
    if (fact.kind === 'page-table') pageTable[fact.entry] ??= { value: fact.digits, lines };
  const identity = identityOf(draft);
  const task: TaskIdentity = pick(identity, ['comm', 'pid', 'uid', 'cpu', 'taint', 'task', 'threadInfo']);
  const options = optionsOf(draft);
  const kernel: KernelIdentity = {
    ...pick(identity, ['release', 'build', 'hardware', 'offset']),
    ...(options && { options }),
  };
  const snapshot: Snapshot = {
    kind,
    lines: { first: draft.first, last: draft.last },
    ...(mode && { mode }),
    ...(headline && { headline: { value: headline.fact.text, lines: headline.lines } }),
    ...(claims && { headlineClaims: claims }),
    ...(dumpCause && { dumpCause }),
    registers: { ...registers, ...(esp && { esp }), ...(eip && { eip }) },
    segments: withSs,
    control: controlOf(draft, diagnostics),
    debug: byName(draft.kinds.get('debug'), diagnostics),
    ...code.fields,
    ...(stack && { stack }),
    trap: trap.trap,
    ...(symbol && { symbol }),
    pageTable,
    task,
    kernel,
    ...(modules && { modules }),
    ...(trace && { trace }),
    ...(contexts.length > 0 && { contexts }),
    closing,
    ...(remarks.length > 0 && { remarks }),
    diagnostics,
  };
  diagnostics.push(...code.diagnostics, ...trap.diagnostics);
  diagnostics.push(...missing(draft, snapshot));
  diagnostics.sort((a, b) => a.lines.first - b.lines.first);
  return snapshot;
}
