// Findings, a paragraph each.

import type { ReportJson } from '../json/contract/report.ts';
import { unbrokenIn } from '../wording/unbroken.ts';
import type { TextStyle } from './style.ts';
import { wrapText } from './wrap.ts';

type FindingJson = ReportJson['findings'][number];

/** What the fault and the sum of its address already show; an origin is shown after the lead-up. */
const SHOWN_ELSEWHERE: ReadonlySet<FindingJson['kind']> = new Set(['address-wrapped', 'cause', 'address-origin']);

export function findingLines({ findings }: Pick<ReportJson, 'findings'>, { width }: TextStyle): readonly string[] {
  return findings
    .filter(({ kind }) => !SHOWN_ELSEWHERE.has(kind))
    .flatMap(({ text, file }) => wrapText(unbrokenIn(text, file), 4, 4, width));
}

/** Where the registers of the faulting address came from, after the lead-up that shows it. */
export function originLines({ findings }: Pick<ReportJson, 'findings'>, { width }: TextStyle): readonly string[] {
  return findings.flatMap(({ kind, text }) => (kind === 'address-origin' ? wrapText(text, 2, 4, width) : []));
}
