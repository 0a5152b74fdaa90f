// What loggers put in front of a line: syslog and journal heads, `<4>`, printk times, caller ids. Taken off from the outside in.

import type { LogLine, Stage } from '../log-line.ts';

interface HeadForm {
  readonly name: string;
  /** Its first character is one of these; absent where it may be any. */
  readonly starts?: string;
  /** It holds one of these. */
  readonly holds?: readonly string[];
  /** Anchored, tried again after another one has matched. */
  readonly pattern: RegExp;
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = '\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d{1,9})?';
/** Month names come in every language. */
export const STAMP = `(?:[^\\s\\d<>\\[\\]:]{2,12} {1,3}\\d{1,2} (?:\\d{4} )?${CLOCK}|\\d{4}-\\d{2}-\\d{2}[T ]${CLOCK}(?:Z|[+-]\\d{2}:?\\d{2})?)`;

const FORMS: readonly HeadForm[] = [
  { name: 'kernel', holds: ['kernel:'], pattern: /^ ?(?:[\w*.()-]{1,64} )?kernel: ?/ },
  {
    name: 'syslog',
    holds: ['kernel', 'klogd'],
    pattern: new RegExp(
      `^ ?${STAMP}(?: \\S{1,255})?(?: user\\.\\w+| kern\\.\\w+)?(?: (?:kernel|klogd)(?:\\[\\d+\\])?:| \\[kernel\\])(?: |$)`,
    ),
  },
  // `<66> 83 04` is no level but the marked byte of a code line.
  { name: 'level', starts: '< ', pattern: /^ {0,2}<\d{1,3}>(?! ?[0-9a-f]{2}(?: |$))/ },
  {
    name: 'dmesg level',
    starts: 'ku',
    holds: ['  :'],
    pattern: /^(?:kern|user) {2,3}:(?:emerg|alert|crit|err|warn|notice|info|debug) *: /,
  },
  {
    name: 'kmsg record',
    starts: '0123456789',
    holds: [','],
    pattern: /^\d{1,3},\d{1,20},\d{1,20},[-c+](?:,[a-z]+=[^;,]{1,40}){0,4};/,
  },
  { name: 'printk time', starts: '[', pattern: /^\[ {0,12}\d{1,12}[.:]\d{1,9}\](?: |(?=\[)|$)/ },
  { name: 'relative time', starts: '[', pattern: /^\[ {0,12}\+?\d{1,12}\.\d{6}\] ?/ },
  {
    name: 'wall time',
    starts: '[',
    pattern: new RegExp(`^\\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} {1,2}\\d{1,2} ${CLOCK} \\d{4}\\] ?`),
  },
  { name: 'logcat time', starts: '0123456789 ', holds: [': '], pattern: /^ {0,4}\d{1,8}\.\d{6}: {1,4}(?=<)/ },
  { name: 'wall clock', starts: '( ', pattern: new RegExp(`^ ?\\(\\d{2}-\\d{2} ${CLOCK}\\) `) },
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
  if (text.startsWith('[<')) return 0;
  for (const { holds, pattern } of formsOf(text.charAt(0))) {
    if (holds !== undefined && !holds.some((word) => text.includes(word))) continue;
    const length = pattern.exec(text)?.[0].length ?? 0;
    if (length > 0) return length;
  }
  return 0;
}

/** The length of what loggers put in front of `text`; 0 where there is nothing. */
export function headLength(text: string): number {
  let length = 0;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const taken = formLength(text.slice(length, length + LONGEST_HEAD));
    if (taken === 0) break;
    length += taken;
  }
  return length;
}

/** `Jul 12 09:44:20 host EIP: …`: some loggers leave `kernel:` out. The host is the word that all stamped lines share. */
const STAMPED = new RegExp(`^ ?${MONTH} {1,2}\\d{1,2} ${CLOCK} (\\S{1,64})(?: |$)`);
const FEWEST_STAMPED = 5;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec';

interface Stamp {
  readonly host: string;
  readonly length: number;
}

function stampOf({ text }: LogLine): Stamp | undefined {
  if (!MONTHS.includes(text.trimStart().slice(0, 3))) return undefined;
  const match = STAMPED.exec(text.slice(0, 120));
  return match ? { host: match[1] ?? '', length: match[0].length } : undefined;
}

function commonHost(lines: readonly LogLine[], stamps: readonly (Stamp | undefined)[]): string | undefined {
  const hosts = new Map<string, number>();
  for (const [index, { text }] of lines.entries()) {
    const host = stamps[index]?.host;
    if (host !== undefined && formLength(text.slice(0, LONGEST_HEAD)) === 0)
      hosts.set(host, (hosts.get(host) ?? 0) + 1);
  }
  const [only, ...others] = hosts;
  return only && others.length === 0 && only[1] >= FEWEST_STAMPED ? only[0] : undefined;
}

/** Stamps and hosts of a log without `kernel:`. */
export const stripHosts: Stage = (lines) => {
  const stamps = lines.map(stampOf);
  const host = commonHost(lines, stamps);
  if (host === undefined) return lines;
  return lines.map((line, index): LogLine => {
    const stamp = stamps[index];
    if (stamp?.host !== host) return line;
    return { ...line, text: line.text.slice(stamp.length), head: line.text.slice(0, stamp.length) };
  });
};

/** The line without what loggers put in front of it, which its head keeps. */
export function withoutHead(line: LogLine): LogLine {
  const length = headLength(line.text);
  if (length === 0) return line;
  return { ...line, text: line.text.slice(length), head: (line.head ?? '') + line.text.slice(0, length) };
}

export const stripHeads: Stage = (lines) => lines.map(withoutHead);
