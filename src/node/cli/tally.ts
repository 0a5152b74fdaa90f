// Writes the texts of reports one after the other: equal ones as a group, and a sum after many.

import type { Verdict } from '../../replay/replay-types.ts';
import type { Output } from './output.ts';

export interface Counted {
  readonly lines: readonly string[];
  /** `file:line`. */
  readonly place: string;
  readonly verdict: Verdict | 'failed';
  /** Equal for reports that say the same; absent for those that stand alone. */
  readonly likeness?: string | undefined;
}

/** From so many reports on, a last line sums up. */
const MANY = 4;

export interface Tally {
  take(report: Counted): void;
  /** All reports were taken. */
  end(): void;
}

/** Memory is that of one report. Without an output nothing is written. */
export function createTally(output: Output | undefined): Tally {
  const verdicts = new Map<string, number>();
  let before: Counted | undefined;
  let repeated = 0;

  function endGroup(): void {
    if (repeated > 0 && before !== undefined)
      output?.write(['', `  and ${repeated} more like it, the last at ${before.place}`]);
    repeated = 0;
  }

  return {
    take(report) {
      verdicts.set(report.verdict, (verdicts.get(report.verdict) ?? 0) + 1);
      if (report.likeness !== undefined && report.likeness === before?.likeness) repeated++;
      else {
        endGroup();
        if (report.lines.length > 0) output?.write(before === undefined ? report.lines : ['', ...report.lines]);
      }
      before = report;
    },
    end() {
      endGroup();
      const count = [...verdicts.values()].reduce((sum, each) => sum + each, 0);
      if (count < MANY) return;
      const parts = [...verdicts].map(([verdict, each]) => `${each} ${verdict.replace('-', ' ')}`);
      output?.write(['', `${count} reports: ${parts.join(', ')}`]);
    },
  };
}
