// What can be said about a crash: a kind, a sentence, and the facts of that kind.

import { count, list, number, object, oneOf, text, word } from './describe.ts';
import { code, generalRegister } from './values.ts';

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
      source: oneOf(
        ['load', 'constant', 'callee', 'before-lead-up', 'other'],
        '`address-origin`: where the value began.',
      ),
      through: oneOf(['copy', 'arithmetic'], '`address-origin`: what was done with it since.'),
      initial: generalRegister,
      step: word('`address-origin`: address of the instruction that made the value.'),
    },
  ),
  'What follows from it all, as facts with a sentence each.',
);
