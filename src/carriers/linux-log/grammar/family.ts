// What a family of lines says of itself. All that has to know how the lines of a report look, before they are read, is derived from it
// (families.ts): which readers a line meets, what a long log is searched for, which lines keep a report going, and how its lines begin.

import type { LineReader } from '../assembly/fact.ts';

/** A text that stands near the start of a report. */
export interface Sign {
  /** Short, and where possible with a first letter that is rare in logs: both make the search fast. */
  readonly text: string;
  /** The characters one of which stands directly before it; absent where any may. */
  readonly after?: string;
  /** What has to stand around it; without this the text is enough. */
  readonly confirm?: RegExp;
}

/** Every line of a family starts as it says here, or holds one of its words. Lower case stands for both. */
export interface Family {
  readonly read: LineReader;
  /** First two letters of its lines, between blanks; `*` for any second one. */
  readonly starts?: string;
  /** Words one of which its lines hold that start otherwise. */
  readonly holds?: readonly string[];
  /** By these a long log is searched. Each report has a line with one within its first 40, so most families need none. */
  readonly signs?: readonly Sign[];
  /** Patterns without flags one of which its lines match: such a line keeps a report going. A line that opens a report has to match one. */
  readonly words?: readonly RegExp[];
  /** How its lines begin where something that is no known head stands before them. */
  readonly begins?: readonly RegExp[];
}
