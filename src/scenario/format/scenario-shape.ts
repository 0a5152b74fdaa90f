// The whole of scenario.yaml. Everything is optional but `why` and the verdict; only what is written is checked.

import { DIAGNOSIS_KINDS, STRENGTHS } from '../../diagnosis/kinds.ts';
import { list, object, oneOf, type Read, record, scalar } from './shape.ts';
import {
  bytes,
  count,
  flag,
  generalRegister,
  memoryContent,
  place,
  registerName,
  startingPlace,
  text,
  word,
} from './values.ts';

const instruction = object('what identifies an instruction: at, bytes, text', {}, { at: place, bytes, text });

const operand = object('parts of the faulting operand', {}, { address: word, wrapped: flag, segmentBase: word });

const access = oneOf(['read', 'write', 'execute']);

/** One step of the lead-up that has to be shown, with values that have to be known. */
const step = object(
  'a step: at, and what must be known of it',
  { at: place },
  {
    path: oneOf(['only', 'likely', 'assumed']),
    note: oneOf(['taken', 'not-taken', 'callee-not-shown', 'outcome-given', 'rests-on-abi', 'boundary-uncertain']),
    before: record(registerName, word),
    provenance: oneOf(['derived', 'assumed']),
    reads: record(word, memoryContent),
    writes: record(word, memoryContent),
  },
);

const leadUp = object(
  'facts of the lead-up',
  {},
  {
    proved: flag,
    start: place,
    minimumSteps: count,
    maximumSteps: count,
    reason: text,
    steps: list(step),
    /** Steps that the tool must not call certain: another way fits as well. */
    uncertain: list(place),
    /** A file with what the real CPU did; nothing that the tool calls certain may differ from it. */
    recorded: text,
  },
);

const findingValue = scalar('a value', { type: ['string', 'integer', 'boolean'] }, ({ value }) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined,
);
const finding = record(text, findingValue);

const diagnosis = object(
  'a mapping that begins with kind',
  { kind: oneOf(DIAGNOSIS_KINDS) },
  { strength: oneOf(STRENGTHS), register: registerName },
);

const REPORT_KINDS = ['oops', 'bug', 'warning', 'double-fault', 'register-dump', 'panic', 'user-fault'] as const;

const CHECK_NAMES = [
  'exception',
  'instruction-address',
  'fault-address',
  'access-kind',
  'error-code',
  'privilege',
  'headline',
] as const;

const expectation = object(
  'a mapping that begins with verdict',
  { verdict: oneOf(['reproduced', 'contradicted', 'not-replayable']) },
  {
    reason: text,
    kind: oneOf(REPORT_KINDS),
    mode: oneOf(['kernel', 'user']),
    symbol: text,
    vector: count,
    errorCode: word,
    address: word,
    access,
    size: count,
    eip: word,
    instruction,
    operand,
    stored: word,
    failedChecks: list(oneOf(CHECK_NAMES)),
    registers: record(registerName, word),
    missingRegisters: list(registerName),
    codeBase: oneOf(['printed', 'fetch-address', 'synthetic']),
    assumptions: list(oneOf(['page-state', 'absent-memory', 'segment-base', 'processor-state', 'register'])),
    diagnostics: list(text),
    leadUp,
    findings: list(finding),
    absentFindings: list(text),
    diagnosis: list(diagnosis),
    absentDiagnosis: list(oneOf(DIAGNOSIS_KINDS)),
  },
);

const overrides = object(
  'what is changed: registers, memory, pages, code',
  {},
  {
    registers: record(generalRegister, word),
    memory: record(word, memoryContent),
    pages: record(word, oneOf(['open', 'unmapped', 'read-only', 'no-access'])),
    code: record(place, bytes),
  },
);

const outcome = object(
  'a mapping that begins with outcome',
  { outcome: oneOf(['faults', 'completes', 'leaves', 'unknown', 'endless']) },
  {
    at: place,
    vector: count,
    address: word,
    access,
    size: count,
    errorCode: word,
    stored: memoryContent,
    registers: record(registerName, word),
    steps: count,
    samePageAs: word,
    restsOnAssumed: flag,
    reason: text,
  },
);

const range = object('a range: from, to, step', { from: word, to: word }, { step: word });

const sweep = object(
  'one of register and memory, and one of values and range',
  {},
  { register: generalRegister, memory: word, values: list(word), range },
);

const variation = object(
  'a variation: name, what is changed, what then happens',
  { name: text },
  {
    why: text,
    from: startingPlace,
    set: overrides,
    expect: outcome,
    sweep,
    /** The rows of the sweep; `replay test --update` writes them. */
    table: text,
  },
);

export const scenarioShape = object(
  'a mapping with why and expect',
  { why: text, expect: expectation },
  {
    origin: text,
    shows: list(text),
    log: text,
    report: count,
    golden: text,
    variations: list(variation),
  },
);

export type Scenario = Read<typeof scenarioShape>;
export type Expectation = Read<typeof expectation>;
export type LeadUpExpectation = Read<typeof leadUp>;
export type StepExpectation = Read<typeof step>;
export type FindingExpectation = Read<typeof finding>;
export type Variation = Read<typeof variation>;
export type Overrides = Read<typeof overrides>;
export type OutcomeExpectation = Read<typeof outcome>;
export type Sweep = Read<typeof sweep>;

/** What editors complete and check `scenario.yaml` with. */
export function scenarioSchema(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'scenario-1.json',
    title: 'A crash kept as a test: scenario.yaml of `replay test`',
    ...scenarioShape.schema,
  };
}
