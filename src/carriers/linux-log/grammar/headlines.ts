// The line that says what happened, when it happened through a page fault, and the lines up to `Oops:` that add to it.

import { VECTORS } from '../../../machine/faults.ts';
import { PAGE_FAULT } from '../../../machine/page-fault-error-code.ts';
import { wrapU32 } from '../../../machine/u32.ts';
import type { Fact } from '../assembly/fact.ts';
import { readPrintingEip } from './eip-lines.ts';
import type { Family } from './family.ts';
import { parsePointer, readSlippedAddress } from './numbers.ts';

interface HeadlineForm {
  /** Literal words that the line holds; the address follows them. */
  readonly words: RegExp;
  readonly kernels: string;
}

const POINTER = '(\\(null\\)|(?:0x)?[0-9a-f]{8}(?:[0-9a-f]{8})?)';

/** Page-fault headlines, newest first. Hand copies write `deref` and lose the first word. */
const PAGE_FAULTS: readonly HeadlineForm[] = [
  { words: /kernel null pointer dereference, address: */i, kernels: '5.2+' },
  { words: /unable to handle page fault for address: */i, kernels: '5.2+' },
  { words: /kernel (?:null pointer dere\w*|paging request) at virtual ad{1,4}res{1,3} */i, kernels: '2.4 to 2.6.24' },
  { words: /kernel (?:null pointer dere\w*|paging request) at */i, kernels: '2.6.25 to 5.1' },
  { words: /^null pointer dere\w* at virtual ad{1,4}res{1,3} */i, kernels: 'hand copies of 2.4 and 2.5' },
];
const LEADING_POINTER = new RegExp(`^\\s*${POINTER}`, 'i');
/** A reserved bit is set in the tables; `Bad pagetable:` follows as the die line. The name is the program's. */
const CORRUPTED = /^(.{1,16}): Corrupted page table at address ((?:0x)?[0-9a-f]{1,16})\b/;
/** `print-fatal-signals=1`: the registers of a program that a signal ends. Another program may have sent it, so it names no exception. */
const FATAL_SIGNAL = /^(?:.{1,16}\/\d{1,10}: |.{1,16}: )?potentially unexpected fatal signal \d{1,3}\b/;
const LOST_ADDRESS = /^(?:BUG: )?unable to handle kernel (?:null pointer|paging request)/i;

function headline(text: string, address: ReturnType<typeof parsePointer>): Fact {
  return {
    kind: 'headline',
    report: 'oops',
    text,
    vector: VECTORS['page-fault'],
    ...(address !== undefined && { address }),
  };
}

function readHeadline(text: string): readonly Fact[] {
  if (FATAL_SIGNAL.test(text)) return [{ kind: 'headline', report: 'user-fault', text }];
  if (/, epc ==/.test(text)) return [{ kind: 'foreign', origin: 'mips' }];
  const corrupted = CORRUPTED.exec(text);
  if (corrupted) {
    const address = parsePointer((corrupted[2] ?? '').replace(/^0x/, ''));
    if (address === undefined) return [{ kind: 'foreign', origin: 'x86-64' }];
    return [headline(text, address), { kind: 'identity', field: 'comm', value: corrupted[1] ?? '' }];
  }
  for (const { words } of PAGE_FAULTS) {
    const match = words.exec(text);
    if (!match) continue;
    const digits = LEADING_POINTER.exec(text.slice(match.index + match[0].length))?.[1];
    if (digits !== undefined && digits.replace(/^0x/, '').length === 16 && parsePointer(digits) === undefined)
      return [{ kind: 'foreign', origin: 'x86-64' }];
    if (digits !== undefined) return [headline(text, parsePointer(digits.toLowerCase()))];
    const typed = readSlippedAddress(/^\s*(?:0x)?(\w{8})\b/.exec(text.slice(match.index + match[0].length))?.[1] ?? '');
    return typed ? [headline(text, typed.value), typed.problem] : [headline(text, undefined)];
  }
  return LOST_ADDRESS.test(text) ? [headline(text, undefined)] : [];
}

/** `#PF: supervisor write access in kernel mode`, `#PF: error_code(0x0003) - permissions violation` (5.2+), `#PF error: [WRITE]` (5.0, 5.1). */
function readPageFaultDetail(text: string): readonly Fact[] {
  if (!text.startsWith('#PF')) return [];
  const code = /^#PF: error_code\(0x([0-9a-f]{1,8})\)/.exec(text);
  // Only 16 bits are the CPU's; an i386 kernel may leave its own in the upper half.
  if (code) return [{ kind: 'page-fault', errorCode: wrapU32(Number.parseInt(code[1] ?? '0', 16) & 0xffff) }];
  const mode = /\bin (kernel|user) mode/.exec(text)?.[1];
  if (mode === 'kernel' || mode === 'user') return [{ kind: 'page-fault', mode }];
  const flags = /^#PF error: (\[.*\])/.exec(text)?.[1];
  if (flags === undefined) return [];
  const bits: readonly [string, number][] = [
    ['PROT', PAGE_FAULT.PRESENT],
    ['WRITE', PAGE_FAULT.WRITE],
    ['USER', PAGE_FAULT.USER],
    ['RSVD', PAGE_FAULT.RESERVED],
    ['INSTR', PAGE_FAULT.FETCH],
    ['PK', PAGE_FAULT.PROTECTION_KEY],
  ];
  return [
    {
      kind: 'page-fault',
      errorCode: wrapU32(bits.reduce((sum, [name, bit]) => sum | (flags.includes(`[${name}]`) ? bit : 0), 0)),
    },
  ];
}

/** Xen with PAE: the page that is read, and the upper and lower half of its entry. Its name for each level is that of the level above. */
const XEN_WALK = /^[0-9a-f]{8} -> \*(pde|pme|pte) = ([0-9a-f]{8}):([0-9a-f]{8})$/;
const XEN_ENTRIES = { pde: 'pdpt', pme: 'pde', pte: 'pte' } as const;

/** `current->tss.cr3 = 00101000, %cr3 = 00101000` of 2.0 and 2.2, in which klogd keeps `%%`: what the task says comes first, then what the CPU held. */
function readTableRoot(text: string): Fact[] {
  const digits = /^(?:current->tss\.cr3 = [0-9a-f]{8}, ?)?%{0,2}cr3 = ([0-9a-f]{8})$/.exec(text)?.[1];
  const value = digits === undefined ? undefined : parsePointer(digits);
  return value === undefined ? [] : [{ kind: 'control', name: 'cr3', value }];
}

/** `*pdpt = … *pde = … *pte = …`, on one line or on three; `PGD` and its kin belong to 64-bit kernels. */
function readPageTable(text: string): readonly Fact[] {
  if (/^PGD [0-9a-f]+ (?:P4D|PUD|PMD)/.test(text)) return [{ kind: 'foreign', origin: 'x86-64' }];
  const pgd = /^pgd = ([0-9a-f]{16}|[0-9a-f]{8})$|^\[([0-9a-f]{16}|[0-9a-f]{8})\] \*pgd=/.exec(text);
  if (pgd) return [{ kind: 'foreign', origin: (pgd[1] ?? pgd[2])?.length === 16 ? 'arm64' : 'arm' }];
  const walk = XEN_WALK.exec(text);
  if (walk) {
    const entry = XEN_ENTRIES[walk[1] as keyof typeof XEN_ENTRIES];
    return [{ kind: 'page-table', entry, digits: `${walk[2]}${walk[3]}` }];
  }
  const facts: Fact[] = readTableRoot(text);
  for (const match of text.matchAll(/\*(pdpt|pde|pte) ?[=:] *(?:ma )?([0-9a-f]{16}|[0-9a-f]{8})\b/g))
    facts.push({ kind: 'page-table', entry: match[1] as 'pdpt' | 'pde' | 'pte', digits: match[2] ?? '' });
  return facts;
}

export const HEADLINES: Family = {
  read: readHeadline,
  holds: ['null pointer', 'paging request', 'page fault for', ', epc ==', 'fatal signal', 'corrupted page table'],
  words: [/[Uu]nable/, /paging request/, /N(?:ull|ULL) pointer/, /fatal signal/, /Corrupted page/],
  begins: [/Unable/],
};

export const PAGE_FAULT_DETAILS: Family = { read: readPageFaultDetail, starts: '#p' };

export const PAGE_TABLES: Family = {
  read: (text) => [...readPrintingEip(text), ...readPageTable(text)],
  starts: 'pr pg cu %c',
  holds: ['*pde', '*pte', '*pdpt', '*pgd=', '*pme', 'tss.cr3'],
  words: [/printing/, /\*p(?:de|me|te|dpt)\b/, /PGD /],
};
