// The call trace of a report: the entries of all its lines, with the names that tools printed elsewhere.

import type { U32 } from '../../../machine/u32.ts';
import type { LineEvidence } from '../../../snapshot/evidence.ts';
import type { SymbolReference, TraceEntry } from '../../../snapshot/snapshot.ts';
import type { TraceFact } from '../assembly/fact.ts';
import { firstFact, type ReportDraft } from '../assembly/report-draft.ts';

/** Undefined where the log shows no trace at all; empty where it shows one without entries. */
export function traceOf(draft: ReportDraft): TraceEntry[] | undefined {
  const trace: TraceEntry[] = [];
  const names = namesOf(draft);
  for (const { fact, evidence } of draft.kinds.get('trace') ?? [])
    if (fact.kind === 'trace') for (const entry of fact.entries) addEntry(trace, entry, names, evidence);
  const seen = firstFact(draft, 'section', (fact) => fact.section === 'trace');
  return seen || trace.length > 0 ? trace : undefined;
}

/** What a tool calls the addresses of the trace. */
function namesOf(draft: ReportDraft): ReadonlyMap<U32, SymbolReference> {
  const names = new Map<U32, SymbolReference>();
  for (const { fact } of draft.kinds.get('address-symbol') ?? [])
    if (fact.kind === 'address-symbol') names.set(fact.address, fact.symbol);
  return names;
}

function addEntry(
  trace: TraceEntry[],
  { address, symbol: printed, reliable }: TraceFact,
  names: ReadonlyMap<U32, SymbolReference>,
  evidence: LineEvidence,
): void {
  const symbol = printed ?? (address === undefined ? undefined : names.get(address));
  const before = trace.at(-1);
  // Some syslogs hold every entry twice: as klogd and as the kernel wrote it.
  if (before && before.address === undefined && address !== undefined && before.symbol?.text === symbol?.text)
    trace.pop();
  trace.push(traceEntry(address, symbol, reliable, evidence));
}

/** Without spreads: V8 runs those slowly where a function has run only a few times, and a report has dozens of entries. */
function traceEntry(
  address: U32 | undefined,
  symbol: SymbolReference | undefined,
  reliable: boolean,
  evidence: LineEvidence,
): TraceEntry {
  if (address === undefined) return symbol ? { symbol, reliable, evidence } : { reliable, evidence };
  return symbol ? { address, symbol, reliable, evidence } : { address, reliable, evidence };
}
