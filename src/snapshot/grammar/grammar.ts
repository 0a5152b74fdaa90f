// All families of lines, in the order in which they are tried. The first that knows a line has it.

import type { Fact, LineReader } from '../fact.ts';
import { readBugLine } from './bug-lines.ts';
import { readClosingLine } from './closing-lines.ts';
import { readCodeLine } from './code-line.ts';
import { readDieLine, readOptionLine } from './die-lines.ts';
import { readDoubleFault } from './double-fault.ts';
import { readEipLine, readPrintingEip } from './eip-lines.ts';
import { readForeignLine } from './foreign-lines.ts';
import { readHeadline, readPageFaultDetail, readPageTable } from './headlines.ts';
import { readModulesLine } from './module-lines.ts';
import { readRegisterLine } from './register-block.ts';
import { readStackLine } from './stack-lines.ts';
import { readTaskLine } from './task-lines.ts';
import { readToolOutput } from './tool-output.ts';
import { readTraceLine } from './trace-lines.ts';
import { readUserFault } from './user-faults.ts';
import { readWatchdogLine } from './watchdog-lines.ts';

const FAMILIES: readonly LineReader[] = [
  readUserFault,
  readForeignLine,
  readHeadline,
  readDoubleFault,
  readDieLine,
  readBugLine,
  readWatchdogLine,
  readPageFaultDetail,
  (text) => [...readPrintingEip(text), ...readPageTable(text)],
  readEipLine,
  readRegisterLine,
  readCodeLine,
  readStackLine,
  readTaskLine,
  readModulesLine,
  readClosingLine,
  readToolOutput,
  readOptionLine,
  readTraceLine,
];

/** Longer lines are no lines of a report: the longest code dump that a kernel can be told to print has 24,576 characters. */
export const LONGEST_LINE = 32_768;

/** The joiner of cut lines and the assembler ask for the same lines within a short while: their answers are kept for that long. */
const KEPT_ANSWERS = 512;
const answers = new Map<string, readonly Fact[]>();

/** The facts of a line that need no context. Empty where no family knows the line. */
export function readLine(text: string): readonly Fact[] {
  const line = text.slice(0, LONGEST_LINE).trim();
  if (line === '') return [];
  const known = answers.get(line);
  if (known !== undefined) return known;
  const facts = readAfresh(line);
  if (answers.size >= KEPT_ANSWERS) answers.clear();
  answers.set(line, facts);
  return facts;
}

function readAfresh(line: string): readonly Fact[] {
  for (const read of FAMILIES) {
    const facts = read(line);
    if (facts.length > 0) return facts;
  }
  return [];
}
