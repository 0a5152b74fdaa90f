// From a log to a session: which report, its replay, its lead-up, and what the log calls things.

import { createLogReader } from '../../../carriers/read-log.ts';
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
    const report = examine(reports[index] as Snapshot, parts);
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
  const symbols = new Map(trace.flatMap(({ address, symbol }) => (address === undefined ? [] : [[address, symbol]])));
  const remarks = new Map(
    annotateStack(snapshot).flatMap(({ address, remarks: [remark] }) =>
      address === undefined || remark === undefined ? [] : [[address, stackRemarkText(remark)]],
    ),
  );
  const symbol = snapshot.symbol?.value;
  const eip = replay.codeBase === 'synthetic' ? undefined : replay.machine?.loggedEip;
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
    symbol: (address) => symbols.get(address) ?? withinFunction(address, snapshot, eip),
    stackRemark: (address) => remarks.get(address),
    symbolStart: (name): U32 | undefined =>
      symbol?.name === name && symbol.offset !== undefined && replay.machine !== undefined
        ? wrapU32(replay.machine.loggedEip - symbol.offset)
        : undefined,
  };
}

/** The function that crashed, where the log tells its size. */
function withinFunction(address: U32, { symbol }: Snapshot, eip: U32 | undefined): string | undefined {
  const { name, offset, size, module } = symbol?.value ?? {};
  if (name === undefined || offset === undefined || size === undefined || eip === undefined) return undefined;
  const distance = wrapU32(address - wrapU32(eip - offset));
  if (distance >= size) return undefined;
  return `${unbroken(name)}+0x${distance.toString(16)}/0x${size.toString(16)}${module === undefined ? '' : ` [${unbroken(module)}]`}`;
}
