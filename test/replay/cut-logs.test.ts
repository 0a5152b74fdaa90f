// Logs that were cut: what is offered without the lines that name the exception, and that it is never called reproduced.

import { beforeAll, expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import type { ExaminedReport } from '../../src/examination/examined-report.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { ReplayParts } from '../../src/replay/replay.ts';

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

interface Parts {
  readonly first?: string;
  readonly eax?: string;
  readonly eflags?: string;
  readonly code?: string;
}

/** `test %ecx,%ecx; jne +8`, not taken, and then `code`. */
function examined({ first, eax = '00000000', eflags = '00010246', code = '<8b> 50 04' }: Parts): ExaminedReport {
  const [snapshot] = parseLog(`${first === undefined ? '' : `${first}\n`}EIP:    0060:[<c0123456>]    Not tainted VLI
EFLAGS: ${eflags}   (2.6.22)
eax: ${eax}   ebx: c188ee10   ecx: 00000000   edx: dfd010d8
esi: dfd010b0   edi: c188edc0   ebp: c03e1e8c   esp: c03e1e84
ds: 007b   es: 007b   ss: 0068
Call Trace:
 [<c011e5f1>] __activate_task+0x21/0x40
Code: 55 89 e5 56 89 c6 53 89 d3 85 c9 75 08 ${code} eb fe 8b 46 1c 8d 56 28
`).reports;
  if (snapshot === undefined) throw new Error('the report was not found');
  return examine(snapshot, parts);
}

const supposed = ({ replay }: ExaminedReport) =>
  replay.assumptions.flatMap((one) => (one.code === 'fault-supposed' ? [one.because] : []));

test('an access to the first page is a NULL dereference, supposed and at most suggested', () => {
  const { replay, leadUp, diagnosis } = examined({});
  expect(replay.verdict).toBe('not-replayable');
  expect(replay.reason).toMatchObject({ code: 'exception-not-named', supposed: true });
  expect(replay.fault).toMatchObject({ kind: 'page-fault', linearAddress: 4 });
  expect(leadUp?.steps.map(({ instruction }) => instruction.mnemonic)).toEqual(['test', 'jne']);
  expect(diagnosis.diagnoses[0]).toMatchObject({ kind: 'null-member', strength: 'suggests' });
});

test('RF in EFLAGS says that the instruction faulted; without it an access to a mapped zone is not supposed to', () => {
  expect(supposed(examined({ eax: 'f8000010' }))).toEqual(['resume-flag']);
  const interrupted = examined({ eax: 'f8000010', eflags: '00000246' });
  expect(supposed(interrupted)).toEqual([]);
  expect(interrupted.replay.fault).toBeUndefined();
  expect(interrupted.leadUp?.steps).toHaveLength(2);
  expect(supposed(examined({ eflags: '00000246' }))).toEqual(['first-page']);
});

test('what the log shows of memory cannot have faulted, and two pages are a choice', () => {
  expect(supposed(examined({ eax: 'c0123449' }))).toEqual([]);
  // movsl (%esi),(%edi)
  expect(supposed(examined({ code: '<a5>' }))).toEqual([]);
});

test('ud2 is BUG() or WARN(), a division by zero one', () => {
  const bug = examined({ code: '<0f> 0b' });
  expect(bug.replay).toMatchObject({ verdict: 'not-replayable', fault: { kind: 'invalid-opcode' } });
  const division = examined({ code: '<f7> f1' });
  expect(division.replay).toMatchObject({ verdict: 'not-replayable', fault: { kind: 'divide-error' } });
});

test.each([
  ['BUG: soft lockup - CPU#0 stuck for 61s! [insmod:2222]', 'register-dump'],
  ['NMI Watchdog detected LOCKUP on CPU1, eip c0123456, registers:', 'register-dump'],
  ['SysRq : Show Regs', 'register-dump'],
])('%s: nothing faulted, and the instructions before EIP are rebuilt', (first, code) => {
  const { replay, leadUp } = examined({ first, eflags: '00000246', code: '<8b> 46 1c' });
  expect(replay).toMatchObject({ verdict: 'not-replayable', reason: { code } });
  expect(replay.fault).toBeUndefined();
  expect(replay.instruction?.mnemonic).toBe('mov');
  expect(leadUp).toMatchObject({ proved: true });
  expect(leadUp?.steps.map(({ instruction }) => instruction.mnemonic)).toEqual(['test', 'jne']);
});

test('nothing is concluded from a page that is only supposed to be absent', () => {
  // `mov (%eax),%ecx` before it reads the page that is supposed to fault: it may have.
  const { replay, leadUp } = examined({ eax: 'f8000010', code: '8b 08 <8b> 50 04' });
  expect(replay.fault).toMatchObject({ kind: 'page-fault' });
  expect(leadUp?.steps.at(-1)?.instruction.mnemonic).toBe('mov');
});
