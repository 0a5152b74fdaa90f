// The table of engine differences that the code uses is the one that the documentation shows.

import { expect, test } from 'vitest';
import { ENGINE_DIFFERENCES } from '../../src/cpu/differences.ts';
import { CAVEATS } from '../../src/frontends/wording/caveat.ts';
import { PROCESSOR_DIFFERENCES } from '../../src/frontends/wording/processor-difference.ts';

const WORDS: Readonly<Record<string, string>> = { ...CAVEATS, ...PROCESSOR_DIFFERENCES };

const HANDLING = {
  corrected: 'Corrected: a rule of `src/cpu` gives what a CPU does.',
  'by-processor':
    'By processor: real CPUs differ. Where the maker is not known, as in a log, only what all of them do is claimed.',
  'not-run': 'Not run: the instruction is declined, with the reason. Its page faults are still decided.',
  warned: 'Warned: a page fault is given with a caveat.',
  left: 'Left: a result that depends on it is given as the engine has it.',
} as const;

test('docs/engine-differences.md lists every row', async () => {
  const sections = (Object.keys(HANDLING) as (keyof typeof HANDLING)[]).map((handling) => {
    const rows = ENGINE_DIFFERENCES.filter((row) => row.handling === handling);
    const sources = rows.some(({ source }) => source !== undefined);
    return [
      `## ${HANDLING[handling]}`,
      '',
      `| Name | Difference |${sources ? ' Source |' : ''}`,
      `|---|---|${sources ? '---|' : ''}`,
      ...rows.map(
        ({ name, difference, source }) =>
          `| ${name} | ${difference ?? WORDS[name]} |${sources ? ` ${source ?? ''} |` : ''}`,
      ),
    ];
  });
  const text = [
    '# Where the engine differs from a CPU',
    '',
    'Found by running the same instructions in a 32-bit process on a real CPU and in the emulator layer (`npm run test:cpu`), registers,',
    'flags, memory and faults compared: on AMD EPYC and on an Intel Xeon. The differential test excuses nothing that is not in this table,',
    'and the code uses the same table: `src/cpu/differences.ts`. This file is written by `npx vitest run test/cpu/documented-differences.test.ts -u`.',
    ...sections.flatMap((section) => ['', ...section]),
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../../docs/engine-differences.md');
});
