// A replay with every text of the log visible.

import { visibleFacts } from '../machine/visible-text.ts';
import type { Replay } from '../replay/replay-types.ts';

/** What was executed holds no text of the log. */
export function visibleReplay({ machine, window, instruction, ...said }: Replay): Replay {
  return {
    ...visibleFacts(said),
    ...(machine && { machine }),
    ...(window && { window }),
    ...(instruction && { instruction }),
  };
}
