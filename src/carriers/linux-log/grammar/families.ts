// All families of lines, in the order in which they are tried: the first that knows a line has it.

import { BUG_LINES } from './bug-lines.ts';
import { CLOSING_LINES } from './closing-lines.ts';
import { CODE_LINES } from './code-line.ts';
import { DIE_LINES, OPTION_LINES } from './die-lines.ts';
import { DOUBLE_FAULTS } from './double-fault.ts';
import { EIP_LINES } from './eip-lines.ts';
import type { Family, Sign } from './family.ts';
import { FOREIGN_DUMPS } from './foreign-dumps.ts';
import { FOREIGN_LINES } from './foreign-lines.ts';
import { HEADLINES, PAGE_FAULT_DETAILS, PAGE_TABLES } from './headlines.ts';
import { KERNEL_SENTENCES } from './kernel-sentences.ts';
import { MODULE_LINES } from './module-lines.ts';
import { REGISTER_LINES } from './register-block.ts';
import { STACK_LINES } from './stack-lines.ts';
import { TASK_LINES } from './task-lines.ts';
import { TOOL_OUTPUT } from './tool-output.ts';
import { TRACE_CAPTIONS, TRACE_LINES } from './trace-lines.ts';
import { USER_FAULTS } from './user-faults.ts';
import { WATCHDOG_LINES } from './watchdog-lines.ts';

export const FAMILIES: readonly Family[] = [
  ...FOREIGN_DUMPS,
  KERNEL_SENTENCES,
  CODE_LINES,
  STACK_LINES,
  TRACE_CAPTIONS,
  USER_FAULTS,
  FOREIGN_LINES,
  HEADLINES,
  DOUBLE_FAULTS,
  DIE_LINES,
  BUG_LINES,
  WATCHDOG_LINES,
  PAGE_FAULT_DETAILS,
  PAGE_TABLES,
  EIP_LINES,
  REGISTER_LINES,
  TASK_LINES,
  MODULE_LINES,
  CLOSING_LINES,
  TOOL_OUTPUT,
  OPTION_LINES,
  TRACE_LINES,
];

function anyOf(patterns: readonly RegExp[]): string {
  return [...new Set(patterns.map(({ source }) => source))].join('|');
}

/** Signs of one text are one: any of their confirmations will do. */
function merged(signs: readonly Sign[]): readonly Sign[] {
  const byText = new Map<string, Sign>();
  for (const sign of signs) {
    const key = `${sign.after ?? ''}\0${sign.text}`;
    const known = byText.get(key);
    const { confirm, ...text } = sign;
    const either = known?.confirm && confirm && new RegExp(anyOf([known.confirm, confirm]));
    byText.set(key, known ? { ...text, ...(either && { confirm: either }) } : sign);
  }
  return [...byText.values()];
}

/** One of these is near the start of every report. */
export const SIGNS: readonly Sign[] = merged(FAMILIES.flatMap(({ signs }) => signs ?? []));

/** What the lines of a report of any era hold, and those of crash texts that others write. */
export const REPORT_WORDS = new RegExp(anyOf(FAMILIES.flatMap(({ words }) => words ?? [])));

/** Pattern of how lines of every report begin, whether they have a head of their own or not. */
export const REPORT_BEGINNINGS = anyOf(FAMILIES.flatMap(({ begins }) => begins ?? []));
