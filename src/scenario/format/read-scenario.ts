// Text of scenario.yaml to a Scenario, with the line of every value and of every problem.

import { LineCounter, type Node, parseDocument } from 'yaml';
import { type Scenario, scenarioShape, type Variation } from './scenario-shape.ts';
import type { Problem, ReadContext } from './shape.ts';

export interface ReadScenario {
  /** Absent where `problems` is not empty. */
  readonly scenario?: Scenario;
  /** Lines of values by their path: `expect.leadUp.steps[0].at`. */
  readonly lines: ReadonlyMap<string, number>;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}

export function readScenario(source: string): ReadScenario {
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter, prettyErrors: false, uniqueKeys: true });
  const problems: Problem[] = document.errors.map((error) => ({
    line: lineCounter.linePos(error.pos[0]).line,
    message: `not YAML: ${error.message}`,
  }));
  const lines = new Map<string, number>();
  if (problems.length > 0) return { lines, problems };
  const contents = document.contents as Node | null;
  if (contents === null) {
    return { lines, problems: [{ line: 1, message: `the file is empty: expected ${scenarioShape.expected}` }] };
  }
  const context: ReadContext = {
    lineOf: (node) => (node.range ? lineCounter.linePos(node.range[0]).line : 1),
    problem: (line, message) => void problems.push({ line, message }),
    lines,
  };
  const scenario = scenarioShape.read(contents, '', context);
  scenario?.variations?.forEach((variation, i) => {
    for (const message of inconsistencies(variation)) {
      problems.push({ line: lines.get(`variations[${i}]`) ?? 1, message: `variations[${i}]: ${message}` });
    }
  });
  problems.sort((a, b) => a.line - b.line);
  return { ...(scenario && problems.length === 0 && { scenario }), lines, problems };
}

/** What the shape of a variation cannot say. */
function inconsistencies({ sweep, table, expect, set }: Variation): readonly string[] {
  const messages: string[] = [];
  if (sweep === undefined) {
    if (table !== undefined) messages.push('a table belongs to a sweep; write `sweep:` too, or `expect:` instead');
    if (set === undefined) messages.push('nothing is changed; write `set:` or `sweep:`');
    if (expect === undefined) messages.push('nothing is expected; write `expect:` with `outcome:`');
    return messages;
  }
  if ((sweep.register === undefined) === (sweep.memory === undefined)) {
    messages.push('a sweep changes one thing; write one of `register:` and `memory:`');
  }
  if ((sweep.values === undefined) === (sweep.range === undefined)) {
    messages.push('a sweep takes its values from one place; write one of `values:` and `range:`');
  }
  if (sweep.range && (sweep.range.step ?? 1) === 0) messages.push('the step of the range is 0; write 1 or more');
  return messages;
}
