// What loggers put in front of a line: syslog and journal heads, `<4>`, printk times, caller ids. Taken off from the outside in.

import type { LogLine, Stage } from '../log-line.ts';

interface HeadForm {
  readonly name: string;
  readonly pattern: RegExp;
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = '\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d{1,9})?';
/** Month names come in every language. */
const STAMP = `(?:[^\\s\\d<>\\[\\]:]{2,12} {1,3}\\d{1,2} (?:\\d{4} )?${CLOCK}|\\d{4}-\\d{2}-\\d{2}[T ]${CLOCK}(?:Z|[+-]\\d{2}:?\\d{2})?)`;

/** Anchored, each tried again after another one has matched. `<66> 83 04` is no level but the marked byte of a code line. */
const FORMS: readonly HeadForm[] = [
  {
    name: 'syslog',
    pattern: new RegExp(
      `^ ?${STAMP}(?: \\S{1,255})?(?: user\\.\\w+| kern\\.\\w+)?(?: (?:kernel|klogd)(?:\\[\\d+\\])?:| \\[kernel\\])(?: |$)`,
    ),
  },
  { name: 'kernel', pattern: /^ ?(?:[\w*.()-]{1,64} )?kernel: ?/ },
  { name: 'level', pattern: /^ {0,2}<\d{1,3}>(?! ?[0-9a-f]{2}(?: |$))/ },
  { name: 'dmesg level', pattern: /^(?:kern|user) {2,3}:(?:emerg|alert|crit|err|warn|notice|info|debug) *: / },
  { name: 'kmsg record', pattern: /^\d{1,3},\d{1,20},\d{1,20},[-c+](?:,[a-z]+=[^;,]{1,40}){0,4};/ },
  { name: 'printk time', pattern: /^\[ {0,12}\d{1,12}[.:]\d{1,9}\](?: |(?=\[)|$)/ },
  { name: 'relative time', pattern: /^\[ {0,12}\+?\d{1,12}\.\d{6}\] ?/ },
  {
    name: 'wall time',
    pattern: new RegExp(`^\\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} {1,2}\\d{1,2} ${CLOCK} \\d{4}\\] ?`),
  },
  { name: 'logcat time', pattern: /^ {0,4}\d{1,8}\.\d{6}: {1,4}(?=<)/ },
  { name: 'wall clock', pattern: new RegExp(`^ ?\\(\\d{2}-\\d{2} ${CLOCK}\\) `) },
  { name: 'caller', pattern: /^\[ {0,5}[TC]\d{1,10}\] ?/ },
];

/** More decorations than this on one line are no decorations. */
const DEEPEST = 8;

/** The length of what loggers put in front of `text`; 0 where there is nothing. */
export function headLength(text: string): number {
  let length = 0;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const rest = length === 0 ? text.slice(0, 600) : text.slice(length, length + 600);
    let taken = 0;
    for (const { pattern } of FORMS) {
      taken = pattern.exec(rest)?.[0].length ?? 0;
      if (taken > 0) break;
    }
    if (taken === 0) break;
    length += taken;
  }
  return length;
}

/** `Jul 12 09:44:20 host EIP: …`: some loggers leave `kernel:` out. The host is the word that all stamped lines share. */
const STAMPED = new RegExp(`^ ?${MONTH} {1,2}\\d{1,2} ${CLOCK} (\\S{1,64})(?: |$)`);
const FEWEST_STAMPED = 5;

function commonHost(lines: readonly LogLine[]): string | undefined {
  const hosts = new Map<string, number>();
  for (const { text } of lines) {
    const host = headLength(text) > 0 ? undefined : STAMPED.exec(text.slice(0, 120))?.[1];
    if (host !== undefined) hosts.set(host, (hosts.get(host) ?? 0) + 1);
  }
  const [only, ...others] = hosts;
  return only && others.length === 0 && only[1] >= FEWEST_STAMPED ? only[0] : undefined;
}

/** Stamps and hosts of a log without `kernel:`; it has to come before the joining of broken lines. */
export const stripHosts: Stage = (lines) => {
  const host = commonHost(lines);
  if (host === undefined) return lines;
  return lines.map((line): LogLine => {
    const match = STAMPED.exec(line.text.slice(0, 120));
    if (match?.[1] !== host) return line;
    return { ...line, text: `kernel: ${line.text.slice(match[0].length)}`, head: match[0] };
  });
};

export const stripHeads: Stage = (lines) =>
  lines.map((line): LogLine => {
    const length = headLength(line.text);
    return length === 0
      ? line
      : { ...line, text: line.text.slice(length), head: (line.head ?? '') + line.text.slice(0, length) };
  });
