// Writes scenario.yaml for a report: today's results as expectations, only those that a reader would check.

import { Document, isMap, isScalar, isSeq, Scalar, visit } from 'yaml';
import type { ExaminedReport } from '../examination/examined-report.ts';
import { openSession } from '../examination/open-session.ts';
import type { Finding } from '../explanation/finding.ts';
import { bytesText } from '../machine/byte-text.ts';
import { ReplayError } from '../machine/errors.ts';
import { exceptionInfo } from '../machine/faults.ts';
import { hex32, type U32 } from '../machine/u32.ts';
import { replaceUnseen, visibleText } from '../machine/visible-text.ts';
import type { LeadUp, LeadUpStep } from '../reconstruction/lead-up.ts';
import type { ReplayParts } from '../replay/replay.ts';
import type { Variation } from './format/scenario-shape.ts';
import { contentBytes } from './judge/mismatch.ts';
import type { ScenarioWords } from './scenario-words.ts';
import { variationRunner } from './what-if/run-variation.ts';

export interface RecordOptions {
  readonly words: ScenarioWords;
  readonly why: string;
  readonly origin?: string;
  /** Which report, if the log holds several. */
  readonly report?: number;
  readonly golden?: string;
  /** Where an editor finds the schema of scenario files: an address, or a path from the scenario. */
  readonly schema?: string;
  /** The diversion that `replay step` saved. */
  readonly variation?: Variation;
}

/** Names the schema to editors that know this comment. */
const MODELINE = ' yaml-language-server: $schema=';

/** Texts that are to be numbers: the writer of YAML puts them into quotes. */
const QUOTED_NUMBER = /"(0x[0-9a-f]{8}|\+\d+)"/g;

/** Writes the text of scenario.yaml. */
export function recordScenarioText(report: ExaminedReport, parts: ReplayParts, options: RecordOptions): string {
  const { decoder } = parts;
  const { why, origin, golden } = options;
  const document = new Document({
    why,
    ...(origin !== undefined && { origin }),
    ...(options.report !== undefined && { report: options.report }),
    ...(golden !== undefined && { golden }),
    expect: expectationOf(report, options.words, (instruction) =>
      decoder.print(instruction, 'att').replace(/\s+/g, ' '),
    ),
    ...(options.variation && { variations: [variationOf(options.variation, report, parts)] }),
  });
  if (options.schema !== undefined) document.commentBefore = MODELINE + options.schema;
  flowSmallParts(document);
  quoteUnseen(document);
  const text = replaceUnseen(document.toString({ lineWidth: 0 }), escapeOf);
  const [head = '', ...expectations] = text.split(/^(?=expect:)/m);
  return head + expectations.join('').replace(QUOTED_NUMBER, '$1');
}

/** Only between double quotes has YAML escapes for what cannot be seen. */
function quoteUnseen(document: Document): void {
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      const isVisible = visibleText(node.value.replaceAll('\n', '')) === node.value.replaceAll('\n', '');
      if (!isVisible) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
}

/** YAML 1.2.2, 5.7; line feeds that are left when the text is written are the layout. */
function escapeOf(code: number): string {
  if (code === 0x0a) return '\n';
  const digits = code.toString(16);
  return code < 0x100
    ? `\\x${digits.padStart(2, '0')}`
    : code < 0x1_0000
      ? `\\u${digits.padStart(4, '0')}`
      : `\\U${digits.padStart(8, '0')}`;
}

type Print = (instruction: NonNullable<ExaminedReport['replay']['instruction']>) => string;

function expectationOf(report: ExaminedReport, words: ScenarioWords, print: Print): Record<string, unknown> {
  const { snapshot, replay, explanation, diagnosis, leadUp } = report;
  const { fault, instruction, machine } = replay;
  const diagnosed = diagnosis.diagnoses;
  const page = fault?.kind === 'page-fault' ? fault : undefined;
  const failed = replay.checks.filter(({ passed }) => !passed).map(({ name }) => name);
  const offset = instruction && machine ? instruction.address - machine.codeStart : undefined;
  return present({
    verdict: replay.verdict,
    kind: snapshot.kind,
    reason: replay.reason && words.verdictReason(replay.reason),
    symbol: snapshot.symbol?.value.text,
    vector: fault && exceptionInfo(fault.kind).vector,
    address: page && word(page.linearAddress),
    access: page?.access.access,
    size: page?.access.size,
    errorCode: fault?.errorCode === undefined ? undefined : half(fault.errorCode),
    instruction:
      instruction &&
      present({
        at: replay.codeBase === 'synthetic' ? `+${offset}` : word(instruction.address),
        bytes: spacedHex(instruction.bytes),
        text: print(instruction),
      }),
    stored: replay.storedValue === undefined ? undefined : word(replay.storedValue),
    failedChecks: failed.length > 0 ? failed : undefined,
    leadUp: leadUp && leadUp.steps.length > 0 ? leadUpOf(leadUp) : undefined,
    findings: explanation.findings.length > 0 ? explanation.findings.map(findingOf) : undefined,
    diagnosis: diagnosed.length > 0 ? diagnosed.map(({ kind, strength }) => ({ kind, strength })) : undefined,
  });
}

function findingOf(finding: Finding): Record<string, unknown> {
  return present({ kind: finding.kind, register: 'register' in finding ? finding.register : undefined });
}

/** Gives the variation, with what happens today as its expectation. */
function variationOf(variation: Variation, report: ExaminedReport, parts: ReplayParts): Record<string, unknown> {
  const result = variationRunner(variation, report, openSession(report, parts))(variation.set ?? {});
  if (typeof result === 'string') {
    throw new ReplayError('usage/invalid', { message: `the diversion cannot be run: ${result}` });
  }
  const { from, set = {} } = variation;
  const { outcome, at, fault, access } = result;
  const page = fault?.kind === 'page-fault' ? fault.linearAddress : access?.linearAddress;
  const pairs = <T>(list: readonly (readonly [U32 | string, T])[] | undefined, print: (value: T) => unknown) =>
    list && Object.fromEntries(list.map(([key, value]) => [typeof key === 'string' ? key : word(key), print(value)]));
  return {
    name: variation.name,
    ...(typeof from === 'object' && 'address' in from && { from: word(from.address) }),
    set: present({
      registers: pairs(set.registers, word),
      memory: pairs(set.memory, (content) => contentText(contentBytes(content))),
      pages: pairs(set.pages, (state) => state),
    }),
    expect: present({
      outcome,
      at: word(at),
      vector: fault && exceptionInfo(fault.kind).vector,
      access: access?.access,
      address: page && word(page),
      size: access?.size,
    }),
  };
}

/** Writes a word as a number, anything else as bytes. */
function contentText(bytes: Uint8Array): string {
  return bytes.length === 4 ? `0x${bytesText(bytes.toReversed())}` : bytesText(bytes, ' ');
}

/** Keeps only what is certain, as a better tool may show more. */
function leadUpOf(leadUp: LeadUp): Record<string, unknown> {
  const steps = leadUp.steps.filter(({ path, rounds, round }) => path !== 'assumed' && rounds === undefined && !round);
  return present({
    proved: leadUp.proved,
    steps: steps.map((step) => present({ at: `+${step.offset}`, reads: readsOf(step) })),
  });
}

function readsOf({ accesses }: LeadUpStep): Record<string, string> | undefined {
  const certain = accesses.flatMap(({ access, address, size, value }): [string, string][] => {
    const isCertain = address.provenance === 'derived' && value.provenance === 'derived' && size === 4;
    if (access !== 'read' || !isCertain || address.value === undefined || value.value === undefined) return [];
    return [[word(address.value), word(value.value)]];
  });
  return certain.length > 0 ? Object.fromEntries(certain) : undefined;
}

/** Error codes have four digits in logs. */
function half(value: U32): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}

function word(value: U32): string {
  return `0x${hex32(value)}`;
}

function spacedHex(bytes: Uint8Array): Scalar {
  const scalar = new Scalar(bytesText(bytes, ' '));
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

function present(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** Mappings of single values inside lists, and short lists, on one line. */
function flowSmallParts(document: Document): void {
  const visitNode = (node: unknown, isInList: boolean) => {
    if (isSeq(node)) {
      if (node.items.every((item) => isScalar(item))) node.flow = true;
      for (const item of node.items) visitNode(item, true);
    } else if (isMap(node)) {
      if (isInList) node.flow = true;
      for (const { value } of node.items) visitNode(value, isInList);
    }
  };
  visitNode(document.contents, false);
}
