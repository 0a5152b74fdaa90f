// Sessions for tests, over the real engine and the real reports.

import { fileURLToPath } from 'node:url';
import { type OpenedSession, openLog } from '../../src/node/cli/commands/open-log.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { ReplayParts } from '../../src/replay/replay.ts';

let parts: Promise<ReplayParts> | undefined;

export const SAMPLE = 'scenarios/kni-fifo-put/oops.log';

/** `log`: a path from the root of the project. The CPU is shared: one session at a time. */
export function sessionOf(log: string): Promise<OpenedSession> {
  parts ??= loadParts();
  const path = fileURLToPath(new URL(`../../${log}`, import.meta.url));
  return openLog(path, { syntax: 'att' }, () => parts as Promise<ReplayParts>);
}
