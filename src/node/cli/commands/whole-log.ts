// A log that is held as a whole: for documents and pages that show its lines, and for what replays nothing.

import { ReplayError } from '../../../machine/errors.ts';
import { logChunks, logName } from '../../files/input.ts';

export const STANDARD_INPUT = '-';
/** What shows lines is for reading: a larger log is explained by the command alone. */
const LARGEST_LOG = 1 << 26;

/** The text of a log of up to 64 MiB. Throws ReplayError 'input/unreadable' with what to do. */
export async function wholeLog(path: string): Promise<string> {
  let text = '';
  for await (const chunk of logChunks(path)) {
    text += chunk;
    if (text.length > LARGEST_LOG)
      throw new ReplayError('input/unreadable', {
        path: logName(path),
        reason: 'logs of up to 64 MiB can be shown with their lines; cut out the lines of the report',
      });
  }
  return text;
}
