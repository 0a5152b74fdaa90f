// What one line says, whatever stands around it.

import type { Fact } from '../assembly/fact.ts';
import { FAMILIES } from './families.ts';
import type { Family } from './family.ts';
import { mendAddresses } from './numbers.ts';

/** Longer lines are no lines of a report: the longest code dump that a kernel can be told to print has 24,576 characters. */
export const LONGEST_LINE = 32_768;

/** The joiner of cut lines and the assembler ask for the same lines within a short while: their answers are kept for that long. */
const KEPT_ANSWERS = 512;
const answers = new Map<string, readonly Fact[]>();

/** The facts of a line that need no context. Empty where no family knows the line. */
export function readLine(text: string): readonly Fact[] {
  const line = text.slice(0, LONGEST_LINE).trim();
  return text.length > LONGEST_LINE ? withoutRest(readWhole(line)) : readWhole(line);
}

/** Says of the facts of a line that the rest of it is left out. */
function withoutRest(facts: readonly Fact[]): readonly Fact[] {
  if (facts.length === 0) return facts;
  const message = `the line has more than ${LONGEST_LINE} characters: the rest of it is left out`;
  return [
    ...facts.map((fact): Fact => (fact.kind === 'code' ? { ...fact, cut: true } : fact)),
    { kind: 'problem', code: 'truncated', message },
  ];
}

function readWhole(line: string): readonly Fact[] {
  if (line === '') return [];
  const known = answers.get(line);
  if (known !== undefined) return known;
  const facts = readSafely(line);
  if (answers.size >= KEPT_ANSWERS) answers.clear();
  answers.set(line, facts);
  return facts;
}

/** What no rule foresaw is a fact too: whoever collects the reports says which of them it costs. */
function readSafely(line: string): readonly Fact[] {
  try {
    return readMended(line);
  } catch (error) {
    return [{ kind: 'problem', code: 'internal-error', message: String(error) }];
  }
}

function readAfresh(line: string): readonly Fact[] {
  const lower = line.toLowerCase();
  for (const { read, holds } of familiesOf(lower.slice(0, 2))) {
    if (holds !== undefined && !holds.some((word) => lower.includes(word))) continue;
    const facts = read(line);
    if (facts.length > 0) return facts;
  }
  return [];
}

/** As typed by hand: a letter may stand for a digit of an address. */
function readMended(line: string): readonly Fact[] {
  const mended = mendAddresses(line);
  const facts = readAfresh(mended?.line ?? line);
  return mended && facts.length > 0 ? [...facts, ...mended.problems] : facts;
}

const byStart = new Map<string, readonly Family[]>();

/** The families that may know a line that starts so. Those whose lines start so need not look for their words. */
function familiesOf(start: string): readonly Family[] {
  let families = byStart.get(start);
  if (families === undefined) {
    families = FAMILIES.flatMap(({ read, starts, holds }): Family[] => {
      if (starts?.includes(start) || starts?.includes(`${start.charAt(0)}*`)) return [{ read }];
      return holds !== undefined ? [{ read, holds }] : [];
    });
    byStart.set(start, families);
  }
  return families;
}
