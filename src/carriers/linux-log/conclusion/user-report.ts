// A line about a user program, and the code line after it, as a snapshot.

import { VECTORS } from '../../../machine/faults.ts';
import { wrapU32 } from '../../../machine/u32.ts';
import type { Snapshot } from '../../../snapshot/snapshot.ts';
import type { UserFault } from '../assembly/fact.ts';
import type { PlacedFact, ReportDraft } from '../assembly/report-draft.ts';
import { LINUX_LOG } from '../carrier-name.ts';
import { evidenceOf } from '../decorations/log-line.ts';
import { codeWindow } from './code-window.ts';
import { cpuErrorCode } from './trap-report.ts';

export function concludeUserFault(draft: ReportDraft, placed: PlacedFact & { readonly fact: UserFault }): Snapshot {
  const { fact, evidence } = placed;
  const sourced = <T>(value: T) => ({ value, evidence });
  const code = codeWindow(draft.facts, fact.eip, { eraStartsAtEip: false });
  const diagnostics = [...draft.diagnostics, ...code.diagnostics];
  return {
    kind: 'user-fault',
    carrier: LINUX_LOG,
    evidence: evidenceOf(draft),
    mode: { value: 'user', evidence, inferred: 'line-for-user-programs' },
    headline: sourced(fact.text),
    registers: { eip: sourced(fact.eip), esp: sourced(fact.esp) },
    segments: {},
    control: {},
    debug: {},
    memory: code.code ? [code.code] : [],
    ...(code.unavailable && { codeUnavailable: code.unavailable }),
    trap: {
      ...(fact.vector !== undefined && { vector: sourced(fact.vector) }),
      errorCode: cpuErrorCode(sourced(wrapU32(fact.errorCode)), diagnostics),
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
    diagnostics,
  };
}
