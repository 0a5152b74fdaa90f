// Lines that only kernels of other architectures print. One of them is enough to set a report aside.

import type { Fact, ForeignArchitecture } from '../fact.ts';

const FORMS: readonly (readonly [ForeignArchitecture, RegExp])[] = [
  ['x86-64', /^RIP: (?:[0-9a-f]{4}:|\[<[0-9a-f]{16}>\])/i],
  ['x86-64', /^R(?:AX|DX|BP|10|13|SP): [0-9a-f]{16}\b|^RSP: [0-9a-f]{4}:[0-9a-f]{16}/],
  [
    'x86-64',
    /^(?:FS|CS): {1,2}[0-9a-f]{4,16}\(?[0-9a-f]{0,4}\)? (?:GS|DS): ?[0-9a-f]{4,16}.{0,40}(?:knlGS|CR0: [0-9a-f]{16})/,
  ],
  ['x86-64', /^\[<[0-9a-f]{16}>\]|^IP: \[<[0-9a-f]{16}>\]|^CR2: [0-9a-f]{16} CR3: [0-9a-f]{16}/],
  ['arm64', /^pc : (?:\[<)?[0-9a-f]{16}|^pc : [\w.]+\+0x|^x\d{1,2} ?: [0-9a-f]{16}\b|^pstate: /],
  [
    'arm',
    /^(?:PC|LR) is at |^pc : \[<[0-9a-f]{8}>\]|^Internal error: Oops|^Flags: [nN][zZ][cC][vV] |^sp : [0-9a-f]{8} {1,2}ip : /,
  ],
  ['mips', /^epc {1,4}: [0-9a-f]{8,16}\b|^\$ ?0 {1,3}: [0-9a-f]{8}|^Cause ?: [0-9a-f]{8}|^BadVA ?: /],
  ['powerpc', /^NIP:? ?\[?[0-9a-f]{8,16}|^GPR00: [0-9a-f]{8}|^MSR: {1,2}[0-9a-f]{8}/],
  ['other', /^(?:psr|PSR|TSTATE): ?[0-9a-f]{8}|^sepc ?: [0-9a-f]{8,16}|^epc : [0-9a-f]{16}/],
];

export function readForeignLine(text: string): readonly Fact[] {
  const found = FORMS.find(([, form]) => form.test(text));
  return found ? [{ kind: 'foreign', architecture: found[0] }] : [];
}
