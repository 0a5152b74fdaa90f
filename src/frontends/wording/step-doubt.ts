// Signs that control may have come from elsewhere than a step, in words.

import type { StepDoubt } from '../../reconstruction/paths/doubts.ts';

/** Clauses about the step that they are named at. */
export const STEP_DOUBTS: Readonly<Record<StepDoubt, string>> = {
  entry: 'a function begins after it, which any code may call',
  'other-way': 'another way into the next step fits the log too',
  'window-start': 'the bytes before it are not shown',
  'after-padding': 'padding lies before the next step, as before what is jumped to',
  'at-switch': 'the next step is a no-op of a static branch, which is often jumped to',
  'join-hint': 'the next step looks like a place where ways join',
  'after-copies': 'the next step follows copies that only one of several ways would need',
  'near-start': 'the bytes right before the window may hold a jump over its first ones',
  'joined-from-before': 'the next step looks like what code before the window jumps to',
  'joined-from-after': 'the next step looks like what code after the window jumps back to',
  'unread-branch': 'bytes that cannot be read with certainty may hold a branch to the next step',
  'named-elsewhere': 'code or a table elsewhere in the file leads to the next step',
  boundary: 'where instructions begin is not certain here',
  'call-returned': 'what the callee did is not shown',
  'dead-end': 'further back nothing fits, so control came from elsewhere here or at a step nearby',
};
