// Reports that were examined, and those that could not be.

import type { EmbeddedReport } from '../frontends/report/embedded.ts';
import type { Entry } from './protocol.ts';

export function isReport(entry: Entry): entry is EmbeddedReport {
  return 'report' in entry;
}
