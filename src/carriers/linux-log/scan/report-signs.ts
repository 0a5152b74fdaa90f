// The marks by which a report shows in a long log, few and short enough to look for in all of it.

/** A text that stands near the start of a report. */
export interface Sign {
  /** Short, and where possible with a first letter that is rare in logs: both make the search fast. */
  readonly text: string;
  /** The characters one of which stands directly in front of it; absent where any may. */
  readonly after?: string;
  /** What has to stand around it; without this the text is enough. */
  readonly confirm?: RegExp;
}

/** One of these is near the start of every report. */
export const SIGNS: readonly Sign[] = [
  { text: 'EIP' },
  { text: 'EAX:' },
  { text: 'Oops' },
  { text: 'BUG', confirm: /(?:^|[^A-Z])BUG(?::| at )/ },
  { text: 'RIP:' },
  { text: 'WARNI', confirm: /WARNING: (?:CPU: \d|at )/ },
  { text: 'Badnes' },
  { text: 'Kernel', confirm: /Kernel panic/ },
  { text: 'fault', after: 'g ', confirm: /segfault at |double fault|protection fault/ },
  { text: 'sp:', after: ' \t\n', confirm: /sp:[0-9a-f]{1,16} error:/ },
];

/** How far around a sign its confirmation is looked for. */
export const BEFORE_SIGN = 16;
export const BEHIND_SIGN = 40;

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
