// Reports that are no faults, and what is said of them: what made the kernel print its registers.

import { beforeAll, expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import { toJson } from '../../src/frontends/json/json.ts';
import { toText } from '../../src/frontends/text/report.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { ReplayParts } from '../../src/replay/replay.ts';
import { oopsText } from '../oops-text.ts';

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

function shown(text: string): string {
  const [snapshot] = parseLog(text).reports;
  if (snapshot === undefined) throw new Error('the report was not found');
  return toText(toJson(examine(snapshot, parts), { file: 'x.log', decoder: parts.decoder }));
}

const REGISTERS = `EIP: 0060:[<f8a01234>] EFLAGS: 00000286 CPU: 0
EIP is at foo_init+0x4/0x1000 [foo]
EAX: 00000024 EBX: f5a1b000 ECX: 00000027 EDX: f7fa8b24
ESI: f5a1b100 EDI: 00000000 EBP: f5a1de00 ESP: f5a1ddf0
 DS: 007b ES: 007b FS: 00d8 GS: 00e0 SS: 0068
`;

test.each([
  ['BUG: soft lockup - CPU#0 stuck for 61s! [insmod:2222]', 'a soft lockup'],
  ['NMI Watchdog detected LOCKUP on CPU1, eip f8a01234, registers:', 'a lockup that the NMI watchdog found'],
  ['NMI backtrace for cpu 0', 'an NMI backtrace, which lockups and stalls ask for'],
  ['INFO: rcu_sched self-detected stall on CPU { 0}', 'an RCU stall'],
  ['SysRq : Show Regs', 'a register dump that SysRq asked for'],
])('%s', (line, what) => {
  const text = shown(`${line}\n${REGISTERS}`);
  expect(text.replace(/\s+/g, ' ')).toContain(
    `not replayable: this is ${what}; the registers are those of the code that`,
  );
  expect(text).toContain(`  Registers
    %eax    00000024  36 in decimal
    %ecx    00000027  39 in decimal
`);
  for (const line of ['%esi    f5a1b100', '%eip    f8a01234', '%eflags 00000286  PF SF IF'])
    expect(text).toContain(line);
});

test('a double fault of an old kernel, which has no code, shows its registers', () => {
  const text = shown(`PANIC: double fault, gdt at c1a2b000 [255 bytes]
double fault, tss at c1a2c400
eip = c1023456, esp = f5a1c000
eax = 00000001, ebx = 00000002, ecx = 00000003, edx = 00000004
esi = 00000005, edi = 00000006
`);
  expect(text).toMatch(/%esp {4}f5a1c000/);
  expect(text).toMatch(/%eip {4}c1023456/);
});

test.each(['<01> 14', '<81> 7c', '<66>', '<8b> 80 10 00'])(
  '%s: no byte behind the end of the code line is made up',
  (code) => {
    const text = shown(
      oopsText({ code: `90 ${code}`, address: 'f6500404', die: 'Oops: 0002', registers: { eax: '100001' } }),
    );
    expect(text).toContain('not replayable: the Code: line ends inside the instruction that EIP points at');
  },
);
