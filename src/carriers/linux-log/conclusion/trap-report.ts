// What the log says of the exception itself: vector, error code, fault address, and where each of them was taken from.

import { exceptionOfVector, VECTORS } from '../../../machine/faults.ts';
import { hex32, type U32, wrapU32 } from '../../../machine/u32.ts';
import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import { inlineLocation } from '../../../snapshot/inline-bug.ts';
import type { CodeWindow } from '../../../snapshot/memory.ts';
import type { ReportKind, Sourced, TrapReport } from '../../../snapshot/snapshot.ts';
import { firstFact, type ReportDraft } from '../assembly/report-draft.ts';
import { conflict } from './conflict.ts';

/** ud2, and the ud0 that WARN used for a while. */
const UD_SECOND_BYTES: ReadonlySet<number> = new Set([0x0b, 0xff, 0xb9]);

function isUndefinedOpcode(code: CodeWindow): boolean {
  const at = code.eipOffset;
  return at !== undefined && code.bytes[at] === 0x0f && UD_SECOND_BYTES.has(code.bytes[at + 1] ?? 0);
}

function vectorOf(draft: ReportDraft, kind: ReportKind, code: CodeWindow | undefined): Sourced<number> | undefined {
  const die = firstFact(draft, 'die', (fact) => fact.vector !== undefined);
  if (die?.fact.vector !== undefined) return { value: die.fact.vector, evidence: die.evidence };
  const headline = firstFact(draft, 'headline', (fact) => fact.vector !== undefined);
  if (headline?.fact.vector !== undefined)
    return {
      value: headline.fact.vector,
      evidence: headline.evidence,
      ...(kind === 'bug' && { inferred: 'bug-without-die-line' }),
    };
  const detail = firstFact(draft, 'page-fault');
  if (detail) return { value: VECTORS['page-fault'], evidence: detail.evidence };
  const raisesOnPurpose = kind === 'warning' || kind === 'bug';
  // A signal may be another program's doing.
  if (kind === 'user-fault') return undefined;
  if (kind === 'register-dump' || kind === 'panic' || (draft.kinds.has('die') && !raisesOnPurpose)) return undefined;
  if (code && isUndefinedOpcode(code))
    return {
      value: VECTORS['invalid-opcode'],
      evidence: code.evidence,
      inferred:
        kind === 'bug'
          ? 'bug-at-undefined-opcode'
          : kind === 'warning'
            ? 'warning-at-undefined-opcode'
            : 'undefined-opcode-at-eip',
    };
  if (raisesOnPurpose || draft.kinds.has('die')) return undefined;
  const closing = firstFact(draft, 'closing-cr2');
  return closing && { value: VECTORS['page-fault'], evidence: closing.evidence, inferred: 'closing-cr2-line' };
}

function errorCodeOf(
  draft: ReportDraft,
  vector: number | undefined,
  diagnostics: Diagnostic[],
): Sourced<U32> | undefined {
  // The kernel prints 0000 for exceptions that push no error code.
  if (vector !== undefined && !exceptionOfVector(vector)?.hasErrorCode) {
    const die = firstFact(draft, 'die');
    return die?.fact.errorCode === undefined
      ? undefined
      : cpuErrorCode({ value: die.fact.errorCode, evidence: die.evidence }, diagnostics);
  }
  const die = firstFact(draft, 'die', (fact) => fact.errorCode !== undefined);
  const detail = firstFact(draft, 'page-fault', (fact) => fact.errorCode !== undefined);
  const best = die ?? detail;
  if (!best || best.fact.errorCode === undefined) return undefined;
  if (die && detail && die.fact.errorCode !== detail.fact.errorCode)
    diagnostics.push({
      code: 'conflicting-values',
      evidence: detail.evidence,
      message: `the error code is ${hex32(die.fact.errorCode as U32)} in the die line and ${hex32(detail.fact.errorCode as U32)} here: the die line is taken`,
    });
  return cpuErrorCode({ value: best.fact.errorCode, evidence: best.evidence }, diagnostics);
}

/** The CPU pushes 16 bits; what kernels print above them is not its own (Intel SDM volume 3, 7.13, "Error Code"). */
export function cpuErrorCode({ value, evidence }: Sourced<U32>, diagnostics: Diagnostic[]): Sourced<U32> {
  if (value <= 0xffff) return { value, evidence };
  const low = wrapU32(value & 0xffff);
  diagnostics.push({
    code: 'bad-number',
    evidence,
    message: `the error code ${hex32(value)} has more than the 16 bits that a CPU pushes: the lower 16 are taken`,
  });
  return { value: low, evidence, inferred: 'low-half-of-error-code' };
}

function faultAddressOf(
  draft: ReportDraft,
  vector: Sourced<number> | undefined,
  diagnostics: Diagnostic[],
): Sourced<U32> | undefined {
  if (vector?.value !== VECTORS['page-fault']) return undefined;
  const headline = firstFact(draft, 'headline', (fact) => fact.address !== undefined);
  const closing = firstFact(draft, 'closing-cr2');
  const block = firstFact(draft, 'control', (fact) => fact.name === 'cr2');
  const sources: Sourced<U32>[] = [];
  if (headline?.fact.address !== undefined) sources.push({ value: headline.fact.address, evidence: headline.evidence });
  if (closing) sources.push({ value: closing.fact.value, evidence: closing.evidence });
  // Reading unreadable code bytes faults as well and overwrites CR2 before the block is printed.
  if (block && !(sources.length > 0 && readsCodeFaulted(draft)))
    sources.push({ value: block.fact.value, evidence: block.evidence });
  const [best, ...others] = sources;
  if (!best) return undefined;
  for (const other of others) if (other.value !== best.value) diagnostics.push(conflict('CR2', other, best, 'latter'));
  if (headline || vector.inferred === undefined) return best;
  return { ...best, inferred: 'address-of-closing-cr2-line' };
}

/** `Code: Unable to access opcode bytes …`: the kernel's own read of the code faulted. */
function readsCodeFaulted(draft: ReportDraft): boolean {
  return firstFact(draft, 'code', ({ unavailable }) => unavailable !== undefined) !== undefined;
}

function locationOf(
  draft: ReportDraft,
  kind: ReportKind,
  code: CodeWindow | undefined,
  diagnostics: Diagnostic[],
): TrapReport['location'] {
  const printed = firstFact(draft, 'location');
  const inline = kind === 'bug' || kind === 'oops' ? inlineLocation(code) : undefined;
  if (!printed) {
    if (!inline || !code || kind !== 'bug') return undefined;
    return { value: inline, evidence: code.evidence, inferred: 'bytes-after-ud2' };
  }
  if (!inline) return { value: printed.fact.location, evidence: printed.evidence };
  if (inline.line === printed.fact.location.line)
    return { value: { ...printed.fact.location, filePointer: inline.filePointer }, evidence: printed.evidence };
  if (inline.certain && code)
    diagnostics.push({
      code: 'conflicting-values',
      evidence: code.evidence,
      message: `the bytes after ud2 say line ${inline.line}, the BUG line says ${printed.fact.location.line}: the latter is taken`,
    });
  return { value: printed.fact.location, evidence: printed.evidence };
}

export function trapReport(
  draft: ReportDraft,
  kind: ReportKind,
  code: CodeWindow | undefined,
): { trap: TrapReport; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const vector = vectorOf(draft, kind, code);
  const errorCode = errorCodeOf(draft, vector?.value, diagnostics);
  const faultAddress = faultAddressOf(draft, vector, diagnostics);
  const ordinal = firstFact(draft, 'die', (fact) => fact.ordinal !== undefined);
  const endTrace = endTraceOf(draft);
  const location = locationOf(draft, kind, code, diagnostics);
  if (ordinal?.fact.ordinal !== undefined && ordinal.fact.ordinal > 1)
    diagnostics.push({
      code: 'secondary-report',
      evidence: ordinal.evidence,
      message: `this is report #${ordinal.fact.ordinal} since boot: it may be damage that an earlier one did`,
    });
  return {
    trap: {
      ...(vector && { vector }),
      ...(errorCode && { errorCode: { ...errorCode, value: wrapU32(errorCode.value) } }),
      ...(faultAddress && { faultAddress }),
      ...(ordinal?.fact.ordinal !== undefined && {
        ordinal: { value: ordinal.fact.ordinal, evidence: ordinal.evidence },
      }),
      ...(endTrace && { endTrace }),
      ...(location && { location }),
    },
    diagnostics,
  };
}

/** The number that closes the report; a line that was cut holds only a part of it. */
function endTraceOf(draft: ReportDraft): Sourced<string> | undefined {
  const closed = firstFact(draft, 'end-trace', () => true);
  const number = closed && END_TRACE.exec(closed.fact.text)?.[1];
  return closed && number !== undefined ? { value: number, evidence: closed.evidence } : undefined;
}

const END_TRACE = /\[ end trace ([0-9a-f]{16}) \]/;
