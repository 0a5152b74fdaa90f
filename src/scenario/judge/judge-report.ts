// Compares what was worked out from a report with what the scenario expects of it.

import type { Decoder } from '../../decoder/decoder.ts';
import type { ExaminedReport } from '../../examination/examined-report.ts';
import { exceptionInfo } from '../../machine/faults.ts';
import { REGISTER_NAMES } from '../../machine/registers.ts';
import type { Expectation, FindingExpectation } from '../format/scenario-shape.ts';
import type { ScenarioWords } from '../scenario-words.ts';
import { judgeLeadUp } from './judge-lead-up.ts';
import { type Comparison, hex, hexBytes, holds, same } from './mismatch.ts';
import type { RecordedStep } from './recorded-steps.ts';

export interface JudgeContext {
  readonly decoder: Decoder;
  readonly words: ScenarioWords;
  /** The text of the file that `leadUp.recorded` names. */
  readonly recorded?: readonly RecordedStep[];
}

export function judgeReport(
  expected: Expectation,
  report: ExaminedReport,
  context: JudgeContext,
  comparison: Comparison,
): void {
  const { snapshot, replay } = report;
  const at = (name: string) => `expect.${name}`;
  same(comparison, at('verdict'), expected.verdict, replay.verdict);
  contains(comparison, at('reason'), expected.reason, replay.reason && context.words.verdictReason(replay.reason));
  same(comparison, at('kind'), expected.kind, snapshot.kind);
  same(comparison, at('mode'), expected.mode, replay.machine?.state.mode ?? snapshot.mode?.value);
  same(comparison, at('symbol'), expected.symbol, snapshot.symbol?.value.text);
  same(comparison, at('codeBase'), expected.codeBase, replay.codeBase);
  same(comparison, at('stored'), expected.stored, replay.storedValue, hex);
  judgeFault(expected, report, comparison);
  judgeInstruction(expected, report, context, comparison);
  judgeOperand(expected, report, comparison);
  judgeLog(expected, report, comparison);
  if (expected.leadUp) judgeLeadUp(expected.leadUp, report, context.recorded, comparison);
  expected.findings?.forEach((finding, i) => {
    judgeFinding(finding, report, `${at('findings')}[${i}]`, comparison);
  });
  const kinds: readonly string[] = report.explanation.findings.map(({ kind }) => kind);
  expected.absentFindings?.forEach((kind, i) => {
    const path = `${at('absentFindings')}[${i}]`;
    holds(comparison, path, !kinds.includes(kind), `no finding ${kind}`, kinds.join(', '));
  });
  judgeDiagnosis(expected, report, comparison);
}

/** Each expected diagnosis is among those that were made; more of them are no error. */
function judgeDiagnosis(expected: Expectation, { diagnosis }: ExaminedReport, comparison: Comparison): void {
  const made = diagnosis.diagnoses.map(({ kind, strength }) => `${kind} (${strength})`).join(', ') || 'no diagnosis';
  expected.diagnosis?.forEach(({ kind, strength, register }, i) => {
    const fits = diagnosis.diagnoses.some(
      (one) =>
        one.kind === kind &&
        (strength === undefined || one.strength === strength) &&
        (register === undefined || ('register' in one && one.register === register)),
    );
    const wanted = [kind, strength && `(${strength})`, register && `%${register}`].filter(Boolean).join(' ');
    holds(comparison, `expect.diagnosis[${i}]`, fits, wanted, made);
  });
  expected.absentDiagnosis?.forEach((kind, i) => {
    const isAbsent = !diagnosis.diagnoses.some((one) => one.kind === kind);
    holds(comparison, `expect.absentDiagnosis[${i}]`, isAbsent, `no diagnosis ${kind}`, made);
  });
}

function judgeFault(expected: Expectation, { replay: { fault } }: ExaminedReport, comparison: Comparison): void {
  const page = fault?.kind === 'page-fault' ? fault : undefined;
  same(comparison, 'expect.vector', expected.vector, fault && exceptionInfo(fault.kind).vector);
  same(comparison, 'expect.errorCode', expected.errorCode, fault?.errorCode, hex);
  same(comparison, 'expect.address', expected.address, page?.linearAddress, hex);
  same(comparison, 'expect.access', expected.access, page?.access.access);
  same(comparison, 'expect.size', expected.size, page?.access.size);
  same(comparison, 'expect.eip', expected.eip, fault?.eip, hex);
}

function judgeInstruction(
  { instruction: expected }: Expectation,
  { replay }: ExaminedReport,
  { decoder }: JudgeContext,
  comparison: Comparison,
): void {
  if (expected === undefined) return;
  const { instruction, machine } = replay;
  const path = 'expect.instruction';
  if (expected.at && 'offset' in expected.at) {
    const offset = instruction && machine && instruction.address - machine.codeStart;
    same(comparison, `${path}.at`, expected.at.offset, offset, (value) => `+${value}`);
  } else same(comparison, `${path}.at`, expected.at?.address, instruction?.address, hex);
  same(comparison, `${path}.bytes`, expected.bytes, instruction?.bytes, hexBytes);
  same(comparison, `${path}.text`, expected.text, instruction && decoder.print(instruction, 'att'), oneBlank);
}

const oneBlank = (text: string): string => text.trim().replace(/\s+/g, ' ');

function judgeOperand({ operand: expected }: Expectation, { replay }: ExaminedReport, comparison: Comparison): void {
  if (expected === undefined) return;
  const { operand } = replay;
  const wrapped = operand && (operand.unwrapped ?? 0) >= 0x1_0000_0000;
  same(comparison, 'expect.operand.address', expected.address, operand?.linearAddress, hex);
  same(comparison, 'expect.operand.wrapped', expected.wrapped, wrapped);
  same(comparison, 'expect.operand.segmentBase', expected.segmentBase, operand?.segment.base, hex);
}

/** Compares what the log itself says. */
function judgeLog(expected: Expectation, { snapshot, replay }: ExaminedReport, comparison: Comparison): void {
  for (const [name, value] of expected.registers ?? []) {
    same(comparison, `expect.registers.${name}`, value, snapshot.registers[name]?.value, hex);
  }
  const missing = REGISTER_NAMES.filter((name) => snapshot.registers[name] === undefined);
  const words = (names: readonly string[]) => [...names].sort().join(', ');
  same(comparison, 'expect.missingRegisters', expected.missingRegisters, missing, words);
  const failed = replay.checks.filter(({ passed }) => !passed).map(({ name }) => name);
  same(comparison, 'expect.failedChecks', expected.failedChecks, failed, words);
  const codes: readonly string[] = snapshot.diagnostics.map(({ code }) => code);
  expected.diagnostics?.forEach((code, i) => {
    holds(comparison, `expect.diagnostics[${i}]`, codes.includes(code), code, codes.join(', ') || 'no diagnostics');
  });
  const kinds = replay.assumptions.map(({ kind }) => kind);
  expected.assumptions?.forEach((kind, i) => {
    holds(comparison, `expect.assumptions[${i}]`, kinds.includes(kind), kind, kinds.join(', ') || 'no assumptions');
  });
}

/** True if some finding has all the expected parts. */
function judgeFinding(
  expected: FindingExpectation,
  { explanation }: ExaminedReport,
  path: string,
  comparison: Comparison,
): void {
  const wanted = Object.entries(expected);
  const matches = explanation.findings.some((finding) =>
    wanted.every(([name, value]) => String((finding as Record<string, unknown>)[name]) === String(value)),
  );
  const print = (pairs: readonly (readonly [string, unknown])[]) =>
    pairs.map(([name, value]) => `${name} ${typeof value === 'number' ? hexOrDecimal(value) : value}`).join(', ');
  const found = explanation.findings
    .filter(({ kind }) => kind === expected.kind)
    .map((finding) => print(Object.entries(finding).filter(([, value]) => typeof value !== 'object')));
  const all = explanation.findings.map(({ kind }) => kind).join(', ') || 'no findings';
  holds(comparison, path, matches, print(wanted), found.join('; ') || all);
}

function hexOrDecimal(value: number): string {
  return value < 0x1000 ? String(value) : `0x${value.toString(16).padStart(8, '0')}`;
}

function contains(comparison: Comparison, path: string, part: string | undefined, text: string | undefined): void {
  if (part === undefined) return;
  holds(comparison, path, text?.includes(part) === true, `… ${part} …`, text ?? 'no reason');
}
