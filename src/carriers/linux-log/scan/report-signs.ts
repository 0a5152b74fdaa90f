// How the signs of a report are looked for in a long log, and what of the log around one may belong to its report.

/** How far around a sign its confirmation is looked for. */
export const BEFORE_SIGN = 16;
export const AFTER_SIGN = 40;

/** Lines before a sign that may belong to its report. */
const CONTEXT_LINES = 40;
export const CONTEXT_CHARACTERS = 16_384;

/** Where the context of a sign at `place` begins: at a line, not before `floor`. `lineStart` gives the start of the line of a place. */
export function contextStart(place: number, floor: number, lineStart: (place: number) => number): number {
  if (place <= floor) return floor;
  const lowest = Math.max(floor, place - CONTEXT_CHARACTERS);
  let start = lineStart(place);
  for (let i = 0; i < CONTEXT_LINES && start > lowest; i++) {
    const before = lineStart(start - 1);
    if (before < lowest) break;
    start = before;
  }
  return start;
}
/** The rest of a longer line is dropped: no report and no mail has such lines. */
export const LONGEST_LINE = 262_144;
