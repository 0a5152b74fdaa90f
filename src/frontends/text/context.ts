// What a triager reads first: whose process, on which CPU, kernel and machine; then the sentences that the kernel itself wrote.

import type { ReportJson } from '../json/contract/report.ts';
import { unbroken } from '../wording/unbroken.ts';
import type { TextStyle } from './style.ts';
import { wrapText } from './wrap.ts';

export function contextLines({ snapshot }: ReportJson, { paint, width }: TextStyle): readonly string[] {
  const { task, pid, cpu, kernel, build, taint, hardware, trap, remarks = [] } = snapshot;
  const process = task === undefined && pid === undefined ? [] : [processText(task, pid)];
  const facts = [
    ...process,
    ...(cpu === undefined ? [] : [`CPU ${cpu}`]),
    ...(kernel === undefined ? [] : [`kernel ${[kernel, build?.split(' ')[0]].filter(Boolean).join(' ')}`]),
    ...(taint === undefined ? [] : [/^not tainted$/i.test(taint) ? 'not tainted' : `tainted ${taint}`]),
    ...(trap.ordinal === undefined ? [] : [`report #${trap.ordinal} of this boot`]),
  ];
  return [
    ...(facts.length > 0 ? wrapText(facts.map(unbroken).join(', '), 2, 4, width) : []),
    ...(hardware === undefined ? [] : quoted('hardware', hardware, width)).map((line) => paint('quiet', line)),
    ...remarks.flatMap((text) => quoted('log', text, width)),
  ];
}

/** Words of the log, each line with a mark of ours before it: none of them can pass for a line of this program. */
function quoted(name: string, text: string, width: number): readonly string[] {
  const [first = '', ...rest] = wrapText(text, 0, 0, width - name.length - 4);
  return [`  ${name}: ${first}`, ...rest.map((line) => `  ${'|'.padStart(name.length + 1)} ${line}`)];
}

function processText(task: string | undefined, pid: number | undefined): string {
  if (task === undefined) return `process ${pid}`;
  return `process ${task}${pid === undefined ? '' : ` (${pid})`}`;
}
