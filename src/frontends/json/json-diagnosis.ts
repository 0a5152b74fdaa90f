// What kind of bug it is, in JSON.

import type { Diagnosis, Giver, Ground, Source } from '../../diagnosis/diagnosis.ts';
import type { ExaminedReport } from '../../examination/examined-report.ts';
import type { U32 } from '../../machine/u32.ts';
import { firstLineOf } from '../../snapshot/evidence.ts';
import { blameText, type DiagnosisView, diagnosisText } from '../wording/diagnosis.ts';
import { commandText, purposeText } from '../wording/next-step.ts';
import type { ReportJson } from './contract/report.ts';
import { present, word } from './json-values.ts';

type DiagnosisJson = ReportJson['diagnosis'][number];
type GroundJson = DiagnosisJson['grounds'][number];

export function diagnosisToJson({
  snapshot,
  diagnosis,
}: ExaminedReport): Pick<ReportJson, 'diagnosis' | 'blame' | 'signature' | 'next'> {
  const { diagnoses, blame, signature, next } = diagnosis;
  const view = { snapshot, ...(blame && { blame }) };
  return present({
    diagnosis: diagnoses.map((one) => conclusionToJson(one, view)),
    blame:
      blame &&
      present({
        symbol: blame.symbol.text,
        role: blame.role,
        certainty: blame.certainty,
        helper: blame.helper,
        text: blameText(blame),
        grounds: blame.grounds.map(groundToJson),
      }),
    signature,
    next: next.map((step) => ({ command: commandText(step), purpose: purposeText(step) })),
  });
}

function conclusionToJson(found: Diagnosis, view: DiagnosisView): DiagnosisJson {
  const { kind, strength, grounds, ...rest } = found;
  const facts = Object.entries(rest).flatMap(([name, value]): [string, unknown][] => {
    if (value === undefined) return [];
    if (name === 'source') return sourceFields(value as Source);
    if (name === 'cause') return [['cause', (value as { readonly code: string }).code]];
    if (name === 'by') return giverFields(value as Giver);
    if (name === 'twice') return [];
    if (name === 'index' && typeof value === 'number') return [['entry', value]];
    return [[name, WORDS.has(name) ? word(value as U32) : value]];
  });
  const text = diagnosisText(found, view);
  return { kind, strength, text, grounds: grounds.map(groundToJson), ...Object.fromEntries(facts) };
}

/** Facts that are 32-bit values; the others are counts. */
const WORDS: ReadonlySet<string> = new Set(['value', 'address', 'esp', 'stackStart', 'seen']);

function sourceFields(source: Source): [string, unknown][] {
  const by: [string, unknown][] =
    source.kind === 'argument' ? [['sourcePosition', source.position], ...giverFields(source.by)] : [];
  const address: [string, unknown][] =
    source.kind === 'load' && source.address !== undefined ? [['sourceAddress', word(source.address)]] : [];
  return [
    ['source', source.kind],
    ...address,
    ...by,
    ...(source.likely ? [['sourceLikely', true] as [string, unknown]] : []),
  ];
}

function giverFields(giver: Giver | undefined): [string, unknown][] {
  if (giver === undefined) return [];
  const { symbol, certainty, onBehalfOf } = giver;
  return [
    ['caller', symbol.text],
    ['callerCertainty', certainty],
    ...(onBehalfOf ? [['onBehalfOf', onBehalfOf.text] as [string, unknown]] : []),
  ];
}

function groundToJson(ground: Ground): GroundJson {
  switch (ground.kind) {
    case 'register':
      return { ...ground, value: word(ground.value) };
    case 'page-table':
      return { ...ground, value: `0x${ground.value}` };
    case 'log':
      return present({ kind: ground.kind, what: ground.what, line: firstLineOf(ground.evidence) });
    default:
      return ground;
  }
}
