// What loggers put before a line: syslog and journal heads, `<4>`, printk times, caller ids. Taken off from the outside in.

import { cutHead, type LogLine, type Stage } from './log-line.ts';

interface HeadForm {
  readonly name: string;
  /** Its first character is one of these; absent where it may be any. */
  readonly starts?: string;
  /** It holds this. */
  readonly holds?: string;
  /** Anchored, tried again after another one has matched. */
  readonly pattern: RegExp;
}

export const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
export const CLOCK = '\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d{1,9})?';
/** Month and day names come in every language. */
const NAME = '[^\\s\\d<>\\[\\]:]{2,12}';
const NAMED_DATE = `(?:${NAME} {1,3}){1,2}\\d{1,2} (?:\\d{4} )?${CLOCK}(?: \\d{4}(?= ))?`;
const NUMBERED_DATE = `(?:${NAME} )?\\d{4}-\\d{2}-\\d{2}[T ]${CLOCK}(?:Z|[+-]\\d{2}:?\\d{2}| [A-Z]{3,5}(?= )| [+-]\\d{2}(?= ))?`;
export const STAMP = `(?:${NAMED_DATE}|${NUMBERED_DATE}|\\d{9,10}\\.\\d{6}(?= ))`;
/** `<    0.000012>`: since the line before. */
const DELTA = '<[ \\d]{1,7}\\d\\.\\d{6}>';

function syslog(program: string): RegExp {
  return new RegExp(`^ ?${STAMP}(?: \\S{1,255})?(?: user\\.\\w+| kern\\.\\w+)? ${program}(?: |$)`);
}

const FORMS: readonly HeadForm[] = [
  { name: 'kernel', starts: 'k ', holds: 'kernel:', pattern: /^ ?kernel: ?/ },
  { name: 'kernel behind a word', holds: ' kernel:', pattern: /^ ?[\w*.()-]{1,64} kernel: ?/ },
  { name: 'syslog', holds: 'kernel', pattern: syslog('(?:kernel(?:\\[\\d+\\])?:|\\[kernel\\])') },
  { name: 'syslog of klogd', holds: 'klogd', pattern: syslog('klogd(?:\\[\\d+\\])?:') },
  {
    name: 'syslog protocol',
    starts: '1',
    holds: ' kernel - ',
    pattern: new RegExp(`^1 ${NUMBERED_DATE} \\S{1,255} kernel - (?:- |\\S{1,32} )(?:- |\\[[^\\]]{1,200}\\] )?`),
  },
  // `<66> 83 04` is no level but the marked byte of a code line.
  { name: 'level', starts: '< ', pattern: /^ {0,2}<\d{1,3}>(?! ?[0-9a-f]{2}(?: |$))/ },
  {
    name: 'dmesg level',
    starts: 'ku',
    holds: '  :',
    pattern: /^(?:kern|user) {2,3}:(?:emerg|alert|crit|err|warn|notice|info|debug) *: /,
  },
  {
    name: 'kmsg record',
    starts: '0123456789',
    holds: ',',
    // netconsole may put the kernel's release before the level.
    pattern: /^(?:\d[\w.+~-]{2,64},)?\d{1,3},\d{1,20},\d{1,20},[-c+](?:,[a-z]+=[^;,]{1,40}){0,4};/,
  },
  // After the time may be the processor (`,3`, `@0`), the time since the line before, or a vendor's marks.
  {
    name: 'printk time',
    starts: '[',
    pattern: new RegExp(
      `^\\[ {0,12}\\d{1,12}[.:]\\d{1,9}(?:[,@]\\d{1,3}| ${DELTA})?\\](?: |(?=\\[|<\\d>|-?\\(\\d{1,3}\\)\\[)|$)`,
    ),
  },
  {
    name: 'relative time',
    starts: '[',
    pattern: new RegExp(
      `^\\[(?: {0,12}\\+?\\d{1,12}\\.\\d{6}(?: \\d{1,9}\\.\\d{6})?|${DELTA}|${MONTH} ?\\d{1,2} \\d{2}:\\d{2})\\] ?`,
    ),
  },
  {
    name: 'wall time',
    starts: '[',
    pattern: new RegExp(
      `^\\[(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} {1,2}\\d{1,2} ${CLOCK} \\d{4}(?: ${DELTA})?|(?:\\d{4}-?\\d{2}-?\\d{2}[T ])?${CLOCK}Z?)\\] ?`,
    ),
  },
  // dmesg writes a comma and six digits; other stamps without a host need several lines that agree (stamps.ts).
  {
    name: 'ISO time',
    starts: '0123456789',
    holds: ',',
    pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2},\d{6}[+-]\d{2}:?\d{2} ?/,
  },
  { name: 'logcat time', starts: '0123456789 ', holds: ': ', pattern: /^ {0,4}\d{1,8}\.\d{6}: {1,4}(?=<)/ },
  {
    name: 'logcat',
    starts: '01',
    holds: ': ',
    pattern: new RegExp(`^\\d{2}-\\d{2} ${CLOCK} {1,6}\\d{1,7} {1,6}\\d{1,7} [VDIWEFS] [^:]{0,40}: `),
  },
  { name: 'wall clock', starts: '( ', pattern: new RegExp(`^ ?\\(\\d{2}-\\d{2} ${CLOCK}\\) `) },
  { name: 'MediaTek', starts: '(- ', holds: ')[', pattern: /^[ -]?\(\d{1,3}\)\[\d{1,10}:[^\]]{1,32}\] ?/ },
  { name: 'caller', starts: '[', pattern: /^\[ {0,5}[TC]\d{1,10}\] ?/ },
];

/** More decorations than this on one line are no decorations. */
const DEEPEST = 8;
const LONGEST_HEAD = 600;

const byFirst = new Map<string, readonly HeadForm[]>();

function formsOf(first: string): readonly HeadForm[] {
  let forms = byFirst.get(first);
  if (forms === undefined) {
    forms = FORMS.filter(({ starts }) => starts === undefined || starts.includes(first));
    byFirst.set(first, forms);
  }
  return forms;
}

/** The length of the form that `text` begins with; 0 where there is none. */
function formLength(text: string): number {
  // Most lines of a trace: an address in brackets.
  if (text.startsWith('[<') && text.charAt(2) !== ' ') return 0;
  for (const { holds, pattern } of formsOf(text.charAt(0))) {
    if (holds !== undefined && !text.includes(holds)) continue;
    const length = pattern.exec(text)?.[0].length ?? 0;
    if (length > 0) return length;
  }
  return 0;
}

/** The length of what loggers put before `text`; 0 where there is nothing. */
export function headLength(text: string): number {
  let length = 0;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const taken = formLength(text.slice(length, length + LONGEST_HEAD));
    if (taken === 0) break;
    length += taken;
  }
  return length;
}

/** The line without what loggers put before it, which its head keeps. */
export function withoutHead(line: LogLine): LogLine {
  const length = headLength(line.text);
  return length === 0 ? line : cutHead(line, length);
}

export const stripHeads: Stage = (lines) => lines.map(withoutHead);
