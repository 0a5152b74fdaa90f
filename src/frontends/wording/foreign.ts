// What is said of reports of other architectures, and of crash texts that no kernel wrote.

/** What a carrier recognised and cannot read, by its architecture or by what wrote it. */
interface Foreign {
  readonly architecture?: keyof typeof ARCHITECTURES | undefined;
  readonly writer?: keyof typeof WRITERS | undefined;
  readonly line: number;
}

/** Why a log has no report that can be replayed, to go on the message that says so. */
export function noReportHint(foreign: Foreign | undefined): string {
  if (foreign) return `: line ${foreign.line} begins ${foreignMessage(foreign)}`;
  return '; a report has lines such as "EIP: 0060:[<c0123456>]", "EAX: …" and "Code: …"';
}

const ARCHITECTURES = {
  'x86-64': 'an x86-64 report',
  arm: 'an ARM report',
  arm64: 'an ARM64 report',
  mips: 'a MIPS report',
  powerpc: 'a PowerPC report',
  other: 'a report of another architecture',
};

const WRITERS = {
  windbg: 'the output of a debugger of Windows (WinDbg, cdb or Dr. Watson)',
  windows: 'the crash text of a program for Windows',
  wine: 'the crash text of a program under Wine',
  qemu: 'the registers of a guest as QEMU and KVM show them',
  hotspot: 'the crash text of a Java virtual machine (hs_err)',
  tombstone: 'a tombstone of Android',
  haiku: 'a debug report of Haiku',
};

export function foreignMessage({ architecture = 'other', writer }: Foreign): string {
  if (writer !== undefined) return `${WRITERS[writer]}: only what a 32-bit x86 Linux kernel logs can be replayed`;
  return `${ARCHITECTURES[architecture]}: only 32-bit x86 can be replayed`;
}
