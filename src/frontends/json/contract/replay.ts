// The verdict on one fault.

import { bytes, count, flag, half, integer, list, mark, object, oneOf, positive, text, word } from './describe.ts';
import { source } from './source.ts';
import { code, codePlace, generalRegister } from './values.ts';

const addressPart = {
  required: { register: generalRegister },
  optional: {
    value: word('Left out where it is unknown.'),
    provenance: oneOf(
      ['derived', 'assumed'],
      'Only for a register that the log lacks: its value was computed from the fault address.',
    ),
  },
};

const fault = object(
  'What the emulated CPU raised.',
  {
    vector: integer('Vector number of the exception.'),
    text: text('The fault in one sentence.'),
  },
  {
    access: oneOf(['read', 'write', 'execute'], 'As the error code tells it; page faults only.'),
    supposed: mark(
      'The log names no exception: this is what its code and registers would raise, and nothing confirms it.',
    ),
    fetch: mark('The access is an instruction fetch; without NX the CPU tells it as a read.'),
    address: word('What CR2 holds; page faults only.'),
    size: positive('Bytes of the whole operand; page faults only.'),
    errorCode: half('The error code that is pushed.'),
    eip: word('EIP that is pushed; left out where the log prints no numeric EIP.'),
    cause: text('Why, for an exception other than a page fault.'),
    causeCode: code('The code of `cause`.'),
  },
);

const operand = object(
  'How the address of the faulting operand is made.',
  {
    displacement: word('The constant part.'),
    segment: object(
      'The segment that the operand lies in.',
      { register: oneOf(['es', 'cs', 'ss', 'ds', 'fs', 'gs'], 'Its register.') },
      {
        base: word('Its base; left out where it is unknown.'),
        derived: mark('The base was computed from the fault address.'),
      },
    ),
    address: word('Linear address at which the operand starts.'),
    wrapped: flag('The sum left the 32-bit range and came round.'),
  },
  {
    text: text('As the listing prints it.'),
    base: object('The base register.', addressPart.required, addressPart.optional),
    index: object('The index register.', addressPart.required, {
      ...addressPart.optional,
      scale: oneOf([1, 2, 4, 8], 'Its factor.'),
    }),
    registerOffset: object(
      'What another register adds: the bit number of bt and its family, the %al of xlat.',
      {
        register: text('As the instruction names it.'),
        shift: oneOf(
          [0, 4, 5],
          'A bit number selects (value >> 5) × 4 bytes, or (value >> 4) × 2 with a 16-bit operand; 0: the value itself.',
        ),
      },
      { bytes: integer('Signed; absent where the log lacks the register.') },
    ),
  },
);

const sumRow = object(
  'One summand, or the sum.',
  {
    sign: oneOf(
      ['', '+', '−', '=', '·'],
      'Before the row: `=` for the sum, `·` for the value that a store would write.',
    ),
    label: text('What it is; empty for the sum.'),
    value: text('As a number is written; `????????` where it is unknown, `1` before a sum that wrapped.'),
  },
  { remark: text('What the value means.') },
);

const check = object(
  'One point in which log and replay are compared.',
  {
    name: oneOf(
      ['exception', 'instruction-address', 'fault-address', 'access-kind', 'error-code', 'privilege', 'headline'],
      'Which point.',
    ),
    title: text('Its name in words.'),
    expected: text('What the log says.'),
    actual: text('What the replay did.'),
    passed: flag('They agree.'),
  },
  {
    note: text('Why the expectation is not independent evidence.'),
    noteCode: code('The code of `note`.'),
  },
);

export const replay = object(
  'The fault raised again, and the comparison with the log.',
  {
    verdict: oneOf(['reproduced', 'contradicted', 'not-replayable'], 'The outcome.'),
    text: text('The verdict in one sentence.'),
    checks: list(check, 'Every point that was compared.'),
    assumptions: list(
      object(
        'Something that no log holds and that was taken for granted.',
        {
          kind: oneOf(
            ['page-state', 'absent-memory', 'segment-base', 'processor-state', 'register'],
            'What it is about.',
          ),
          code: code('What was assumed.'),
          message: text('In words.'),
        },
        {},
      ),
      'What was taken for granted.',
    ),
  },
  {
    reason: text('Why it is not reproduced.'),
    reasonCode: code('The code of `reason`.'),
    remedy: text('What would make the report replayable.'),
    codeBase: oneOf(
      ['printed', 'fetch-address', 'synthetic'],
      'Where the addresses of code come from: printed, from a fetch fault, or none (the log prints no numeric EIP).',
    ),
    codeBaseText: text('What follows from a `synthetic` code base, in words.'),
    inferred: text('What the log implies without printing it, in words; see `snapshot.trap.inferred`.'),
    instruction: object(
      'The faulting instruction.',
      { bytes: bytes('Its bytes.'), text: text('Listing text.') },
      { address: codePlace.address, place: codePlace.place },
    ),
    fault,
    operand,
    addressSum: list(sumRow, 'The address of a page fault as a sum, one row for each part, ready to be shown.'),
    storedValue: word('What the faulting store would have written.'),
    source,
    skippedBytes: count('Leading code bytes that belong to no instruction.'),
  },
);
