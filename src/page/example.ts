// The example that the page shows first, and where the built markup holds it.

import type { Entry, GivenLog } from './protocol.ts';

/** The example with its reports. */
export interface Example {
  readonly log: GivenLog;
  readonly entries: readonly Entry[];
}

export const APP_ID = 'app';
