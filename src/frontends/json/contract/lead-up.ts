// The instructions before the fault.

import { bytes, count, flag, list, mark, object, oneOf, positive, record, text, word } from './describe.ts';
import { source } from './source.ts';
import { code, codePlace, condition, known, knownValue, place } from './values.ts';

const { offset, address, place: codeName } = codePlace;
const addressProvenance = oneOf(['assumed'], 'The address is one that fits, among several.');
const addressCondition = condition('The address');
const memoryAddress = word('Linear address of the first byte; left out where it is unknown.');
const size = positive('Bytes.');

const otherWay = object(
  'Another way into the next step that contradicts nothing.',
  {
    kind: oneOf(
      ['fall-through', 'branch', 'call', 'call-returned', 'return', 'rounds', 'outside'],
      'How control would come.',
    ),
  },
  { offset: count('Where it would come from, in the captured bytes.') },
);

const write = known(
  'One place that the step gave a value. The last write before a place is read is where its value came from.',
  {
    place,
    kind: oneOf(
      ['copy', 'load', 'store', 'constant', 'computed', 'callee'],
      'How the value was made; `callee`: code that is not shown may have left it there.',
    ),
    certain: flag('False where the step may not have written there, or not have written there only.'),
  },
  { from: place },
);

const step = object(
  'One executed instruction.',
  {
    offset,
    bytes: bytes('Its bytes.'),
    text: text('Listing text.'),
    path: oneOf(
      ['only', 'likely', 'assumed'],
      'How sure it is that this step ran right before the next: no other way in, no sign of another, or another fits the log too.',
    ),
    before: record(knownValue, 'General registers and `eflags` before the step.'),
    accesses: list(
      known(
        'One touch of memory.',
        { access: oneOf(['read', 'write'], 'Which.'), size },
        { address: memoryAddress, addressProvenance, addressCondition },
      ),
      'Memory that it read and wrote, in order.',
    ),
    writes: list(write, 'What it wrote, for going back from a value to where it came from.'),
  },
  {
    address,
    place: codeName,
    left: record(
      knownValue,
      'What it left in the general registers that it wrote, if it ran right before the next step; only those that are known.',
    ),
    doubt: code('For `assumed`: the sign of another way in.'),
    otherWays: list(otherWay, 'How else the next step could have been reached.'),
    notes: list(code('What is special about the step.'), 'What is special about the step.'),
    rounds: count('For a repeated string instruction shown as one step: how often it ran.'),
    round: object(
      'For one round of a repeated string instruction.',
      { index: count('Its number.'), skippedBefore: count('Rounds before it that are left out.') },
      {},
    ),
    effects: list(text(), 'What it did, in words, one for each register, memory word and remark.'),
    source,
    fromFile: mark('Its bytes are those of a file of `binaries`: the log does not show them.'),
    origin: mark('It made a part of the faulting address.'),
  },
);

export const leadUp = object(
  'The instructions before the fault, oldest first, rebuilt from the state at the fault.',
  {
    proved: flag('They were run forward and gave the registers, the flags and the fault of the log.'),
    text: text('How many there are and whether they were proved, in words.'),
    reason: code('Why it begins where it begins.'),
    reasonText: text('The same in words: a clause.'),
    steps: list(step, 'Oldest first; the faulting instruction is not among them.'),
    memory: list(
      known(
        'A word of memory that the steps loaded before anything shown stored to it.',
        { size, step: count('Index of the step that loaded it.') },
        { address: memoryAddress, addressProvenance, addressCondition },
      ),
      'Memory that was read on the way.',
    ),
    notExecuted: list(count(), 'Offsets of instructions between the first step and the fault that did not run.'),
    legend: list(
      text(),
      'What a reader of the steps must know, in words: why it starts there, what the marks mean, what is only one value that fits.',
    ),
  },
  {
    unproved: text('Why it is not proved.'),
    unprovedCode: oneOf(
      [
        'no-step',
        'no-witness',
        'run-too-long',
        'other-way',
        'early-fault',
        'unknown-memory',
        'not-run',
        'register-differs',
        'flags-differ',
        'no-fault',
        'other-fault',
        'other-address',
      ],
      'Why it is not proved: where its run forward and the log part.',
    ),
    start: word('Address of the first step.'),
    budget: oneOf(['steps', 'trials', 'witness'], 'The budget that ended the search.'),
  },
);

export const crashSite = object(
  'The machine before the faulting instruction: the last position of the timeline.',
  { registers: record(knownValue, 'All general registers, `eflags` and, where it has one, `eip`.') },
  { offset, address, place: codeName },
);

export const listing = list(
  object(
    'One instruction of the captured code.',
    {
      offset,
      bytes: bytes('Its bytes.'),
      text: text('Listing text.'),
      role: oneOf(
        ['lead-up', 'crash-site', 'not-run', 'outside'],
        'It ran before the fault; it faulted; it lies between and did not run; nothing is said of it.',
      ),
    },
    { address, place: codeName },
  ),
  'The captured code as instructions, in the order of addresses.',
);
