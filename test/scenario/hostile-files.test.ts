// Scenario directories come by pull request: what their names and links lead to, what their files are, what is left of a failed write.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenario } from '../../src/node/files/scenario-directory.ts';
import { createScenarioFolder, LOG } from './scenario-folder.ts';

const { root, replay, scenario, remove } = createScenarioFolder();
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PASSING = 'why: A load.\nexpect: { verdict: reproduced }\n';
const isRoot = process.getuid?.() === 0;

afterAll(remove);

const shell = (script: string, options: { readonly uid?: number } = {}) => {
  const command = `replay() { "${process.execPath}" "${main}" "$@"; }; ${script}`;
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
    ...options,
  });
  return { status, signal, stdout, stderr };
};
const listing = (path: string) => readdirSync(join(root, path), { recursive: true }).map(String).sort();
const namesOf = (junit: string) =>
  [...junit.matchAll(/<testcase classname="replay" name="([^"]*)"/g)].map(([, name]) => name);

test.each([
  [
    'a directory',
    'golden: sub/r.txt',
    (directory: string) => symlinkSync(join(root, 'outside'), join(directory, 'sub')),
  ],
  [
    'a directory two links away',
    'golden: a/r.txt',
    (directory: string) => {
      symlinkSync('b', join(directory, 'a'));
      symlinkSync('../../outside', join(directory, 'b'));
    },
  ],
  [
    'a directory below one',
    'golden: sub/deep/r.txt',
    (directory: string) => {
      mkdirSync(join(root, 'outside/deep'), { recursive: true });
      symlinkSync('../../outside', join(directory, 'sub'));
    },
  ],
  [
    'a file to come',
    'golden: r.txt',
    (directory: string) => symlinkSync('../../outside/r.txt', join(directory, 'r.txt')),
  ],
  [
    'a file',
    'golden: r.txt',
    (directory: string) => {
      writeFileSync(join(root, 'outside/there.txt'), 'before');
      symlinkSync('../../outside/there.txt', join(directory, 'r.txt'));
    },
  ],
  [
    'a log in a linked directory',
    'log: sub/oops.log',
    (directory: string) => {
      writeFileSync(join(root, 'outside/oops.log'), LOG);
      symlinkSync('../../outside', join(directory, 'sub'));
    },
  ],
])('links lead nowhere outside: %s', (_title, line, prepare) => {
  rmSync(join(root, 'links'), { recursive: true, force: true });
  rmSync(join(root, 'outside'), { recursive: true, force: true });
  mkdirSync(join(root, 'outside'));
  scenario('links/case', `${PASSING}${line}\n`);
  scenario('links/plain', PASSING);
  prepare(join(root, 'links/case'));
  const before = listing('outside');
  const { status, stdout } = replay('test', '--update', 'links');
  expect(stdout).toMatch(/a link out of the directory|a link that leads nowhere/);
  expect(stdout).toMatch(/✓ links\/plain/);
  expect(status).not.toBe(0);
  expect(listing('outside')).toEqual(before);
  if (existsSync(join(root, 'outside/there.txt')))
    expect(readFileSync(join(root, 'outside/there.txt'), 'utf8')).toBe('before');
});

/** Swaps a directory and a link out of the scenario as fast as it can. */
const SWAPPER = `
  const { renameSync } = require('node:fs');
  for (;;) {
    renameSync('sub', 'real'); renameSync('link', 'sub');
    renameSync('sub', 'link'); renameSync('real', 'sub');
  }`;

test('a directory that becomes a link meanwhile leads nowhere either', async () => {
  const directory = join(root, 'race');
  mkdirSync(join(directory, 'sub'), { recursive: true });
  mkdirSync(join(root, 'raced'));
  writeFileSync(join(root, 'raced/secret.txt'), 'outside');
  writeFileSync(join(directory, 'sub/secret.txt'), 'inside');
  symlinkSync('../raced', join(directory, 'link'));
  const swapper = spawn(process.execPath, ['-e', SWAPPER], { cwd: directory, stdio: 'ignore' });
  try {
    await once(swapper, 'spawn');
    const files = openScenario(directory);
    let written = 0;
    for (const end = Date.now() + 1500; Date.now() < end; ) {
      const read = files.read('sub/secret.txt', 100);
      if ('text' in read) expect(read.text).toBe('inside');
      if (files.write('sub/new.txt', 'x') === undefined) written++;
    }
    expect(written).toBeGreaterThan(0);
    expect(listing('raced')).toEqual(['secret.txt']);
  } finally {
    swapper.kill('SIGKILL');
    await once(swapper, 'exit');
  }
});

test('links inside a scenario are followed, and stay links', () => {
  scenario('inside/case', `${PASSING}golden: link/r.txt\n`);
  mkdirSync(join(root, 'inside/case/real'));
  symlinkSync('real', join(root, 'inside/case/link'));
  expect(replay('test', '--update', 'inside').status).toBe(0);
  expect(listing('inside/case')).toContain('real/r.txt');
  expect(lstatSync(join(root, 'inside/case/link')).isSymbolicLink()).toBe(true);
  expect(replay('test', 'inside').status).toBe(0);
});

test.each([
  'scenario.yaml',
  'oops.log',
  './oops.log',
  'sub/../oops.log',
  'hard',
  'soft',
  'sub/scenario.yaml',
  'rec.txt',
])('a golden text that is an input is refused: %s', (golden) => {
  rmSync(join(root, 'golden'), { recursive: true, force: true });
  const yaml = `why: A load.\nexpect: { verdict: reproduced, leadUp: { recorded: rec.txt } }\ngolden: ${golden}\n`;
  scenario('golden/case', yaml);
  const directory = join(root, 'golden/case');
  mkdirSync(join(directory, 'sub'));
  writeFileSync(join(directory, 'sub/scenario.yaml'), yaml);
  writeFileSync(join(directory, 'rec.txt'), '# steps\n');
  linkSync(join(directory, 'oops.log'), join(directory, 'hard'));
  symlinkSync('scenario.yaml', join(directory, 'soft'));
  const { status, stdout } = replay('test', '--update', 'golden');
  expect(stdout).toMatch(
    /scenario\.yaml:3: golden: `.*` is what this scenario reads as `.*`; .*name a file of its own/,
  );
  expect(status).toBe(2);
  expect(readFileSync(join(directory, 'scenario.yaml'), 'utf8')).toBe(yaml);
  expect(readFileSync(join(directory, 'oops.log'), 'utf8')).toBe(LOG);
  expect(readFileSync(join(directory, 'rec.txt'), 'utf8')).toBe('# steps\n');
});

test('what one scenario cannot open is its own failure, by name; the rest run and every report is complete', () => {
  const odd: readonly [name: string, line: string, said: RegExp][] = [
    ['a-nul-log', 'log: "oops.log\\0x"', /has a NUL byte in it/],
    ['b-nul-golden', 'golden: "r\\0.txt"', /has a NUL byte in it/],
    ['c-parents', 'golden: a/b/c.txt', /lies in a directory that is not there; create `a\/b`/],
    ['d-long', `log: ${'x'.repeat(300)}`, /the name is too long/],
    ['e-fifo', 'log: fifo', /`fifo` cannot be read: it is a named pipe/],
    ['f-directory', 'log: folder', /`folder` cannot be read: it is a directory/],
    ['g-large', 'log: large', /`large` cannot be read: it is larger than 4 MiB/],
    ['h-file-as-parent', 'golden: oops.log/r.txt', /a part of the path is not a directory|not there/],
    ['i-itself', 'golden: .', /is the directory of the scenario/],
    ['j-golden-fifo', 'golden: fifo', /`fifo` cannot be read: it is a named pipe/],
    ['k-proc', 'log: /proc/self/environ', /outside the directory/],
  ];
  for (const [name, line] of odd) scenario(`odd/${name}`, `${PASSING}${line}\n`);
  expect(
    shell('for d in odd/*; do mkfifo $d/fifo; mkdir $d/folder; done; head -c 5000000 /dev/zero >odd/g-large/large')
      .status,
  ).toBe(0);
  scenario('odd/y-binary', PASSING);
  writeFileSync(join(root, 'odd/y-binary/scenario.yaml'), readFileSync(process.execPath).subarray(0, 100_000));
  scenario('odd/z-passing', PASSING);
  // A name that is no UTF-8; file systems that refuse it leave it out.
  const hasBytes = shell("mkdir $'odd/x\\xff' && cp odd/z-passing/* $'odd/x\\xff'").status === 0;
  const { status, stdout, stderr } = replay('test', '--update', '--reporter', 'junit', 'odd');
  expect(stderr).toBe('');
  expect(status).toBe(2);
  const names = [
    ...odd.map(([name]) => `odd/${name}`),
    ...(hasBytes ? ['odd/x\ufffd'] : []),
    'odd/y-binary',
    'odd/z-passing',
  ];
  expect(namesOf(stdout).map((name) => name?.replace(/�|\\x[0-9a-f]+/, '\ufffd'))).toEqual(names);
  expect(stdout.trimEnd().endsWith('</testsuites>')).toBe(true);
  expect(stdout).not.toMatch(/internal error/);
  const cases = stdout.split('<testcase ').slice(1);
  for (const [i, [, , said]] of odd.entries()) expect(cases[i]).toMatch(said);
  if (hasBytes) expect(cases.at(-3)).toMatch(/its name is not UTF-8; rename it/);
  expect(cases.at(-2)).toMatch(/characters that no text has/);
  expect((cases.at(-2) as string).length).toBeLessThan(1000);
  expect(cases.at(-1)).toMatch(/^[^>]*\/>/);
});

test('a directory that cannot be listed is a failure of its own', () => {
  scenario('closed/a', PASSING);
  scenario('closed/b', PASSING);
  expect(shell('chmod -R a+rX . && chmod 0 closed/a').status).toBe(0);
  const { status, stdout } = shell('replay test --reporter tap closed', isRoot ? { uid: 65534 } : {});
  expect(stdout).toMatch(/not ok 1 - closed\/a\n[\s\S]*permission denied[\s\S]*\nok 2 - closed\/b\n1\.\.2\n$/);
  expect(status).toBe(2);
  shell('chmod 755 closed/a');
});

test('a file that cannot be written whole is left as it was', () => {
  scenario('full/case', `${PASSING}golden: r.txt\n`);
  writeFileSync(join(root, 'full/case/r.txt'), 'before');
  const { stdout, status } = shell('set -o pipefail; ulimit -f 0; replay test --update full | cat');
  expect(stdout).toMatch(/`r\.txt` cannot be written: it would be larger than the limit of this process/);
  expect(status).toBe(1);
  expect(readFileSync(join(root, 'full/case/r.txt'), 'utf8')).toBe('before');
  expect(listing('full/case')).toEqual(['oops.log', 'r.txt', 'scenario.yaml']);
});

beforeAll(() => {
  writeFileSync(join(root, 'oops.log'), LOG);
});

test.each([
  ['a directory of the kernel', 'replay record oops.log /proc/x', /^replay: \/proc\/x: cannot be written: .+\n$/],
  ['below one', 'replay record oops.log /proc/x/y/z', /^replay: \/proc\/x\/y\/z: cannot be written: .+\n$/],
  [
    'a limit',
    'ulimit -f 0; replay record oops.log kept/limit',
    /^replay: kept\/limit: cannot be written: it would be larger/,
  ],
  [
    'a session without end',
    'replay record oops.log kept/zero --from-session /dev/zero',
    /\/dev\/zero: cannot be read: it is a device/,
  ],
  [
    'a session in a FIFO',
    'mkfifo pipe; replay record oops.log kept/fifo --from-session pipe',
    /pipe: cannot be read: it is a named pipe/,
  ],
  [
    'a session that is large',
    'head -c 2000000 /dev/zero >big; replay record oops.log kept/big --from-session big',
    /big: cannot be read: it is larger than 1 MiB/,
  ],
  ['a log without end', 'yes | replay record - kept/yes', /<stdin>: cannot be read: it is larger than 4 MiB/],
])('record leaves nothing behind: %s', (_title, script, said) => {
  const { status, signal, stderr, stdout } = shell(script);
  expect(signal).toBe(null);
  expect(stderr).toMatch(said);
  expect(stdout).toBe('');
  expect(status).toBe(2);
  expect(existsSync(join(root, 'kept'))).toBe(false);
});

test('record takes a path as it reads, and a pipe as a log', () => {
  expect(shell('replay record oops.log rec1/../plain').status).toBe(0);
  expect(existsSync(join(root, 'rec1'))).toBe(false);
  expect(listing('plain')).toEqual(['oops.log', 'scenario.yaml']);
  expect(shell('replay record <(cat oops.log) new/piped --golden').status).toBe(0);
  expect(readFileSync(join(root, 'new/piped/oops.log'), 'utf8')).toBe(LOG);
  expect(replay('test', 'plain', 'new').status).toBe(0);
});

test('a full disk leaves no half of a scenario', (context) => {
  mkdirSync(join(root, 'disk'));
  const mounted = isRoot && shell('mount -t tmpfs -o size=24k tmpfs disk').status === 0;
  if (!mounted) return context.skip('a small file system cannot be mounted here');
  try {
    const { status, stderr } = shell('for i in 1 2 3 4 5 6 7 8; do replay record oops.log disk/s$i || exit; done');
    expect(stderr).toMatch(/^replay: disk\/s\d: cannot be written: no space left on device\n$/);
    expect(status).toBe(2);
    for (const name of readdirSync(join(root, 'disk')))
      expect(listing(`disk/${name}`)).toEqual(['oops.log', 'scenario.yaml']);
    expect(replay('test', 'disk').status).toBe(0);
  } finally {
    shell('umount disk');
  }
});
