// `kernel BUG at FILE:LINE!` and the forms of WARN from `Badness in …` to `WARNING: CPU: 0 PID: 1 at FILE:LINE sym`.

import { VECTORS } from '../../../machine/faults.ts';
import type { ReportKind } from '../../../snapshot/snapshot.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

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

/** A shell's, of whoever pasted the line. */
const PROMPT = /^\S{0,64}\[root@\S{1,64} \S{1,200}\]# /;

function readBugLine(text: string): readonly Fact[] {
  if (text.startsWith('-')) return /^-{8,}\[ cut here \]-{8,}/.test(text) ? [{ kind: 'cut-here' }] : [];
  const line = text.replace(PROMPT, '').slice(0, 1024);
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

export const BUG_LINES: Family = {
  read: readBugLine,
  starts: '-- ke wa bu ba',
  holds: ['[root@'],
  signs: [
    { text: 'BUG', confirm: /(?:^|[^A-Z])BUG(?::| at )/ },
    { text: 'WARNI', confirm: /WARNING: (?:CPU: \d|at )/ },
    { text: 'Badnes' },
  ],
  words: [/BUG/, /WARNING/, /Badness/, /\[ cut here/],
  begins: [/BUG/, /kernel/],
};
