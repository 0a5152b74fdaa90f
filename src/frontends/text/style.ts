// How a report is laid out: colours, width, and which sections at which length.

import { type Paint, plain } from './paint.ts';

/** The sections that `--only` names, in the order in which they are printed. The title is always there. */
export const SECTIONS = [
  'diagnosis',
  'context',
  'fault',
  'verdict',
  'lead-up',
  'code',
  'registers',
  'trace',
  'stack',
] as const;
export type Section = (typeof SECTIONS)[number];

/** `brief`: what broke, where and how sure. `full`: everything that the log and the replay hold. */
export type Length = 'brief' | 'normal' | 'full';

const BRIEF: readonly Section[] = ['diagnosis', 'context', 'fault', 'verdict'];

/** Columns of a line. */
export const NARROWEST = 40;
export const WIDEST = 160;
export const USUAL_WIDTH = 80;

export interface TextStyle {
  readonly paint: Paint;
  readonly width: number;
  /** Nothing but ASCII. */
  readonly ascii: boolean;
  /** Shown, if the report has something to show there. */
  readonly sections: ReadonlySet<Section>;
  /** Nothing is cut short. */
  readonly whole: boolean;
}

export interface StyleChoice {
  readonly paint?: Paint;
  /** Columns; what is outside of 40 to 160 is taken for the nearest. Default: 80. */
  readonly width?: number;
  /** For a terminal that shows nothing else. Default: false. */
  readonly ascii?: boolean;
  readonly length?: Length;
  /** These sections and no others, at full length. */
  readonly only?: readonly Section[];
}

export function textStyle(choice: StyleChoice = {}): TextStyle {
  const { paint = plain, width = USUAL_WIDTH, ascii = false, length = 'normal', only } = choice;
  return {
    paint,
    ascii,
    width: Math.min(Math.max(width, NARROWEST), WIDEST),
    sections: new Set(only ?? (length === 'brief' ? BRIEF : SECTIONS)),
    whole: only !== undefined || length === 'full',
  };
}
