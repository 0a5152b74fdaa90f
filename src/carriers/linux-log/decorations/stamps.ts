// Times before lines that no `kernel:` follows. One of them proves little, so several lines have to agree: on the host after the
// time, or, where the time is all (`ts`, a terminal's capture), on being lines that a kernel prints.

import { REPORT_BEGINNINGS } from '../grammar/families.ts';
import { readLine } from '../grammar/grammar.ts';
import { CLOCK, headLength, MONTH } from './heads.ts';
import { cutHead, type LogLine, type Stage } from './log-line.ts';

/** `Jul 12 09:44:20 host EIP: …`: some loggers leave `kernel:` out. The host is the word that all stamped lines share. */
const STAMPED_START = `^ ?${MONTH} {1,2}\\d{1,2} ${CLOCK} `;
const STAMPED = new RegExp(`${STAMPED_START}([^\\s[<]\\S{0,63})(?: |$)`);
/** One look tells most logs from those with such lines. */
export const STAMPED_LINE = new RegExp(`${STAMPED_START}[^\\s[<]`, 'm');
const FEWEST_STAMPED = 5;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec';
const LONGEST_STAMP = 120;

interface Stamp {
  readonly host: string;
  readonly length: number;
}

function startsWithMonth(text: string): boolean {
  return MONTHS.includes(text.trimStart().slice(0, 3));
}

function stampOf({ text }: LogLine): Stamp | undefined {
  if (!startsWithMonth(text)) return undefined;
  const match = STAMPED.exec(text.slice(0, LONGEST_STAMP));
  return match ? { host: match[1] ?? '', length: match[0].length } : undefined;
}

function commonHost(lines: readonly LogLine[], stamps: readonly (Stamp | undefined)[]): string | undefined {
  const hosts = new Map<string, number>();
  for (const [index, { text }] of lines.entries()) {
    const host = stamps[index]?.host;
    if (host !== undefined && headLength(text) === 0) hosts.set(host, (hosts.get(host) ?? 0) + 1);
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
    return stamp?.host === host ? cutHead(line, stamp.length) : line;
  });
};

/** How some line of every report begins, whether it has a head of its own or not. */
export const KERNEL_START = `(?:${REPORT_BEGINNINGS}|[[<]|[A-Z][a-z]{2} [ \\d]\\d |\\d{4}-\\d)`;
/** A date or a time of the day alone; `ts` can write any of these. */
const BARE_TIME = `(?:${MONTH} {1,2}\\d{1,2} ${CLOCK}|\\d{4}-\\d{2}-\\d{2}[T ]${CLOCK}(?:Z|[+-]\\d{2}:?\\d{2})?|${CLOCK}|\\d{9,10}\\.\\d{6})`;
const BARE = new RegExp(`^${BARE_TIME}(?:[ ;]|$)`);
/** One look tells most logs from those with such lines. */
export const BARE_STAMP = new RegExp(`^${BARE_TIME}[ ;] ?${KERNEL_START}`, 'm');
/** What every one of them begins with. */
const BARE_START = /^\d{1,4}[:-]\d|^\d{9,10}\.\d/;

const OF_SYSLOG: readonly string[] = [' kernel:', ' kernel[', ' klogd', '[kernel]'];

function bareLength({ text }: LogLine): number {
  if (!BARE_START.test(text) && !startsWithMonth(text)) return 0;
  // The heads that begin with a time and go on after it hold one of these.
  if (OF_SYSLOG.some((words) => text.includes(words))) return 0;
  return BARE.exec(text.slice(0, LONGEST_STAMP))?.[0].length ?? 0;
}

/** `host cron[91]: …`, most lines of a syslog: not worth a closer look. */
const OF_A_DAEMON = /^[\w.-]{1,64} [\w./()-]{1,64}(?:\[\d{1,10}\])?: /;

/** It has a head of its own, or it is a line of a report. */
export function isOfKernel(text: string): boolean {
  return headLength(text) > 0 || readLine(text).some(({ kind }) => kind !== 'noise' && kind !== 'problem');
}

/** `comm[pid]: segfault`, without a host: a line that says of itself that the kernel printed it. */
const USER_LINE = /^(?:traps: )?[^\s[\]]{1,15}\[\d{1,10}\]:? (?:segfault|trap|general) /;

/** True where what follows the times shows that nothing else stands before the lines. */
function areBare(lines: readonly LogLine[], lengths: readonly number[]): boolean {
  let proved = 0;
  return lengths.some((length, index) => {
    if (length === 0) return false;
    const text = (lines[index] as LogLine).text.slice(length);
    if (USER_LINE.test(text)) return true;
    if (!OF_A_DAEMON.test(text) && isOfKernel(text)) proved++;
    return proved >= FEWEST_STAMPED;
  });
}

/** Times before a kernel's lines. */
export const stripBareStamps: Stage = (lines) => {
  if (!lines.some(({ text }) => BARE_STAMP.test(text))) return lines;
  const lengths = lines.map(bareLength);
  if (!areBare(lines, lengths)) return lines;
  return lines.map((line, index): LogLine => {
    const length = lengths[index] ?? 0;
    return length === 0 ? line : cutHead(line, length);
  });
};
