// Which lines make a report: several in one log, blocks that only repeat, two callers at once, other architectures, damage.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseLog } from '../../../src/carriers/read-log.ts';
import { type CodeWindow, codeWindowOf, stackWordsOf } from '../../../src/snapshot/memory.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import { printLog, rangeOf } from './print-report.ts';

const codeOf = (report: Snapshot | undefined): CodeWindow | undefined => report && codeWindowOf(report);

const vector = (name: string): string =>
  readFileSync(new URL(`../../vectors/snapshot-reports/${name}.log`, import.meta.url), 'utf8');
const facts = (text: string): string => printLog(parseLog(text), { factsOnly: true });

/** `kind first-last` of each report. */
function outline(text: string): string[] {
  const log = parseLog(text);
  return [
    ...log.reports.map(({ kind, evidence }) => `${kind} ${rangeOf(evidence).join('-')}`),
    ...log.foreign.map(({ architecture, writer, line }) => `${architecture ?? writer} ${line}`),
  ];
}

/** The codes of a log's diagnostics with their lines. */
function complaints(text: string): string[] {
  const log = parseLog(text);
  return [...log.reports.flatMap(({ diagnostics }) => diagnostics), ...log.diagnostics].map(
    ({ code, evidence }) => `${code} ${rangeOf(evidence).join('-')}`,
  );
}

const USER_FRAME = `BUG: sleeping function called from invalid context at x.h:49
in_atomic(): 0, irqs_disabled(): 1, non_block: 0, pid: 324, name: systemd-journal
CPU: 0 PID: 324 Comm: systemd-journal Not tainted 5.6.0 #1
Call Trace:
 dump_stack+0x6e/0x96
 do_exit+0x8e/0xb40
EIP: 0xb7d37e10
Code: Bad RIP value.
EAX: 00080042 EBX: b7f712e4 ECX: 00000002 EDX: 007bfdf2
ESI: 007ca2f0 EDI: bfe70860 EBP: 007bec30 ESP: bfe7058c
DS: 007b ES: 007b FS: 0000 GS: 0033 SS: 007b EFLAGS: 00010206
`;

test('a Markdown fence behind the stack is no line of it', () => {
  const withLine = (line: string) => `Stack:
 00000002 00000000 ee6cb82c ef4f9234 ee6ca254 ef4fc000 ef510e10 ef4f9ca4
${line}EIP: [<f8453f2d>] ath_tx_start_dma+0xdd/0x130 [ath9k] SS:ESP 0068:f54cdb9c
`;
  const codes = (text: string) => complaints(text).map((complaint) => complaint.split(' ')[0]);
  expect(codes(withLine('```\n'))).toEqual(codes(withLine('')));
  expect(codes(withLine('words\n'))).not.toEqual(codes(withLine('')));
});

test('the frame of the program behind a plain trace is no report', () => {
  expect(outline(USER_FRAME)).toEqual([]);
  expect(complaints(USER_FRAME)).toEqual([]);
  // The registers of the kernel there are a report that has lost its first lines, and so are registers before the trace.
  expect(outline(USER_FRAME.replace('SS: 007b', 'SS: 0068'))).toEqual(['oops 3-11']);
  const [first, second] = [USER_FRAME.split('EIP')[0], `EIP${USER_FRAME.split('EIP')[1]}`];
  expect(outline(`${second}${first}`)).toHaveLength(1);
  // A headline says that something happened, whatever stands where.
  expect(outline(`BUG: unable to handle page fault for address: 00000004\n${USER_FRAME}`)).toHaveLength(1);
});

test('reports follow each other directly', () => {
  const a = vector('2.4.20-null-read');
  const b = vector('5.10-code-first');
  const c = vector('6.16-doubled-oops');
  expect(facts(a + b + c)).toBe([facts(a), facts(b), facts(c)].join('\n\n'));
});

test('a report of another architecture behind an i386 one leaves that alone', () => {
  const i386 = vector('4.14-no-numeric-eip');
  const lines = i386.trimEnd().split('\n').length;
  const described = i386.slice(0, i386.indexOf('Call Trace'));
  const ends = described.trimEnd().split('\n').length;
  const x86 =
    'BUG: unable to handle page fault for address: ffffc90000a3d000\nOops: 0002 [#1] SMP\nRIP: 0010:f+0x9/0x10\n';
  const mips =
    'CPU 0 Unable to handle kernel paging request at virtual address 00000000, epc == 8012345c, ra == 80123450\n';
  expect(outline(i386 + x86)).toEqual([`oops 1-${lines}`, `x86-64 ${lines + 1}`]);
  expect(outline(described + mips)).toEqual([`oops 1-${ends}`, `mips ${ends + 1}`]);
  expect(facts(`${described}${x86}${i386}`)).toBe([facts(described), facts(i386), 'foreign x86-64'].join('\n\n'));
});

test('the block of the user program in the trace and the summary at the end are no reports', () => {
  expect(outline(vector('5.10-code-first'))).toEqual(['oops 1-33']);
});

test('behind the end of a report, a block with another EIP is a report whose first lines are lost', () => {
  const sample = readFileSync(new URL('../../../scenarios/kni-fifo-put/oops.log', import.meta.url), 'utf8');
  const lines = sample.split('\n');
  const end = lines.findIndex((line) => line.includes('end trace')) + 1;
  const first = lines.slice(0, end).join('\n');
  const repeated = `${first}\n${first}\n`;
  const second = first.replaceAll('f88a5aed', 'f88a5b00').replace('task: ed8e1570', 'task: ed8e2000');
  expect(outline(repeated)).toEqual([`oops 1-${2 * end}`]);
  expect(outline(`${first}\n${second}\n`)).toEqual([`oops 1-${end}`, `oops ${end + 1}-${2 * end}`]);
  expect(parseLog(`${first}\n${second}\n`).reports.map(({ task }) => task.task?.value)).toEqual([
    0xed8e1570, 0xed8e2000,
  ]);
});

test('two callers that print alternately give their own reports', () => {
  const of = (name: string, caller: string): string[] =>
    vector(name)
      .trimEnd()
      .split('\n')
      .map((line, index) => `[   ${(10 + index / 1000).toFixed(6)}][${caller}] ${line}`);
  const left = of('5.10-code-first', '  T271');
  const right = of('4.14-no-numeric-eip', '    C1');
  const both = left.flatMap((line, index) => [line, right[index] ?? '']).filter((line) => line !== '');
  expect(facts(both.join('\n'))).toBe(
    [facts(vector('5.10-code-first')), facts(vector('4.14-no-numeric-eip'))].join('\n\n'),
  );
});

test('two reports that alternate without saying whose a line is are told apart, with a warning', () => {
  const left = vector('3.10-user-stack').trimEnd().split('\n').slice(0, -1);
  // The same shape with every value another one, as two CPUs would print.
  const right = left.map((line) =>
    line.replace(/\b[0-9a-f]{8}\b/g, (word) =>
      ((Number.parseInt(word, 16) ^ 0x0101_0000) >>> 0).toString(16).padStart(8, '0'),
    ),
  );
  const both = left.flatMap((line, index) => [line, right[index] ?? '']).join('\n');
  expect(facts(both)).toBe([facts(left.join('\n')), facts(right.join('\n'))].join('\n\n'));
  expect(complaints(both)).toContain('conflicting-values 2-2');
});

test('messages of others between the lines are one diagnostic for each run', () => {
  const lines = vector('5.10-code-first').split('\n');
  lines.splice(11, 0, 'ata1: SATA link down', 'ata2: SATA link down');
  lines.splice(20, 0, 'usb 1-1: new device');
  expect(facts(lines.join('\n'))).toBe(facts(vector('5.10-code-first')));
  expect(complaints(lines.join('\n'))).toEqual(['unknown-line 12-13', 'unknown-line 21-21']);
});

test('words of the stack behind a row that is not understood are given no addresses', () => {
  const clean = vector('2.6.32-null-jump').split('\n');
  const at = clean.findIndex((line) => line.startsWith('Stack:')) + 1;
  const words = (log: readonly string[]) => parseLog(log.join('\n')).reports.map(stackWordsOf)[0]?.words;
  const all = words(clean) ?? [];
  const row = (clean[at] ?? '').trim().split(/ +/);
  for (const damage of ['c02dcOf8', 'c02', 'c02dc7f8c']) {
    const log = clean.with(at, ` ${row.with(2, damage).join(' ')}`);
    expect(words(log)).toEqual(all.slice(0, 2));
    expect(complaints(log.join('\n'))).toEqual([`bad-number ${at + 1}-${at + 1}`, `missing-field ${at + 2}-${at + 2}`]);
  }
  const cutShort = clean.with(at, ` ${row.with(7, '00').join(' ')}`);
  expect(words(cutShort)).toEqual(all.slice(0, 7));
  // A message of others is no row.
  expect(words(clean.toSpliced(at + 1, 0, 'ata1: SATA link down'))).toEqual(all);
});

test('a die line that the kernel itself breaks in two is one', () => {
  const heads = ['', '[    1.000001] ', 'Mar  3 14:22:01 pc kernel: '];
  for (const head of heads) {
    const { trap } = parseLog(`${head}Split lock detected\n${head}: 0000 [#1] SMP\n`).reports[0] ?? {};
    expect([trap?.vector?.value, trap?.errorCode?.value, trap?.ordinal?.value]).toEqual([17, 0, 1]);
  }
});

test('a signal that ends a program names no exception', () => {
  const log =
    'potentially unexpected fatal signal 11.\ncode at 08048abc: 0f 0b c3 90\nPid: 311, comm: foo Not tainted 3.4.0 #1\nEIP: 0073:[<08048abc>] EFLAGS: 00010246 CPU: 0\nEAX: 00000000 EBX: b7fd0ff4 ECX: 00000001 EDX: bffff1a4\n';
  const [report] = parseLog(log).reports;
  expect(report?.registers.ebx?.value).toBe(0xb7fd0ff4);
  expect([report?.kind, report?.mode?.value, report?.trap.vector]).toEqual(['user-fault', 'user', undefined]);
  expect([codeOf(report)?.start, report?.registers.eip?.value]).toEqual([0x8048abc, 0x8048abc]);
});

test('a register whose value is lost is told of', () => {
  const log = vector('5.10-code-first').replaceAll(/ECX: [0-9a-f]{8}/g, 'ECusb 1-1');
  expect(parseLog(log).reports[0]?.registers.ecx).toBeUndefined();
  expect(complaints(log)).toEqual(['missing-field 1-33']);
});

test('bytes of user programs go to the fault that they follow', () => {
  const fault = (pid: number): string => `a[${pid}]: segfault at 4 ip 08048abc sp bfa1b2c0 error 4 in a[8048000+5000]`;
  const pids = (text: string): string[] =>
    parseLog(text).reports.map((report) => `${report.task.pid?.value}: ${codeOf(report)?.bytes.length ?? 'none'}`);
  expect(pids([fault(1), 'Code: 55 <8b> 00', fault(2)].join('\n'))).toEqual(['1: 3', '2: none']);
  expect(pids([fault(1), fault(2), 'Code: 55 <8b> 00'].join('\n'))).toEqual(['1: none', '2: 3']);
  expect(pids([fault(1), fault(2), 'Code: 55 <8b> 00', 'Code: <8b> 00'].join('\n'))).toEqual(['1: 3', '2: 2']);
});

test.each([
  [
    'x86-64',
    'BUG: unable to handle page fault for address: ffffc90000a3fe58\nOops: 0002 [#1] SMP PTI\nRIP: 0010:foo+0x1/0x2\nRAX: 0000000000000000 RBX: 0000000000000000 RCX: 0000000000000000',
  ],
  [
    'x86-64',
    'kernel BUG at lib/list_debug.c:51!\ninvalid opcode: 0000 [#1] SMP PTI\nCPU: 4 PID: 148 Comm: kswapd0 Not tainted 5.13.4 #1\nRIP: 0010:foo+0x31/0x47\nCode: 44 62 <0f> 0b',
  ],
  [
    'arm',
    'Unable to handle kernel NULL pointer dereference at virtual address 0000000c\npgd = 6f458410\nInternal error: Oops: 17 [#2] ARM\nPC is at foo+0x18/0x64\npc : [<c01f3218>]    lr : [<c01f32a0>]    psr: 60000013',
  ],
  [
    'mips',
    'CPU 0 Unable to handle kernel paging request at virtual address 00000000, epc == 80392b5c, ra == 80392ad0\nOops[#1]:\n$ 0   : 00000000 00000001 80394254 80cd6638',
  ],
])('a report of %s is named and not read', (architecture, text) => {
  expect(outline(text)).toEqual([`${architecture} 1`]);
});

test('warnings, lockups and panics are known for what they are', () => {
  const block =
    'EIP: 0060:[<c04e84fb>] EFLAGS: 00000246 CPU: 0\nEAX: 00000040 EBX: 00000000 ECX: dbf43e54 EDX: 00000000\nESI: e01c2b30 EDI: 00000000 EBP: c0ad4600 ESP: dbc8dec0\n';
  expect(
    outline(
      `BUG: soft lockup - CPU#0 stuck for 61s! [kswapd0:26]\n\nPid: 26, comm: kswapd0 Not tainted (2.6.32 #1)\n${block}`,
    ),
  ).toEqual(['register-dump 1-6']);
  expect(outline(`Pid: 26, comm: kswapd0\n${block}`)).toEqual(['register-dump 1-4']);
  expect(outline('Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n')).toEqual([
    'panic 1-1',
  ]);
  expect(
    outline(
      'WARNING: at kernel/foo.c:12 foo+0x1/0x2()\nHardware name: X1\nModules linked in: a\nPid: 1, comm: init Not tainted 2.6.32 #1\nCall Trace:\n [<c0101112>] bar+0x1/0x2\n',
    ),
  ).toEqual(['warning 1-6']);
});

test('a stall of RCU and the dump that it asks for are one report, and no fault', () => {
  const block = vector('5.10-code-first').split('\n').slice(5, 14).join('\n');
  const stall = (words: string): string =>
    `rcu: INFO: rcu_sched ${words}\nrcu: \t0-....: (5249 ticks this GP) idle=d1a\n`;
  for (const words of ['self-detected stall on CPU', 'detected stalls on CPUs/tasks:']) {
    expect(outline(`${stall(words)}NMI backtrace for cpu 0\n${block}`)).toEqual(['register-dump 1-12']);
    expect(outline(stall(words) + block)).toEqual(['register-dump 1-11']);
  }
});

test('a trace of some other message is no report', () => {
  expect(
    outline(
      'cat: page allocation failure. order:0, mode:0x20\nPid: 88, comm: cat Not tainted 3.4.0 #1\nCall Trace:\n [<c0101112>] bar+0x1/0x2\n',
    ),
  ).toEqual([]);
});

test('a code line that belongs to nothing is a diagnostic outside', () => {
  expect(outline('Code: 8b 40 <04> 00\n')).toEqual([]);
  expect(complaints('Code: 8b 40 <04> 00\n')).toEqual(['unknown-line 1-1']);
});

test('without a headline a page fault is inferred and said to be', () => {
  const headless = vector('3.10-user-stack').split('\n').slice(9).join('\n');
  const trap = parseLog(headless).reports[0]?.trap;
  expect(trap?.vector?.inferred).toBe('closing-cr2-line');
  expect(trap?.faultAddress).toMatchObject({ value: 0xfffffffc });
  expect(trap?.errorCode).toBeUndefined();
  const noClosing = headless.replace(/CR2: 0{8}.*\n/, '');
  expect(Object.keys(parseLog(noClosing).reports[0]?.trap ?? {})).toEqual(['endTrace']);
});

test('CR2 says nothing of other exceptions', () => {
  const text = vector('5.10-code-first').replace(/^BUG: .*\n#PF.*\n#PF.*\n.*\nOops: 0000/, 'divide error: 0000');
  expect(parseLog(text).reports[0]?.trap.faultAddress).toBeUndefined();
  expect(parseLog(text).reports[0]?.trap.vector?.value).toBe(0);
});

test('two values for one thing: the better source is taken, the other named', () => {
  const conflicting = (from: RegExp, to: string): string[] => complaints(vector('5.10-code-first').replace(from, to));
  expect(conflicting(/CR2: 0000017c/, 'CR2: 0000018c')).toEqual(['conflicting-values 13-13']);
  expect(conflicting(/error_code\(0x0000\)/, 'error_code(0x0002)')).toEqual(['conflicting-values 3-3']);
  // Reading unreadable code bytes overwrites CR2: known, and no conflict.
  expect(complaints(vector('6.1-unreadable-code'))).toEqual([]);
});

test('bytes after a whole code line belong to something else', () => {
  const lines = vector('5.10-code-first').split('\n');
  lines.splice(9, 0, '01 00 00 00 b9 ff');
  expect(codeOf(parseLog(lines.join('\n')).reports[0])?.bytes.length).toBe(64);
  expect(complaints(lines.join('\n'))).toEqual(['unknown-line 10-10']);
});

test('a report that breaks off says so', () => {
  const lines = vector('5.10-code-first').split('\n');
  expect(complaints(lines.slice(0, 7).join('\n'))).toEqual(['truncated 1-7']);
  expect(complaints(`${lines.slice(0, 7).join('\n')}\n${vector('6.1-unreadable-code')}`)).toEqual(['truncated 1-7']);
});

test('damaged values are left out, never guessed', () => {
  const damaged = vector('5.10-code-first')
    .replace('EAX: 00000000 EBX', 'EAX: 0000x000 EBX')
    .replace('<03> 93', '<03> 9');
  const report = parseLog(damaged).reports[0];
  expect(report?.registers.eax).toBeUndefined();
  expect(codeOf(report)?.bytes.length).toBe(43);
  expect(complaints(damaged)).toEqual(['damaged-code 9-9', 'bad-number 10-10']);
});

test('a code line of full length that marks no byte does not say where EIP is', () => {
  const lost = vector('5.10-code-first').replace(/<03> 93/, '03 93');
  expect(codeOf(parseLog(lost).reports[0])?.eipOffset).toBeUndefined();
  expect(complaints(lost)).toEqual(['damaged-code 9-9']);
});

test('what the kernel says before it stops belongs to the report behind it', () => {
  const log = readFileSync(new URL('../../vectors/announced-bugs.log', import.meta.url), 'utf8');
  const said = (text: string) =>
    parseLog(text).reports.map(({ kind, evidence, remarks = [] }) => [
      `${kind} ${rangeOf(evidence).join('-')}`,
      ...remarks.map(({ value, evidence }) => `${rangeOf(evidence).join('-')}: ${value}`),
    ]);
  const skb =
    'skbuff: skb_over_panic: text:f8a41b20 len:1542 put:1542 head:f6a00000 data:f6a00020 tail:0xf6a00626 end:0xf6a00620 dev:eth0';
  const reports = [
    ['oops 1-10'],
    ['bug 11-20', '11-11: list_del corruption. prev->next should be f6a1c040, but was 6b6b6b6b'],
    ['bug 21-30', `21-22: ${skb}`],
    ['bug 32-42', '32-32: page dumped because: VM_BUG_ON_PAGE(page_ref_count(page) == 0)'],
    [
      'bug 43-54',
      '43-43: usercopy: kernel memory overwrite attempt detected to f6a1c040 (kmalloc-64) (4000 bytes)',
      '44-44: skput:over: c0238f33:1500 put:1500 dev:eth0',
    ],
  ];
  expect(said(log)).toEqual(reports);
  // Nothing follows the last sentence, and too much the first: they say nothing of the reports before them.
  const far = log.replace(/^list_del.*$/m, `$&${'\neth0: link up'.repeat(6)}`);
  expect(said(far)[1]).toEqual(['bug 18-26']);
  // Between its own lines a report has it too.
  const within =
    '------------[ cut here ]------------\nWARNING: at lib/list_debug.c:48 list_del+0x60/0xa0()\nlist_del corruption';
  expect(said(within)).toEqual([['warning 1-3', '3-3: list_del corruption']]);
});

test('a CR2 of sixteen digits that was cut in the middle is no zero', () => {
  const cr2 = (text: string) => parseLog(text).reports.map(({ control }) => control.cr2?.value);
  const oops = vector('4.14-no-numeric-eip');
  expect(oops).toMatch(/^CR2: 00000000[0-9a-f]{8}$/m);
  expect(cr2(oops.replace(/^(CR2: 00000000)/m, '$1\n'))).toEqual(cr2(oops));
});

test('letters that were typed for digits of an address are mended and told of; a digit too many is not', () => {
  const typed = `Unable to handle kernel paging request at virtual address 6b6b6b7f
 printing eip:
co2d1a3f
Oops: 0000
CPU:    0
EIP:    0010:[<cO2dla3f>]    Not tainted
EFLAGS: 00010246
eax: 6b6b6b6b   ebx: 0f6a1c000   ecx: 00000001   edx: 00000000
esi: f6a1c040   edi: 00000000   ebp: f6b2fe5c   esp: f6b2fe50
Call Trace: [<co183cbe>] [<c01023cd>]
Code: 8b 40 14 5b 5d c3 90 90 90 90 90 90 90 90 90 90 90 90 90 90
`;
  const clean = typed.replace(/co|cO/g, 'c0').replace('dla', 'd1a');
  expect(facts(typed)).toBe(facts(clean));
  expect(facts(clean)).toMatch(/eip=c02d1a3f[\s\S]*c0183cbe/);
  expect(facts(clean)).not.toMatch(/ebx=/);
  const mended = ['repaired 2-3', 'repaired 6-6', 'repaired 10-10'];
  expect(complaints(typed)).toEqual([...complaints(clean), ...mended].sort(byLine));
  expect(complaints(clean)).toContain('bad-number 8-8');
});

function byLine(a: string, b: string): number {
  return Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0]);
}
