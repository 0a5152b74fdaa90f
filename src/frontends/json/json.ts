// The JSON of a report, `replay/1`: one object, one line. Absent fields mean "not in the log".

import type { Decoder, Syntax } from '../../decoder/decoder.ts';
import type { ExaminedReport } from '../../examination/examined-report.ts';
import type { Finding, StackWord } from '../../explanation/finding.ts';
import { type RemarkedRegister, registerRemarks } from '../../explanation/register-remarks.ts';
import type { U32 } from '../../machine/u32.ts';
import { Breakpoints } from '../../session/breakpoints.ts';
import { Timeline } from '../../session/timeline.ts';
import type { Diagnostic } from '../../snapshot/diagnostic.ts';
import { firstLineOf, lineCountOf } from '../../snapshot/evidence.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { findingText } from '../wording/finding.ts';
import { placeOf } from '../wording/place.ts';
import { registerRemarkText } from '../wording/register-remark.ts';
import { stackRemarkText } from '../wording/stack-remark.ts';
import { titleText, whereText } from '../wording/title.ts';
import { SCHEMA } from './contract/names.ts';
import type { FailedReportJson, ReportJson } from './contract/report.ts';
import { crashSiteToJson, listingToJson } from './json-code.ts';
import { diagnosisToJson } from './json-diagnosis.ts';
import { leadUpToJson } from './json-lead-up.ts';
import { placesOf } from './json-places.ts';
import { replayToJson } from './json-replay.ts';
import { snapshotToJson } from './json-snapshot.ts';
import { present, word } from './json-values.ts';

/** What `toJson` names the report, and how it prints instructions. */
export interface JsonOptions {
  /** What the report came from, as the user named it. Default: `<input>`. */
  readonly file?: string;
  /** Counts the reports of the file. Default: 0. */
  readonly index?: number;
  /** Writes listing text: that of the `ReplayParts`. */
  readonly decoder: Decoder;
  /** Of listing text. Default: `att`. */
  readonly syntax?: Syntax;
}

/** `window`: the text shows every instruction of the code window. */
interface TextJsonOptions extends JsonOptions {
  readonly window?: boolean;
}

/** Everything about one report, `replay/1`: what `--json` prints, and all that the text is made of. */
export function toJson(report: ExaminedReport, options: JsonOptions): ReportJson {
  return build(report, options, 'everything');
}

/**
 * As much of it as `formatReport` reads, for a run that prints text alone: without `crashSite`, and with `writes`, `places` and the
 * instructions that no text shows left out of their lists.
 */
export function jsonForText(report: ExaminedReport, options: TextJsonOptions): ReportJson {
  return build(report, options, 'text');
}

function build(report: ExaminedReport, options: TextJsonOptions, use: 'everything' | 'text'): ReportJson {
  const { snapshot, replay, explanation, leadUp } = report;
  const { file = '<input>', index = 0, decoder, syntax = 'att' } = options;
  const style = { decoder, syntax };
  const timeline = use === 'everything' ? timelineOf(report) : undefined;
  const where = whereText(snapshot);
  return present({
    schema: SCHEMA,
    report: present({
      ...placeToJson(file, snapshot, index),
      title: titleText(snapshot, replay),
      where: where === '' ? undefined : where,
    }),
    snapshot: { ...snapshotToJson(snapshot, replay), places: use === 'everything' ? placesOf(snapshot) : {} },
    replay: replayToJson(snapshot, replay, explanation.layout, style),
    ...diagnosisToJson(report),
    leadUp: leadUp && leadUpToJson(leadUp, report, timeline, style),
    crashSite: timeline && crashSiteToJson(report, timeline),
    listing: listingToJson(report, style, use === 'everything' || options.window ? undefined : offsetsInText(report)),
    findings: explanation.findings.map((finding) => findingToJson(finding, report)),
    registerRemarks: registerRemarks(snapshot, explanation.layout).map(registerRemarkToJson),
    stackRemarks: stackRemarksToJson(explanation.stack),
  });
}

/** The line of a report that could not be examined. */
export function failedReportToJson(
  file: string,
  snapshot: Snapshot,
  index: number,
  { code, message }: { readonly code: string; readonly message: string },
): FailedReportJson {
  return { schema: SCHEMA, report: placeToJson(file, snapshot, index), error: { code, message } };
}

function placeToJson(file: string, snapshot: Snapshot, index: number): FailedReportJson['report'] {
  return present({
    file,
    index,
    kind: snapshot.kind,
    carrier: snapshot.carrier,
    line: firstLineOf(snapshot.evidence),
    lines: lineCountOf(snapshot.evidence),
    diagnostics: snapshot.diagnostics.map(diagnosticToJson),
  });
}

function diagnosticToJson({ code, evidence, message }: Diagnostic): ReportJson['report']['diagnostics'][number] {
  return present({ code, line: firstLineOf(evidence), message });
}

/** Offsets of the instructions that the text names by the listing; undefined where it shows the code around the fault. */
function offsetsInText({ replay, leadUp }: ExaminedReport): ReadonlySet<number> | undefined {
  const showsLeadUp = leadUp !== undefined && leadUp.steps.length > 0 && replay.instruction !== undefined;
  return showsLeadUp ? new Set(leadUp.notExecuted) : undefined;
}

/** Of a report with a machine; nobody stops in it. */
function timelineOf({ replay, leadUp }: ExaminedReport): Timeline | undefined {
  const { machine } = replay;
  if (machine === undefined) return undefined;
  return new Timeline({ replay, machine, ...(leadUp && { leadUp }), printedSegments: new Set() }, new Breakpoints());
}

function registerRemarkToJson({ register, remark }: RemarkedRegister): ReportJson['registerRemarks'][number] {
  return { register, ...remark, text: registerRemarkText(remark) };
}

function stackRemarksToJson(words: readonly StackWord[]): ReportJson['stackRemarks'] {
  return words.flatMap(({ address, remarks }, index) =>
    remarks.length === 0
      ? []
      : [
          present({
            index,
            address: address === undefined ? undefined : word(address),
            remarks: remarks.map((remark) => {
              const { symbol, ...facts } = { symbol: undefined, ...remark };
              return present({ ...facts, symbol: symbol?.text, text: stackRemarkText(remark, (name) => name) });
            }),
          }),
        ],
  );
}

type FindingJson = ReportJson['findings'][number];

/** Addresses of code are left out where they are our own. */
function findingToJson(finding: Finding, { snapshot, replay }: ExaminedReport): FindingJson {
  const synthetic = replay.codeBase === 'synthetic';
  const facts = Object.entries(finding).flatMap(([name, value]): [string, unknown][] => {
    if (value === undefined || (name === 'step' && synthetic) || NOT_PLAIN.has(name)) return [];
    if (typeof value !== 'number' || PLAIN_NUMBERS.has(name)) return [[name, value]];
    return [[name, value > 0xffff_ffff ? `0x${value.toString(16)}` : word(value as U32)]];
  });
  const text = findingText(finding, (address) => placeOf(address, snapshot, replay));
  const plain = Object.fromEntries(facts) as Omit<FindingJson, 'text'>;
  return {
    ...plain,
    ...codeOf(finding),
    ...(finding.kind === 'address-origin' && originJson(finding, synthetic)),
    text,
  };
}

function originJson(
  { sources, otherwise }: Extract<Finding, { kind: 'address-origin' }>,
  synthetic: boolean,
): Pick<FindingJson, 'sources' | 'otherwise'> {
  return present({
    sources: sources.map(({ step, address, value, ...rest }) =>
      present({
        ...rest,
        step: step === undefined || synthetic ? undefined : word(step),
        address: address === undefined ? undefined : word(address),
        value: value === undefined ? undefined : word(value),
      }),
    ),
    otherwise: otherwise && {
      offset: otherwise.offset,
      registers: otherwise.registers,
      memory: otherwise.memory.map(word),
    },
  });
}

/** The code of a finding that has one. */
function codeOf(finding: Finding): { readonly code?: string } {
  return finding.kind === 'cause' ? { code: finding.cause.code } : {};
}

/** Written by functions of their own. */
const NOT_PLAIN = new Set(['cause', 'sources', 'otherwise']);
const PLAIN_NUMBERS = new Set(['size', 'offset']);
