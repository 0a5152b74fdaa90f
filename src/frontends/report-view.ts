// Everything that is shown of one report.

import type { ExaminedReport } from '../examination/examined-report.ts';
import { visibleFacts, visibleText } from '../machine/visible-text.ts';
import type { Replay } from '../replay/replay-types.ts';

export interface ReportView extends ExaminedReport {
  /** As the user named it; `<stdin>` for standard input. */
  readonly file: string;
}

/** The same with every text of the log visible: the layout measures what will be shown, and no field can end its line. */
export function visibleView({ file, snapshot, replay, explanation, ...rest }: ReportView): ReportView {
  return {
    ...rest,
    file: visibleText(file),
    snapshot: visibleFacts(snapshot),
    replay: visibleReplay(replay),
    explanation: visibleFacts(explanation),
  };
}

/** What was executed holds no text of the log. */
export function visibleReplay({ machine, window, instruction, ...said }: Replay): Replay {
  return {
    ...visibleFacts(said),
    ...(machine && { machine }),
    ...(window && { window }),
    ...(instruction && { instruction }),
  };
}
