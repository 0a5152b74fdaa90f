// Finds the regions of a long log that can hold reports: skims over lines that cannot, and gathers the lines around those that can.
// Memory is bounded by the longest region, time by the length of the text. What a region says is read elsewhere (read-region.ts), on
// another thread where there is one.

import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import type { Silence, TextReader } from '../../carrier.ts';
import { assembleReports, LONGEST_GAP } from '../assembly/report-assembler.ts';
import { hasEnded, type ReportDraft } from '../assembly/report-draft.ts';
import { createLineEnds } from '../decorations/carriage-returns.ts';
import type { LogLine } from '../decorations/log-line.ts';
import { normalise } from '../decorations/normalise.ts';
import { REPORT_WORDS } from '../grammar/families.ts';
import { LineSkimmer } from './line-skimmer.ts';

/** Lines that follow one another, with all that belongs to the reports in them. Plain data. */
export interface Region {
  /** May be none where there is only a diagnostic. */
  readonly lines: readonly LogLine[];
  /** What begins at this line or after it goes on in the next region; absent where everything is over. */
  readonly until?: number;
  /** The last line, where the region was as long as one may be: a report that goes on there is cut. */
  readonly cutAt?: number;
  /** What was noticed while the lines were cut. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Finds the regions, and can leave out text between them. */
export interface RegionReader<T> extends TextReader<T> {
  /** True where no report is going on: the text up to a few lines before the next sign of one may be left out. */
  isIdle(): boolean;
  /** Leaves out text with `lines` ends of lines. Only while idle. */
  skip(lines: number): void;
}

/** This many lines without one end a region: no report goes on after them. */
const QUIET_LINES = LONGEST_GAP + 1;
/** Before the first line of a report and after its last one its own broken pieces may stand, other programs' lines between them. */
const KEPT_QUIET_LINES = 12;
export const LONGEST_REGION_LINES = 1500;
const LONGEST_REGION_CHARACTERS = 2_000_000;
/** At most so much of a full region is kept for the next one: each line is read a few times, however reports interleave. */
const MOST_KEPT = 0.5;

function isReportLine(text: string): boolean {
  return REPORT_WORDS.test(text);
}

/** The lines at the end of a full region that may be kept: what begins before them is given as it is. */
function keepable(lines: readonly LogLine[]): readonly LogLine[] {
  let from = lines.length;
  let characters = 0;
  while (lines.length - from < LONGEST_REGION_LINES * MOST_KEPT) {
    characters += lines[from - 1]?.text.length ?? 0;
    if (characters > LONGEST_REGION_CHARACTERS * MOST_KEPT || from === 0) break;
    from--;
  }
  return lines.slice(from);
}

/** The line from which a full region is kept, because a report that begins there may go on; undefined where none does. */
function keepFrom(lines: readonly LogLine[]): number | undefined {
  const floor = keepable(lines)[0]?.first ?? Number.POSITIVE_INFINITY;
  const end = lines.at(-1)?.last ?? 0;
  // They are in the order of their first lines.
  return draftsOf(lines).find((draft) => draft.first >= floor && end - draft.last < QUIET_LINES)?.first;
}

/** Where the lines cannot be read at all, whoever reads the region says so. */
function draftsOf(lines: readonly LogLine[]): readonly ReportDraft[] {
  try {
    return assembleReports(normalise(lines)).drafts;
  } catch {
    return [];
  }
}

/** Without the quiet lines at both ends, which say only that no report goes on there; the last `quiet` lines are such. */
function worthReading(lines: readonly LogLine[], quiet: number): readonly LogLine[] {
  const first = lines.findIndex(({ text }) => isReportLine(text));
  return lines.slice(
    Math.max(0, first - KEPT_QUIET_LINES),
    Math.min(lines.length, lines.length - quiet + KEPT_QUIET_LINES),
  );
}

/** There are reports, and each has ended, or seems to have. */
function isComplete(lines: readonly LogLine[], silence: Silence): boolean {
  const drafts = draftsOf(lines);
  return drafts.length > 0 && (silence === 'long' || drafts.every(hasEnded));
}

export class RegionFinder implements RegionReader<Region> {
  readonly #lineEnds = createLineEnds();
  readonly #skimmer = new LineSkimmer();
  #region: LogLine[] = [];
  #characters = 0;
  /** The lines of the region that have been looked at, and how many of them at their end are quiet. */
  #seen = 0;
  #quiet = 0;
  #isActive = true;

  push(text: string): readonly Region[] {
    this.#skimmer.push(this.#lineEnds.take(text));
    return this.#drain(false);
  }

  pause(silence: Silence): readonly Region[] {
    const found: Region[] = [];
    if (this.#isActive && this.#skimmer.isAtLineEnd() && isComplete(this.#region, silence)) {
      this.#complete(this.#region, found);
      this.#isActive = false;
    }
    return found;
  }

  isIdle(): boolean {
    return !this.#isActive;
  }

  skip(lines: number): void {
    this.#skimmer.skip(lines);
  }

  end(): readonly Region[] {
    this.#skimmer.push(this.#lineEnds.end());
    return this.#drain(true);
  }

  #drain(isLast: boolean): readonly Region[] {
    const found: Region[] = [];
    for (;;) {
      if (!this.#isActive) {
        if (!this.#skimmer.skim(isLast)) break;
        this.#begin([]);
        this.#isActive = true;
      }
      const line = this.#skimmer.nextLine(isLast);
      if (!line) break;
      this.#take(line, found);
    }
    if (isLast && this.#region.length > 0) this.#complete(this.#region, found);
    const diagnostics = this.#skimmer.takeDiagnostics();
    if (diagnostics.length > 0) found.push({ lines: [], diagnostics });
    return found;
  }

  #take(line: LogLine, found: Region[]): void {
    const region = this.#region;
    region.push(line);
    this.#characters += line.text.length;
    if (region.length - this.#seen + this.#quiet >= QUIET_LINES) this.#lookBack();
    if (this.#quiet >= QUIET_LINES) {
      this.#complete(worthReading(region, this.#quiet), found);
      this.#isActive = false;
    } else if (region.length >= LONGEST_REGION_LINES || this.#characters >= LONGEST_REGION_CHARACTERS) this.#cut(found);
  }

  /** Looks at the new lines from the last one backwards: what stands before a line of a report cannot make the end quiet. */
  #lookBack(): void {
    const { length } = this.#region;
    for (let i = length - 1; i >= this.#seen; i--)
      if (isReportLine(this.#region[i]?.text ?? '')) {
        this.#quiet = length - 1 - i;
        this.#seen = length;
        return;
      }
    this.#quiet += length - this.#seen;
    this.#seen = length;
  }

  /** The region is as long as one may be: what may go on is kept for the next. */
  #cut(found: Region[]): void {
    const lines = this.#region;
    const until = keepFrom(lines);
    const cutAt = lines.at(-1)?.last ?? 0;
    found.push({ lines, cutAt, ...(until !== undefined && { until }), diagnostics: [] });
    this.#begin(until === undefined ? [] : lines.filter((line) => line.first >= until));
  }

  #complete(lines: readonly LogLine[], found: Region[]): void {
    found.push({ lines, diagnostics: [] });
    this.#begin([]);
  }

  #begin(lines: LogLine[]): void {
    this.#region = lines;
    this.#characters = lines.reduce((sum, line) => sum + line.text.length, 0);
    this.#seen = lines.length;
    this.#quiet = 0;
  }
}
