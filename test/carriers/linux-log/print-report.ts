// A report as text that a person compares at a glance: one line per group of facts, `@n` for the line of the log, `?` for inferred.

import type { ParsedLog } from '../../../src/carriers/carrier.ts';
import { hex32, type U32 } from '../../../src/machine/u32.ts';
import { type Evidence, firstLineOf } from '../../../src/snapshot/evidence.ts';
import { codeWindowOf, stackWordsOf } from '../../../src/snapshot/memory.ts';
import type { Snapshot, Sourced } from '../../../src/snapshot/snapshot.ts';

interface PrintOptions {
  /** Line numbers and diagnostics are left out, so that two logs that say the same print the same. */
  readonly factsOnly?: true;
}

export function rangeOf(evidence: Evidence): readonly [number, number] {
  if (evidence.kind !== 'lines') throw new TypeError('a log has lines');
  return [evidence.first, evidence.last];
}

export function printReport(report: Snapshot, options: PrintOptions = {}): string {
  const at = (value: Sourced<unknown> | undefined): string =>
    `${value?.inferred === undefined ? '' : '?'}${options.factsOnly || !value ? '' : `@${firstLineOf(value.evidence)}`}`;
  const word = (value: Sourced<U32> | undefined): string => (value ? hex32(value.value) + at(value) : '-');
  const text = (value: Sourced<unknown> | undefined): string =>
    value ? `${String(value.value).replace(/\s+/g, ' ')}${at(value)}` : '-';
  const named = (group: Readonly<Record<string, Sourced<number> | undefined>>, digits: number): string =>
    Object.keys(group)
      .sort()
      .map((name) => `${name}=${group[name]?.value.toString(16).padStart(digits, '0')}${at(group[name])}`)
      .join(' ');
  const lines: string[] = [];
  const add = (name: string, value: string): void => {
    if (value !== '' && !/^[- ]*$/.test(value)) lines.push(`${name.padEnd(9)} ${value}`);
  };
  const { trap, task, kernel } = report;
  add('report', options.factsOnly ? report.kind : `${report.kind}, lines ${rangeOf(report.evidence).join(' to ')}`);
  add('mode', text(report.mode));
  add(
    'trap',
    [
      trap.vector && `vector ${trap.vector.value}${at(trap.vector)}`,
      trap.errorCode && `error ${word(trap.errorCode)}`,
      trap.faultAddress && `address ${word(trap.faultAddress)}`,
      trap.ordinal && `#${trap.ordinal.value}${at(trap.ordinal)}`,
      trap.location &&
        `${trap.location.value.file ?? ''}:${trap.location.value.line}${trap.location.value.filePointer === undefined ? '' : ` at ${hex32(trap.location.value.filePointer)}`}${at(trap.location)}`,
    ]
      .filter(Boolean)
      .join(', '),
  );
  add('symbol', report.symbol ? `${report.symbol.value.text}${at(report.symbol)}` : '');
  add('registers', named(report.registers, 8));
  add('segments', named(report.segments, 4));
  add('control', named(report.control, 8));
  add('debug', named(report.debug, 8));
  const code = codeWindowOf(report);
  const stack = stackWordsOf(report);
  if (code)
    add(
      'code',
      `${Array.from(code.bytes, (byte, index) => (index === code.eipOffset ? '*' : '') + byte.toString(16).padStart(2, '0')).join('')}${code.start === undefined ? '' : ` from ${hex32(code.start)}`}`,
    );
  add('no code', text(report.codeUnavailable));
  if (stack) {
    const start = stack.start === undefined ? '' : ` from ${hex32(stack.start)}`;
    add('stack', `${stack.words.length} words${start}: ${stack.words.map(hex32).join(' ')}`);
  }
  for (const entry of report.trace ?? [])
    add(
      'trace',
      `${entry.address === undefined ? '' : `${hex32(entry.address)} `}${entry.reliable ? '' : '? '}${entry.symbol?.text ?? ''}${options.factsOnly ? '' : `@${firstLineOf(entry.evidence)}`}`,
    );
  add(
    'pages',
    named({}, 0) +
      Object.entries(report.pageTable)
        .map(([name, value]) => `${name}=${text(value)}`)
        .join(' '),
  );
  add('task', [task.comm, task.pid, task.uid, task.cpu, task.taint].map(text).join(' | '));
  add('kernel', [kernel.release, kernel.build, kernel.options, kernel.hardware, kernel.offset].map(text).join(' | '));
  add('pointers', task.task || task.threadInfo ? `task ${word(task.task)} thread ${word(task.threadInfo)}` : '');
  for (const context of report.contexts ?? [])
    add(
      'context',
      `${named(context.registers, 8)} ${named(context.segments, 4)}${context.code ? ` code ${context.code.bytes.length}` : ''}`,
    );
  if (report.modules)
    add(
      'modules',
      report.modules.value.map((module) => module.name + (module.flags ? `(${module.flags})` : '')).join(' '),
    );
  if (report.mapping) {
    const { file, start, size, fileOffset } = report.mapping.value;
    add(
      'mapping',
      `${file} ${hex32(start)}+${size.toString(16)}${fileOffset === undefined ? '' : ` offset ${fileOffset.toString(16)}`}`,
    );
  }
  for (const remark of report.remarks ?? []) add('remark', text(remark));
  for (const closing of report.closing) add('closing', text(closing));
  if (!options.factsOnly)
    for (const { code, evidence, message } of report.diagnostics)
      add('!', `${code} ${rangeOf(evidence).join('-')}: ${message}`);
  return lines.join('\n');
}

export function printLog(log: ParsedLog, options: PrintOptions = {}): string {
  return [
    ...log.reports.map((report) => printReport(report, options)),
    ...log.foreign.map(
      ({ architecture, writer, line }) =>
        `foreign ${architecture ?? writer}${options.factsOnly ? '' : `, line ${line}`}`,
    ),
    ...(options.factsOnly ? [] : log.diagnostics.map(({ code, message }) => `outside: ${code}: ${message}`)),
  ].join('\n\n');
}
