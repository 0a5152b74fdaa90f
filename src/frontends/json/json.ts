// The JSON form of a report, schema `replay/1`: one object, one line. Absent fields mean "not in the log".

import type { Finding } from '../../explanation/finding.ts';
import { bytesText } from '../../machine/byte-text.ts';
import { exceptionInfo, type Fault } from '../../machine/faults.ts';
import { decodePageFaultErrorCode } from '../../machine/page-fault-error-code.ts';
import type { U32 } from '../../machine/u32.ts';
import type { Check } from '../../replay/check.ts';
import type { FaultingOperand, Replay } from '../../replay/replay-types.ts';
import type { Diagnostic } from '../../snapshot/diagnostic.ts';
import { firstLineOf, lineCountOf } from '../../snapshot/evidence.ts';
import { codeWindowOf, stackWordsOf } from '../../snapshot/memory.ts';
import type { Snapshot, Sourced } from '../../snapshot/snapshot.ts';
import type { ReportView } from '../report-view.ts';
import { POISONS } from '../wording/address.ts';
import { assumptionText } from '../wording/assumption.ts';
import { checkNoteText, checkValues } from '../wording/check.ts';
import { faultCauseText } from '../wording/fault-cause.ts';
import { instructionText } from '../wording/place.ts';
import { remedyText, verdictReasonText } from '../wording/verdict-reason.ts';
import { leadUpToJson } from './json-lead-up.ts';
import { half, type JsonStyle, present, word } from './json-values.ts';

const SCHEMA = 'replay/1';

/** The object that `--json` prints for one report; `index` counts the reports of its file from 0. */
export function reportToJson(view: ReportView, index: number, style: JsonStyle): Record<string, unknown> {
  const { file, snapshot, replay, explanation } = view;
  return {
    schema: SCHEMA,
    report: placeToJson(file, snapshot, index),
    snapshot: snapshotToJson(snapshot, inferredErrorCode(snapshot, replay)),
    replay: replayToJson(snapshot, replay, style),
    ...(view.leadUp && { leadUp: leadUpToJson(view.leadUp, view, style) }),
    findings: explanation.findings.map((finding) => findingToJson(finding, replay.codeBase === 'synthetic')),
  };
}

/** The line of a report that could not be examined. */
export function failedReportToJson(
  file: string,
  snapshot: Snapshot,
  index: number,
  { code, message }: { readonly code: string; readonly message: string },
): Record<string, unknown> {
  return { schema: SCHEMA, report: placeToJson(file, snapshot, index), error: { code, message } };
}

function placeToJson(file: string, snapshot: Snapshot, index: number): Record<string, unknown> {
  return {
    file,
    index,
    kind: snapshot.kind,
    line: firstLineOf(snapshot.evidence),
    lines: lineCountOf(snapshot.evidence),
    diagnostics: snapshot.diagnostics.map(diagnosticToJson),
  };
}

export function diagnosticToJson({ code, evidence, message }: Diagnostic): Record<string, unknown> {
  return { code, line: firstLineOf(evidence), message };
}

function sourced<T, R>(value: Sourced<T> | undefined, convert: (value: T) => R): R | undefined {
  return value === undefined ? undefined : convert(value.value);
}

function values<T, R>(
  record: Readonly<Partial<Record<string, Sourced<T>>>>,
  convert: (value: T) => R,
): Record<string, R> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => (value ? [[name, convert(value.value)]] : [])),
  );
}

function nonEmpty(object: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(object).length > 0 ? object : undefined;
}

/** The error code that the replayed fault pushes, where the log prints none. */
function inferredErrorCode(snapshot: Snapshot, replay: Replay): U32 | undefined {
  const { fault, verdict } = replay;
  if (snapshot.trap.errorCode !== undefined || verdict !== 'reproduced' || fault?.kind !== 'page-fault')
    return undefined;
  return fault.errorCode;
}

function snapshotToJson(snapshot: Snapshot, inferredCode: U32 | undefined): Record<string, unknown> {
  const { trap, task, kernel } = snapshot;
  const code = codeWindowOf(snapshot);
  const stack = stackWordsOf(snapshot);
  const same = <T>(value: T) => value;
  return present({
    registers: values(snapshot.registers, word),
    segments: values(snapshot.segments, half),
    control: values(snapshot.control, word),
    debug: nonEmpty(values(snapshot.debug, word)),
    code:
      code &&
      present({
        start: code.start === undefined ? undefined : word(code.start),
        bytes: bytesText(code.bytes),
        eipOffset: code.eipOffset,
      }),
    codeUnavailable: sourced(snapshot.codeUnavailable, same),
    stack:
      stack &&
      present({ start: stack.start === undefined ? undefined : word(stack.start), words: stack.words.map(word) }),
    trap: present({
      vector: sourced(trap.vector, same),
      errorCode: sourced(trap.errorCode, half) ?? (inferredCode === undefined ? undefined : half(inferredCode)),
      faultAddress: sourced(trap.faultAddress, word),
      ordinal: sourced(trap.ordinal, same),
      location: sourced(trap.location, (at) =>
        present({
          file: at.file,
          filePointer: at.filePointer === undefined ? undefined : word(at.filePointer),
          line: at.line,
        }),
      ),
      inferred: inferredFields(trap, inferredCode !== undefined),
    }),
    mode: sourced(snapshot.mode, same),
    headline: sourced(snapshot.headline, same),
    symbol: sourced(snapshot.symbol, (symbol) => symbol.text),
    kernel: sourced(kernel.release, same),
    build: sourced(kernel.build, same),
    hardware: sourced(kernel.hardware, same),
    options: sourced(kernel.options, same),
    kernelOffset: sourced(kernel.offset, same),
    task: sourced(task.comm, same),
    pid: sourced(task.pid, same),
    uid: sourced(task.uid, same),
    cpu: sourced(task.cpu, same),
    taint: sourced(task.taint, same),
    taskAddress: sourced(task.task, word),
    threadInfo: sourced(task.threadInfo, word),
    pageTable: nonEmpty(values({ ...snapshot.pageTable }, (entry) => `0x${entry}`)),
    modules: sourced(snapshot.modules, (modules) => modules.map((module) => present({ ...module }))),
    mapping: sourced(snapshot.mapping, (mapping) =>
      present({
        file: mapping.file,
        start: word(mapping.start),
        size: word(mapping.size),
        fileOffset: mapping.fileOffset === undefined ? undefined : word(mapping.fileOffset),
      }),
    ),
    trace: snapshot.trace?.map((entry) =>
      present({
        address: entry.address === undefined ? undefined : word(entry.address),
        symbol: entry.symbol?.text,
        reliable: entry.reliable,
      }),
    ),
    closing: snapshot.closing.length > 0 ? snapshot.closing.map((line) => line.value) : undefined,
  });
}

/** Names of the trap's fields that the log implies without printing them. */
function inferredFields(trap: Snapshot['trap'], codeInferred: boolean): readonly string[] | undefined {
  const names = (['vector', 'errorCode', 'faultAddress'] as const).filter(
    (name) => trap[name]?.inferred !== undefined || (name === 'errorCode' && codeInferred),
  );
  return names.length > 0 ? names : undefined;
}

function replayToJson(snapshot: Snapshot, replay: Replay, style: JsonStyle): Record<string, unknown> {
  const { instruction, fault, operand } = replay;
  const synthetic = replay.codeBase === 'synthetic';
  return present({
    verdict: replay.verdict,
    reason: replay.reason && verdictReasonText(replay.reason),
    reasonCode: replay.reason?.code,
    remedy: replay.reason && remedyText(replay.reason),
    codeBase: replay.codeBase,
    instruction:
      instruction &&
      present({
        address: synthetic ? undefined : word(instruction.address),
        bytes: bytesText(instruction.bytes),
        text: instructionText(instruction, snapshot, replay, style),
      }),
    fault: fault && faultToJson(fault, synthetic),
    operand: operand && operandToJson(operand, replay, style),
    storedValue: replay.storedValue === undefined ? undefined : word(replay.storedValue),
    checks: replay.checks.map(checkToJson),
    assumptions: replay.assumptions.map((assumption) => ({
      kind: assumption.kind,
      code: assumption.code,
      message: assumptionText(assumption),
    })),
    skippedBytes: replay.window?.skipped,
  });
}

function checkToJson(check: Check): Record<string, unknown> {
  const { name, passed, note } = check;
  return present({ name, ...checkValues(check), passed, note: note && checkNoteText(note), noteCode: note });
}

function faultToJson(fault: Fault, synthetic: boolean): Record<string, unknown> {
  const { vector } = exceptionInfo(fault.kind);
  const eip = synthetic ? undefined : word(fault.eip);
  if (fault.kind !== 'page-fault') {
    return present({
      vector,
      errorCode: fault.errorCode === undefined ? undefined : half(fault.errorCode),
      eip,
      cause: fault.cause && faultCauseText(fault.cause),
      causeCode: fault.cause?.code,
    });
  }
  const fetch = fault.access.access === 'execute';
  return present({
    vector,
    // As the error code tells it: without NX or SMEP a fetch is reported as a read.
    access: decodePageFaultErrorCode(fault.errorCode).access,
    fetch: fetch || undefined,
    address: word(fault.linearAddress),
    // Of a few instructions (xrstor) the state of the machine decides how much they take.
    size: fetch || fault.access.size === 0 ? undefined : fault.access.size,
    errorCode: half(fault.errorCode),
    eip,
  });
}

function operandToJson(operand: FaultingOperand, replay: Replay, style: JsonStyle): Record<string, unknown> {
  const value = (part: { value?: U32 }) => (part.value === undefined ? undefined : word(part.value));
  return present({
    text: replay.instruction && style.decoder.printMemoryOperand(replay.instruction, style.syntax),
    base:
      operand.base &&
      present({ register: operand.base.register, value: value(operand.base), provenance: operand.base.provenance }),
    index:
      operand.index &&
      present({
        register: operand.index.register,
        value: value(operand.index),
        provenance: operand.index.provenance,
        scale: operand.index.scale,
      }),
    registerOffset: operand.registerOffset && present({ ...operand.registerOffset }),
    displacement: word(operand.displacement),
    segment: present({
      register: operand.segment.register,
      base: operand.segment.base === undefined ? undefined : word(operand.segment.base),
      derived: operand.segment.baseDerived || undefined,
    }),
    address: word(operand.linearAddress),
    wrapped: operand.unwrapped !== undefined && operand.unwrapped >= 0x1_0000_0000,
  });
}

/** `step` is an address of code: left out where that address is our own. */
function findingToJson(finding: Finding, synthetic: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(finding).flatMap(([name, value]): [string, unknown][] => {
      if (value === undefined || (name === 'step' && synthetic)) return [];
      if (name === 'poison' || name === 'cause') return sentenceOf(finding);
      if (typeof value !== 'number' || PLAIN_NUMBERS.has(name)) return [[name, value]];
      return [[name, value > 0xffff_ffff ? `0x${value.toString(16)}` : word(value as U32)]];
    }),
  );
}

/** The sentence of a finding that holds a code, and the code. */
function sentenceOf(finding: Finding): [string, string][] {
  if (finding.kind === 'poison')
    return [
      ['meaning', POISONS[finding.poison]],
      ['code', finding.poison],
    ];
  if (finding.kind !== 'cause') return [];
  return [
    ['text', faultCauseText(finding.cause)],
    ['code', finding.cause.code],
  ];
}

const PLAIN_NUMBERS = new Set(['errno', 'size', 'ordinal', 'offset']);
