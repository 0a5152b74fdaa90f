// The code line of a report as a window: its bytes, which of them EIP points at, and where they lie.

import { type U32, wrapU32 } from '../../../machine/u32.ts';
import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import type { LineEvidence } from '../../../snapshot/evidence.ts';
import type { CodeWindow, LostMark } from '../../../snapshot/memory.ts';
import type { Sourced } from '../../../snapshot/snapshot.ts';
import type { PlacedFact } from '../assembly/report-draft.ts';
import { evidenceOf } from '../decorations/log-line.ts';

export interface CodeReading {
  readonly code?: CodeWindow;
  /** Why there are no code bytes. */
  readonly unavailable?: Sourced<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Kernels to 2.6.7 print twenty bytes from EIP on and mark none. */
const UNMARKED_LENGTH = 20;
/** Twice what a kernel can be told to print (`code_bytes=8192`, arch/x86/kernel/dumpstack.c). */
const MOST_BYTES = 16_384;

function collect(facts: readonly PlacedFact[]) {
  const bytes: number[] = [];
  let marker: number | undefined;
  let unavailable: Sourced<string> | undefined;
  let damaged: string | undefined;
  let isCut = false;
  let isFull = false;
  const breaks: number[] = [];
  let evidence: LineEvidence | undefined;
  for (const { fact, evidence: at } of facts) {
    if (fact.kind !== 'code') continue;
    if (evidence && !fact.continues) break;
    if (evidence) breaks.push(bytes.length);
    if (fact.gap !== undefined) breaks.push(bytes.length + fact.gap);
    if (fact.marker !== undefined && bytes.length + fact.marker < MOST_BYTES) marker ??= bytes.length + fact.marker;
    for (const byte of fact.bytes.slice(0, MOST_BYTES - bytes.length)) bytes.push(byte);
    isFull ||= bytes.length === MOST_BYTES;
    if (fact.unavailable !== undefined) unavailable = { value: fact.unavailable, evidence: at };
    damaged ??= fact.damaged;
    isCut ||= fact.cut === true;
    evidence = evidence ? evidenceOf({ first: evidence.first, last: at.last }) : at;
  }
  return { bytes, marker, unavailable, damaged, isCut, isFull, breaks, evidence };
}

/** Kernels from 2.6.8 on print 64 bytes, 43 of them before EIP. */
const WINDOW = 64;
const BEFORE_EIP = 43;
/** Bytes that may be lost at either end of such a window as well. */
const MAY_LACK = 4;

/**
 * Where the byte at EIP was before it was lost with its mark. Of a whole window one byte is missing: a page in which `<c7>` was a tag. Or the
 * line was broken where the mark would be: syslog reads `<89>` as a priority, as in a report of 3.0 whose line ends at 41 bytes.
 */
function lostMarkOf(
  bytes: readonly number[],
  breaks: readonly number[],
  { first, last }: LineEvidence,
): LostMark | undefined {
  const as = first === last ? 'markup' : 'priority';
  const [at = BEFORE_EIP] = breaks;
  if (breaks.length > 1 || (breaks.length === 0 && bytes.length !== WINDOW - 1)) return undefined;
  const isNear = (count: number, whole: number) => count <= whole && count >= whole - MAY_LACK;
  return isNear(at, BEFORE_EIP) && isNear(bytes.length - at, WINDOW - BEFORE_EIP - 1) ? { at, as } : undefined;
}

/** `eraStartsAtEip`: the rest of the report has the shape of kernels whose code line starts at EIP. */
export function codeWindow(
  facts: readonly PlacedFact[],
  eip: U32 | undefined,
  era: { readonly eraStartsAtEip: boolean },
): CodeReading {
  const { bytes, marker, unavailable, damaged, isCut, isFull, breaks, evidence } = collect(facts);
  const diagnostics: Diagnostic[] = [];
  if (!evidence) return { diagnostics };
  if (damaged !== undefined)
    diagnostics.push({
      code: 'damaged-code',
      evidence,
      message: `the code line has "${damaged}" where a byte should be: the bytes after it are left out`,
    });
  if (isFull)
    diagnostics.push({
      code: 'truncated',
      evidence,
      message: `${MOST_BYTES} bytes of code are read of one report: any others are left out`,
    });
  const reason = unavailable ? { unavailable } : {};
  if (bytes.length === 0) return { ...reason, diagnostics };
  let eipOffset = marker;
  if (marker === undefined && era.eraStartsAtEip && bytes.length <= UNMARKED_LENGTH) {
    eipOffset = 0;
    if (bytes.length < UNMARKED_LENGTH && !unavailable)
      diagnostics.push({
        code: 'damaged-code',
        evidence,
        message: `the code line has ${bytes.length} bytes, its form ${UNMARKED_LENGTH}`,
      });
  } else if (marker === undefined)
    diagnostics.push({
      code: 'damaged-code',
      evidence,
      message: `the code line marks no byte${isCut || isFull ? ' in the part that is read' : ''}: which one EIP points at is not known`,
    });
  const lostMark = eipOffset === undefined && !isCut && !damaged ? lostMarkOf(bytes, breaks, evidence) : undefined;
  const code: CodeWindow = {
    kind: 'code-window',
    bytes: Uint8Array.from(bytes),
    ...(eipOffset !== undefined && { eipOffset }),
    ...(lostMark && { lostMark }),
    ...(eipOffset !== undefined && eip !== undefined && { start: wrapU32(eip - eipOffset) }),
    evidence,
  };
  return { ...reason, code, diagnostics };
}
