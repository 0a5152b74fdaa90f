// What tools put before the lines of a file that they print: `grep -H` its name, `cat -n`, `nl` and `grep -n` the number of the line.
// Reports hold labels with colons and rows of numbers too. So the lines have to agree, and what is after the mark has to be a
// kernel's line where the whole is none.

import { headLength } from './heads.ts';
import { cutHead, type LogLine, type Stage, withText } from './log-line.ts';
import { isOfKernel, KERNEL_START } from './stamps.ts';

interface Mark {
  /** Its place in the log. */
  readonly index: number;
  readonly length: number;
}

/** So many lines have to agree, and so many of them prove to be a kernel's. */
const FEWEST_AGREEING = 8;
const FEWEST_PROVED = 5;
/** Pieces of a broken line stand between two lines with marks. */
const WIDEST_GAP = 5;

function cutMarks(lines: readonly LogLine[], runs: readonly (readonly Mark[])[]): readonly LogLine[] {
  const proved = runs.filter((run) => run.length >= FEWEST_AGREEING && isProved(lines, run));
  if (proved.length === 0) return lines;
  const cut = [...lines];
  for (const run of proved)
    for (const { index, length } of run) cut[index] = cutMark(lines[index] as LogLine, length, hasGaps(run));
  // An empty line of the file had only its mark.
  return cut.filter(({ text }) => text.trim() !== '');
}

/** Where lines without a mark stand between the others, a terminal broke the lines after their marks: the mark counts as a head. */
function hasGaps(run: readonly Mark[]): boolean {
  return (run.at(-1)?.index ?? 0) - (run[0]?.index ?? 0) >= run.length;
}

function cutMark(line: LogLine, length: number, isHead: boolean): LogLine {
  return isHead ? cutHead(line, length) : withText(line, line.text.slice(length));
}

function isProved(lines: readonly LogLine[], run: readonly Mark[]): boolean {
  let proved = 0;
  return run.some(({ index, length }) => {
    const { text } = lines[index] as LogLine;
    // A number may follow the name.
    if (!isOfKernel(text) && isOfKernel(text.slice(length).replace(/^\d{1,9}[:-]/, ''))) proved++;
    return proved >= FEWEST_PROVED;
  });
}

/** One look tells most logs from those that are such listings. `kernel:` is what a logger writes. */
export const NAMED_LINE = new RegExp(`^(?! ?kernel:) {0,12}[\\w.~/+@-]{1,200}:(?:\\d{1,9}[:-])? ?${KERNEL_START}`, 'm');
export const NUMBERED_LINE = new RegExp(`^ {0,12}\\d{1,9}[ :-] ?${KERNEL_START}`, 'm');

const LONGEST_NAME = 220;
const NAME = /^ {0,12}([\w.~/+@-]{1,200}):/;

function nameOf({ text }: LogLine): string | undefined {
  const name = NAME.exec(text.slice(0, LONGEST_NAME))?.[1];
  return name === undefined || headLength(text) > 0 ? undefined : name;
}

/** `messages:`, and `messages-` for the lines around those that grep found. */
export const stripFileNames: Stage = (lines) => {
  if (!lines.some(({ text }) => NAMED_LINE.test(text))) return lines;
  const names = lines.map(nameOf);
  const runs: Mark[][] = [];
  let name: string | undefined;
  let run: Mark[] = [];
  for (const [index, own] of names.entries()) {
    const isNear = index - (run.at(-1)?.index ?? index) <= WIDEST_GAP;
    const length = name !== undefined && isNear ? nameLength(lines[index] as LogLine, name) : 0;
    if (length > 0) run.push({ index, length });
    else if (own !== undefined && (run.length < 2 || !isNear)) {
      name = own;
      run = [{ index, length: nameLength(lines[index] as LogLine, own) }];
      runs.push(run);
    }
  }
  return cutMarks(lines, runs);
};

function nameLength({ text }: LogLine, name: string): number {
  const start = text.length - text.trimStart().length;
  const end = start + name.length;
  return text.startsWith(name, start) && (text[end] === ':' || text[end] === '-') ? end + 1 : 0;
}

const NUMBER = /^( {0,12})(\d{1,9})([:-]| |$)/;

interface NumberedLine extends Mark {
  readonly number: number;
  /** Columns of numbers end at the same place; `grep` writes them without one. */
  readonly end: number;
  readonly isTight: boolean;
}

function numbered({ text }: LogLine, index: number): NumberedLine | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const isTight = match[3] === ':' || match[3] === '-';
  const end = (match[1] ?? '').length + (match[2] ?? '').length;
  return { index, length: match[0].length, number: Number(match[2]), end, isTight };
}

function follows(line: NumberedLine, last: NumberedLine): boolean {
  if (line.number !== last.number + 1 || line.index - last.index > WIDEST_GAP) return false;
  return line.isTight === last.isTight && (line.isTight || line.end === last.end);
}

/** Pieces of broken lines may begin with numbers of their own: each may begin a run, and a run that none follows comes to nothing. */
export const stripLineNumbers: Stage = (lines) => {
  if (!lines.some(({ text }) => NUMBERED_LINE.test(text))) return lines;
  const runs: NumberedLine[][] = [];
  let open: NumberedLine[][] = [];
  for (const [index, line] of lines.entries()) {
    const own = numbered(line, index);
    if (own === undefined) continue;
    open = open.filter((run) => index - (run.at(-1)?.index ?? 0) <= WIDEST_GAP);
    const run = open.find((others) => follows(own, others.at(-1) as NumberedLine));
    if (run) run.push(own);
    else {
      const begun = [own];
      open.push(begun);
      runs.push(begun);
    }
  }
  return cutMarks(lines, runs);
};
