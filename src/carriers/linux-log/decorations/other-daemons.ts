// `Mar  3 14:22:01 host dhclient: …` among the lines of that host's kernel: syslog itself says that others wrote them. Left in, the line
// of the kernel before them would seem to go on in them.

import { readLine } from '../grammar/grammar.ts';
import { STAMP } from './heads.ts';
import type { LogLine, Stage } from './log-line.ts';

const HOSTED = new RegExp(`^ ?${STAMP} (\\S{1,255}) `);
const KERNEL_NAME = '(?:kernel|klogd)(?:\\[\\d{1,10}\\])?:';
const KERNEL = new RegExp(`^${KERNEL_NAME}(?: |$)`);
/** One look tells most logs from those in which syslog names a host whose kernel wrote lines. */
export const KERNEL_OF_A_HOST = new RegExp(`${HOSTED.source}${KERNEL_NAME}`, 'm');
const OTHER = /^[\w./@()-]{1,64}(?:\[\d{1,10}\])?: |^last message repeated \d{1,10} times$|^-- MARK --$/;
const LONGEST_STAMP = 320;

interface Message {
  readonly host: string;
  readonly text: string;
}

function messageOf({ text }: LogLine): Message | undefined {
  const match = HOSTED.exec(text.slice(0, LONGEST_STAMP));
  return match ? { host: match[1] ?? '', text: text.slice(match[0].length).trimEnd() } : undefined;
}

/** Some loggers leave `kernel:` out: what the grammar knows stays. */
function isOfAnother({ text }: Message): boolean {
  return OTHER.test(text) && !KERNEL.test(text) && readLine(text).every(({ kind }) => kind === 'noise');
}

export const dropOtherDaemons: Stage = (lines) => {
  const messages = lines.map(messageOf);
  const hosts = new Set(messages.flatMap((message) => (message && KERNEL.test(message.text) ? [message.host] : [])));
  const kept = lines.filter((_, index) => {
    const message = messages[index];
    return message === undefined || !hosts.has(message.host) || !isOfAnother(message);
  });
  return kept.length === lines.length ? lines : kept;
};
