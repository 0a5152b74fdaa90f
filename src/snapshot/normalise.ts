// The stages that take a log's decorations off, in the order in which they are applied: outermost first.

import { joinContinuations } from './decorations/continuations.ts';
import { stripHeads } from './decorations/heads.ts';
import { cleanControls } from './decorations/line-ends.ts';
import type { LogLine, Stage } from './log-line.ts';

export interface NamedStage {
  readonly name: string;
  readonly stage: Stage;
}

export const STAGES: readonly NamedStage[] = [
  { name: 'control characters', stage: cleanControls },
  { name: 'continuations', stage: joinContinuations },
  { name: 'heads', stage: stripHeads },
];

export function normalise(lines: readonly LogLine[]): readonly LogLine[] {
  return STAGES.reduce((present, { stage }) => stage(present), lines);
}
