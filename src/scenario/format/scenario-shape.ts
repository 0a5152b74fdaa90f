// The whole of scenario.yaml. Everything is optional but `why` and the verdict; only what is written is checked.

import { DIAGNOSIS_KINDS, STRENGTHS } from '../../diagnosis/kinds.ts';
import { FINDING_KINDS } from '../../explanation/finding.ts';
import { about, list, object, oneOf, type Read, record, scalar } from './shape.ts';
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

const instruction = object(
  'what identifies an instruction: at, bytes, text',
  {},
  {
    at: about('Where the instruction lies', place),
    bytes: about('All of its bytes', bytes),
    text: about('Its text in AT&T syntax, one blank between words', text),
  },
);

const operand = object(
  'parts of the faulting operand',
  {},
  {
    address: about('The linear address that the registers of the log give for the operand', word),
    wrapped: about('Whether the sum of its parts left the 32-bit range', flag),
    segmentBase: about('The base of its segment', word),
  },
);

const access = about('What the instruction did to memory', oneOf(['read', 'write', 'execute']));
const vector = about('The number of the exception, 14 for a page fault', count);
const errorCode = about('The error code of the exception', word);
const size = about('The bytes that were accessed', count);

/** One step of the lead-up that has to be shown, with values that have to be known. */
const step = object(
  'a step: at, and what must be known of it',
  { at: about('The instruction of the step', place) },
  {
    path: about('How sure it must be that the step ran', oneOf(['only', 'likely', 'assumed'])),
    note: about(
      'A remark that the step must have',
      oneOf(['taken', 'not-taken', 'callee-not-shown', 'outcome-given', 'rests-on-abi', 'boundary-uncertain']),
    ),
    before: about('Registers before the step', record(registerName, word)),
    provenance: about(
      'Whether the values of `before` must follow from the log, or may be assumed',
      oneOf(['derived', 'assumed']),
    ),
    reads: about('What the step reads, by linear address', record(word, memoryContent)),
    writes: about('What the step writes, by linear address', record(word, memoryContent)),
  },
);

const leadUp = object(
  'facts of the lead-up',
  {},
  {
    proved: about('Whether the steps, run forward, end in the state of the log', flag),
    start: about('The first step', place),
    minimumSteps: about('At least so many steps', count),
    maximumSteps: about('At most so many steps', count),
    reason: about('Why it begins where it does, as the code that the JSON has', text),
    steps: about('Steps that must be there; others may be there too', list(step)),
    uncertain: about('Steps that must not be called certain: another way in fits as well', list(place)),
    recorded: about('A file with what the real CPU did; nothing that is called certain may differ from it', text),
  },
);

const findingValue = scalar('a value', { type: ['string', 'integer', 'boolean'] }, ({ value }) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined,
);
const findingKind = oneOf(FINDING_KINDS);
const finding = object(
  'a mapping that begins with kind',
  { kind: about('Which finding', findingKind) },
  {
    sum: about('`address-wrapped`: the sum before it wrapped', findingValue),
    address: about('The address that the finding is about', findingValue),
    start: about('Where the access, or the mapping, begins', findingValue),
    size: about('`page-crossing`: bytes of the access', findingValue),
    file: about('`mapping-offset`: the file that is mapped', findingValue),
    offset: about('Bytes from the start of the mapping, or of the captured code', findingValue),
    fileOffset: about('`mapping-offset`: bytes from the start of the file', findingValue),
    register: about('`address-origin`: the register of the address', findingValue),
    role: about('`address-origin`: base or index', findingValue),
    path: about('`address-origin`: only, likely or assumed', findingValue),
    source: about('`address-origin`: load, constant, callee, before-lead-up or other', findingValue),
    through: about('`address-origin`: copy or arithmetic', findingValue),
    initial: about('`address-origin`: the register before the first step', findingValue),
    step: about('`address-origin`: the instruction that made the value', findingValue),
    value: about('`address-origin`: what was loaded', findingValue),
  },
);

const diagnosis = object(
  'a mapping that begins with kind',
  { kind: about('Which kind of bug (docs/diagnosis.md)', oneOf(DIAGNOSIS_KINDS)) },
  {
    strength: about('How strong the grounds must be', oneOf(STRENGTHS)),
    register: about('The register that the diagnosis must name', registerName),
  },
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

const ASSUMPTIONS = ['page-state', 'absent-memory', 'segment-base', 'processor-state', 'register'] as const;

const expectation = object(
  'a mapping that begins with verdict',
  {
    verdict: about(
      'What the replay says of the log: it agrees, it disagrees, or something is missing',
      oneOf(['reproduced', 'contradicted', 'not-replayable']),
    ),
  },
  {
    reason: about('A part of the sentence that says why the verdict is not `reproduced`', text),
    kind: about('What kind of report the log holds', oneOf(REPORT_KINDS)),
    mode: about('Where the CPU was', oneOf(['kernel', 'user'])),
    symbol: about('The place that the log names, such as `f+0x77/0x1e3 [module]`', text),
    vector,
    errorCode,
    address: about('The linear address that faulted', word),
    access,
    size,
    eip: about('The linear address of the faulting instruction', word),
    instruction: about('The faulting instruction', instruction),
    operand: about('Its operand in memory', operand),
    stored: about('The value that it was about to store', word),
    failedChecks: about('All checks that fail', list(oneOf(CHECK_NAMES))),
    registers: about('Registers as the log prints them', record(registerName, word)),
    missingRegisters: about('All registers that the log does not give', list(registerName)),
    codeBase: about('How the address of the captured code is known', oneOf(['printed', 'fetch-address', 'synthetic'])),
    assumptions: about('What the replay must take for granted; more is no error', list(oneOf(ASSUMPTIONS))),
    diagnostics: about('Codes of remarks on the log that must be made; more are no error', list(text)),
    leadUp: about('The instructions before the fault', leadUp),
    findings: about('Findings that must be made; more are no error', list(finding)),
    absentFindings: about('Kinds of findings that must not be made', list(findingKind)),
    diagnosis: about('Diagnoses that must be made; more are no error', list(diagnosis)),
    absentDiagnosis: about('Kinds of diagnoses that must not be made', list(oneOf(DIAGNOSIS_KINDS))),
  },
);

const overrides = object(
  'what is changed: registers, memory, pages, code',
  {},
  {
    registers: about('General registers by name', record(generalRegister, word)),
    memory: about('Words or bytes by linear address', record(word, memoryContent)),
    pages: about(
      'States of pages by an address in them',
      record(word, oneOf(['open', 'unmapped', 'read-only', 'no-access'])),
    ),
    code: about('Bytes of the captured code by place', record(place, bytes)),
  },
);

const outcome = object(
  'a mapping that begins with outcome',
  {
    outcome: about(
      'How the run ends: in a fault, after the instruction that faulted in the log, out of the captured code, where a value is unknown, or not at all',
      oneOf(['faults', 'completes', 'leaves', 'unknown', 'endless']),
    ),
  },
  {
    at: about('The instruction where the run ends', place),
    vector,
    address: about('The linear address that faulted, or that the last instruction accessed', word),
    access,
    size,
    errorCode,
    stored: about('What was stored', memoryContent),
    registers: about('Registers at the end', record(registerName, word)),
    steps: about('How many instructions completed', count),
    samePageAs: about('An address in the page that was accessed', word),
    restsOnAssumed: about('Whether the place or the address rests on a value that was assumed', flag),
    reason: about('A part of the sentence that says why it ended there', text),
  },
);

const range = object(
  'a range: from, to, step',
  { from: about('The first value', word), to: about('The last value', word) },
  { step: about('The distance between values, 1 where it is not given', word) },
);

const sweep = object(
  'one of register and memory, and one of values and range',
  {},
  {
    register: about('The general register that is changed', generalRegister),
    memory: about('The linear address of the word that is changed', word),
    values: about('The values to run with', list(word)),
    range: about('The values to run with, as a range', range),
  },
);

const variation = object(
  'a variation: name, what is changed, what then happens',
  { name: about('What is different, in a few words', text) },
  {
    why: about('Why this is worth knowing', text),
    from: about('Where the run begins', startingPlace),
    set: about('What is changed before it begins', overrides),
    expect: about('What then happens', outcome),
    sweep: about('One thing that is changed again and again', sweep),
    table: about('The rows of the sweep; `replay test --update` writes them', text),
  },
);

export const scenarioShape = object(
  'a mapping with why and expect',
  {
    why: about('One sentence: what this crash is kept for', text),
    expect: about('What must be found; only what is written is checked', expectation),
  },
  {
    origin: about('Where the log comes from', text),
    shows: about('Words by which an index can group scenarios', list(text)),
    log: about('The file of the log in this directory, oops.log where it is not given', text),
    report: about('Which report of the log, from 1; needed where it holds several', count),
    golden: about('A file with the text that is printed for the log; `replay test --update` writes it', text),
    variations: about('What would have happened if', list(variation)),
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
