// Reads the text of scenario.yaml, with the line of every value and of every problem.

import { Lexer, LineCounter, type Node, parseDocument } from 'yaml';
import { type Scenario, scenarioShape, type Variation } from './scenario-shape.ts';
import type { Problem, ReadContext } from './shape.ts';

export interface ReadScenario {
  /** It is absent if `problems` is not empty. */
  readonly scenario?: Scenario;
  /** The lines of values by their path: `expect.leadUp.steps[0].at`. */
  readonly lines: ReadonlyMap<string, number>;
  /** The problems in the order of the file. */
  readonly problems: readonly Problem[];
}

/** The most YAML tokens of a file, blanks and line ends among them. The largest scenario of this package has some 1,500. */
const TOKEN_LIMIT = 20_000;
/** The most problems that are reported: one mistake in YAML can make each line after it wrong. */
const PROBLEM_LIMIT = 20;
const MESSAGE_LIMIT = 300;
/** Characters that YAML 1.2 forbids in a stream (production [1] c-printable), and what decoding puts for bytes that are no text. */
const BINARY = /[^\P{Cc}\t\n\r\u0085]|[\ufffd-\uffff]/u;

export function readScenario(source: string): ReadScenario {
  const lines = new Map<string, number>();
  const refused = refusal(source);
  if (refused !== undefined) return { lines, problems: [refused] };
  const lineCounter = new LineCounter();
  // Keys are compared by our own shapes: the reader compares each with all of its mapping.
  const document = parseDocument(source, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  const deep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (deep) {
    const { line } = lineCounter.linePos(deep.pos[0]);
    return { lines, problems: [{ line, message: 'not YAML that can be read: it is nested too deeply' }] };
  }
  const problems: Problem[] = document.errors.map((error) => ({
    line: lineCounter.linePos(error.pos[0]).line,
    message: `not YAML: ${error.message}`,
  }));
  if (problems.length > 0) return { lines, problems: mostOf(problems) };
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
  return { ...(scenario && problems.length === 0 && { scenario }), lines, problems: mostOf(problems) };
}

/** Says why a file is not read at all. */
function refusal(source: string): Problem | undefined {
  const binary = BINARY.exec(source);
  if (binary !== null) {
    const line = source.slice(0, binary.index).split('\n').length;
    return { line, message: 'not YAML: the file has characters that no text has; is it binary, or not UTF-8?' };
  }
  let tokens = 0;
  let line = 1;
  for (const token of new Lexer().lex(source)) {
    if (token === '\n') line++;
    if (++tokens > TOKEN_LIMIT) {
      return { line, message: `the file has more than ${TOKEN_LIMIT} YAML tokens, the limit for a scenario; split it` };
    }
  }
  return undefined;
}

function mostOf(problems: readonly Problem[]): readonly Problem[] {
  const shown = problems.slice(0, PROBLEM_LIMIT).map(({ line, message }) => ({ line, message: shortened(message) }));
  const rest = problems.length - shown.length;
  return rest === 0 ? shown : [...shown, { line: shown.at(-1)?.line ?? 1, message: `and ${rest} problems more` }];
}

function shortened(message: string): string {
  return message.length <= MESSAGE_LIMIT ? message : `${message.slice(0, MESSAGE_LIMIT)}…`;
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
