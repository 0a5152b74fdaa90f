// Runs one scenario: reads its files, replays its report, judges it. Every error of its author becomes a problem with a line.

import { parseLog } from '../carriers/read-log.ts';
import { reportsBefore } from '../diagnosis/earlier-reports.ts';
import { examine } from '../examination/examine.ts';
import type { ExaminedReport } from '../examination/examined-report.ts';
import { openSession } from '../examination/open-session.ts';
import { isReplayError } from '../machine/errors.ts';
import type { ReplayParts } from '../replay/replay.ts';
import { firstLineOf } from '../snapshot/evidence.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { readScenario } from './format/read-scenario.ts';
import type { Scenario } from './format/scenario-shape.ts';
import type { Problem } from './format/shape.ts';
import { withTables } from './format/update-tables.ts';
import { judgeReport } from './judge/judge-report.ts';
import { type Comparison, holds, type Mismatch } from './judge/mismatch.ts';
import { parseRecordedSteps, type RecordedStep } from './judge/recorded-steps.ts';
import { DEFAULT_LOG, FILE_LIMITS, SCENARIO_FILE, type ScenarioFiles } from './scenario-files.ts';
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
  /** The directory, as it was asked for. */
  readonly directory: string;
  /** `broken`: its own files are wrong, so that nothing was judged. */
  readonly status: 'passed' | 'failed' | 'broken';
  readonly why?: string;
  /** The number of comparisons. */
  readonly checks: number;
  readonly mismatches: readonly PlacedMismatch[];
  readonly problems: readonly (Problem & { readonly file: string })[];
  readonly variations: readonly VariationResult[];
  /** The files that `update` wrote. */
  readonly updated: readonly string[];
}

/** Runs one scenario; `directory` only names it in the result. It never throws: what goes wrong with one scenario is its result. */
export function runScenario(directory: string, files: ScenarioFiles, options: RunOptions): ScenarioResult {
  try {
    return runUnguarded(directory, files, options);
  } catch (error) {
    // The engine gave up on this one, or an error that no one foresaw; the others still run.
    const reason = error instanceof Error ? error.message : String(error);
    return brokenScenario(directory, isReplayError(error) ? reason : `internal error, please report it: ${reason}`);
  }
}

/** The result of a scenario that could not be run at all. */
export function brokenScenario(directory: string, reason: string): ScenarioResult {
  return broken(directory, SCENARIO_FILE, [{ line: 1, message: reason }]);
}

function broken(directory: string, file: string, problems: readonly Problem[]): ScenarioResult {
  return {
    directory,
    status: 'broken',
    checks: 0,
    mismatches: [],
    problems: problems.map((problem) => ({ file, ...problem })),
    variations: [],
    updated: [],
  };
}

function runUnguarded(directory: string, files: ScenarioFiles, options: RunOptions): ScenarioResult {
  const source = files.read(SCENARIO_FILE, FILE_LIMITS.scenario);
  if ('problem' in source) {
    const advice = source.isMissing ? '; write one with `replay record`' : '';
    return broken(directory, SCENARIO_FILE, [{ line: 0, message: source.problem + advice }]);
  }
  const { scenario, problems, lines } = readScenario(source.text);
  if (scenario === undefined) return broken(directory, SCENARIO_FILE, problems);
  const lineOf = (path: string) => lineOfPath(lines, path);
  const inputs = readInputs(files, scenario, lineOf);
  if ('problem' in inputs) return broken(directory, inputs.file, [inputs.problem]);
  return judge(directory, { files, source: source.text, scenario, inputs }, lineOf, options);
}

/** A scenario with everything that was read of it. */
interface Case {
  readonly files: ScenarioFiles;
  readonly source: string;
  readonly scenario: Scenario;
  readonly inputs: Inputs;
}

function judge(directory: string, kept: Case, lineOf: (path: string) => number, options: RunOptions): ScenarioResult {
  const { scenario, inputs } = kept;
  const comparison: Comparison = { mismatches: [], checks: 0 };
  const { parts } = options;
  const report = examine(inputs.snapshot, parts, {
    leadUp: asksForLeadUp(scenario) ? 'rebuild' : 'none',
    earlier: reportsBefore(inputs.snapshot, inputs.reports),
  });
  const context = {
    decoder: parts.decoder,
    words: options.words,
    ...(inputs.recorded && { recorded: inputs.recorded }),
  };
  judgeReport(scenario.expect, report, context, comparison);
  const what = { report, session: openSession(report, parts), words: options.words };
  const variations = (scenario.variations ?? []).map((variation, i) =>
    runVariation(variation, what, `variations[${i}]`, comparison),
  );
  const updated = [
    ...compareGolden(kept, report, options, comparison),
    ...(options.update ? updateTables(kept, variations, comparison) : []),
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
  const { leadUp, findings, absentFindings, diagnosis, absentDiagnosis } = expect;
  return [leadUp, findings, absentFindings, diagnosis, absentDiagnosis, golden, variations].some(
    (part) => part !== undefined,
  );
}

interface Inputs {
  readonly logName: string;
  readonly reports: readonly Snapshot[];
  readonly snapshot: Snapshot;
  readonly recorded?: readonly RecordedStep[];
}

function readInputs(
  files: ScenarioFiles,
  scenario: Scenario,
  lineOf: (path: string) => number,
): Inputs | { readonly file: string; readonly problem: Problem } {
  const wrong = (path: string, message: string) => ({ file: SCENARIO_FILE, problem: { line: lineOf(path), message } });
  const logName = scenario.log ?? DEFAULT_LOG;
  const log = files.read(logName, FILE_LIMITS.log);
  if ('problem' in log) return wrong('log', `log: ${log.problem}`);
  const { reports } = parseLog(log.text);
  const asked = scenario.report;
  if (reports.length === 0) return wrong('log', `log: \`${logName}\` holds no i386 crash report`);
  if (asked === undefined && reports.length > 1) {
    const list = reports.map(({ kind, evidence }, i) => `${i + 1} (${kind}, line ${firstLineOf(evidence)})`).join(', ');
    return wrong('log', `\`${logName}\` holds ${reports.length} reports; choose one with \`report:\` and ${list}`);
  }
  const snapshot = reports[(asked ?? 1) - 1];
  if (snapshot === undefined) {
    return wrong('report', `report: expected a number from 1 to ${reports.length}, found \`${asked}\``);
  }
  const recordedName = scenario.expect.leadUp?.recorded;
  const clash = inputNamedAsGolden(files, scenario.golden, [SCENARIO_FILE, logName, recordedName]);
  if (clash !== undefined) {
    const advice = 'a golden text is written by `--update`; name a file of its own, such as report.txt';
    return wrong('golden', `golden: \`${scenario.golden}\` is what this scenario reads as \`${clash}\`; ${advice}`);
  }
  if (recordedName === undefined) return { logName, reports, snapshot };
  const recordedText = files.read(recordedName, FILE_LIMITS.recorded);
  if ('problem' in recordedText) return wrong('expect.leadUp.recorded', `recorded: ${recordedText.problem}`);
  const recorded = parseRecordedSteps(recordedText.text);
  if ('problem' in recorded) return { file: recordedName, problem: recorded.problem };
  return { logName, reports, snapshot, recorded: recorded.steps };
}

/** The input that would be overwritten; a scenario.yaml at any depth is one. */
function inputNamedAsGolden(
  files: ScenarioFiles,
  golden: string | undefined,
  inputs: readonly (string | undefined)[],
): string | undefined {
  if (golden === undefined) return undefined;
  if (golden.split('/').at(-1) === SCENARIO_FILE) return SCENARIO_FILE;
  return inputs.find((name) => name !== undefined && files.isSame(golden, name));
}

/** Gives the names of the files that it wrote. */
function compareGolden(
  { files, scenario, inputs }: Case,
  report: ExaminedReport,
  { parts, printGolden, update }: RunOptions,
  comparison: Comparison,
): readonly string[] {
  const { golden } = scenario;
  if (golden === undefined) return [];
  const { logName, reports, snapshot } = inputs;
  const all = reports.map((one) =>
    one === snapshot ? report : examine(one, parts, { earlier: reportsBefore(one, reports) }),
  );
  const text = printGolden(logName, all, parts);
  const kept = files.read(golden, FILE_LIMITS.golden);
  const expected = 'text' in kept ? kept.text : kept.problem;
  if (update && expected !== text && ('text' in kept || kept.isMissing)) {
    const refused = files.write(golden, text);
    holds(comparison, 'golden', refused === undefined, 'a golden text that can be written', refused ?? '');
    return refused === undefined ? [golden] : [];
  }
  holds(comparison, 'golden', expected === text, expected, text);
  return [];
}

/** Gives the names of the files that it wrote, and removes the mismatches that this mends. */
function updateTables(
  { files, source, scenario }: Case,
  results: readonly VariationResult[],
  comparison: Comparison,
): readonly string[] {
  const { mismatches } = comparison;
  const tables = results.flatMap(({ table: text }, variation) =>
    text !== undefined && scenario.variations?.[variation]?.table?.trimEnd() !== text ? [{ text, variation }] : [],
  );
  const updated = tables.length > 0 ? withTables(source, tables) : undefined;
  if (updated === undefined) return [];
  const refused = files.write(SCENARIO_FILE, updated);
  if (refused !== undefined) {
    holds(comparison, 'variations', false, 'tables that can be written', refused);
    return [];
  }
  for (const { variation } of tables) {
    const at = mismatches.findIndex(({ path }) => path === `variations[${variation}].table`);
    if (at >= 0) mismatches.splice(at, 1);
  }
  return [SCENARIO_FILE];
}

/** Gives the line of the path, or of the nearest value around it. */
function lineOfPath(lines: ReadonlyMap<string, number>, path: string): number {
  for (let rest = path; rest !== ''; rest = rest.replace(/(\.[^.[]*|\[\d+\]|^[^.[]+)$/, '')) {
    const line = lines.get(rest);
    if (line !== undefined) return line;
  }
  return 1;
}
