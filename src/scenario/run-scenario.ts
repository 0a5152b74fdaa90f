// Runs one scenario: reads its files, replays its report, judges it. Every error of its author becomes a problem with a line.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLog } from '../carriers/linux-log/parse-log.ts';
import { examine } from '../examination/examine.ts';
import type { ExaminedReport } from '../examination/examined-report.ts';
import { openSession } from '../examination/open-session.ts';
import { isReplayError } from '../machine/errors.ts';
import type { ReplayParts } from '../replay/replay.ts';
import type { StopReason } from '../session/stop-reason.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { readScenario } from './format/read-scenario.ts';
import type { Scenario } from './format/scenario-shape.ts';
import type { Problem } from './format/shape.ts';
import { withTables } from './format/update-tables.ts';
import { judgeReport } from './judge/judge-report.ts';
import { type Comparison, holds, type Mismatch } from './judge/mismatch.ts';
import { parseRecordedSteps, type RecordedStep } from './judge/recorded-steps.ts';
import { DEFAULT_LOG, SCENARIO_FILE, scenarioText } from './scenario-files.ts';
import type { ScenarioWords } from './scenario-words.ts';
import { runVariation, type VariationResult } from './what-if/run-variation.ts';

/** The golden text of a log: what the command prints for all its reports. The layout is not ours to know. */
export type GoldenPrinter = (fileName: string, reports: readonly ExaminedReport[], parts: ReplayParts) => string;

export interface RunOptions {
  readonly parts: ReplayParts;
  readonly printGolden: GoldenPrinter;
  readonly words: ScenarioWords;
  /** Writes golden texts and tables that differ instead of reporting them. */
  readonly update: boolean;
}

/** A mismatch with its place in the file. */
export interface PlacedMismatch extends Mismatch {
  readonly line: number;
}

export interface ScenarioResult {
  /** Directory, as it was asked for. */
  readonly directory: string;
  /** `broken`: its own files are wrong, so that nothing was judged. */
  readonly status: 'passed' | 'failed' | 'broken';
  readonly why?: string;
  /** What was compared. */
  readonly checks: number;
  readonly mismatches: readonly PlacedMismatch[];
  readonly problems: readonly (Problem & { readonly file: string })[];
  readonly variations: readonly VariationResult[];
  /** Files that `update` wrote. */
  readonly updated: readonly string[];
}

export function runScenario(directory: string, options: RunOptions): ScenarioResult {
  const broken = (file: string, problems: readonly Problem[]): ScenarioResult => ({
    directory,
    status: 'broken',
    checks: 0,
    mismatches: [],
    problems: problems.map((problem) => ({ file, ...problem })),
    variations: [],
    updated: [],
  });
  const source = scenarioText(directory, SCENARIO_FILE);
  if ('problem' in source) {
    return broken(SCENARIO_FILE, [{ line: 0, message: `${source.problem}; write one with \`replay record\`` }]);
  }
  const { scenario, problems, lines } = readScenario(source.text);
  if (scenario === undefined) return broken(SCENARIO_FILE, problems);
  const lineOf = (path: string) => lineOfPath(lines, path);
  const files = readFiles(directory, scenario, lineOf);
  if ('problem' in files) return broken(files.file, [files.problem]);
  try {
    return judge(directory, source.text, scenario, files, lineOf, options);
  } catch (error) {
    // The engine gave up on this one; the others still run.
    if (!isReplayError(error)) throw error;
    return broken(SCENARIO_FILE, [{ line: 1, message: error.message }]);
  }
}

function judge(
  directory: string,
  source: string,
  scenario: Scenario,
  files: ScenarioFiles,
  lineOf: (path: string) => number,
  options: RunOptions,
): ScenarioResult {
  const comparison: Comparison = { mismatches: [], checks: 0 };
  const { parts } = options;
  const report = examine(files.snapshot, parts, { leadUp: asksForLeadUp(scenario) ? 'rebuild' : 'none' });
  const context = { decoder: parts.decoder, words: options.words, ...(files.recorded && { recorded: files.recorded }) };
  judgeReport(scenario.expect, report, context, comparison);
  const what = { report, session: openSession(report, parts), words: options.words };
  const variations = (scenario.variations ?? []).map((variation, i) =>
    runVariation(variation, what, `variations[${i}]`, comparison),
  );
  const updated = [
    ...compareGolden(directory, scenario, files, report, options, comparison),
    ...(options.update ? updateTables(directory, source, scenario, variations, comparison) : []),
  ];
  return {
    directory,
    status: comparison.mismatches.length === 0 ? 'passed' : 'failed',
    why: scenario.why,
    checks: comparison.checks,
    mismatches: comparison.mismatches.map((mismatch) => ({ ...mismatch, line: lineOf(mismatch.path) })),
    problems: [],
    variations: variations.map(({ name, table }) => ({ name, ...(table !== undefined && { table }) })),
    updated,
  };
}

function asksForLeadUp({ expect, golden, variations }: Scenario): boolean {
  const { leadUp, findings, absentFindings } = expect;
  return [leadUp, findings, absentFindings, golden, variations].some((part) => part !== undefined);
}

interface ScenarioFiles {
  readonly logName: string;
  readonly reports: readonly Snapshot[];
  readonly snapshot: Snapshot;
  readonly recorded?: readonly RecordedStep[];
}

function readFiles(
  directory: string,
  scenario: Scenario,
  lineOf: (path: string) => number,
): ScenarioFiles | { readonly file: string; readonly problem: Problem } {
  const wrong = (path: string, message: string) => ({ file: SCENARIO_FILE, problem: { line: lineOf(path), message } });
  const logName = scenario.log ?? DEFAULT_LOG;
  const log = scenarioText(directory, logName);
  if ('problem' in log) return wrong('log', `log: ${log.problem}`);
  const { reports } = parseLog(log.text);
  const asked = scenario.report;
  if (reports.length === 0) return wrong('log', `log: \`${logName}\` holds no i386 crash report`);
  if (asked === undefined && reports.length > 1) {
    const list = reports.map(({ kind, lines }, i) => `${i + 1} (${kind}, line ${lines.first})`).join(', ');
    return wrong('log', `\`${logName}\` holds ${reports.length} reports; choose one with \`report:\` and ${list}`);
  }
  const snapshot = reports[(asked ?? 1) - 1];
  if (snapshot === undefined) {
    return wrong('report', `report: expected a number from 1 to ${reports.length}, found \`${asked}\``);
  }
  const recordedName = scenario.expect.leadUp?.recorded;
  if (recordedName === undefined) return { logName, reports, snapshot };
  const recordedText = scenarioText(directory, recordedName);
  if ('problem' in recordedText) return wrong('expect.leadUp.recorded', `recorded: ${recordedText.problem}`);
  const recorded = parseRecordedSteps(recordedText.text);
  if ('problem' in recorded) return { file: recordedName, problem: recorded.problem };
  return { logName, reports, snapshot, recorded: recorded.steps };
}

/** Names of the files it wrote. */
function compareGolden(
  directory: string,
  scenario: Scenario,
  { logName, reports, snapshot }: ScenarioFiles,
  report: ExaminedReport,
  { parts, printGolden, update }: RunOptions,
  comparison: Comparison,
): readonly string[] {
  const { golden } = scenario;
  if (golden === undefined) return [];
  const all = reports.map((one) => (one === snapshot ? report : examine(one, parts)));
  const text = printGolden(logName, all, parts);
  const kept = scenarioText(directory, golden);
  const expected = 'text' in kept ? kept.text : kept.problem;
  if (update && expected !== text && ('text' in kept || kept.isMissing === true)) {
    comparison.checks++;
    writeFileSync(join(directory, golden), text);
    return [golden];
  }
  holds(comparison, 'golden', expected === text, expected, text);
  return [];
}

/** Names of the files it wrote; takes the mismatches away that this mends. */
function updateTables(
  directory: string,
  source: string,
  scenario: Scenario,
  results: readonly VariationResult[],
  { mismatches }: Comparison,
): readonly string[] {
  const tables = results.flatMap(({ table: text }, variation) =>
    text !== undefined && scenario.variations?.[variation]?.table?.trimEnd() !== text ? [{ text, variation }] : [],
  );
  const updated = tables.length > 0 ? withTables(source, tables) : undefined;
  if (updated === undefined) return [];
  writeFileSync(join(directory, SCENARIO_FILE), updated);
  for (const { variation } of tables) {
    const at = mismatches.findIndex(({ path }) => path === `variations[${variation}].table`);
    if (at >= 0) mismatches.splice(at, 1);
  }
  return [SCENARIO_FILE];
}

/** The line of the path, or of the nearest thing around it. */
function lineOfPath(lines: ReadonlyMap<string, number>, path: string): number {
  for (let rest = path; rest !== ''; rest = rest.replace(/(\.[^.[]*|\[\d+\]|^[^.[]+)$/, '')) {
    const line = lines.get(rest);
    if (line !== undefined) return line;
  }
  return 1;
}
