// `kernel BUG at FILE:LINE!` and the forms of WARN from `Badness in …` to `WARNING: CPU: 0 PID: 1 at FILE:LINE sym`.

import { VECTORS } from '../../../machine/faults.ts';
import type { ReportKind } from '../../../snapshot/snapshot.ts';
import type { Fact } from '../assembly/fact.ts';

interface Form {
  readonly pattern: RegExp;
  readonly report: ReportKind;
}

/** Groups: file, line. Anchored; the file is whatever stands between the fixed words. */
const FORMS: readonly Form[] = [
  { pattern: /^kernel BUG at (\S*):(\d{1,7})!?/i, report: 'bug' },
  { pattern: /^Kernel BUG(?: at .*)?\[verbose debug info unavailable\]/, report: 'bug' },
  { pattern: /^Kernel BUG$/, report: 'bug' },
  { pattern: /^WARNING: CPU: \d+ PID: \d+ at ([^\s:]+):(\d{1,7})\b/, report: 'warning' },
  { pattern: /^WARNING: CPU: \d+ PID: \d+ at /, report: 'warning' },
  { pattern: /^WARNING: at ([^\s:]+):(\d{1,7})\b/, report: 'warning' },
  { pattern: /^BUG: warning at ([^\s:]+):(\d{1,7})\//, report: 'warning' },
  { pattern: /^Badness in \S+ at ([^\s:]+):(\d{1,7})/, report: 'warning' },
];

export function readBugLine(text: string): readonly Fact[] {
  if (text.startsWith('-')) return /^-{8,}\[ cut here \]-{8,}/.test(text) ? [{ kind: 'cut-here' }] : [];
  const line = text.replace(/^\S*\[root@\S+ \S+\]# /, '').slice(0, 1024);
  for (const { pattern, report } of FORMS) {
    const match = pattern.exec(line);
    if (!match) continue;
    const facts: Fact[] = [
      { kind: 'headline', report, text: line, ...(report === 'bug' && { vector: VECTORS['invalid-opcode'] }) },
    ];
    if (match[2] !== undefined)
      facts.push({
        kind: 'location',
        location: { ...(match[1] !== '' && { file: match[1] as string }), line: Number(match[2]) },
      });
    const ids = /^WARNING: CPU: (\d{1,5}) PID: (\d{1,10}) at /.exec(line);
    if (ids)
      facts.push(
        { kind: 'identity', field: 'cpu', value: Number(ids[1]) },
        { kind: 'identity', field: 'pid', value: Number(ids[2]) },
      );
    return facts;
  }
  return [];
}
