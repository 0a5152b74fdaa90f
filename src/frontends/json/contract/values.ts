// Forms that several parts of the contract share.

import { count, type Form, type Forms, list, number, object, oneOf, positive, record, text, word } from './describe.ts';

const PROVENANCES = ['observed', 'derived', 'assumed', 'unknown'] as const;
const GENERAL = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'] as const;

export const generalRegister = oneOf(GENERAL, 'A general register.');

/** Names a fact. */
export const code = (description: string): Form<string> => text(`${description} Codes are added, never changed.`);

export const provenance = oneOf(
  PROVENANCES,
  'How the value is known: printed in the log, true of every execution that fits the log, one that fits among several, or not at all.',
);

export const condition = (what: string) =>
  oneOf(
    ['callee-kept', 'earlier-step', 'this-way', 'not-overwritten'],
    `${what} holds if the callee gave back the registers that the calling convention makes it save; if the step before it led here; if the way that is shown is the one taken; if nothing changed the word since but what is shown.`,
  );

const knownFields = {
  value: number('Absent where it is unknown; for `assumed` one value that fits.'),
  knownBits: word('The bits that are certain, where not all are.'),
  constraint: text('What every possible value fulfils, with x for the value.'),
  condition: condition('The value'),
};

/** An object with a value that is known in some way, and whatever else belongs to it. */
export function known<R extends Forms, O extends Forms>(description: string, required: R, optional: O) {
  return object(description, { ...required, provenance }, { ...optional, ...knownFields });
}

export const knownValue = known('A value and how it is known.', {}, {});

/** A register or some bytes of memory; exactly one of them, or neither where the address is unknown. */
export const place = object(
  'A register, or memory. An address is left out where it is unknown.',
  {},
  {
    register: generalRegister,
    address: word('Of the first byte.'),
    size: positive('Bytes of memory.'),
  },
);

export const words = (description: string) => record(word(), description);

export const sourceRange = object(
  'Where the log shows a fact.',
  { line: positive('The first line, counted from 1 in the file.') },
  { lines: positive('How many lines, where it is more than one.') },
);

export const diagnostic = object(
  'Something odd in the input, and what was done about it.',
  { code: text('A stable name.'), message: text('One sentence.') },
  { line: positive('In the file, for inputs that have lines.') },
);

export const diagnostics = list(diagnostic, 'What was odd in the input; empty where nothing was.');

export const codePlace = {
  offset: count('In the captured code bytes (`snapshot.code.bytes`).'),
  address: word('Linear address; left out where the log prints no numeric EIP.'),
  place: text('How the code is called where it has no address: `kfree+0x1f`, `EIP-0x4`.'),
};
