// The carriers, and which of them a log belongs to.

import type { Carrier } from './carrier.ts';
import { linuxLog } from './linux-log/linux-log.ts';

/** They are asked in this order. The last one takes every log that no other recognises. */
export const ALL_CARRIERS: readonly Carrier[] = [linuxLog];

/** The carrier of a log that begins with `start`; undefined if more of the log decides. `isWhole`: there is no more. */
export function carrierOf(start: string, carriers: readonly Carrier[], isWhole: boolean): Carrier | undefined {
  for (const carrier of carriers) {
    const answer = carrier.recognises(start);
    if (answer === true) return carrier;
    if (answer === undefined && !isWhole) return undefined;
  }
  return carriers.at(-1);
}
