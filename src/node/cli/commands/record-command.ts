// `replay record`: a log becomes a scenario.

import { lstatSync, realpathSync } from 'node:fs';
import { basename, join, normalize } from 'node:path';
import { parseLog } from '../../../carriers/read-log.ts';
import { EarlierReports } from '../../../diagnosis/earlier-reports.ts';
import { examine } from '../../../examination/examine.ts';
import type { ExaminedReport } from '../../../examination/examined-report.ts';
import { printGolden } from '../../../frontends/scenario-golden.ts';
import { noReportHint } from '../../../frontends/wording/foreign.ts';
import { SCENARIO_WORDS } from '../../../frontends/wording/scenario-words.ts';
import { byteCount } from '../../../machine/byte-text.ts';
import { ReplayError } from '../../../machine/errors.ts';
import { exceptionInfo } from '../../../machine/faults.ts';
import { hex32 } from '../../../machine/u32.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { readDiversion } from '../../../scenario/read-diversion.ts';
import { recordScenarioText } from '../../../scenario/record-scenario.ts';
import { DEFAULT_LOG, FILE_LIMITS, SCENARIO_FILE } from '../../../scenario/scenario-files.ts';
import { type BoundedReading, readBounded, textOfBytes } from '../../files/bounded-read.ts';
import { encodingOf, logName } from '../../files/input.ts';
import { schemaReference } from '../../files/schema-reference.ts';
import { FileProblem, systemReason } from '../../files/system-reason.ts';
import { createDirectory } from '../../files/write-aside.ts';
import { EXIT } from '../exit-codes.ts';
import type { Output } from '../output.ts';

export interface RecordCommandOptions {
  readonly report?: number;
  readonly why?: string;
  readonly origin?: string;
  readonly golden: boolean;
  /** A file that `save` of `replay step` wrote. */
  readonly fromSession?: string;
}

const STANDARD_INPUT = '-';
const STDIN_DESCRIPTOR = 0;
/** Most bytes of what `save` wrote. */
const SESSION_LIMIT = 1 << 20;
const GOLDEN_FILE = 'report.txt';

export async function recordScenario(
  path: string,
  given: string,
  options: RecordCommandOptions,
  output: Output,
  loadParts: () => Promise<ReplayParts>,
): Promise<number> {
  // `new/../other` names `other` alone, and nothing is made of `new`.
  const directory = normalize(given);
  if (isThere(directory)) {
    throw new ReplayError('usage/invalid', { message: `${directory} exists already; choose another name` });
  }
  const log = logBytes(path);
  const { reports, foreign } = parseLog(textOfBytes(log));
  if (reports.length === 0) throw new ReplayError('input/no-report', { path, hint: noReportHint(foreign[0]) });
  const parts = await loadParts();
  const earlier = new EarlierReports();
  const replayed = reports.map((snapshot) => examine(snapshot, parts, { earlier }));
  const saved =
    options.fromSession === undefined
      ? undefined
      : readDiversion(sessionText(options.fromSession), options.fromSession);
  const chosen = options.report ?? saved?.report ?? mostTelling(replayed);
  const report = replayed[chosen - 1];
  if (report === undefined) {
    const message = `${path} holds ${reports.length} reports; there is no report ${chosen}`;
    throw new ReplayError('usage/invalid', { message });
  }
  const schema = schemaReference(directory, programPath());
  const yaml = recordScenarioText(report, parts, {
    words: SCENARIO_WORDS,
    why: options.why ?? sentenceOf(report, basename(directory)),
    origin: options.origin ?? `recorded from ${basename(path)}`,
    ...(reports.length > 1 && { report: chosen }),
    ...(schema !== undefined && { schema }),
    ...(options.golden && { golden: GOLDEN_FILE }),
    ...(saved && { variation: saved.variation }),
  });
  const golden = options.golden ? printGolden(DEFAULT_LOG, replayed, parts) : undefined;
  // Byte for byte: a log may hold bytes that are no text.
  const files = new Map<string, string | Uint8Array>([[DEFAULT_LOG, log]]);
  if (golden !== undefined) files.set(GOLDEN_FILE, golden);
  files.set(SCENARIO_FILE, yaml);
  try {
    createDirectory(directory, files);
  } catch (cause) {
    throw new ReplayError('output/unwritable', { path: directory, reason: systemReason(cause) }, { cause });
  }
  const which = reports.length > 1 ? ` (report ${chosen} of ${reports.length})` : '';
  output.write([`${join(directory, SCENARIO_FILE)}${which}: ${report.replay.verdict}`]);
  return EXIT.reproduced;
}

/** The command is started over a link in a folder of commands. */
function programPath(): string {
  const [, started = ''] = process.argv;
  try {
    return realpathSync(started);
  } catch {
    return started;
  }
}

/** A path that cannot be looked at is told when it is written. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** All of a log. One that `replay test` would refuse for its size cannot be recorded. */
function logBytes(path: string): Buffer {
  const bytes = contentOf(path, { limit: FILE_LIMITS.log, pipes: 'accepted' });
  encodingOf(bytes, logName(path));
  return bytes;
}

function sessionText(path: string): string {
  return textOfBytes(contentOf(path, { limit: SESSION_LIMIT }));
}

function contentOf(path: string, options: BoundedReading): Buffer {
  try {
    const bytes = readBounded(path === STANDARD_INPUT ? STDIN_DESCRIPTOR : path, options);
    if (bytes.length === 0) throw new FileProblem('it is empty');
    return bytes;
  } catch (cause) {
    throw new ReplayError('input/unreadable', { path: logName(path), reason: systemReason(cause) }, { cause });
  }
}

/** The first that is reproduced, counted from 1; else the first. */
function mostTelling(reports: readonly ExaminedReport[]): number {
  return (
    Math.max(
      0,
      reports.findIndex(({ replay }) => replay.verdict === 'reproduced'),
    ) + 1
  );
}

function sentenceOf({ snapshot, replay: { fault, verdict } }: ExaminedReport, name: string): string {
  const place = snapshot.symbol?.value.name ?? snapshot.task.comm?.value ?? name;
  if (fault === undefined) return `The ${snapshot.kind} in ${place} is ${verdict}.`;
  const { title } = exceptionInfo(fault.kind);
  if (fault.kind !== 'page-fault') return `The ${title} in ${place}.`;
  const { access, size } = fault.access;
  const what = access === 'execute' ? 'fetch' : `${access} of ${byteCount(size)}`;
  return `The ${title} in ${place}: ${what} at ${hex32(fault.linearAddress)}.`;
}
