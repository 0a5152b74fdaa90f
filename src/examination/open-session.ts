// From an examined report to a session that walks it in both directions.

import type { Syntax } from '../decoder/decoder.ts';
import { SEGMENT_REGISTERS } from '../machine/registers.ts';
import type { ReplayParts } from '../replay/replay.ts';
import { Session } from '../session/session.ts';
import type { ExaminedReport } from './examined-report.ts';

export interface SessionOptions {
  /** Of the listing. Default: `att`. */
  readonly syntax?: Syntax;
}

/**
 * A session that stands at the fault; undefined where the report has no machine or no code to step through
 * (`report.replay.reason` says why).
 *
 * @param parts The session uses their CPU alone while it lasts.
 */
export function openSession(
  { snapshot, replay, leadUp }: ExaminedReport,
  { decoder, cpu }: ReplayParts,
  { syntax = 'att' }: SessionOptions = {},
): Session | undefined {
  const { machine, window } = replay;
  if (machine === undefined || window === undefined) return undefined;
  const printedSegments = new Set(SEGMENT_REGISTERS.filter((name) => snapshot.segments[name] !== undefined));
  return new Session({ replay, machine, ...(leadUp && { leadUp }), printedSegments, decoder, cpu, syntax });
}
