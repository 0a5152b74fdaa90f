// How reports end (`Kernel panic`, `---[ end trace …`), and lines that belong to a report and have no field of their own.

import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

const REMARKS: readonly RegExp[] = [
  /^(?:Workqueue|Stopper|last sysfs file|last sysfs):/i,
  /^note: .{1,40}\[\d+\] exited with /,
  /^(?:Thread overran stack|Recursive die\(\) failure|console shuts up)/,
  /^kernel tried to execute NX-protected page/,
  /^unable to execute userspace code/,
  /^(?:IDT|GDT|LDTR|TR|IDTR|GDTR): /,
  /^PnPBIOS|^PNPBIOS fault/,
  /^(?:In interrupt handler|In idle task|In swapper task) - not syncing/,
  /^(?:Attempted to kill init|Aiee, killing interrupt handler|Fatal exception)/i,
  /^Rebooting in \d+ seconds/,
  /^(?:\| )?preempt count: ?[0-9a-f]+/,
  /^I-pipe domain /,
  /^Dumping ftrace buffer|^\(ftrace buffer empty\)|^Core dump to /,
  /^(?:DWARF2 unwinder stuck at|Leftover inexact backtrace|Full inexact backtrace again|Inexact backtrace)/,
  /^Fixing recursive fault but reboot is needed/,
  /^Shutting down cpus with NMI/,
];

const SEPARATORS: readonly RegExp[] = [
  /^={6,}$/,
  /^-{10,}$/,
  /^<[0-7]>$/,
  /^\(null\)$/,
  /^Message from syslogd@/,
  /^\[\.\.\.\]$|^\.\.\.$/,
];

function readClosingLine(text: string): readonly Fact[] {
  if (/^Kernel panic(?: - not syncing)?: ?/i.test(text)) return [{ kind: 'panic', text }];
  if (/^-{2,3}\[ end Kernel panic\b/.test(text)) return [{ kind: 'closing', text }];
  if (/^-{2,3}\[ end trace\b/.test(text)) return [{ kind: 'end-trace', text }];
  if (REMARKS.some((form) => form.test(text))) return [{ kind: 'remark', text }];
  return SEPARATORS.some((form) => form.test(text)) ? [{ kind: 'noise' }] : [];
}

export const CLOSING_LINES: Family = {
  read: readClosingLine,
  starts:
    'ke wo st la no th re co un id gd ld tr pn li us in at ai fa pr |* i- du (f dw le fu fi sh == -- <* (n me [. ..',
  signs: [{ text: 'Kernel', confirm: /Kernel panic/ }],
  words: [/panic/, /end trace/],
};
