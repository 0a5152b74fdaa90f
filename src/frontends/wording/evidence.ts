// Where something was read, as tools name places: `file:line`, or `file+0xoffset` in a file that is no text.

import type { Evidence } from '../../snapshot/evidence.ts';

/** `file` is the name of the input as the user knows it; evidence in another file of the same input names that one. */
export function evidencePlace(file: string, evidence: Evidence): string {
  if (evidence.kind === 'lines') return `${file}:${evidence.first}`;
  return `${evidence.file}+0x${evidence.offset.toString(16)}`;
}
