// What would have happened: a session goes to a position, takes edits and runs on, and what ran is compared with what did.

import type { ExaminedReport } from '../examination/examined-report.ts';
import { openSession } from '../examination/open-session.ts';
import { differenceTexts } from '../frontends/wording/diversion.ts';
import { faultText } from '../frontends/wording/fault.ts';
import { instructionText, placeOf } from '../frontends/wording/place.ts';
import { variationStopText } from '../frontends/wording/stop.ts';
import { inline } from '../frontends/wording/value.ts';
import { GENERAL_REGISTERS } from '../machine/registers.ts';
import type { ReplayParts } from '../replay/replay.ts';
import type { KnownRegisters } from '../session/machine-view.ts';
import type { Session } from '../session/session.ts';
import type { StopReason } from '../session/stop-reason.ts';
import { sessionEditOf, type TrialEdit } from './trial-edit.ts';

/** A trial that has not ended by then is taken not to end. */
const MOST_STEPS = 500;
/** Steps that are shown. */
const SHOWN_STEPS = 64;

export interface TrialStep {
  /** How its place is called. */
  readonly place: string;
  readonly text: string;
  /** `%ecx 2b024000 → 00000004`. */
  readonly changes: readonly string[];
}

export interface TrialOutcome {
  /** `same`: it faults as the log says. */
  readonly end: 'same' | 'other-fault' | 'stopped';
  /** How it ended. */
  readonly text: string;
  /** Where it first differs from what happened. */
  readonly differences: readonly string[];
  readonly steps: readonly TrialStep[];
  /** Steps that are not shown. */
  readonly more: number;
}

/** Undefined where the report has no machine to run. */
export function tryEdits(
  examined: ExaminedReport,
  parts: ReplayParts,
  position: number,
  edits: readonly TrialEdit[],
): TrialOutcome | undefined {
  const { snapshot, replay } = examined;
  const session = openSession(examined, parts);
  if (session === undefined || session.travel.positions[position] === undefined) return undefined;
  session.travel.seek(position);
  for (const edit of edits.map(sessionEditOf)) if (edit !== undefined) session.diversions.edit(edit);
  const text = (instruction: Parameters<typeof instructionText>[0]) =>
    instructionText(instruction, snapshot, replay, { decoder: parts.decoder, syntax: 'att' });
  const place = (address: Parameters<typeof placeOf>[0]) => placeOf(address, snapshot, replay);
  const steps: TrialStep[] = [];
  let count = 0;
  let stop: StopReason = { kind: 'step' };
  for (; stop.kind === 'step' && count < MOST_STEPS; count++) {
    const { address } = session.place;
    const [instruction, before] = [session.instructionAt(address), session.view.registers()];
    stop = session.run('step', 'forward');
    if (stop.kind !== 'step' || instruction === undefined || steps.length >= SHOWN_STEPS) continue;
    steps.push({
      place: place(address),
      text: text(instruction),
      changes: changesOf(before, session.view.registers()),
    });
  }
  const ran = stop.kind === 'step' ? count : count - 1;
  const comparison = session.diversions.current?.comparison;
  return {
    ...endOf(stop.kind === 'step' ? { kind: 'step-limit', steps: count } : stop, session, place),
    differences: comparison === undefined ? [] : differenceTexts(comparison, place),
    steps,
    more: ran - steps.length,
  };
}

function endOf(
  stop: StopReason,
  { fault, place: { address } }: Session,
  place: (address: Session['place']['address']) => string,
): Pick<TrialOutcome, 'end' | 'text'> {
  if (stop.kind !== 'fault' && stop.kind !== 'timeline-end')
    return { end: 'stopped', text: `At ${place(address)} it cannot be followed further: ${variationStopText(stop)}.` };
  if (stop.fault === undefined) return { end: 'stopped', text: 'It ends where the log ends.' };
  const said = faultText(stop.fault);
  return fault !== undefined && said === faultText(fault)
    ? { end: 'same', text: `It faults as before at ${place(address)}: ${said}.` }
    : { end: 'other-fault', text: `It faults otherwise at ${place(address)}: ${said}.` };
}

function changesOf(before: KnownRegisters, after: KnownRegisters): readonly string[] {
  return GENERAL_REGISTERS.flatMap((name) => {
    const [from, to] = [before[name], after[name]];
    if (from.value === to.value && from.provenance === to.provenance) return [];
    return [`%${name} ${inline(from)} → ${inline(to)}`];
  });
}
