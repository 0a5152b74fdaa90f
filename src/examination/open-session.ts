// From an examined report to a session that walks it in both directions.

import type { Syntax } from '../decoder/decoder.ts';
import { SEGMENT_REGISTERS } from '../machine/registers.ts';
import type { ReplayParts } from '../replay/replay.ts';
import { Session } from '../session/session.ts';
import type { ExaminedReport } from './examined-report.ts';

/** How a session prints instructions. */
export interface SessionOptions {
  /** The syntax of `session.print`. Default: `att`. */
  readonly syntax?: Syntax;
}

/**
 * Opens a session that stands at the fault. Gives undefined if the report has no machine or no code to step through
 * (`report.replay.reason` says why).
 *
 * @param parts The parts that the report was examined with. The session uses their CPU alone while it lasts.
 */
export function openSession(
  report: ExaminedReport,
  parts: ReplayParts,
  options: SessionOptions = {},
): Session | undefined {
  const { snapshot, replay, leadUp } = report;
  const { machine, window } = replay;
  if (machine === undefined || window === undefined) return undefined;
  const printedSegments = new Set(SEGMENT_REGISTERS.filter((name) => snapshot.segments[name] !== undefined));
  const { decoder, cpu } = parts;
  const { syntax = 'att' } = options;
  return new Session({ replay, machine, ...(leadUp && { leadUp }), printedSegments, decoder, cpu, syntax });
}
