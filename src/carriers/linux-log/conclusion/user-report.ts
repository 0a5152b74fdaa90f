// A line about a user program, and the code line behind it, as a snapshot.

import { VECTORS } from '../../../machine/faults.ts';
import { wrapU32 } from '../../../machine/u32.ts';
import type { Snapshot } from '../../../snapshot/snapshot.ts';
import type { UserFault } from '../assembly/fact.ts';
import type { PlacedFact, ReportDraft } from '../assembly/report-draft.ts';
import { codeWindow } from './code-window.ts';

export function concludeUserFault(draft: ReportDraft, placed: PlacedFact & { readonly fact: UserFault }): Snapshot {
  const { fact, lines } = placed;
  const sourced = <T>(value: T) => ({ value, lines });
  const code = codeWindow(draft.facts, fact.eip, { eraStartsAtEip: false });
  return {
    kind: 'user-fault',
    lines: { first: draft.first, last: draft.last },
    mode: { value: 'user', lines, inferred: 'line-for-user-programs' },
    headline: sourced(fact.text),
    registers: { eip: sourced(fact.eip), esp: sourced(fact.esp) },
    segments: {},
    control: {},
    debug: {},
    ...code.fields,
    trap: {
      ...(fact.vector !== undefined && { vector: sourced(fact.vector) }),
      errorCode: sourced(wrapU32(fact.errorCode)),
      ...(fact.faultAddress !== undefined &&
        fact.vector === VECTORS['page-fault'] && { faultAddress: sourced(fact.faultAddress) }),
    },
    pageTable: {},
    task: {
      ...(fact.comm !== undefined && { comm: sourced(fact.comm) }),
      ...(fact.pid !== undefined && { pid: sourced(fact.pid) }),
      ...(fact.cpu !== undefined && { cpu: sourced(fact.cpu) }),
    },
    kernel: {},
    ...(fact.mapping && { mapping: sourced(fact.mapping) }),
    closing: [],
    diagnostics: [...draft.diagnostics, ...code.diagnostics],
  };
}
