// BUG() of kernels before 2.6.20 puts a line number and a file pointer after ud2: bytes that look like code and are none.

import type { ByteRange } from '../decoder/align-window.ts';
import { inlineLocation } from '../snapshot/inline-bug.ts';
import { codeWindowOf } from '../snapshot/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const UD2_LENGTH = 2;

/** Ranges of the code window that are data: what the log's own location was found to point at. */
export function inlineBugData(snapshot: Snapshot): readonly ByteRange[] {
  const { kind, trap } = snapshot;
  const code = codeWindowOf(snapshot);
  const record = inlineLocation(code);
  if (kind !== 'bug' || code?.eipOffset === undefined || record === undefined) return [];
  if (trap.location?.value.filePointer !== record.filePointer) return [];
  return [{ offset: code.eipOffset + UD2_LENGTH, length: record.length }];
}
