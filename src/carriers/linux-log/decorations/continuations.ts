// Lines that a mailer, a terminal or a logger broke in two are put together again, with or without a blank as the break needs it.
// Read unfinished.ts for how one sees that a line is not complete.

import type { Fact } from '../assembly/fact.ts';
import { isCodeContinuation, isWholeCode } from '../grammar/code-line.ts';
import { LONGEST_LINE, readLine } from '../grammar/grammar.ts';
import { withoutHead } from './heads.ts';
import { joinLines, type LogLine, type Stage } from './log-line.ts';
import {
  bothWhole,
  CODE_LINE,
  glueOf,
  goesOn,
  isCodePiece,
  isFreeText,
  isOpenTask,
  isUnfinished,
} from './unfinished.ts';

interface Piece {
  readonly line: LogLine;
  readonly body: string;
  /** Characters of the head that was before the body. */
  readonly head: number;
  /** Characters in all. */
  readonly width: number;
}

/** More pieces than this are no broken line: a code dump of 8,192 bytes in lines of 72 characters. */
const MOST_PIECES = 400;
/** Nor is more text than this, the bytes of a code line apart: a list of a few hundred modules. Each piece makes the whole be looked at anew. */
const LONGEST_TEXT = 8192;
const NARROWEST_WRAP = 40;
/** A mailer breaks no line shorter than this. */
const NARROWEST_FREE_TEXT = 58;

function piece(line: LogLine): Piece {
  const body = line.text;
  const head = line.head?.length ?? 0;
  return { line, body, head, width: head + body.length };
}

/** A line that the grammar knows by itself. */
function standsAlone({ body }: Piece): boolean {
  return readLine(body).some((fact) => fact.kind !== 'problem' && fact.kind !== 'noise');
}

/** As above, or a separator. */
function isKnown({ body }: Piece): boolean {
  return readLine(body).some(({ kind }) => kind !== 'problem');
}

const TRACE_OR_USER_LINE = /^\s*(?:\[<[0-9a-f]{8}>|(?:traps: )?\S{1,15}\[\d+\]:? (?:segfault|trap|general) )/;

/** As above, but a bare symbol or `PREEMPT SMP` does not count: where lines have heads it is the end of another line. */
function surelyStandsAlone({ body }: Piece): boolean {
  if (TRACE_OR_USER_LINE.test(body)) return true;
  return readLine(body).some((fact) => {
    if (fact.kind === 'identity') return fact.field !== 'options';
    return fact.kind !== 'problem' && fact.kind !== 'noise' && fact.kind !== 'trace';
  });
}

const RELEASE = /^[2-9]\.\d{1,2}\.\d/;
/** The kernel itself begins a new line every eight words. */
const STACK_ROW = /^\s{1,16}(?:[0-9a-f]{8} ){3}/;

/** What a line of values goes on with. `Segmentation fault` of a shell after a code line is none of it. */
const DATA =
  /^\s*(?:[<[(#?]|[0-9a-f]{2,16}\b|SS:ESP|(?:not )?tainted|VLI|(?:PREEMPT|SMP|DEBUG|KASAN|N?O?PTI)|(?:[A-Z] {0,3}){1,12}(?:VLI)?$|[\w.]{1,120}[+=:]|in \S|likely|on CPU|CPU)/;

const TEXT_FACTS: ReadonlySet<Fact['kind']> = new Set([
  'identity',
  'headline',
  'location',
  'panic',
  'closing',
  'remark',
  'sentence',
  'modules',
  'section',
  'page-fault',
  'block-start',
  'noise',
  'problem',
]);

/** `Code: Unable to access` is still to say what cannot be accessed. */
function isOpenCode(fact: Fact): boolean {
  if (fact.kind !== 'code' || fact.bytes.length > 0) return false;
  return fact.unavailable === undefined || !/(?:value|[0-9a-f]{8})\.?$/i.test(fact.unavailable);
}

/** Lines that nothing understands yet, and lines that end in words: any words may go on. */
function endsInText(body: string): boolean {
  return readLine(body).every((fact) => TEXT_FACTS.has(fact.kind) || isOpenCode(fact));
}

/** The bytes that a code line goes on with. */
const CODE_ROW = /^\s*(?:[<(]?[0-9a-f]{2}[>)]? ){4}/i;

/** Whether `next` goes on with `body`, whatever the width of the lines. */
function continues(body: string, headed: boolean, next: Piece): boolean {
  if (CODE_LINE.test(body)) {
    if (isWholeCodeLine(body)) return false;
    // A logger cuts no byte in two.
    if (next.head > 0 ? isCodeContinuation(next.body) : isCodePiece(body, next.body)) return true;
  }
  if (goesOn(body, next.body)) return true;
  return next.head === 0 && continuesHeadless(body, headed, next);
}

/** 64 bytes with a few blanks between them are no longer. */
const LONGEST_WHOLE_CODE = 512;

function isWholeCodeLine(body: string): boolean {
  if (body.length > LONGEST_WHOLE_CODE) return false;
  return readLine(body).some((fact) => fact.kind === 'code' && isWholeCode(fact));
}

/** As above, for a line that no logger put a head before. */
function continuesHeadless(body: string, headed: boolean, next: Piece): boolean {
  if (isUnfinished(body, next.body)) return true;
  if (isOpenTask(body.trim()) && !standsAlone(next)) return true;
  if (headed) return !surelyStandsAlone(next) && (endsInText(body) || DATA.test(next.body));
  return !standsAlone(next) && isFreeText(body) && body.length >= NARROWEST_FREE_TEXT;
}

/**
 * The width at which a terminal cut lines in the middle of words; undefined where lines were broken at blanks.
 * Such lines all have the very same length, and it is the greatest of the log.
 */
function cutWidth(pieces: readonly Piece[]): number | undefined {
  const widest = widestOf(pieces);
  return widest !== undefined && areCutAt(widest, pieces) ? widest : undefined;
}

/** Undefined where one line alone is the widest. */
function widestOf(pieces: readonly Piece[]): number | undefined {
  let widest = NARROWEST_WRAP - 1;
  let times = 0;
  for (const { width } of pieces) {
    if (width > widest) {
      widest = width;
      times = 1;
    } else if (width === widest) times++;
  }
  return times > 1 ? widest : undefined;
}

function areCutAt(widest: number, pieces: readonly Piece[]): boolean {
  let broken = 0;
  let atWidest = 0;
  for (let i = 0; i + 1 < pieces.length; i++) {
    const { body, head, width } = pieces[i] as Piece;
    const next = pieces[i + 1] as Piece;
    if (next.head > 0 || width < NARROWEST_WRAP) continue;
    if (isKnown(next) && !continues(body, head > 0, next)) continue;
    // Between two whole numbers nothing tells a cut from a break at a blank. A row of bytes that is shorter was broken at one.
    if (bothWhole(body, next.body) || (STACK_ROW.test(next.body) && bothWhole(body.trimEnd(), next.body.trim())))
      continue;
    if (width === widest && CODE_ROW.test(body) && bothWhole(`Code: ${body}`, next.body)) continue;
    broken++;
    // A taint and the release after it: the blank between them was dropped.
    if (/\S$/.test(body) && RELEASE.test(next.body) && isOpenTask(body.trim())) continue;
    if (width === widest) atWidest++;
  }
  return atWidest >= 2 && atWidest >= 0.8 * broken;
}

/** One line in so many has a head where loggers wrote heads: the others are pieces of those. Elsewhere a head is a mark on a few lines. */
const PIECES_PER_HEAD = 6;

export const joinContinuations: Stage = (lines) => {
  const pieces = lines.map(piece);
  const width = cutWidth(pieces);
  const isHeaded = pieces.filter(({ head }) => head > 0).length * PIECES_PER_HEAD >= pieces.length;
  const out: LogLine[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const start = pieces[i] as Piece;
    let { line, body } = start;
    let last = start;
    for (let budget = 0; i + 1 < pieces.length && budget < MOST_PIECES; budget++) {
      if (body.length > (CODE_LINE.test(body) ? LONGEST_LINE : LONGEST_TEXT)) break;
      const next = pieces[i + 1] as Piece;
      const cut =
        width !== undefined &&
        last.width === width &&
        next.head === 0 &&
        ((isHeaded && start.head > 0) || !surelyStandsAlone(next));
      if (!cut && !continues(body, start.head > 0, next)) break;
      const glue = cut && !bothWhole(body, next.body) ? '' : glueOf(body, next.body);
      // A logger began the second line itself: what it took for a head may have been the marked byte.
      const isOwnLine = next.head > 0 && CODE_LINE.test(body);
      line = joinLines(line, next.line, isOwnLine ? `${glue}  ` : glue);
      body += glue + next.body;
      last = next;
      i++;
    }
    // A second head may have been what was broken.
    out.push(line === start.line ? line : withoutHead(line));
  }
  return out;
};
