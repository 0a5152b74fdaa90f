// The whole text of one report, section by section.

import { VECTORS } from '../../machine/faults.ts';
import { decodePageFaultErrorCode } from '../../machine/page-fault-error-code.ts';
import { hex32 } from '../../machine/u32.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ReportView } from '../report-view.ts';
import { faultLines } from './fault.ts';
import { findingLines, originLines } from './finding.ts';
import { leadUpLines } from './lead-up.ts';
import { aroundLines, faultingLine, type ListingStyle } from './listing.ts';
import { registerLines } from './registers.ts';
import { stackLines } from './stack.ts';
import { titleLines } from './title.ts';
import { verdictLines } from './verdict.ts';

/** Sections with a blank line between them; empty ones are left out. */
export function formatReport(view: ReportView, style: ListingStyle): string {
  const { file, snapshot, replay, explanation } = view;
  const { paint } = style;
  const fault = faultLines(replay, explanation.layout, paint);
  const leadUp = view.leadUp ? leadUpLines(view.leadUp, view, style) : [];
  const sections = [
    titleLines(file, snapshot, replay, paint),
    faultingLine(snapshot, replay, style),
    [...(fault.length > 0 ? fault : loggedFault(snapshot)), ...findingLines(explanation)],
    verdictLines(snapshot, replay, paint),
    leadUp.length > 0 ? leadUp : aroundLines(snapshot, replay, style),
    registerLines(snapshot, replay),
    leadUp.length > 0 ? originLines(view) : [],
    stackLines(explanation.stack, paint),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

/** What the log itself says, where nothing could be run. */
function loggedFault(snapshot: Snapshot): readonly string[] {
  const { faultAddress, errorCode, vector } = snapshot.trap;
  if (faultAddress === undefined) return [];
  if (errorCode === undefined || vector?.value !== VECTORS['page-fault'])
    return [`  fault address ${hex32(faultAddress.value)}`];
  const { access, mode, present } = decodePageFaultErrorCode(errorCode.value);
  const fetch = access === 'execute' || faultAddress.value === snapshot.registers.eip?.value;
  const action = fetch ? 'instruction fetch' : access;
  return [
    `  ${mode}-mode ${action} of ${hex32(faultAddress.value)}: page ${present ? 'protection' : 'not present'}, says the log`,
  ];
}
