// Writes the text of a crash report from the few facts that a case is about, in the form of a 4.4 kernel.

import { GENERAL_REGISTERS } from '../src/machine/registers.ts';

export interface OopsFacts {
  /** Code bytes with the one at EIP in angle brackets: `31 c0 <8b> 00`. */
  readonly code: string;
  /** Eight hexadecimal digits or fewer; registers that are not named are 0, esp is f5a0bf00, eip is c1202122. */
  readonly registers?: Readonly<Record<string, string>>;
  /** `Oops: 0002`, `divide error: 0000` … */
  readonly die?: string;
  /** For page faults; empty where the log lost it. */
  readonly address?: string;
  readonly cs?: string;
  readonly stack?: readonly string[];
  readonly trace?: readonly string[];
}

/** A complete report; a page fault where `address` is given. */
export function oopsText({
  code,
  registers = {},
  die,
  address,
  cs = '0060',
  stack = [],
  trace = [],
}: OopsFacts): string {
  const value = (name: string) => (registers[name] ?? DEFAULTS[name] ?? '0').padStart(8, '0');
  const headline = !address
    ? []
    : [
        Number.parseInt(address, 16) < 4096
          ? `BUG: unable to handle kernel NULL pointer dereference at ${address.padStart(8, '0')}`
          : `BUG: unable to handle kernel paging request at ${address.padStart(8, '0')}`,
      ];
  const pairs = (names: readonly string[]) => names.map((name) => `${name.toUpperCase()}: ${value(name)}`).join(' ');
  return [
    ...headline,
    `${die ?? 'Oops: 0000'} [#1] SMP `,
    'Modules linked in: foo',
    'CPU: 0 PID: 7 Comm: cat Not tainted 4.4.0 #3',
    `EIP: ${cs}:[<${value('eip')}>] EFLAGS: ${value('eflags')} CPU: 0`,
    'EIP is at foo_read+0x1c/0x90 [foo]',
    pairs(GENERAL_REGISTERS.filter((name) => /x$/.test(name))),
    pairs(['esi', 'edi', 'ebp', 'esp']),
    ' DS: 007b ES: 007b FS: 00d8 GS: 00e0 SS: 0068',
    ...(address === '' ? [] : [`CR0: 80050033 CR2: ${(address ?? '0').padStart(8, '0')} CR3: 01f2a000 CR4: 000006d0`]),
    ...(stack.length > 0 ? ['Stack:', ` ${stack.join(' ')}`] : []),
    'Call Trace:',
    ...trace,
    `Code: ${code}`,
    `EIP: [<${value('eip')}>] foo_read+0x1c/0x90 [foo] SS:ESP 0068:${value('esp')}`,
    '---[ end trace 0a1b2c3d4e5f6071 ]---',
    '',
  ].join('\n');
}

const DEFAULTS: Readonly<Record<string, string>> = { eip: 'c1202122', esp: 'f5a0bf00', eflags: '00010246' };
