// What may have been meant by the name of a log that is not there.

import { existsSync } from 'node:fs';
import { nearName } from '../../frontends/near-name.ts';
import { COMMANDS } from './command-names.ts';

/** The end of a message; empty for a log that is there. */
export function missingLogHint(path: string): string {
  if (existsSync(path)) return '';
  const meant = nearName(path, COMMANDS);
  return meant === undefined
    ? '; `-` reads standard input, as in `dmesg | replay -`'
    : `; did you mean the command \`replay ${meant}\`?`;
}
