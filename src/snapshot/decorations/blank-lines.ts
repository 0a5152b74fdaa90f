// Lines that separate nothing in a crash log: double spacing, empty records, the banner of a syslog broadcast.

import type { Stage } from '../log-line.ts';

const BANNER = /^\s*(?:Message from syslogd@|Broadcast message from )/;

export const dropBlankLines: Stage = (lines) => lines.filter(({ text }) => text.trim() !== '' && !BANNER.test(text));
