// A whole function as code: which of its words are filled in when it is loaded, and where control comes into it from elsewhere.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { functionCode } from '../../src/binary-match/function-code.ts';
import { compile, open } from '../binary/program.ts';

const SOURCE = `extern int other(int);
int plain(int *p, int n)
{
	int total = 0;
	while (n--)
		total += *p++;
	return other(total);
}
int chosen(int *p, int n)
{
	switch (n) {
	case 0: return other(p[0]);
	case 1: return other(p[1] * 3) + 1;
	case 2: p[2]++; return other(p[3]);
	case 3: return p[4] + other(7);
	case 4: p[0] = other(p[1]); return p[2];
	case 5: return other(other(p[5]));
	}
	return n;
}
`;
const made = compile('gcc', ['-fno-asynchronous-unwind-tables'], SOURCE);
const file = made && open(made.bytes).file;

function codeOf(name: string) {
  const symbol = file?.symbols().find((one) => one.name === name);
  const section = symbol && file?.sections[symbol.section];
  if (file === undefined || symbol === undefined || section === undefined) return undefined;
  const start = symbol.address - section.address;
  return functionCode(file, section, start, start + symbol.size);
}

/** Offsets at which objdump begins an instruction of the function. */
function boundaries(name: string): ReadonlySet<number> | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'replay-function-'));
  try {
    const object = join(directory, 'code.o');
    writeFileSync(object, made?.bytes ?? '');
    const { stdout, error } = spawnSync('objdump', ['-d', `--disassemble=${name}`, object], { encoding: 'utf8' });
    if (error !== undefined) return undefined;
    const starts = [...stdout.matchAll(/^ +([0-9a-f]+):\t/gm)].map(([, digits]) => Number.parseInt(digits ?? '', 16));
    return new Set(starts.map((start) => start - (starts[0] ?? 0)));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test.skipIf(file === undefined)('nothing leads into a loop from outside, and a call to elsewhere is filled in', () => {
  const code = codeOf('plain');
  expect([...(code?.entries ?? ['none told'])]).toEqual([]);
  expect(code?.filled.map(({ name }) => name)).toEqual(['other']);
});

test.skipIf(file === undefined)('the table of a switch leads to each of its cases', () => {
  const code = codeOf('chosen');
  const starts = boundaries('chosen');
  expect(code?.entries?.size).toBe(6);
  if (starts === undefined) return;
  for (const entry of code?.entries ?? []) expect(starts).toContain(entry);
});

test.skipIf(file === undefined)('what lies outside of the section is no function', () => {
  const section = file?.section('.text');
  if (file === undefined || section === undefined) return;
  expect(functionCode(file, section, section.size, section.size + 16)).toBeUndefined();
  expect(functionCode(file, section, -4, 16)).toBeUndefined();
});
