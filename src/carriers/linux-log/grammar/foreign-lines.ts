// Lines that only kernels of other architectures print. One of them is enough to set a report aside.

import type { ForeignArchitecture } from '../../carrier.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

interface Form {
  readonly architecture: ForeignArchitecture;
  /** First two letters of its lines in lower case, between blanks. */
  readonly starts: string;
  readonly pattern: RegExp;
}

const FORMS: readonly Form[] = [
  { architecture: 'x86-64', starts: 'ri', pattern: /^RIP: (?:[0-9a-f]{4}:|\[<[0-9a-f]{16}>\])/i },
  {
    architecture: 'x86-64',
    starts: 'ra rd rb r1 rs',
    pattern: /^R(?:AX|DX|BP|10|13|SP): [0-9a-f]{16}\b|^RSP: [0-9a-f]{4}:[0-9a-f]{16}/,
  },
  {
    architecture: 'x86-64',
    starts: 'fs cs',
    pattern:
      /^(?:FS|CS): {1,2}[0-9a-f]{4,16}\(?[0-9a-f]{0,4}\)? (?:GS|DS): ?[0-9a-f]{4,16}.{0,40}(?:knlGS|CR0: [0-9a-f]{16})/,
  },
  {
    architecture: 'x86-64',
    starts: '[< ip cr',
    pattern: /^(?:IP: )?\[<[0-9a-f]{16}>\]|^CR2: [0-9a-f]{16} CR3: [0-9a-f]{16}/,
  },
  {
    architecture: 'arm64',
    starts: 'pc ps x0 x1 x2 x3 x4 x5 x6 x7 x8 x9',
    pattern: /^pc : (?:\[<)?[0-9a-f]{16}|^pc : [\w.]+\+0x|^x\d{1,2} ?: [0-9a-f]{16}\b|^pstate: /,
  },
  {
    architecture: 'arm',
    starts: 'pc lr in fl sp',
    pattern:
      /^(?:PC|LR) is at |^pc : \[<[0-9a-f]{8}>\]|^Internal error: Oops|^Flags: [nN][zZ][cC][vV] |^sp : [0-9a-f]{8} {1,2}ip : /,
  },
  {
    architecture: 'mips',
    starts: 'ep $  $0 ca ba',
    pattern: /^epc {1,4}: [0-9a-f]{8,16}\b|^\$ ?0 {1,3}: [0-9a-f]{8}|^Cause ?: [0-9a-f]{8}|^BadVA ?: /,
  },
  {
    architecture: 'powerpc',
    starts: 'ni gp ms',
    pattern: /^NIP:? ?\[?[0-9a-f]{8,16}|^GPR00: [0-9a-f]{8}|^MSR: {1,2}[0-9a-f]{8}/,
  },
  {
    architecture: 'other',
    starts: 'ps ts se ep',
    pattern: /^(?:psr|PSR|TSTATE): ?[0-9a-f]{8}|^sepc ?: [0-9a-f]{8,16}|^epc : [0-9a-f]{16}/,
  },
];

function readForeignLine(text: string): readonly Fact[] {
  const start = text.slice(0, 2).toLowerCase();
  const found = FORMS.find(({ starts, pattern }) => starts.includes(start) && pattern.test(text));
  return found ? [{ kind: 'foreign', origin: found.architecture }] : [];
}

export const FOREIGN_LINES: Family = {
  read: readForeignLine,
  starts: FORMS.map(({ starts }) => starts).join(' '),
  signs: [{ text: 'RIP:' }],
  words: [/R(?:IP|[ABCD]X)/, /epc/, /pc : /],
};
