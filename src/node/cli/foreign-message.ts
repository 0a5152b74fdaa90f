// What is said of reports of other architectures.

import type { ForeignReport } from '../../carriers/carrier.ts';

/** Why a log has no report that can be replayed, to go on the message that says so. */
export function noReportHint(foreign: ForeignReport | undefined): string {
  if (foreign) return `: line ${foreign.line} begins ${foreignMessage(foreign)}`;
  return '; a report has lines such as "EIP: 0060:[<c0123456>]", "EAX: …" and "Code: …"';
}

const ARCHITECTURES: Readonly<Record<ForeignReport['architecture'], string>> = {
  'x86-64': 'an x86-64 report',
  arm: 'an ARM report',
  arm64: 'an ARM64 report',
  mips: 'a MIPS report',
  powerpc: 'a PowerPC report',
  other: 'a report of another architecture',
};

export function foreignMessage({ architecture }: ForeignReport): string {
  return `${ARCHITECTURES[architecture]}: only 32-bit x86 can be replayed`;
}
