// Logs that somebody wrote to do harm: what reports are made of, repeated, run together, cut apart by everything that ends a line once it is
// decoded, broken where lines are broken, and given to callers that take turns.

import { readdirSync, readFileSync } from 'node:fs';
import { fc } from '../../../property.ts';

const vectors = new URL('../../../vectors/', import.meta.url);
const reports = new URL('snapshot-reports/', vectors);
const sources = [
  new URL('snapshot-lines.txt', vectors),
  ...readdirSync(reports)
    .filter((name) => name.endsWith('.log'))
    .map((name) => new URL(name, reports)),
];
/** Lines of reports and of the forms that the grammar knows. */
export const KNOWN_LINES: readonly string[] = [
  ...new Set(sources.flatMap((source) => readFileSync(source, 'utf8').split('\n'))),
].filter((line) => line !== '' && !/^(?: {4}|##?)/.test(line));

/** What ends a line, or comes between two, before or after it is decoded. */
const ENDS = ['\n', '\n', '<br>', '<BR/>', '\r', '\r\n', '=\n', '=0A', '=20=\n', '&#10;', '&lt;br&gt;', '</p>', '\\\n'];
const GLUES = [
  ' ',
  '  ',
  '\t',
  '',
  ' [    1.000000] ',
  '<4>',
  ' EIP is at ',
  ' Call Trace: ',
  '*',
  '**',
  '=',
  '\u3000',
  '\u0000',
  '\u2028',
];
const HEADS = [
  '',
  '> ',
  '<1>',
  '[    1.000000] ',
  '[    1.000000][  T271] ',
  'Jun  2 10:29:20 host kernel: ',
  '  12: ',
  'messages:',
  '[CODE]',
];
/** One character or a few, very many times. */
const PUMPS = [
  ' ',
  '[',
  ']',
  '<',
  '>',
  '=',
  '*',
  '.',
  '\r',
  ' in',
  ' in [',
  '(core',
  '&lt;',
  '8b ',
  '<8b> ',
  'ab*',
  '=41',
  '00000000 ',
  'EAX: ',
  '0',
  '+0x',
  '[<',
  'a+0x1/0x2 ',
  '> ',
  '1 ',
  'x[1]: ',
];

const line = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...KNOWN_LINES) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...KNOWN_LINES), fc.nat(60)).map(([text, at]) => text.slice(0, at)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('', ...KNOWN_LINES),
        fc.constantFrom(...PUMPS),
        fc.nat(600),
        fc.constantFrom('', '!', ']', 'x', '\u3000'),
      )
      .map(([text, pump, times, end]) => text + pump.repeat(times) + end),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(fc.constantFrom(...KNOWN_LINES), { maxLength: 6 }), fc.constantFrom(...GLUES))
      .map(([texts, glue]) => texts.join(glue)),
  },
);

const heading = fc.oneof(
  fc.constantFrom(...HEADS).map((head) => () => head),
  // Callers that take turns.
  fc
    .integer({ min: 1, max: 1600 })
    .map((callers) => (index: number) => `[    1.000000][${`T${index % callers}`.padStart(6)}] `),
);

const block = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 12 }),
    times: fc.oneof(fc.constant(1), fc.nat(60)),
    end: fc.constantFrom(...ENDS),
    heading,
  })
  .map(({ lines, times, end, heading }) => {
    const texts: string[] = [];
    for (let i = 0; i < times; i++) for (const text of lines) texts.push(heading(texts.length) + text + end);
    return texts.join('');
  });

export const hostileLog = fc.array(block, { minLength: 1, maxLength: 4 }).map((blocks) => `${blocks.join('\n')}\n`);
