// Each stage of the normalisation alone: what it takes off, what it puts together, and which lines of the file a line stands for.

import { expect, test } from 'vitest';
import { dropBlankLines } from '../../../src/carriers/linux-log/decorations/blank-lines.ts';
import { cutCaptions } from '../../../src/carriers/linux-log/decorations/captions.ts';
import { joinContinuations } from '../../../src/carriers/linux-log/decorations/continuations.ts';
import { cutEmbeddedMarks } from '../../../src/carriers/linux-log/decorations/embedded-marks.ts';
import { stripHeads } from '../../../src/carriers/linux-log/decorations/heads.ts';
import { stripIndentation } from '../../../src/carriers/linux-log/decorations/indentation.ts';
import { cleanControls } from '../../../src/carriers/linux-log/decorations/line-ends.ts';
import { linesOf, type Stage } from '../../../src/carriers/linux-log/decorations/log-line.ts';
import { stripQuotes } from '../../../src/carriers/linux-log/decorations/mail-quotes.ts';
import { cutLineBreaks, stripMarkup } from '../../../src/carriers/linux-log/decorations/markup.ts';
import { STAGES } from '../../../src/carriers/linux-log/decorations/normalise.ts';
import { stripFileNames, stripLineNumbers } from '../../../src/carriers/linux-log/decorations/numbered-lines.ts';
import { dropOtherDaemons } from '../../../src/carriers/linux-log/decorations/other-daemons.ts';
import { decodeQuotedPrintable } from '../../../src/carriers/linux-log/decorations/quoted-printable.ts';
import { stripBareStamps, stripHosts } from '../../../src/carriers/linux-log/decorations/stamps.ts';
import { fc } from '../../property.ts';

/** `2-3 text` for a line that stands for lines 2 and 3 of the file. */
function print(stage: Stage, text: string): string {
  return stage(linesOf(text))
    .map((line) => `${line.first === line.last ? line.first : `${line.first}-${line.last}`} ${line.text}`)
    .join('\n');
}

interface Case {
  readonly name: string;
  readonly stage: Stage;
  readonly log: string;
  readonly expected: string;
}

const cases: readonly Case[] = [
  {
    name: 'what other daemons of the host write',
    stage: dropOtherDaemons,
    log: 'Mar  3 14:22:01 pc kernel: CPU:    2\nMar  3 14:22:01 pc dhclient: DHCPREQUEST\nMar  3 14:22:01 pc CRON[12]: (root) CMD\nMar  3 14:22:01 pc last message repeated 2 times',
    expected: '1 Mar  3 14:22:01 pc kernel: CPU:    2',
  },
  {
    name: 'a line of the kernel whose `kernel:` is missing stays',
    stage: dropOtherDaemons,
    log: 'Mar  3 14:22:01 pc kernel: CPU:    2\nMar  3 14:22:01 pc eax: a571b2ac   ebx: c875a910   ecx: d18af330   edx: 7f08507a',
    expected:
      '1 Mar  3 14:22:01 pc kernel: CPU:    2\n2 Mar  3 14:22:01 pc eax: a571b2ac   ebx: c875a910   ecx: d18af330   edx: 7f08507a',
  },
  {
    name: 'carriage returns, colours and tabs',
    stage: cleanControls,
    log: 'EAX: 1\r\r\n\u001b[1;31mOops\u001b[0m\n\tc010',
    expected: '1 EAX: 1\n2 Oops\n3  c010',
  },
  {
    name: 'characters that are no longer what they were',
    stage: cleanControls,
    log: '[\u00ef\u00bf\u00bd 28.747275] *pde',
    expected: '1 [  28.747275] *pde',
  },
  {
    name: 'soft breaks inside a number, escapes, a blank at the end',
    stage: decodeQuotedPrintable,
    log: '*pde =3D 00000000=20\nStack: c0118a9b 00000=\n9c9 c03bd3e0',
    expected: '1 *pde = 00000000 \n2-3 Stack: c0118a9b 000009c9 c03bd3e0',
  },
  {
    name: 'the = of a taint that a terminal cut behind it is no soft break',
    stage: decodeQuotedPrintable,
    log: 'Tainted: [W]=\nWARN',
    expected: '1 Tainted: [W]=\n2 WARN',
  },
  {
    name: 'a row of = is no soft break',
    stage: decodeQuotedPrintable,
    log: ' =======\nCode: 8b',
    expected: '1  =======\n2 Code: 8b',
  },
  {
    name: 'text with a bare = is not encoded',
    stage: decodeQuotedPrintable,
    log: 'task=c7b10a90 x=20y',
    expected: '1 task=c7b10a90 x=20y',
  },
  {
    name: '<br> in the middle',
    stage: cutLineBreaks,
    log: 'EDX: <BR>00000200<br class="q">Apr',
    expected: '1 EDX: \n1 00000200\n1 Apr',
  },
  {
    name: 'entities, tags and an escaped marker',
    stage: stripMarkup,
    log: '<p>EIP: [&lt;c010&gt;] &nbsp;&amp; &lt;8b&gt; <b>x</b>',
    expected: '1 EIP: [<c010>]  & <8b> x',
  },
  {
    name: 'a marker in angle brackets is no tag',
    stage: stripMarkup,
    log: 'Code: 55 <8b> 40',
    expected: '1 Code: 55 <8b> 40',
  },
  {
    name: 'BBCode and Markdown',
    stage: stripMarkup,
    log: '[COLOR=#000000]DS: 007b[/COLOR]\n**Oops: 0002**',
    expected: '1 DS: 007b\n2 Oops: 0002',
  },
  { name: 'quotes of replies', stage: stripQuotes, log: '> > EAX: 1\n>> EBX: 2', expected: '1 EAX: 1\n2 EBX: 2' },
  {
    name: 'a tight quote leaves the blank to the text',
    stage: stripQuotes,
    log: '>EAX: 1\n> DS: 2',
    expected: '1 EAX: 1\n2  DS: 2',
  },
  {
    name: 'ksymoops marks stay',
    stage: stripQuotes,
    log: '>>EIP; c012 <x+1/2>\n> >>EIP; c012',
    expected: '1 >>EIP; c012 <x+1/2>\n2 >>EIP; c012',
  },
  {
    name: 'a mark that closes a bracket stays',
    stage: stripQuotes,
    log: 'Code: 8b <89\n> 50',
    expected: '1 Code: 8b <89\n2 > 50',
  },
  {
    name: 'a mark that closes a bracket behind a tight quote, and one behind a name of a stack',
    stage: stripQuotes,
    log: '>Code: 8b <89\n>> 50\n>Call Trace:\n> <IRQ\n>> [<c0',
    expected: '1 Code: 8b <89\n2 > 50\n3 Call Trace:\n4  <IRQ\n5 > [<c0',
  },
  {
    name: 'blank lines and banners',
    stage: dropBlankLines,
    log: 'a\n\n \nMessage from syslogd@host at Dec 30 ...\nb',
    expected: '1 a\n5 b',
  },
  { name: 'common indentation', stage: stripIndentation, log: '    a\n     b\n    c', expected: '1 a\n2  b\n3 c' },
  {
    name: 'stamps without kernel:',
    stage: stripHosts,
    log: Array.from({ length: 5 }, (_, i) => `Jul 12 09:44:2${i} host EIP`).join('\n'),
    expected: Array.from({ length: 5 }, (_, i) => `${i + 1} EIP`).join('\n'),
  },
  {
    name: 'two records on one line',
    stage: cutEmbeddedMarks,
    log: '[    1.0] a [ 1136.979046] path_openat',
    expected: '1 [    1.0] a \n1 path_openat',
  },
  {
    name: 'a level in front of a message',
    stage: cutEmbeddedMarks,
    log: ' sda:<1>Unable to handle',
    expected: '1  sda:\n1 Unable to handle',
  },
  {
    name: 'a level in front of a number',
    stage: cutEmbeddedMarks,
    log: 'Stack: <0>c038cad3',
    expected: '1 Stack: c038cad3',
  },
  {
    name: 'heads of every kind',
    stage: stripHeads,
    log: [
      'Jun  2 10:29:20 host kernel: [   36.337309] a',
      '2024-05-17T08:15:10.123456+02:00 host kernel: a',
      'июл 27 14:08:04 host kernel: a',
      'Jun 07 12:49:05 [kernel] a',
      'kernel: [   12.000000] a',
      '<4>[  325.124250][  T529] a',
      '[Mon Jan  1 00:00:01 2001] a',
      '[  +0.000017] a',
      'kern  :alert : [    1.000000] a',
      '4,444,1000,-;a',
      'Sep 23 18:39:40 host user.emerg kernel: [   38.582519] a',
    ].join('\n'),
    expected: Array.from({ length: 11 }, (_, i) => `${i + 1} a`).join('\n'),
  },
  {
    name: 'what is no head, although a head starts like it',
    stage: stripHeads,
    log: [
      '[<c0101112>] sys_read+0x1/0x2',
      '[<    0.5>] x',
      '12 34 56 78',
      '00000000 00000001',
      '(0) a',
      '1709517801.123456 a',
      '03:03:21 a',
      '3:a',
      '2024-03-04T03:03:21 a',
      '2.6.18 #1',
      '[c0101112, c0101113] a',
    ].join('\n'),
    expected: [
      '1 [<c0101112>] sys_read+0x1/0x2',
      '2 [<    0.5>] x',
      '3 12 34 56 78',
      '4 00000000 00000001',
      '5 (0) a',
      '6 1709517801.123456 a',
      '7 03:03:21 a',
      '8 3:a',
      '9 2024-03-04T03:03:21 a',
      '10 2.6.18 #1',
      '11 [c0101112, c0101113] a',
    ].join('\n'),
  },
  {
    name: 'numbers of lines, of which a terminal broke one',
    stage: stripLineNumbers,
    log: Array.from({ length: 8 }, (_, i) => `${String(i + 7).padStart(4)} EAX: 0000000${i === 4 ? '\n4' : i}`).join(
      '\n',
    ),
    expected: Array.from({ length: 8 }, (_, i) =>
      i === 4 ? '5 EAX: 0000000\n6 4' : `${i < 4 ? i + 1 : i + 2} EAX: 0000000${i}`,
    ).join('\n'),
  },
  {
    name: 'rows of a stack and a disassembly are not numbered',
    stage: stripLineNumbers,
    log: [...Array(9).keys()]
      .flatMap((i) => [`0000000${i} c0100000 c0100004`, `   ${i}:\t90                   \tnop`])
      .join('\n'),
    expected: [...Array(9).keys()]
      .flatMap((i) => [
        `${2 * i + 1} 0000000${i} c0100000 c0100004`,
        `${2 * i + 2}    ${i}:\t90                   \tnop`,
      ])
      .join('\n'),
  },
  {
    name: 'names of files, also around the lines that were found',
    stage: stripFileNames,
    log: Array.from({ length: 8 }, (_, i) => `kern-1.log${i < 2 ? ':' : '-'}EAX: 0000000${i}`).join('\n'),
    expected: Array.from({ length: 8 }, (_, i) => `${i + 1} EAX: 0000000${i}`).join('\n'),
  },
  {
    name: 'labels of the kernel are no names of files',
    stage: stripFileNames,
    log: Array.from({ length: 8 }, () => 'EIP:    0060:[<c0131a2e>]    Not tainted').join('\n'),
    expected: Array.from({ length: 8 }, (_, i) => `${i + 1} EIP:    0060:[<c0131a2e>]    Not tainted`).join('\n'),
  },
  {
    name: 'times alone, where five lines behind them are a kernel’s',
    stage: stripBareStamps,
    log: ['a', ...Array.from({ length: 5 }, (_, i) => `03:03:2${i} EAX: 0000000${i}`)].join('\n'),
    expected: ['1 a', ...Array.from({ length: 5 }, (_, i) => `${i + 2} EAX: 0000000${i}`)].join('\n'),
  },
  {
    name: 'times in front of other lines stay',
    stage: stripBareStamps,
    log: Array.from({ length: 6 }, (_, i) => `Mar 04 03:03:2${i} task ${i} done`).join('\n'),
    expected: Array.from({ length: 6 }, (_, i) => `${i + 1} Mar 04 03:03:2${i} task ${i} done`).join('\n'),
  },
  {
    name: 'a time and the fault of a program: one line is enough, as no host is between them',
    stage: stripBareStamps,
    log: 'Mar 04 03:03:21 app[311]: segfault at 4 ip 08048abc sp bfa1b2c0 error 4',
    expected: '1 app[311]: segfault at 4 ip 08048abc sp bfa1b2c0 error 4',
  },
  {
    name: 'a marked byte is no level',
    stage: stripHeads,
    log: '<66> 83 04\n<04> 83',
    expected: '1 <66> 83 04\n2 <04> 83',
  },
  {
    name: 'lines that ran together',
    stage: cutCaptions,
    log: 'PREEMPT SMP Modules linked in: md5 Call Trace:\nhost login: Oops: 0000 [#1]',
    expected: '1 PREEMPT SMP \n1 Modules linked in: md5 \n1 Call Trace:\n2 host login: \n2 Oops: 0000 [#1]',
  },
];

test.each(cases)('$name', ({ stage, log, expected }) => {
  expect(print(stage, log)).toBe(expected);
});

/** Broken lines; `|` is where the break was. What comes out is one line. */
const breaks: readonly (readonly [string, string, string])[] = [
  [
    'a label without its value',
    'eax: 00000000   ebx: 00000001   edx:|00000000',
    'eax: 00000000   ebx: 00000001   edx: 00000000',
  ],
  ['a number with too few digits', 'Stack: c0118a9b c1038|030 c03bd3e0', 'Stack: c0118a9b c1038030 c03bd3e0'],
  ['a code line', 'Code: 8b 40 04 31|c9 eb <89> 34', 'Code: 8b 40 04 31 c9 eb <89> 34'],
  ['a byte in two', 'Code: 89 4c 2|4 04 c7', 'Code: 89 4c 24 04 c7'],
  ['a marker in two', 'Code: 89 4c <8|9> 04', 'Code: 89 4c <89> 04'],
  [
    'a headline',
    'BUG: unable to handle kernel NULL pointer dereference|at virtual address 00000002',
    'BUG: unable to handle kernel NULL pointer dereference at virtual address 00000002',
  ],
  [
    'a parenthesis',
    'Process umount (pid: 3407, threadinfo=dcea0000|task=dd334a30)',
    'Process umount (pid: 3407, threadinfo=dcea0000 task=dd334a30)',
  ],
  [
    'a user fault',
    'tora[6906]: segfault at 0 ip b7205973 sp bfdea550 error 4 in|lib.so[b71a4000+16f000]',
    'tora[6906]: segfault at 0 ip b7205973 sp bfdea550 error 4 in lib.so[b71a4000+16f000]',
  ],
  [
    'the end of the closing line',
    'EIP: [<f95ac39d>] tm_poll+0x1d/0xa0 [tm] SS:ESP|0068:eb4b5e38',
    'EIP: [<f95ac39d>] tm_poll+0x1d/0xa0 [tm] SS:ESP 0068:eb4b5e38',
  ],
  ['the taint', 'EIP:    0010:[<c0131a2e>] |   Not tainted', 'EIP:    0010:[<c0131a2e>]    Not tainted'],
  [
    'letters of a taint',
    'EIP:    0060:[<d08b4127>]    Tainted:|P      VLI',
    'EIP:    0060:[<d08b4127>]    Tainted: P      VLI',
  ],
  ['a module name', 'EIP is at|ext3_truncate+0x12c/0x330 [ext3]', 'EIP is at ext3_truncate+0x12c/0x330 [ext3]'],
  ['free text behind a head', '[    1.000000] Hardware name: ACME X1,|BIOS 7', 'Hardware name: ACME X1, BIOS 7'],
];

const joinHeaded: Stage = (lines) => joinContinuations(stripHeads(lines));

test.each(breaks)('%s is joined', (_name, broken, whole) => {
  expect(print(joinHeaded, broken.replace('|', '\n'))).toBe(`1-2 ${whole}`);
});

test('the fault of a program is joined wherever it was cut or wrapped behind its name', () => {
  const whole =
    'gnome-set[1234]: segfault at 6c696c6f ip 00cd3aa8 sp bf8a2c20 error 4 in libglib-2.0.so.0[c8a000+b4000]';
  for (let at = whole.indexOf('[') + 1; at < whole.length; at++) {
    const pieces = [whole.slice(0, at), whole.slice(at)];
    expect(print(joinContinuations, pieces.join('\n'))).toBe(`1-2 ${whole}`);
    if (whole[at] === ' ')
      expect(print(joinContinuations, `${pieces[0]}\n${pieces[1]?.slice(1)}`)).toBe(`1-2 ${whole}`);
  }
});

test('a terminal that cuts lines may cut the second of two heads', () => {
  const head = 'Nov 22 13:21:35 my-host.example kernel: [    5.903366] ';
  const log = [1, 2, 3].map((i) => `${head}[    6.83|158${i}] module ${i}: loading`).join('\n');
  expect(print(joinHeaded, log.replaceAll('|', '\n'))).toBe(
    '1-2 module 1: loading\n3-4 module 2: loading\n5-6 module 3: loading',
  );
});

/** Lines that were broken where they have a `|`, as they are put together again. */
function mended(log: readonly string[]): string {
  const broken = linesOf(log.join('\n').replaceAll('|', '\n'));
  return joinContinuations(broken)
    .map(({ text }) => text)
    .join('\n');
}

test('a terminal that cuts lines cuts names: rows of the stack, which the kernel breaks, do not speak against it', () => {
  const log = [
    'Modules linked in: ipv6 e1000 parport_pc ext3 parport usb|core',
    'CPU: 1 PID: 9933 Comm: kworker/0:1 Not tainted 4.4.0-21-g|eneric #37-Ubuntu',
    'Stack:',
    ' c02d6d90 372342cb c012d655 904f69d9 b2a1c1f6',
    ' c02bc98c 0000003b 00000051 000000b8 0000006f',
    ' 2d4978f2 c01b81fd c03ea555 c03149e8 00d556b9',
    'Call Trace:',
    ' [<c036cad9>] ? do_one_initcall+0x81/0x100',
    ' =======================',
  ];
  expect(mended(log)).toBe(log.join('\n').replaceAll('|', ''));
});

test('lines that a mailer broke at one width by chance are joined with blanks where a release shows it', () => {
  const log = [
    'CPU: 1 PID: 4995 Comm: (udev-worker) Tainted: G        W  O|4.4.0-21-generic #37-Ubuntu',
    'Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS|Ubuntu-1.8.2-1ubuntu1',
  ];
  expect(mended(log)).toBe(log.join('\n').replaceAll('|', ' '));
});

test('a line of full width is whole where the next one says so, also behind a level that few lines have', () => {
  const log = [
    'Process kworker (pid: 99, ti=c8c82000 task=e77c28a0 task.ti=c8c82000)',
    'Stack:',
    '<0>  c02bc98c 0000003b 00000051 000000b8 0000006f 00000001 00000002',
    'Call Trace:',
    ...Array.from({ length: 12 }, (_, i) => ` [<c036cad${i % 10}>] ? do_one_initcall+0x81/0x100`),
    'Code: 42 56 56 90 42 5d 40 5d 56 42 52 42 5d 90 56 46 40 40 90 52 4|',
    '2 52 90 56 5d 42 42 52 42 52 90 90 42 56 40 52 52 56 52 46 <c7> 42 0|',
    '8 00',
  ].map((line) => line.replace('|', ''));
  expect(log[2]?.length).toBe(log[16]?.length);
  const joined = joinHeaded(linesOf(log.join('\n'))).map((line) => line.text);
  expect(joined.slice(2, 4)).toEqual([log[2]?.slice(3), 'Call Trace:']);
});

test('lines that are complete are not joined', () => {
  const log =
    'Oops: 0002 [#1]\nPREEMPT SMP\nCPU:    0\nCall Trace:\n [<c0101112>] foo+0x1/0x2\nCode: 8b 40\nBad page state';
  expect(
    joinContinuations(linesOf(log))
      .map((line) => line.text)
      .join('\n'),
  ).toBe(log);
});

test('a stage that a look at the text finds needless changes nothing', () => {
  const pieces = fc.constantFrom(
    ...[
      'EAX: 00000000',
      ' ',
      '\t',
      '>',
      '> ',
      '<0>',
      '<b>',
      '<br>',
      '</p>',
      '&lt;',
      '[B]',
      '[/CODE]',
      '**',
      '\\',
      '=',
      '=3D',
    ],
    ...[
      '\r',
      '\u001b[31m',
      '\u00a0',
      '[    4.000000] ',
      'Oops: 0002',
      'Call Trace:',
      ' Code: 89 34',
      'x',
      'Mar  4 03:03:21 host ',
      '03:03:21 ',
    ],
    ...[
      'Message from syslogd@host',
      'Broadcast message from root',
      '[<c0100000>]',
      '<89> 34 88',
      'EIP is at f+0x1/0x2',
    ],
  );
  const logs = fc.array(fc.array(pieces, { maxLength: 5 }), { minLength: 1, maxLength: 8 });
  const left = new Map(STAGES.map(({ name }) => [name, 0]));
  fc.assert(
    fc.property(logs, (lines) => {
      const log = linesOf(lines.map((line) => line.join('')).join('\n'));
      const text = log.map((line) => line.text).join('\n');
      for (const { name, stage, touches } of STAGES) {
        if (touches === undefined || touches.test(text)) continue;
        left.set(name, (left.get(name) ?? 0) + 1);
        expect(stage(log), name).toEqual(log);
      }
    }),
    { numRuns: 5000 },
  );
  for (const { name, touches } of STAGES) if (touches) expect(left.get(name), name).toBeGreaterThan(50);
});
