// Lines that separate nothing in a crash log: double spacing, empty records, the banner of a syslog broadcast.

import type { Stage } from './log-line.ts';

export const BANNERS: readonly string[] = ['Message from syslogd@', 'Broadcast message from '];

export const dropBlankLines: Stage = (lines) =>
  lines.filter((line) => {
    const text = line.text.trim();
    return text !== '' && !BANNERS.some((banner) => text.startsWith(banner));
  });
