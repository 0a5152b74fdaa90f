// What an installed package keeps in the user's cache folder: it saves time, and whatever happens to it changes nothing else.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sample = join(root, 'scenarios', 'kni-fifo-put', 'oops.log');
const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'replay-user-cache-'));
const cli = join(folder, 'package', 'dist', 'cli');
const main = join(cli, 'main.js');
const recorder = join(folder, 'recorder.cjs');
let home: string;
let homes = 0;

beforeAll(() => {
  for (const part of ['cli', 'runtime'])
    cpSync(join(root, 'dist', part), join(folder, 'package', 'dist', part), { recursive: true });
  rmSync(join(cli, 'replay.js.compiled'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'package', 'node_modules'), 'junction');
  // Shows, last of all, what V8 said of the compiled form that it was given.
  writeFileSync(
    recorder,
    `const vm = require('node:vm');
     const { Script } = vm;
     vm.Script = class extends Script {
       constructor(...words) {
         super(...words);
         process.stderr.write(words[1].cachedData ? 'rejected: ' + this.cachedDataRejected + '\\n' : 'none\\n');
       }
     };
     process.execArgv.splice(0);`,
  );
});
beforeEach(() => {
  home = join(folder, `home-${homes++}`);
  mkdirSync(join(home, '.cache'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const own = () => join(home, '.cache', 'replay-oops');
const entries = () => (existsSync(own()) ? readdirSync(own()) : []);
const entry = () => join(own(), entries()[0] ?? 'none');
const environment = (more: object = {}) => ({ PATH: process.env.PATH ?? '', HOME: home, ...more });

function run(more: object = {}, args: readonly string[] = [sample]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', recorder, main, ...args], {
    encoding: 'utf8',
    env: environment(more),
  });
  return { status, stdout, used: /^(none|rejected: \w+)$/m.exec(stderr)?.[0] };
}

const USED = 'rejected: false';

/** The run is as without a cache, did not use what was there, and the next one does again. */
function expectMended(): void {
  const plain = run({ REPLAY_NO_CACHE: '1' });
  const next = run();
  expect(next.used).toBe('none');
  expect(next).toMatchObject({ status: plain.status, stdout: plain.stdout });
  expect(run().used).toBe(USED);
}

describe.skipIf(process.platform === 'win32')('the cache of the user', () => {
  it('is written by the first run and used by the second, for this user alone', () => {
    const first = run();
    expect(first.used).toBe('none');
    expect(entries()).toHaveLength(1);
    expect(statSync(own()).mode & 0o777).toBe(0o700);
    expect(statSync(entry()).mode & 0o777).toBe(0o600);
    const { mtimeMs } = statSync(entry());
    expect(run()).toEqual({ ...first, used: USED });
    expect(statSync(entry()).mtimeMs).toBe(mtimeMs);
  });

  it('lies where XDG_CACHE_HOME says, if that is absolute', () => {
    const other = join(home, 'other');
    mkdirSync(other);
    run({ XDG_CACHE_HOME: other });
    expect(entries()).toEqual([]);
    expect(readdirSync(join(other, 'replay-oops'))).toHaveLength(1);
    run({ XDG_CACHE_HOME: 'other' });
    expect(entries()).toHaveLength(1);
  });

  it.each(['REPLAY_NO_CACHE', 'NODE_DISABLE_COMPILE_CACHE'])('is neither written nor read with %s', (name) => {
    run({ [name]: '1' });
    expect(entries()).toEqual([]);
    run();
    expect(run({ [name]: '1' }).used).toBe(undefined);
  });

  it('is not written by what replays no log with the defaults, or fails', () => {
    for (const args of [['--version'], ['--json', sample], ['nothing.log']]) run({}, args);
    expect(entries()).toEqual([]);
  });

  it('makes a cache folder that is missing, for this user alone', () => {
    rmSync(join(home, '.cache'), { recursive: true });
    const first = run();
    expect(statSync(join(home, '.cache')).mode & 0o777).toBe(0o700);
    expect(run()).toEqual({ ...first, used: USED });
  });

  it('is not made where there is no home, where others may write the home, or through a link that leads nowhere', () => {
    rmSync(join(home, '.cache'), { recursive: true });
    const { status } = run({ REPLAY_NO_CACHE: '1' });
    expect(run({ HOME: join(home, 'nothing') }).status).toBe(status);
    expect(run({ HOME: '' }).status).toBe(status);
    expect(run({ XDG_CACHE_HOME: join(home, 'two', 'levels') }).status).toBe(status);
    chmodSync(home, 0o777);
    expect(run().status).toBe(status);
    chmodSync(home, 0o755);
    expect(readdirSync(home)).toEqual([]);
    symlinkSync(join(home, 'nothing'), join(home, '.cache'));
    expect(run().status).toBe(status);
    expect(readdirSync(home)).toEqual(['.cache']);
  });

  it('is ignored and replaced when any bit is changed, or it is cut off', () => {
    run();
    const whole = readFileSync(entry());
    const places = [0, 7, 8, 20, whole.length >> 1, whole.length - 1];
    for (const place of places) {
      const changed = Buffer.from(whole);
      changed[place] = (changed[place] as number) ^ (1 << (place % 8));
      writeFileSync(entry(), changed);
      expectMended();
    }
    for (const length of [0, 5, 8, whole.length - 1]) {
      writeFileSync(entry(), whole.subarray(0, length));
      expectMended();
    }
    writeFileSync(entry(), Buffer.alloc(5 << 20));
    expectMended();
  });

  it('is ignored and replaced when the script was edited to the same length, or another Node made it', () => {
    run();
    const script = join(cli, 'replay.js');
    const text = readFileSync(script, 'latin1');
    writeFileSync(script, text.replaceAll('How it got here', 'HOW IT GOT HERE'), 'latin1');
    expectMended();
    expect(run().stdout).toContain('HOW IT GOT HERE');
    writeFileSync(script, text, 'latin1');
    expectMended();
    expect(entries()).toHaveLength(1);
    // Other options of Node make another entry; under the first one's name it is refused.
    const name = entry();
    run({ NODE_OPTIONS: '--max-old-space-size=500' });
    expect(entries()).toHaveLength(2);
    const [other = ''] = entries().filter((one) => join(own(), one) !== name);
    renameSync(join(own(), other), name);
    expectMended();
  });

  it('is ignored where others may write it, or the folder', () => {
    run();
    for (const mode of [0o620, 0o602]) {
      chmodSync(entry(), mode);
      expectMended();
      expect(statSync(entry()).mode & 0o777).toBe(0o600);
    }
    for (const path of [own(), join(home, '.cache')]) {
      chmodSync(path, 0o777);
      expect(run().used).not.toBe(USED);
      chmodSync(path, 0o700);
      expect(run().used).toBe(USED);
    }
  });

  it('is never reached through a link', () => {
    run();
    const elsewhere = join(home, 'elsewhere');
    const name = entry();
    renameSync(name, elsewhere);
    symlinkSync(elsewhere, name);
    expectMended();
    expect(lstatSync(name).isFile()).toBe(true);
    rmSync(own(), { recursive: true });
    mkdirSync(join(home, 'real'), { mode: 0o700 });
    symlinkSync(join(home, 'real'), own());
    expect(run().used).toBe('none');
    expect(readdirSync(join(home, 'real'))).toEqual([]);
  });

  it.skipIf(!isRoot)('is ignored where it is of another user, and root leaves the homes of others alone', () => {
    run();
    chownSync(entry(), 1234, 1234);
    expectMended();
    expect(statSync(entry()).uid).toBe(0);
    chownSync(own(), 1234, 1234);
    expect(run().used).toBe('none');
    rmSync(own(), { recursive: true });
    chownSync(home, 1234, 1234);
    expect(run().used).toBe(undefined);
    expect(entries()).toEqual([]);
  });

  it.skipIf(!isRoot)('is not written to a home that is read-only', () => {
    for (const path of [home, join(home, '.cache')]) {
      chownSync(path, 1234, 1234);
      chmodSync(path, 0o555);
    }
    chmodSync(folder, 0o755);
    const plain = run({ REPLAY_NO_CACHE: '1' });
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, sample], {
      encoding: 'utf8',
      env: environment(),
      uid: 1234,
      gid: 1234,
    });
    expect(stderr).not.toMatch(/cache|EACCES/);
    expect({ status, stdout }).toEqual({ status: plain.status, stdout: plain.stdout });
    expect(entries()).toEqual([]);
  });

  it('leaves nothing where the disk is full', () => {
    const plain = run({ REPLAY_NO_CACHE: '1' });
    const limited = spawnSync('sh', ['-c', `ulimit -f 100; exec "$0" "$@"`, process.execPath, main, sample], {
      encoding: 'utf8',
      env: environment(),
    });
    expect({ status: limited.status, stdout: limited.stdout }).toEqual({ status: plain.status, stdout: plain.stdout });
    expect(limited.stderr).not.toMatch(/EFBIG|cache/);
    expect(entries()).toEqual([]);
  });

  it('is whole after several processes wrote it at once', async () => {
    const writers = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [main, sample], { env: environment(), stdio: 'ignore' }),
    );
    const { status } = run({ REPLAY_NO_CACHE: '1' });
    expect(await Promise.all(writers.map((writer) => once(writer, 'exit')))).toEqual(writers.map(() => [status, null]));
    expect(entries()).toHaveLength(1);
    expect(run().used).toBe(USED);
  });

  it('is bounded: the oldest go, and what killed processes left', () => {
    run();
    const mine = entries()[0] as string;
    rmSync(entry());
    for (let i = 0; i < 12; i++) {
      const path = join(own(), `v20.0.${i}-0.compiled`);
      writeFileSync(path, '');
      utimesSync(path, i, i);
    }
    writeFileSync(join(own(), '.replay-1-a-0.tmp'), '');
    utimesSync(join(own(), '.replay-1-a-0.tmp'), 1, 1);
    writeFileSync(join(own(), '.replay-2-b-0.tmp'), '');
    run();
    const newest = [5, 6, 7, 8, 9, 10, 11].map((i) => `v20.0.${i}-0.compiled`);
    expect(entries().sort()).toEqual([...newest, mine, '.replay-2-b-0.tmp'].sort());
  });
});
