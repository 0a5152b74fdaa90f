// `replay source`: the lines of a crash from an object that we compile, and what is said of files that do not fit.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { compile, open } from '../binary/program.ts';
import { oopsText } from '../oops-text.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'replay-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const made = compile('gcc', ['-gdwarf-5']);
const file = made && open(made.bytes).file;
const push = file?.symbols().find(({ name }) => name === 'push');
const section = push && file?.sections[push.section];

/** A report whose code is that of `push`, EIP 12 bytes into it; `change` damages a byte. */
function write(name: string, change = 0): string {
  if (file === undefined || push === undefined || section === undefined) throw new Error('nothing was compiled');
  const start = push.address - section.address;
  const bytes = Uint8Array.from(file.rawPart(section, start, 40));
  bytes[3] = (bytes[3] ?? 0) ^ change;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const code = digits.map((byte, i) => (i === 12 ? `<${byte}>` : byte)).join(' ');
  const size = Math.ceil(section.size / 0x1000) * 0x1000 - start;
  const text = oopsText({ code, address: '0' }).replaceAll('foo_read+0x1c/0x90', `push+0xc/0x${size.toString(16)}`);
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'source', ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const object = join(folder, 'object.o');

test.skipIf(section === undefined)('the line of the fault, where the code is that of the log', () => {
  writeFileSync(object, made?.bytes ?? '');
  const { status, stdout } = run(write('fits.log'), '--binary', object);
  expect(stdout).toContain('proved: all 40 code bytes are equal');
  expect(stdout).toMatch(/^ {4}at \S+:\d+:\d+ \(push\)$/m);
  expect(status).toBe(0);
});

test.skipIf(section === undefined)('a byte that differs is a refusal, and no line is told', () => {
  writeFileSync(object, made?.bytes ?? '');
  const { status, stdout } = run(write('differs.log', 4), '--binary', object);
  expect(stdout).toContain('refused: byte 3 is ');
  expect(stdout).not.toMatch(/^ {4}at /m);
  expect(status).toBe(1);
});

test.skipIf(section === undefined)('each file is named by an option of its own, before the log or after it', () => {
  writeFileSync(object, made?.bytes ?? '');
  const { status, stdout } = run('--binary', object, '--binary', process.execPath, write('fits.log'));
  expect({ status, stdout }).toMatchObject({ status: 2, stdout: '' });
  expect(run('--binary', object, write('fits.log')).status).toBe(0);
});

function explained(...args: readonly string[]) {
  const { stdout } = spawnSync(process.execPath, [main, '--json', ...args], { encoding: 'utf8' });
  return JSON.parse(stdout.split('\n')[0] ?? '');
}

test.skipIf(section === undefined)(
  '--binary of the command itself: the match, the line, and the source of each step',
  () => {
    writeFileSync(object, made?.bytes ?? '');
    const log = write('fits.log');
    const { binaries, replay, leadUp } = explained('--binary', object, log);
    expect(binaries).toMatchObject([
      { file: object, match: 'proved', release: 'unknown', unexplained: [], patched: 0 },
    ]);
    expect(replay.source).toMatchObject({ file: expect.stringMatching(/ring\.c$/), function: 'push', basis: 'bytes' });
    for (const step of leadUp?.steps ?? []) expect(step.source.line).toBeGreaterThan(0);
    const plain = explained(log);
    expect(plain.binaries).toBeUndefined();
    expect(plain.replay.source).toBeUndefined();
  },
);

test.skipIf(section === undefined)(
  'one bit that differs: refused, with the byte, and nothing is taken from the file',
  () => {
    writeFileSync(object, made?.bytes ?? '');
    const { binaries, replay } = explained('--binary', object, write('differs.log', 4));
    expect(binaries).toMatchObject([{ match: 'refused', reason: 'bytes', unexplained: [{ offset: 3 }] }]);
    expect(binaries[0].text).toContain('one bit');
    expect(replay.source).toBeUndefined();
  },
);

test('a file that is none, and one that is not there', () => {
  const log = join(folder, 'any.log');
  writeFileSync(log, oopsText({ code: '<8b> 03', address: '0' }));
  expect(run(log, '--binary', log)).toMatchObject({ status: 2, stderr: expect.stringContaining('it is no ELF file') });
  expect(run(log, '--binary', join(folder, 'nothing.ko'))).toMatchObject({ status: 2 });
  expect(run(log)).toMatchObject({ status: 2, stderr: expect.stringContaining('--binary') });
});
