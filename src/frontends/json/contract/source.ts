// What files with debug information tell that were given with the log.

import { count, list, object, oneOf, positive, text } from './describe.ts';
import { code } from './values.ts';

const call = {
  required: { file: text('Path as the compiler was given it.'), line: positive('Line in it.') },
  optional: {
    column: positive('Column; left out where the compiler tells none.'),
    function: text('Name of the function.'),
  },
};

export const source = object(
  'Where it is in the source, as a file of `binaries` tells it; where several places of it fit, only if all of them have the same.',
  {
    ...call.required,
    basis: oneOf(
      ['bytes', 'symbol', 'mapping'],
      'What puts the code at its place in the file: captured bytes that are equal; or on trust a symbol of that name and size, or the place in the mapping of a program.',
    ),
    inlined: list(
      object('The place of a call.', call.required, call.optional),
      'Where the function above was inlined, call by call, the innermost first; empty where it was not.',
    ),
    text: text('All of it in words.'),
  },
  call.optional,
);

export const binaries = list(
  object(
    'A file that was given with `--binary`, and what it has to do with the report.',
    {
      file: text('As named on the command line.'),
      release: oneOf(
        ['same', 'differs', 'unknown'],
        'Whether it was made for the kernel release that the log prints; `unknown` where either does not say.',
      ),
      match: oneOf(
        ['proved', 'ambiguous', 'refused', 'elsewhere', 'uncompared'],
        'Whether it holds the code of the fault: in one place; in several; not that code; not in this file; there was nothing to compare bytes with.',
      ),
      places: list(
        object('A place.', { section: text('Name of the section.'), offset: count('Of EIP in the section.') }, {}),
        'Where in the file EIP is, or by name and size would be.',
      ),
      patched: count('Captured bytes that differ where the kernel patches code.'),
      unexplained: list(
        object(
          'A captured byte that differs for no reason that the file names.',
          {
            offset: count('In the captured bytes.'),
            log: count('The byte of the log.'),
            file: count('The byte of the file.'),
          },
          {},
        ),
        'For `refused`: which bytes differ, in the place that comes nearest.',
      ),
      text: text('The match and the release in words.'),
    },
    {
      buildId: text('Its build-id, in hexadecimal digits.'),
      madeFor: text('The kernel release that it was made for.'),
      reason: code('For `refused`, `elsewhere` and `uncompared`: why.'),
    },
  ),
  'The files that were given with `--binary`; absent where none was.',
);
