// A diversion as a file that can be kept beside its log: schema replay-diversion/1.

import { bytesText } from '../../../machine/byte-text.ts';
import { hex32 } from '../../../machine/u32.ts';
import type { DiversionReport } from '../../../session/debug-target.ts';
import type { Edit } from '../../../session/edit.ts';
import { jsonText } from '../../json-text.ts';

/** JSON, one line a field; 32-bit values are strings such as "0x9e28ea90". */
export function savedDiversion(
  { origin, edits, executed }: DiversionReport,
  source: { readonly log: string; readonly report: number },
): string {
  const saved = {
    schema: 'replay-diversion/1',
    log: source.log,
    report: source.report,
    position: { index: origin.index, address: `0x${hex32(origin.address)}` },
    edits: edits.map(({ at, edit }) => ({ after: at, ...editJson(edit) })),
    executed,
  };
  return `${jsonText(saved, 2)}\n`;
}

function editJson(edit: Edit): Readonly<Record<string, unknown>> {
  const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
  switch (edit.kind) {
    case 'register':
      return { register: edit.register, value: hex(edit.value) };
    case 'flags':
      return { flags: hex(edit.mask), value: hex(edit.value) };
    case 'memory':
      return {
        memory: hex(edit.address),
        bytes: bytesText(edit.bytes),
      };
    case 'page':
      return { page: hex(edit.address), state: edit.state.kind };
  }
}
