// What a user is told when there is nothing to replay: what, where, what to do; never a stack trace.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandInput, replayCommand } from './replay-command.ts';

const sample = readFileSync(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url), 'utf8');

interface Case {
  readonly title: string;
  readonly args: readonly string[];
  readonly input?: CommandInput;
  readonly status: number;
  readonly stderr: RegExp;
}

const REGISTERS = sample
  .split('\n')
  .filter((line) => !/Code:|^ kernel: c9 eb/.test(line))
  .filter((line) => !line.includes('segfault'))
  .join('\n');
const CODE_ONLY = sample
  .split('\n')
  .filter((line) => !/E[A-Z]X:|ESI:|segfault/.test(line))
  .join('\n');

const CASES: readonly Case[] = [
  { title: 'a missing file', args: ['no.log'], status: 2, stderr: /no\.log: cannot be read: no such file/ },
  {
    title: 'a file in a file',
    args: ['e.log/x'],
    input: { files: { 'e.log': '' } },
    status: 2,
    stderr: /e\.log\/x: cannot be read: a part of the path is not a directory/,
  },
  { title: 'a directory', args: ['.'], status: 2, stderr: /\.: cannot be read: it is a directory/ },
  { title: 'an empty file', args: ['e.log'], input: { files: { 'e.log': '' } }, status: 2, stderr: /e\.log: .*empty/ },
  {
    title: 'an ELF file',
    args: ['core'],
    input: { files: { core: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1) } },
    status: 2,
    stderr: /core: .*ELF/,
  },
  {
    title: 'a compressed log',
    args: ['oops.gz'],
    input: { files: { 'oops.gz': Uint8Array.of(0x1f, 0x8b, 8, 0) } },
    status: 2,
    stderr: /zcat/,
  },
  {
    title: 'bytes that are no text',
    args: ['b'],
    input: { files: { b: Uint8Array.from({ length: 500 }, (_, i) => i % 7) } },
    status: 2,
    stderr: /b: .*binary/,
  },
  {
    title: 'nothing but zeros',
    args: ['z'],
    input: { files: { z: new Uint8Array(9000) } },
    status: 2,
    stderr: /z: .*binary/,
  },
  {
    title: 'holes of zeros in a log',
    args: ['z.log'],
    input: { files: { 'z.log': `${'\0'.repeat(9000)}${REGISTERS}${'\0'.repeat(3000)}\n` } },
    status: 1,
    stderr: /^/,
  },
  {
    title: 'a log without a report',
    args: ['x.log'],
    input: { files: { 'x.log': 'Jan  1 host kernel: usb 1-1: new device\n' } },
    status: 2,
    stderr: /x\.log: no i386 crash report in it; .*EIP/,
  },
  {
    title: 'a 64-bit oops',
    args: ['x.log'],
    input: {
      files: {
        'x.log':
          'BUG: unable to handle kernel NULL pointer dereference at 0000000000000008\nIP: [<ffffffff8127a5d0>] foo+0x10/0x20\nPGD 1a2b067 PUD 0\nOops: 0000 [#1] SMP\nRIP: 0010:[<ffffffff8127a5d0>]  [<ffffffff8127a5d0>] foo+0x10/0x20\nRSP: 0018:ffff88003e0dfd58  EFLAGS: 00010246\nRAX: 0000000000000000 RBX: ffff88003e0dfd58 RCX: 0000000000000000\nCode: 55 48 89 e5 <48> 8b 47 08\n',
      },
    },
    status: 2,
    stderr: /x86-64 report/,
  },
  {
    title: 'record: a 64-bit oops',
    args: ['record', 'x.log', 'kept'],
    input: {
      files: {
        'x.log':
          'RIP: 0010:[<ffffffff8127a5d0>]  [<ffffffff8127a5d0>] foo+0x10/0x20\nRAX: 0000000000000000 RBX: ffff88003e0dfd58 RCX: 0000000000000000\n',
      },
    },
    status: 2,
    stderr: /x\.log: no i386 crash report in it: line 1 begins an x86-64 report: only 32-bit x86/,
  },
  {
    title: 'the output of WinDbg',
    args: ['x.log'],
    input: {
      files: {
        'x.log':
          '(1a2c.0b34): Access violation - code c0000005 (first chance)\neax=00000000 ebx=00a1f0e8 ecx=00000010 edx=77b1c2d4 esi=00a1f100 edi=00000001\neip=00401a2b esp=0012fe40 ebp=0012fe58 iopl=0         nv up ei pl zr na pe nc\n',
      },
    },
    status: 2,
    stderr: /x\.log: no i386 crash report in it: line 1 begins the output of a debugger of Windows/,
  },
  {
    title: 'an ARM oops',
    args: ['x.log'],
    input: {
      files: {
        'x.log':
          'Unable to handle kernel NULL pointer dereference at virtual address 00000000\npgd = c0004000\n[00000000] *pgd=00000000\nInternal error: Oops: 5 [#1] ARM\npc : [<c0012345>]    lr : [<c0054321>]    psr: 60000013\nsp : c7a2e000  ip : 00000000  fp : c7a2e01c\nr3 : 00000000  r2 : 00000001  r1 : 00000002  r0 : 00000003\nCode: e5930000 (e5932004) e1a00005\n',
      },
    },
    status: 2,
    stderr: /ARM report/,
  },
  {
    title: 'a report without its Code: line',
    args: ['x.log'],
    input: { files: { 'x.log': REGISTERS } },
    status: 1,
    stderr: /^/,
  },
  {
    title: 'a report without its registers',
    args: ['x.log'],
    input: { files: { 'x.log': CODE_ONLY } },
    status: 1,
    stderr: /^/,
  },
  { title: 'an unknown option', args: ['--bogus'], status: 2, stderr: /unknown option/ },
  { title: 'no argument', args: [], status: 2, stderr: /missing required argument 'log'/ },
];

test.each(CASES)('$title: a message and the right exit code', ({ args, input, status, stderr }) => {
  const result = replayCommand(args, input);
  expect(result.stderr).toMatch(stderr);
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(result.status).toBe(status);
});

test('a report without its Code: line says what is missing and what would help', () => {
  const { stdout } = replayCommand(['x.log'], { files: { 'x.log': REGISTERS } });
  expect(stdout).toMatch(/not replayable: the report has no Code: line/);
  expect(stdout).toMatch(/it would need the 64 bytes around EIP/);
});

test('a report without registers and without its exception leaves nothing to compare', () => {
  const { stdout } = replayCommand(['x.log'], { files: { 'x.log': CODE_ONLY } });
  expect(stdout).toMatch(/not replayable: the log does not name the exception,\s+and\s+nothing\s+in\s+it\s+confirms/);
});

test('one unusable file does not stop the others', () => {
  const { status, stdout, stderr } = replayCommand(['no.log', 'x.log'], { files: { 'x.log': sample } });
  expect(stderr).toMatch(/no\.log/);
  expect(stdout).toMatch(/kni_net_process_request/);
  expect(status).toBe(2);
});
