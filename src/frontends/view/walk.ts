// The lead-up of a report as positions to walk over, and the way back from a value: functions of the JSON alone.

import type { ReportJson } from '../json/contract/report.ts';

type LeadUpJson = NonNullable<ReportJson['leadUp']>;
export type StepJson = LeadUpJson['steps'][number];
type WriteJson = StepJson['writes'][number];
export type PlaceJson = WriteJson['place'];
export type KnownJson = StepJson['before'][string];

/** A value that was asked about, as it was at a position. */
export interface Asked {
  readonly place: PlaceJson;
  readonly position: number;
}

const NO_STEPS: readonly StepJson[] = [];

export function stepsOf({ leadUp }: ReportJson): readonly StepJson[] {
  return leadUp?.steps ?? NO_STEPS;
}

/** The last position: the machine before the faulting instruction. Positions count the steps from 0. */
export function sitePosition(report: ReportJson): number {
  return stepsOf(report).length;
}

/** Registers before the instruction of a position; a report without a machine still has what its log prints. */
export function registersAt(report: ReportJson, position: number): Readonly<Record<string, KnownJson>> {
  const known = stepsOf(report)[position]?.before ?? report.crashSite?.registers;
  if (known !== undefined) return known;
  const printed = Object.entries(report.snapshot.registers);
  return Object.fromEntries(printed.map(([name, value]) => [name, { value, provenance: 'observed' as const }]));
}

/** The registers that the step before a position gave another value. What only became known is no change. */
export function changedRegisters(report: ReportJson, position: number): ReadonlySet<string> {
  const { writes = [], before = {} } = stepsOf(report)[position - 1] ?? {};
  return new Set(
    writes.flatMap(({ place: { register }, value }) =>
      register === undefined || (value !== undefined && value === before[register]?.value) ? [] : [register],
    ),
  );
}

/** One step on the way back from a value. */
export interface Link {
  /** The position whose instruction wrote. */
  readonly position: number;
  readonly write: WriteJson;
}

export interface WhereFrom {
  /** Back in time. */
  readonly links: readonly Link[];
  /** Where the value was at the first position; absent where the last link made it, or may have. */
  readonly before?: PlaceJson;
}

const LONGEST_WAY = 64;

/** The way back from what `place` holds at a position. */
export function whereFrom(report: ReportJson, { place, position }: Asked): WhereFrom {
  const links: Link[] = [];
  let sought: PlaceJson = place;
  let before = position;
  while (links.length < LONGEST_WAY) {
    const link = lastWrite(stepsOf(report), sought, before);
    if (link === undefined) return { links, before: sought };
    links.push(link);
    const { certain, from } = link.write;
    if (!certain || from === undefined || !covers(link.write.place, sought)) break;
    before = link.position;
    sought = from;
  }
  return { links };
}

function lastWrite(steps: readonly StepJson[], sought: PlaceJson, before: number): Link | undefined {
  for (let position = Math.min(before, steps.length) - 1; position >= 0; position--) {
    const write = steps[position]?.writes.find(({ place }) => touches(place, sought));
    if (write !== undefined) return { position, write };
  }
  return undefined;
}

/** True where a write may have changed what is sought: one to an unknown address may be anywhere in memory. */
function touches(written: PlaceJson, sought: PlaceJson): boolean {
  if (written.register !== undefined || sought.register !== undefined) return written.register === sought.register;
  if (written.address === undefined || sought.address === undefined) return true;
  const [w, s] = [Number(written.address), Number(sought.address)];
  return w < s + (sought.size ?? 1) && s < w + (written.size ?? 1);
}

function covers(written: PlaceJson, sought: PlaceJson): boolean {
  if (written.register !== undefined) return true;
  if (written.address === undefined || sought.address === undefined) return false;
  const [w, s] = [Number(written.address), Number(sought.address)];
  return w <= s && s + (sought.size ?? 1) <= w + (written.size ?? 1);
}

/** The way of a value as it is drawn beside the code. */
export interface DrawnWay {
  readonly name: string;
  /** The position that reads the value. */
  readonly end: number;
  readonly links: readonly Link[];
}

/** The way of the value asked about, or those of the parts of the faulting address. */
export function drawnWays(report: ReportJson, asked: Asked | undefined): readonly DrawnWay[] {
  const { base, index } = report.replay.operand ?? {};
  const end = sitePosition(report);
  const parts = [...new Set([base?.register, index?.register])].filter((register) => register !== undefined);
  const questions = asked === undefined ? parts.map((register) => ({ place: { register }, position: end })) : [asked];
  return questions.flatMap((question) => {
    const { links } = whereFrom(report, question);
    return links.length === 0 ? [] : [{ name: placeName(question.place), end: question.position, links }];
  });
}

export function placeName({ register, address }: PlaceJson): string {
  return register === undefined ? `[${address === undefined ? '?' : address.replace(/^0x/, '')}]` : `%${register}`;
}

/** The nearest position before or after one at which a place has just been given a value. */
export function nextChange(report: ReportJson, place: PlaceJson, position: number, by: 1 | -1): number | undefined {
  const steps = stepsOf(report);
  for (let at = position + by; at >= 1 && at <= steps.length; at += by)
    if (steps[at - 1]?.writes.some((write) => touches(write.place, place))) return at;
  return undefined;
}
