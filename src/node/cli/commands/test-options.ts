// What was asked of `replay test`.

import type { ReporterName } from '../../../frontends/text/scenario-reporters.ts';

export interface TestOptions {
  /** Parts of names; a scenario needs one of them. */
  readonly filter: readonly string[];
  readonly update: boolean;
  readonly bail: boolean;
  readonly jobs: number;
  /** Seconds for one scenario. */
  readonly timeout: number;
  readonly reporter: ReporterName;
}
