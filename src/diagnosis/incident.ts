// Which reports are of one boot, by the number in `---[ end trace …`: a random one of 64 bits, and one more for each report and warning
// (kernel/panic.c, init_oops_id: 2.6.25, faa4877f023b; always 0 since 5.17, e83a4472bf9f).

import type { Snapshot } from '../snapshot/snapshot.ts';

const DIGITS = /^[0-9a-f]{16}$/;
const ALL = 0xffff_ffff_ffff_ffffn;
/** Reports that one boot may write: warnings count as well. */
const MOST_REPORTS = 10_000n;
/** The low bits that warnings in between change. */
const COUNTED_BITS = 8n;

/** The number of the report, if its kernel numbers reports. */
function numberOf({ trap }: Snapshot): bigint | undefined {
  const digits = trap.endTrace?.value ?? '';
  const number = DIGITS.test(digits) ? BigInt(`0x${digits}`) : 0n;
  return number === 0n ? undefined : number;
}

/**
 * Equal for the reports of one boot. What the ordinal counts is taken off; warnings have no ordinal, so the eight low bits are left out. Two
 * reports of one boot can still differ, where a carry went over them: once in so many hundred.
 */
export function incidentOf(snapshot: Snapshot): string | undefined {
  const number = numberOf(snapshot);
  if (number === undefined) return undefined;
  const first = (number - BigInt((snapshot.trap.ordinal?.value ?? 1) - 1)) & ALL;
  const release = snapshot.kernel.release?.value;
  return `${(first >> COUNTED_BITS).toString(16).padStart(14, '0')}${release === undefined ? '' : `@${release}`}`;
}

/** Whether the later report is of the boot of the earlier one; undefined where the kernel does not number them. */
export function isSameBoot(earlier: Snapshot, later: Snapshot): boolean | undefined {
  const [from, to] = [numberOf(earlier), numberOf(later)];
  if (from === undefined || to === undefined) return undefined;
  const between = (to - from) & ALL;
  const ordinals = (later.trap.ordinal?.value ?? 0) - (earlier.trap.ordinal?.value ?? 0);
  return between > 0n && between < MOST_REPORTS && (ordinals <= 0 || between >= BigInt(ordinals));
}
