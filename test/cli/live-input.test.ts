// A log that is still being written, as `dmesg -w | replay -` gives it: what is complete is printed before the pipe is closed.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { replayCommand } from './replay-command.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const read = (name: string) => readFileSync(new URL(`../../scenarios/${name}/oops.log`, import.meta.url), 'utf8');
/** It ends with `---[ end trace`. */
const marked = read('bit-string-store');
/** It has no end marker, as older kernels print none. */
const unmarked = read('null-list-next');
const quiet = Array.from({ length: 5 }, (_, i) => `usb 1-${i + 1}: new full-speed USB device\n`).join('');
/** Longer than the silence after which the command looks at what it has. */
const SILENCE = 2600;

interface Live {
  readonly child: ChildProcess;
  /** What was printed so far. */
  said(): string;
  write(text: string): void;
  /** Everything that is printed from now on is over when the pipe is closed. */
  end(): Promise<string>;
}

function live(...options: readonly string[]): Live {
  const child = spawn(process.execPath, [main, ...options, '-'], {
    env: { PATH: process.env.PATH ?? '', REPLAY_NO_CACHE: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return {
    child,
    said: () => said,
    write: (text) => void child.stdin?.write(text),
    async end() {
      child.stdin?.end();
      await once(child, 'close');
      return said;
    },
  };
}

const asFile = (text: string) =>
  replayCommand(['oops.log'], { files: { 'oops.log': text } }).stdout.replaceAll('oops.log:', '<stdin>:');
const pause = () => new Promise((resolve) => setTimeout(resolve, SILENCE));
/** Waits for what is to be printed before the pipe is closed. */
const prints = (live: Live, text: string) => expect.poll(live.said, { timeout: 30_000 }).toBe(text);

test.concurrent('a report with its end marker is printed while the pipe is open; the next one has its own lines', async () => {
  expect(marked).toMatch(/---\[ end trace .*\n$/);
  const one = live();
  one.write(quiet + marked);
  await prints(one, asFile(quiet + marked));
  expect(one.said()).toMatch(/^<stdin>:6 /);
  one.write(quiet + marked);
  // Two reports: nothing sums up.
  const both = asFile(quiet + marked + quiet + marked);
  await prints(one, both);
  expect(await one.end()).toBe(both);
});

test.concurrent('a pause in the middle of a line changes nothing', async () => {
  const start = marked.slice(0, marked.indexOf('---[ end trace') + 14);
  const { said, write, end } = live();
  write(start);
  await pause();
  expect(said()).toBe('');
  write(marked.slice(start.length));
  expect(await end()).toBe(asFile(marked));
});

test.concurrent('a report without an end marker is printed after a silence, not after a short one', async () => {
  const half = unmarked.indexOf('\n', unmarked.length / 2) + 1;
  const one = live();
  one.write(unmarked.slice(0, half));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(one.said()).toBe('');
  one.write(unmarked.slice(half));
  await prints(one, asFile(unmarked));
  expect(await one.end()).toBe(asFile(unmarked));
});

test.concurrent('a line about a program is printed with the code after it', async () => {
  const text = 'a[7]: segfault at 4 ip 08048002 sp bffff000 error 4 in a[8048000+1000]\nCode: 31 c0 <8b> 40 04 c3\n';
  const one = live();
  one.write(text);
  await prints(one, asFile(text));
  expect(one.said()).toMatch(/reproduced/);
  expect(await one.end()).toBe(one.said());
});

test.concurrent('--report 1 ends when it was printed, whatever the writer does', async () => {
  const { child, said, write } = live('--report', '1');
  write(marked);
  await once(child, 'close');
  expect(said()).toBe(asFile(marked));
});

test.concurrent('the last lines of a panic end the report before it too', async () => {
  const panic =
    'Kernel panic - not syncing: Fatal exception\n---[ end Kernel panic - not syncing: Fatal exception ]---\n';
  const one = live();
  one.write(marked + panic);
  await prints(one, asFile(marked + panic));
  expect(await one.end()).toBe(one.said());
});
