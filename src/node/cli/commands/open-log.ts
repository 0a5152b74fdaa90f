// From a log to a session: which report, its replay, its lead-up, and what the log calls things.

import { createLogReader } from '../../../carriers/read-log.ts';
import { reportsBefore } from '../../../diagnosis/earlier-reports.ts';
import { examine } from '../../../examination/examine.ts';
import type { ExaminedReport } from '../../../examination/examined-report.ts';
import { openSession } from '../../../examination/open-session.ts';
import { layoutOfSnapshot } from '../../../explanation/explain.ts';
import { annotateStack } from '../../../explanation/stack.ts';
import type { Annotations } from '../../../frontends/annotations.ts';
import { visibleReplay } from '../../../frontends/visible-replay.ts';
import { faultText } from '../../../frontends/wording/fault.ts';
import { instructionText, placeOf } from '../../../frontends/wording/place.ts';
import { stackRemarkText } from '../../../frontends/wording/stack-remark.ts';
import { unbroken } from '../../../frontends/wording/unbroken.ts';
import { verdictReasonText } from '../../../frontends/wording/verdict-reason.ts';
import { ReplayError } from '../../../machine/errors.ts';
import { type U32, wrapU32 } from '../../../machine/u32.ts';
import { visibleFacts } from '../../../machine/visible-text.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import type { Session } from '../../../session/session.ts';
import type { Snapshot } from '../../../snapshot/snapshot.ts';
import { logChunks, logName } from '../../files/input.ts';

export interface OpenedSession {
  readonly session: Session;
  readonly annotations: Annotations;
  readonly source: { readonly log: string; readonly report: number };
}

export interface LogSessionOptions {
  /** From 1; without it the first report that has a machine to step. */
  readonly report?: number;
  readonly syntax: 'att' | 'intel';
}

/** Throws ReplayError where the log cannot be read or holds nothing to step through. */
export async function openLog(
  path: string,
  options: LogSessionOptions,
  loadParts: () => Promise<ReplayParts>,
): Promise<OpenedSession> {
  const reports = await reportsOf(path);
  const parts = await loadParts();
  const { index, report, session } = choose(path, reports, options, parts);
  const annotations = annotationsOf(report, { decoder: parts.decoder, syntax: options.syntax });
  return { session, annotations, source: { log: logName(path), report: index + 1 } };
}

async function reportsOf(path: string): Promise<readonly Snapshot[]> {
  const reader = createLogReader();
  const reports: Snapshot[] = [];
  for await (const text of logChunks(path)) for (const report of reader.push(text).reports) reports.push(report);
  for (const report of reader.end().reports) reports.push(report);
  if (reports.length === 0) throw new ReplayError('input/no-report', { path: logName(path), hint: '' });
  return reports;
}

interface Chosen {
  readonly index: number;
  readonly report: ExaminedReport;
  readonly session: Session;
}

function choose(path: string, reports: readonly Snapshot[], options: LogSessionOptions, parts: ReplayParts): Chosen {
  const { report: wanted, syntax } = options;
  const name = logName(path);
  if (wanted !== undefined && reports[wanted - 1] === undefined) {
    const count = reports.length === 1 ? 'one report' : `${reports.length} reports`;
    throw new ReplayError('usage/invalid', { message: `${name} holds ${count}; there is no report ${wanted}` });
  }
  const tried = wanted === undefined ? reports.map((_, index) => index) : [wanted - 1];
  let reason = '';
  for (const index of tried) {
    const snapshot = reports[index] as Snapshot;
    const report = examine(snapshot, parts, { earlier: reportsBefore(snapshot, reports) });
    const session = openSession(report, parts, { syntax });
    if (session !== undefined) return { index, report, session };
    const { reason: why } = report.replay;
    reason ||= why ? verdictReasonText(why) : 'the report has no code to step through';
  }
  throw new ReplayError('usage/invalid', { message: `${name}: nothing to step through: ${reason}` });
}

/** What the log calls things, every text of it visible. */
export function annotationsOf(report: ExaminedReport, style: Parameters<typeof instructionText>[3]): Annotations {
  const snapshot = visibleFacts(report.snapshot);
  const replay = visibleReplay(report.replay);
  const trace = (snapshot.trace ?? []).map(({ address, symbol, reliable }) => ({
    ...(address !== undefined && { address }),
    symbol: unbroken(symbol?.text ?? '?'),
    reliable,
  }));
  const exact = new Map(trace.flatMap(({ address, symbol }) => (address === undefined ? [] : [[address, symbol]])));
  const remarks = new Map(
    annotateStack(snapshot).flatMap(({ address, remarks: [remark] }) =>
      address === undefined || remark === undefined ? [] : [[address, stackRemarkText(remark)]],
    ),
  );
  const symbol = snapshot.symbol?.value;
  const eip = replay.codeBase === 'synthetic' ? undefined : replay.machine?.loggedEip;
  const functions = namedFunctions(snapshot, eip);
  // Where the log prints no EIP, names stand for the addresses that were made up.
  const starts = startsByName(namedFunctions(snapshot, replay.machine?.loggedEip), symbol?.name);
  return {
    title: symbol ? unbroken(symbol.text) : placeOf(replay.machine?.loggedEip ?? wrapU32(0), snapshot, replay),
    fault: replay.fault ? faultText(replay.fault) : 'the replay raises no fault',
    verdict:
      replay.verdict === 'reproduced'
        ? ''
        : `${replay.verdict}: ${replay.reason ? verdictReasonText(replay.reason) : ''}`,
    trace,
    layout: layoutOfSnapshot(snapshot),
    place: (address) => placeOf(address, snapshot, replay),
    text: (instruction) => instructionText(instruction, snapshot, replay, style),
    symbol: (address) => exact.get(address) ?? withinFunction(address, functions),
    stackRemark: (address) => remarks.get(address),
    symbolStart: (name) => starts.get(name),
    symbolNames: [...starts.keys()].filter((name) => TYPEABLE.test(name)).sort(),
    controlRegisters: [...Object.entries(snapshot.control), ...Object.entries(snapshot.debug)].map(
      ([name, { value }]) => ({ name, value }),
    ),
  };
}

interface NamedFunction {
  readonly name: string;
  readonly start: U32;
  /** Bytes; absent where the log does not print it. */
  readonly size?: number;
  readonly module?: string;
}

/** The function that crashed, then those of the call trace, as far as the log prints an address with the offset in the function. */
function namedFunctions({ symbol, trace = [] }: Snapshot, eip: U32 | undefined): readonly NamedFunction[] {
  const places = [{ symbol: symbol?.value, address: eip }, ...trace];
  return places.flatMap(({ symbol: reference, address }) => {
    const { name, offset, size, module } = reference ?? {};
    if (name === undefined || offset === undefined || address === undefined) return [];
    return [
      {
        name,
        start: wrapU32(address - offset),
        ...(size !== undefined && { size }),
        ...(module !== undefined && { module }),
      },
    ];
  });
}

/** A name that an expression can hold. */
const TYPEABLE = /^[a-z_][\w.]*$/i;

/** Without names that begin at two places: two functions have them. The one that crashed is meant where it is one of these. */
function startsByName(functions: readonly NamedFunction[], crashed: string | undefined): ReadonlyMap<string, U32> {
  const starts = new Map<string, U32>();
  const doubtful = new Set<string>();
  for (const { name, start } of functions) {
    const other = starts.get(name);
    if (other !== undefined && other !== start && name !== crashed) doubtful.add(name);
    starts.set(name, other ?? start);
  }
  for (const name of doubtful) starts.delete(name);
  return starts;
}

/** The function that reaches over the address by its size. */
function withinFunction(address: U32, functions: readonly NamedFunction[]): string | undefined {
  const found = functions.find(({ start, size }) => size !== undefined && wrapU32(address - start) < size);
  if (found?.size === undefined) return undefined;
  const { name, start, size, module } = found;
  return `${unbroken(name)}+0x${wrapU32(address - start).toString(16)}/0x${size.toString(16)}${module === undefined ? '' : ` [${unbroken(module)}]`}`;
}
