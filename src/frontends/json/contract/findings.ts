// What can be said about a crash: a kind, a sentence, and the facts of that kind.

import { count, list, mark, number, object, oneOf, positive, text, word } from './describe.ts';
import { code, generalRegister } from './values.ts';

const source = oneOf(
  ['load', 'constant', 'callee', 'before-lead-up', 'other'],
  '`address-origin`: where the value began; with several `sources`, `other`.',
);

const part = object(
  'One thing that the value was made of.',
  { source, path: oneOf(['only', 'likely', 'assumed'], 'How sure the steps are that it came over.') },
  {
    step: word('Address of the instruction that made it.'),
    offset: count('Offset of that instruction, in the captured bytes.'),
    register: generalRegister,
    address: word('Where it was loaded.'),
    value: word('What it was, where that is certain.'),
    atEntry: mark('It was in the register when the function was entered.'),
    argument: positive('For a load from the frame of the caller: which word above the return address, from 1.'),
  },
);

export const findings = list(
  object(
    'One finding. Which of the other fields it has depends on its kind.',
    {
      kind: oneOf(
        ['address-wrapped', 'page-crossing', 'cause', 'mapping-offset', 'address-origin'],
        'What was found. Kinds are added, never changed.',
      ),
      text: text('The finding in words.'),
    },
    {
      register: generalRegister,
      value: word('The value that it is about.'),
      address: word('The address that it is about; for an origin, where the value was loaded.'),
      sum: number('`address-wrapped`: the sum before it was reduced to 32 bits.'),
      offset: count('`mapping-offset`: in the file. `address-origin`: of the instruction, in the captured bytes.'),
      code: code('Of the cause.'),
      start: word('`page-crossing`: where the access starts. `mapping-offset`: where the file is mapped.'),
      size: count('`page-crossing`: bytes of the access.'),
      file: text('`mapping-offset`: the file that is mapped.'),
      fileOffset: word('`mapping-offset`: from the start of the file, where the log prints it.'),
      path: oneOf(
        ['only', 'likely', 'assumed'],
        '`address-origin`: how sure the steps are that the value came over; with `assumed` all of it is conditional.',
      ),
      role: oneOf(['base', 'index'], '`address-origin`: the part of the address that the register is.'),
      source,
      through: oneOf(['copy', 'arithmetic'], '`address-origin`: what was done with it since.'),
      initial: generalRegister,
      step: word('`address-origin`: address of the instruction that made the value.'),
      sources: list(part, '`address-origin`: everything that the value was made of in the end.'),
      otherwise: object(
        '`address-origin`, with an `assumed` path: what held the value, or what it was made of, if control came another way.',
        {
          offset: count('Offset in the captured bytes of the instruction that control came to.'),
          registers: list(generalRegister, 'Registers that held it there.'),
          memory: list(word(), 'Addresses of words that held it there.'),
        },
        {},
      ),
    },
  ),
  'What follows from it all, as facts with a sentence each.',
);
