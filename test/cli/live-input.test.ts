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

test.concurrent('a report with its end marker is printed while the pipe is open; the next one has its own lines', async () => {
  expect(marked).toMatch(/---\[ end trace .*\n$/);
  const { said, write, end } = live();
  write(quiet + marked);
  await pause();
  expect(said()).toBe(asFile(quiet + marked));
  expect(said()).toMatch(/^<stdin>:6 /);
  write(quiet + marked);
  await pause();
  // Two reports: nothing sums up.
  const both = asFile(quiet + marked + quiet + marked);
  expect(said()).toBe(both);
  expect(await end()).toBe(both);
});

test.concurrent.each([
  ['in the middle of a report', marked.slice(0, marked.indexOf('\n', marked.length / 2) + 1)],
  ['in the middle of the line of the end marker', marked.slice(0, marked.indexOf('---[ end trace') + 14)],
  ['where the last report has no end marker', marked + quiet + unmarked.slice(0, unmarked.length / 2)],
])('a pause %s changes nothing', async (_place, start) => {
  const text = start.startsWith(marked) ? marked + quiet + unmarked : marked;
  const { said, write, end } = live();
  write(start);
  await pause();
  expect(said()).toBe('');
  write(text.slice(start.length));
  expect(await end()).toBe(asFile(text));
});

test.concurrent('a line about a program is printed with its code', async () => {
  const line = 'a[7]: segfault at 4 ip 08048002 sp bffff000 error 4 in a[8048000+1000]\n';
  const { said, write, end } = live();
  write(line);
  await pause();
  expect(said()).toBe('');
  write('Code: 31 c0 <8b> 40 04 c3\n');
  await pause();
  const whole = asFile(`${line}Code: 31 c0 <8b> 40 04 c3\n`);
  expect(whole).toMatch(/reproduced/);
  expect(said()).toBe(whole);
  expect(await end()).toBe(whole);
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
  const { said, write, end } = live();
  write(marked + panic);
  await pause();
  expect(said()).toBe(asFile(marked + panic));
  expect(await end()).toBe(said());
});
