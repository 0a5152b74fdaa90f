// Logs that once hung the parser, made it throw, or lost something without a word; each as small as it still shows its kind.

import { expect, test, vi } from 'vitest';
import { linesOf } from '../../../../src/carriers/linux-log/decorations/log-line.ts';
import { MOST_LINES, normalise } from '../../../../src/carriers/linux-log/decorations/normalise.ts';
import { RegionFinder } from '../../../../src/carriers/linux-log/scan/find-regions.ts';
import { createLogReader, parseLog } from '../../../../src/carriers/read-log.ts';
import type { Diagnostic } from '../../../../src/snapshot/diagnostic.ts';
import { firstLineOf } from '../../../../src/snapshot/evidence.ts';
import { rangeOf } from '../print-report.ts';
import { workOf } from './work.ts';

const HEAD =
  'BUG: unable to handle kernel NULL pointer dereference at 00000004\nEIP: 0060:[<c1202122>] EFLAGS: 00010246 CPU: 0\n';
const EAX = 'EAX: 00000000 EBX: d2ac9d00 ECX: 2b024004 EDX: 00000001\n';
const USER = 'a[1]: segfault at 0 ip 0 sp 0 error 4';
const cut = (piece: string) => (length: number) =>
  `${HEAD}${Array.from({ length: 3 }, () => piece.repeat(Math.ceil(length / 3 / piece.length))).join('\n')}\n`;

function callers(length: number): string {
  const lines = Array.from({ length: Math.ceil(length / 40) }, (_, i) => {
    const what = i < 1378 ? 'EIP: 0060:[<c1202122>] EFLAGS: 00010246' : EAX.trim();
    return `[    1.000000][${`T${i % 1378}`.padStart(6)}] ${what}`;
  });
  return `CS filler EIP\n${lines.join('\n')}\n`;
}

/** Text of about the asked length. */
const SHAPES: readonly (readonly [string, (length: number) => string])[] = [
  ['marks that open and close', (length) => `${HEAD}Code: 89 <8b>\n${'ab*'.repeat(length / 3)}!\n`],
  ['dots behind a version', (length) => `${HEAD}${EAX}CPU: 0 PID: 1 Comm: x 2.6${'.'.repeat(length)}\u3000\n`],
  ['blanks before the end', (length) => `${HEAD}${EAX}Code: =20${' '.repeat(length)}x\n`],
  ['open brackets', (length) => `${USER} in x\n${'['.repeat(length)}\n`],
  ['carriage returns', (length) => `${HEAD}${EAX}${'\r'.repeat(length)}x\n`],
  ['in in in', (length) => `${USER}${' in'.repeat(length / 3)}]\n`],
  ['soft breaks in one line', (length) => `${HEAD}${`${'=41'.repeat(24)}=\n`.repeat(length / 74)}\n`],
  ['a broken line of code', (length) => `${HEAD}Code: ${`${'90 '.repeat(24)}\n`.repeat(length / 73)}`],
  [
    'a broken list of modules',
    (length) => `<4>Modules linked in: ${`${'abcdefg '.repeat(9)}\n`.repeat(length / 73)}${HEAD}`,
  ],
  ['EFLAGS between <br>', cut('EFLAGS: 00010246<br>')],
  ['code between <br>', cut('EIP: 00000001<br>Code: 8b<br>---[ end trace 1 ]---<br>')],
  ['BUG between <br>', cut('Kernel BUG<br>')],
  ['user faults between <br>', cut('x[1]: segfault at 0 ip 0 sp 0 error 4<br>Code: 8b 00<br>')],
  ['options between <br>', cut('PREEMPT(abc)<br>')],
  ['callers that take turns', callers],
];

test.each(SHAPES)('%s: twice the text is twice the work', { timeout: 120_000 }, (_name, shape) => {
  const work = (length: number): number => workOf(() => parseLog(shape(length)));
  expect(work(240_000)).toBeLessThan(3 * work(120_000));
});

test('data of any size makes no call fail', { timeout: 60_000 }, () => {
  expect(parseLog(`${HEAD}Modules linked in: a\nCS ${'b '.repeat(130_000)}\n`).reports.length).toBe(1);
  expect(parseLog(`${HEAD}${`${'=41'.repeat(83_000)}=\n`.repeat(2)}${EAX}`).reports.length).toBe(1);
  const log = parseLog(`${`${'Oops: 0000<br>'.repeat(17_800)}\n`.repeat(9)}`);
  expect(log.reports.length).toBeGreaterThan(1000);
  expect(log.diagnostics.map(({ code }) => code)).toContain('truncated');
});

test('lines that come apart into too many are cut, and that is said', () => {
  const noticed: Diagnostic[] = [];
  const lines = normalise(linesOf(`EIP\n${'a<br>'.repeat(MOST_LINES)}\nEAX\n`), (diagnostic) =>
    noticed.push(diagnostic),
  );
  expect(lines.length).toBe(MOST_LINES);
  expect(noticed).toEqual([
    { code: 'truncated', evidence: { kind: 'lines', first: 2, last: 3 }, message: expect.stringContaining('32768') },
  ]);
});

test('a full region keeps at most half of its lines', () => {
  const reader = new RegionFinder();
  const regions = [...reader.push(callers(240_000)), ...reader.end()];
  const read = regions.reduce((sum, { lines }) => sum + lines.length, 0);
  expect(regions.length).toBeGreaterThan(4);
  expect(read).toBeLessThan(2.1 * 6001);
});

test('a report that is longer than what is read together says where it was cut', () => {
  const trace = ' [<c075abb7>] ? notifier_call_chain+0x32/0x4b\n'.repeat(1600);
  const log = parseLog(`${HEAD}${EAX}Call Trace:\n${trace}Code: 89 c7 <8b> 40 04\n`);
  const messages = log.reports[0]?.diagnostics.map(({ code, message }) => `${code}: ${message}`) ?? [];
  expect(messages).toEqual([
    expect.stringMatching(/^truncated: .* may go on after line 1500/),
    expect.stringMatching(/^missing-field: the code line .* up to line 1500$/),
    expect.stringMatching(/^missing-field: no value for .*%esi/),
  ]);
  expect(log.diagnostics.map(({ message }) => message)).toEqual(['the code line on line 1605 belongs to no report']);
});

test('a code line that is too long says so', () => {
  const [report] = parseLog(`${HEAD}${EAX}Code: ${'90 '.repeat(12_000)}<8b> 40 04\n`).reports;
  const messages = report?.diagnostics.map(({ message }) => message).join('\n');
  expect(messages).toContain('more than 32768 characters');
  expect(messages).toContain('marks no byte in the part that is read');
});

test('the CPU pushes 16 bits of an error code', () => {
  const [user] = parseLog(
    'app[12]: segfault at 0 ip 08048000 sp bfff0000 error 12345678 in lib.so[8048000+1000]\n',
  ).reports;
  expect(user?.trap.errorCode?.value).toBe(0x5678);
  expect(user?.diagnostics.map(({ code }) => code)).toEqual(['bad-number']);
  const [oops] = parseLog(`Oops: 10002 [#1]\nEIP: 0060:[<c1202122>] EFLAGS: 00010246\n${EAX}`).reports;
  expect(oops?.trap.errorCode?.value).toBe(2);
});

test('a carriage return alone ends a line among lines that end in line feeds', () => {
  const [report] = parseLog(
    `${HEAD}${EAX.trim()}\rESI: 8a200b00 EDI: 2b024001 EBP: d4b85e44 ESP: d4b85e14\nCode: 89 <8b> 40\n`,
  ).reports;
  expect(report?.registers.edx?.value).toBe(1);
  expect(report?.registers.esi?.value).toBe(0x8a200b00);
  expect(report?.registers.esi?.evidence).toEqual({ kind: 'lines', first: 3, last: 3 });
});

test('a mistake of the program costs the report that shows it', async () => {
  vi.resetModules();
  vi.doMock('../../../../src/carriers/linux-log/grammar/trace-lines.ts', async (original) => {
    const real = await original<typeof import('../../../../src/carriers/linux-log/grammar/trace-lines.ts')>();
    const read = (text: string) => {
      if (text.includes('mistake')) throw new TypeError('no such thing');
      return real.TRACE_LINES.read(text);
    };
    return { ...real, TRACE_LINES: { ...real.TRACE_LINES, read } };
  });
  const { parseLog: broken } = await import('../../../../src/carriers/read-log.ts');
  const [headline, eip] = HEAD.split('\n');
  const report = (name: string) =>
    `${headline}\nOops: 0000 [#1]\n${eip}\n${EAX} [<c0101112>] ${name}+0x1/0x2\nCode: 8b <8b> 00\n---[ end trace 1 ]---\n`;
  const log = broken(`${report('first')}${report('mistake')}${report('third')}`);
  vi.doUnmock('../../../../src/carriers/linux-log/grammar/trace-lines.ts');
  expect(log.reports.map(({ evidence }) => firstLineOf(evidence))).toEqual([1, 15]);
  expect(log.diagnostics.map(({ code, evidence }) => [code, ...rangeOf(evidence)])).toContainEqual([
    'internal-error',
    8,
    12,
  ]);
});

test('pieces of any size say the same of a log that fills its regions', () => {
  const text = callers(120_000);
  const reader = createLogReader();
  let reports = 0;
  for (let at = 0; at < text.length; at += 4999) reports += reader.push(text.slice(at, at + 4999)).reports.length;
  expect(reports + reader.end().reports.length).toBe(parseLog(text).reports.length);
});
