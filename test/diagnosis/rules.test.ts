// Every kind of diagnosis: a report that shows it, and one as near to it as can be that must not be called so.

import { beforeAll, expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import type { DiagnosisKind, Strength } from '../../src/diagnosis/diagnosis.ts';
import { reportsBefore } from '../../src/diagnosis/earlier-reports.ts';
import { DIAGNOSIS_KINDS } from '../../src/diagnosis/kinds.ts';
import { examine } from '../../src/examination/examine.ts';
import { diagnosisText } from '../../src/frontends/wording/diagnosis.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { ReplayParts } from '../../src/replay/replay.ts';
import { type OopsFacts, oopsText } from '../oops-text.ts';

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

/** What is concluded about the last report of the text. */
function diagnosed(text: string) {
  const { reports } = parseLog(text);
  const snapshot = reports.at(-1);
  if (snapshot === undefined) throw new Error(`the report was not found: ${text}`);
  const { diagnoses, blame } = examine(snapshot, parts, { earlier: reportsBefore(snapshot, reports) }).diagnosis;
  const view = { snapshot, ...(blame && { blame }) };
  return {
    kinds: diagnoses.map(({ kind, strength }) => `${kind} ${strength}`),
    texts: diagnoses.map((one) => diagnosisText(one, view)),
    blame,
  };
}

/** A report of another kernel, in another function. */
interface Where {
  readonly release?: string;
  readonly symbol?: string;
  readonly after?: string;
  readonly headline?: string;
}

function report(
  facts: OopsFacts,
  { release = '4.4.0', symbol = 'foo_read+0x1c/0x90 [foo]', after, headline }: Where = {},
) {
  const text = oopsText(facts)
    .replaceAll('foo_read+0x1c/0x90 [foo]', symbol)
    .replace('tainted 4.4.0', `tainted ${release}`);
  const page = after === undefined ? text : text.replace('Oops:', `${after}\nOops:`);
  return headline === undefined ? page : page.replace(/^.*\n/, `${headline}\n`);
}

const WRITE = { die: 'Oops: 0002' } as const;
/** From the function's entry on, so that no other way in is possible. */
const LOADED = '55 89 e5 8b 5e 08 <8b> 43 14';
const FROM_ENTRY = { symbol: 'foo_read+0x6/0x90 [foo]' } as const;
const IN_ALLOCATOR = { symbol: 'kmem_cache_alloc+0x6/0x90' } as const;

const AT_3 = report({ code: '<8b> 03', address: '0', die: 'Oops: 0000' });
const SECOND = AT_3.replace('[#1]', '[#2]').replace('5f6071', '5f6072');
const SEGFAULT = 'one[7]: segfault at 5e ip b7c61e12 sp bff45044 error 6 in libc-2.27.so[b7c60000+1cc000]\n';
/** `<c7> 03 00 00 00 00` after 43 bytes, in a page where the mark was a tag. */
const BEFORE_EIP = '89 d8 '.repeat(21).concat('90');
const ELSEWHERE = { esi: 'f5a0c000', edi: 'f5a0c100' } as const;
const STORES = '03 00 00 00 00 89 d0 5b 5e 5d c3 90 90 90 90 90 90 90 90 90';
const NO_TABLE = { after: '*pde = 00000000', symbol: 'foo_read+0x1c/0x90' } as const;

/** Each: the kind, its strength, a report that shows it, the nearest one that does not. */
const CASES: readonly (readonly [DiagnosisKind, Strength, string, string])[] = [
  [
    'list-poison',
    'suggests',
    report({ code: '<89> 42 04', registers: { edx: '100' }, ...WRITE, address: '104' }),
    report({ code: '<89> 42 04', registers: { edx: '100' }, ...WRITE, address: '104' }, { release: '2.6.24' }),
  ],
  [
    'list-poison',
    'suggests',
    report(
      { code: '<89> 42 04', registers: { edx: '00100100' }, ...WRITE, address: '00100104' },
      { release: '2.6.24' },
    ),
    report({ code: '<89> 42 04', registers: { edx: '00100100' }, ...WRITE, address: '00100104' }),
  ],
  [
    'slab-poison',
    'suggests',
    report({ code: '<8b> 43 14', registers: { ebx: '6b6b6b6b' }, address: '6b6b6b7f' }),
    report({ code: '<8b> 43 14', registers: { ebx: '6c6b6b6b' }, address: '6c6b6b7f' }),
  ],
  [
    'page-poison',
    'suggests',
    report({ code: '<8b> 03', registers: { ebx: 'aaaaaaaa' }, address: 'aaaaaaaa' }),
    report({ code: '<8b> 03', registers: { ebx: 'aaaaaaaa' }, address: 'aaaaaaaa' }, { release: '2.4.18' }),
  ],
  [
    'red-zone',
    'suggests',
    report({ code: '<8b> 03', registers: { ebx: '170fc2a5' }, address: '170fc2a5' }, { release: '2.6.18' }),
    report({ code: '<8b> 03', registers: { ebx: '170fc2a5' }, address: '170fc2a5' }, { release: '3.2.0' }),
  ],
  [
    'magic-value',
    'suggests',
    report({ code: '<8b> 03', registers: { ebx: '57ac6e9d' }, address: '57ac6e9d' }),
    report({ code: '<8b> 03', registers: { ebx: '57ac6e9e' }, address: '57ac6e9e' }),
  ],
  [
    'container-of-null',
    'suggests',
    report({ code: '<8b> 4b 10', registers: { ebx: 'fffffff0' }, address: '0' }),
    report({ code: '<8a> 4b 10', registers: { ebx: 'fffffff0' }, address: '0' }),
  ],
  [
    'error-pointer',
    'suggests',
    report(
      { code: LOADED, registers: { ebx: 'fffffff4', esi: 'f5a0c000', ebp: 'f5a0bf00' }, address: '8' },
      FROM_ENTRY,
    ),
    report(
      { code: LOADED, registers: { ebx: 'fffff000', esi: 'f5a0c000', ebp: 'f5a0bf00' }, address: 'fffff014' },
      FROM_ENTRY,
    ),
  ],
  [
    'minus-one-pointer',
    'suggests',
    report({ code: '<8a> 43 01', registers: { ebx: 'ffffffff' }, address: '0' }),
    report({ code: '<8a> 43 02', registers: { ebx: 'fffffffe' }, address: '0' }),
  ],
  [
    'null-array',
    'proves',
    report({ code: '<8b> 04 8b', registers: { ecx: '1234' }, address: '48d0' }),
    report({ code: '<8b> 04 8b', registers: { ebx: '10', ecx: '1234' }, address: '48e0' }),
  ],
  [
    'null-percpu-pointer',
    'suggests',
    report(
      {
        code: '55 89 e5 8b 34 8d 00 30 40 c1 <8b> 04 06',
        registers: { esi: '28a5a000', ebp: 'f5a0bf00' },
        address: '28a5a000',
      },
      { symbol: 'foo_read+0xa/0x90 [foo]' },
    ),
    report({ code: '<8b> 04 06', registers: { esi: '28a5a000' }, address: '28a5a000' }),
  ],
  [
    'null-member',
    'proves',
    report({ code: '<8b> 43 14', address: '14' }),
    report({ code: '<8b> 43 14', registers: { ebx: '2' }, address: '16' }),
  ],
  [
    'null-struct-argument',
    'suggests',
    report({ code: '<8b> 00', registers: { eax: '40' }, address: '40' }, { symbol: '_raw_spin_lock+0x0/0x30' }),
    report({ code: '<8b> 00', registers: { eax: '40' }, address: '40' }, { symbol: 'foo_read+0x0/0x30' }),
  ],
  [
    'small-integer-pointer',
    'suggests',
    report({ code: LOADED, registers: { ebx: '2', esi: 'f5a0c000', ebp: 'f5a0bf00' }, address: '16' }, FROM_ENTRY),
    report({ code: LOADED, registers: { esi: 'f5a0c000', ebp: 'f5a0bf00' }, address: '14' }, FROM_ENTRY),
  ],
  [
    'near-null',
    'hint',
    report({ code: ' Bad EIP value.', address: '14' }, { symbol: 'foo_read+0x1c/0x90 [foo]' }),
    report({ code: '<8b> 43 14', address: '14' }),
  ],
  [
    'register-near-address',
    'hint',
    report({ code: ' Bad EIP value.', registers: { ebx: 'f8a01000' }, address: 'f8a01014' }),
    report({ code: ' Bad EIP value.', registers: { ebx: 'f8a02000' }, address: 'f8a01014' }),
  ],
  [
    'text-pointer',
    'suggests',
    report({ code: '<8b> 03', registers: { ebx: '746f6f74' }, address: '746f6f74' }),
    report({ code: '<8b> 04 9f', registers: { edi: 'c1400000', ebx: '746f6f74' }, address: '92fdbdd0' }),
  ],
  [
    'fill-pattern',
    'hint',
    report({ code: '<8b> 03', registers: { ebx: '55555555' }, address: '55555555' }),
    report({ code: '<8b> 03', registers: { ebx: '55555556' }, address: '55555556' }),
  ],
  [
    'index-out-of-range',
    'suggests',
    report({ code: '<89> 34 88', registers: { eax: 'f21fea80', ecx: '2b024004' }, ...WRITE, address: '9e28ea90' }),
    report({ code: '<89> 34 88', registers: { eax: 'f21fea80', ecx: '00000404' }, ...WRITE, address: 'f21ffa90' }),
  ],
  [
    'wild-pointer',
    'suggests',
    report({ code: '<8b> 03', registers: { ebx: '00aa00aa' }, address: '00aa00aa' }),
    report({ code: '<8b> 03', registers: { ebx: 'f8aa00aa' }, address: 'f8aa00aa' }),
  ],
  [
    'unmapped-address',
    'hint',
    report({ code: '<8b> 03', registers: { ebx: 'f8aa00a0' }, address: 'f8aa00a0' }),
    report({ code: '<8b> 03', registers: { ebx: '00aa00aa' }, address: '00aa00aa' }),
  ],
  [
    'page-overrun',
    'proves',
    report({ code: '<8b> 08', registers: { eax: 'f5a0cffe' }, address: 'f5a0d000' }),
    report({ code: '<8b> 08', registers: { eax: 'f5a0d000' }, address: 'f5a0d000' }),
  ],
  [
    'area-not-mapped',
    'suggests',
    report({
      code: '<f3> ab',
      registers: { edi: 'f8a0d000', edx: 'f8a0d000', ecx: '40' },
      ...WRITE,
      address: 'f8a0d000',
    }),
    report({
      code: '<f3> ab',
      registers: { edi: 'f8a0d000', edx: 'f8a0c000', ecx: '40' },
      ...WRITE,
      address: 'f8a0d000',
    }),
  ],
  [
    'page-unmapped-on-purpose',
    'proves',
    report(
      { code: '<8b> 03', registers: { ebx: 'f6fefe80' }, address: 'f6fefe80' },
      { after: '*pde = 37fd1067 *pte = 36fef160 ' },
    ),
    report(
      { code: '<8b> 03', registers: { ebx: 'f6fefe80' }, address: 'f6fefe80' },
      { after: '*pde = 37fd1067 *pte = 12345160 ' },
    ),
  ],
  [
    'late-vmalloc-sync',
    'suggests',
    report(
      { code: '<8b> 03', registers: { ebx: 'f8a0d000' }, address: 'f8a0d000' },
      { after: '*pde = 37fd1067 *pte = 64b32163 ' },
    ),
    report(
      { code: '<8b> 03', registers: { ebx: 'f8a0d000' }, address: 'f8a0d000' },
      { after: '*pde = 37fd1067 *pte = 00000000 ' },
    ),
  ],
  [
    'walk-useless',
    'proves',
    report({ code: '<8b> 43 14', address: '14' }, { after: '*pdpt = 0000000000000000 *pde = f000ff53f000ff53 ' }),
    report({ code: '<8b> 43 14', address: '14' }, { after: '*pdpt = 0000000001234001 *pde = 0000000000000000 ' }),
  ],
  [
    'page-table-damaged',
    'proves',
    report({ code: '<8b> 03', registers: { ebx: 'f5a0d000' }, die: 'Oops: 0009', address: 'f5a0d000' }),
    report({ code: '<8b> 03', registers: { ebx: 'f5a0d000' }, address: 'f5a0d000' }),
  ],
  [
    'write-to-read-only',
    'proves',
    report({ code: '<89> 03', registers: { ebx: 'c1201000' }, die: 'Oops: 0003', address: 'c1201000' }),
    report({ code: '<89> 03', registers: { ebx: 'f8201000' }, die: 'Oops: 0002', address: 'f8201000' }),
  ],
  [
    'user-page-touched',
    'proves',
    report({ code: '<8b> 03', registers: { ebx: 'b7701000' }, die: 'Oops: 0001', address: 'b7701000' }),
    report({ code: '<8b> 03', registers: { ebx: 'b7701000' }, die: 'Oops: 0000', address: 'b7701000' }),
  ],
  [
    'kernel-half-address',
    'suggests',
    'prog[7]: segfault at c0000400 ip 08048123 sp bffff000 error 5 in prog[8048000+1000]\n',
    'prog[7]: segfault at b0000400 ip 08048123 sp bffff000 error 5 in prog[8048000+1000]\n',
  ],
  [
    'null-call',
    'proves',
    report({ code: ' Bad EIP value.', registers: { eip: '0' }, address: '0' }),
    report({ code: '<8b> 03', address: '0' }),
  ],
  [
    'jump-to-user-half',
    'proves',
    report({ code: ' Bad EIP value.', registers: { eip: '08048123' }, address: '08048123' }),
    report({ code: ' Bad EIP value.', registers: { eip: '6b6b6b6b' }, address: '6b6b6b6b' }),
  ],
  [
    'jump-to-poison',
    'proves',
    report({ code: ' Bad EIP value.', registers: { eip: '6b6b6b6b' }, address: '6b6b6b6b' }),
    report({ code: ' Bad EIP value.', registers: { eip: '6b6b6b6b' }, address: '6b6b6b6b' }, { release: '2.4.18' }),
  ],
  [
    'jump-to-text-bytes',
    'suggests',
    report({ code: ' Bad EIP value.', registers: { eip: '746f6f74' }, address: '746f6f74' }),
    report({ code: ' Bad EIP value.', registers: { eip: '74006f74' }, address: '74006f74' }),
  ],
  [
    'jump-to-data',
    'proves',
    report({ code: '<c0> 00 00', registers: { eip: 'f5a0d000' }, die: 'Oops: 0011', address: 'f5a0d000' }),
    report({ code: '<8b> 03', address: '0' }),
  ],
  [
    'code-gone',
    'suggests',
    report(
      { code: ' Bad EIP value.', registers: { eip: 'f8a01049' }, address: 'f8a01049' },
      { symbol: '0xf8a01049', after: '*pde = 37ca7067 *pte = 00000000 ' },
    ),
    report(
      { code: ' Bad EIP value.', registers: { eip: 'f8a01049' }, address: 'f8a01049' },
      { symbol: '0xf8a01049', after: '*pde = 00000000 ' },
    ),
  ],
  [
    'wild-jump',
    'proves',
    report(
      { code: ' Bad EIP value.', registers: { eip: 'f8a01049' }, address: 'f8a01049' },
      { symbol: '0xf8a01049', after: '*pde = 00000000 ' },
    ),
    report({ code: '<8b> 03', address: '0' }),
  ],
  [
    'code-on-stack',
    'suggests',
    'prog[7]: segfault at bffff01c ip bffff01c sp bffff000 error 15\n',
    'prog[7]: segfault at 0804901c ip 0804901c sp bffff000 error 15\n',
  ],
  [
    'called-from',
    'suggests',
    report({
      code: ' Bad EIP value.',
      registers: { eip: '0' },
      address: '0',
      stack: ['c1303233'],
      trace: [' [<c1303233>] vfs_read+0x12/0x40'],
    }),
    report({
      code: ' Bad EIP value.',
      registers: { eip: '0' },
      address: '0',
      stack: ['c1303299'],
      trace: [' [<c1303233>] vfs_read+0x12/0x40'],
    }),
  ],
  [
    'returned-to',
    'suggests',
    report({
      code: ' Bad EIP value.',
      registers: { eip: '0' },
      address: '0',
      stack: ['c1303299'],
      trace: [' [<c1303233>] vfs_read+0x12/0x40'],
    }),
    report({
      code: ' Bad EIP value.',
      registers: { eip: '0' },
      address: '0',
      stack: ['c1303233'],
      trace: [' [<c1303233>] vfs_read+0x12/0x40'],
    }),
  ],
  [
    'jump-into-instruction',
    'suggests',
    // `imul $0x1010101,%edx,%eax`, of which the last bytes read `add %eax,(%ecx)`.
    report({ code: '69 c2 01 <01> 01 01 01 c3', address: '0', ...WRITE }, { symbol: 'foo_read+0x3/0x30 [foo]' }),
    report({ code: '69 c2 01 01 01 01 <8b> 01 c3', address: '0' }, { symbol: 'foo_read+0x6/0x30 [foo]' }),
  ],
  [
    'breakpoint',
    'proves',
    report({ code: 'cc <89> c8', die: 'int3: 0000' }),
    report({ code: '<0f> 0b', die: 'invalid opcode: 0000' }),
  ],
  [
    'overflow-trap',
    'proves',
    report({ code: 'ce <89> c8', registers: { eflags: '00010a46' }, die: 'overflow: 0000' }),
    report({ code: 'cc <89> c8', registers: { eflags: '00010a46' }, die: 'int3: 0000' }),
  ],
  [
    'index-out-of-range',
    'proves',
    report({ code: '<62> 02', registers: { eax: '4d', edx: 'f5a0c000' }, die: 'bounds: 0000' }),
    report({ code: '<cc> 62 02', registers: { eax: '4d', edx: 'f5a0c000' }, die: 'int3: 0000' }),
  ],
  [
    'assertion',
    'proves',
    report({ code: '<0f> 0b 5d c3', die: 'invalid opcode: 0000' }),
    report({ code: '<0f> ff 5d c3', die: 'invalid opcode: 0000' }),
  ],
  [
    'divide-by-zero',
    'proves',
    report({ code: '<f7> f1', registers: { eax: '1' }, die: 'divide error: 0000' }),
    report({ code: '<f7> f1', registers: { eax: '1', edx: '5', ecx: '2' }, die: 'divide error: 0000' }),
  ],
  [
    'proved-zero',
    'proves',
    report({ code: '<f7> 73 08', registers: { eax: '12345', ebx: 'f5a0c000' }, die: 'divide error: 0000' }),
    report({ code: '<f7> 73 08', registers: { eax: '12345', edx: '1', ebx: 'f5a0c000' }, die: 'divide error: 0000' }),
  ],
  [
    'divide-overflow',
    'proves',
    report({ code: '<f7> f1', registers: { eax: '1', edx: '5', ecx: '2' }, die: 'divide error: 0000' }),
    report({ code: '<f7> f1', registers: { eax: '1' }, die: 'divide error: 0000' }),
  ],
  [
    'protection-cause',
    'proves',
    report({ code: '<0f> 29 03', registers: { ebx: 'f5a0c004' }, die: 'general protection fault: 0000' }),
    report({ code: '<0f> 29 03', registers: { ebx: '14' }, ...WRITE, address: '14' }),
  ],
  [
    'not-this-instruction',
    'suggests',
    report({ code: '<89> c8', registers: { eflags: '00000246' }, die: 'divide error: 0000' }),
    report({ code: '<89> c8', registers: { eflags: '00010246' }, die: 'divide error: 0000' }),
  ],
  [
    'cannot-raise',
    'suggests',
    report({ code: '<89> c8', die: 'divide error: 0000' }),
    report({ code: '<f7> f1', registers: { eax: '1' }, die: 'divide error: 0000' }),
  ],
  [
    'frame-impossible',
    'proves',
    report({ code: '<8b> 03', registers: { eflags: 'c1663f38' }, address: '0' }),
    report({ code: '<8b> 03', address: '0' }),
  ],
  [
    'damaged-free-list',
    'suggests',
    report(
      { code: LOADED, registers: { ebx: '23232323', esi: 'f5a0c000', ebp: 'f5a0bf00' }, address: '23232337' },
      IN_ALLOCATOR,
    ),
    report(
      { code: LOADED, registers: { ebx: '23232323', esi: 'f5a0c000', ebp: 'f5a0bf00' }, address: '23232337' },
      FROM_ENTRY,
    ),
  ],
  [
    'lock-not-initialised',
    'suggests',
    report(
      { code: '8b 5e 08 <89> 13', registers: { esi: 'f5a0c000', ebp: 'f5a0bf00' }, ...WRITE, address: '0' },
      { symbol: '__mutex_lock_slowpath+0x1c/0x90' },
    ),
    report({ code: '8b 5e 08 <89> 13', registers: { esi: 'f5a0c000', ebp: 'f5a0bf00' }, ...WRITE, address: '0' }),
  ],
  [
    'stack-overrun',
    'proves',
    report(
      { code: '<8b> 03', registers: { esp: 'f5a0bf00' }, address: '0' },
      { after: 'Process cat (pid: 7, ti=f5a0c000 task=f5800000 task.ti=f5a0c000)' },
    ),
    report(
      { code: '<8b> 03', registers: { esp: 'f5a0df00' }, address: '0' },
      { after: 'Process cat (pid: 7, ti=f5a0c000 task=f5800000 task.ti=f5a0c000)' },
    ),
  ],
  [
    'user-stack-overflow',
    'suggests',
    'prog[7]: segfault at bf7ffffc ip 08048123 sp bf800000 error 6 in prog[8048000+1000]\n',
    'prog[7]: segfault at bf7ffffc ip 08048123 sp bf800800 error 6 in prog[8048000+1000]\n',
  ],
  [
    'secondary-report',
    'proves',
    report({ code: '<8b> 03', address: '0', die: 'Oops: 0000' }).replace('[#1]', '[#2]'),
    report({ code: '<8b> 03', address: '0', die: 'Oops: 0000' }),
  ],
  ['secondary-report', 'proves', `${AT_3}${SECOND.replaceAll('foo_', 'bar_')}`, `${AT_3}${SECOND}`],
  ['same-crash-again', 'proves', `${AT_3}${SECOND}`, `${AT_3}${AT_3.replaceAll('foo_', 'bar_')}`],
  [
    'same-place-again',
    'proves',
    `${SEGFAULT}${SEGFAULT.replace('one[7]', 'two[8]').replaceAll('b7c6', 'b7d6')}`,
    `${SEGFAULT}${SEGFAULT.replace('b7c61e12', 'b7c61e13')}`,
  ],
  [
    'beyond-ram',
    'hint',
    report({ code: '<8b> 04 93', registers: { ebx: 'f5a0c000', edx: '80' }, address: 'f5a0c200' }, NO_TABLE),
    report({ code: '<8b> 04 93', registers: { ebx: 'f5a0b000', edx: '80' }, address: 'f5a0b200' }, NO_TABLE),
  ],
  [
    'marker-recovered',
    'suggests',
    report({ code: `${BEFORE_EIP} ${STORES}`, registers: ELSEWHERE, ...WRITE, address: '0' }),
    report({ code: `90 ${BEFORE_EIP} ${STORES}`, registers: ELSEWHERE, ...WRITE, address: '0' }),
  ],
  [
    'machine-quirk',
    'suggests',
    report({ code: '<8b> 00', registers: { eax: 'ffffe000' }, cs: '0061', die: 'general protection fault: 0000' }),
    report({ code: '<8b> 00', registers: { eax: 'ffffe000' }, die: 'general protection fault: 0000' }),
  ],
  [
    'machine-quirk',
    'suggests',
    'p[7]: segfault at 5e ip 08048123 sp bff45044 error 6 in p[8048000+1000]\nCode: 90 <66> 0f 7f 54 3a e0 c3\n',
    'p[7]: segfault at 5e ip 08048123 sp bff45044 error 6 in p[8048000+1000]\nCode: 90 <66> 0f d6 54 3a e0 c3\n',
  ],
];

test.each(CASES)('%s (%s)', (kind, strength, shows, doesNot) => {
  const { kinds, texts } = diagnosed(shows);
  expect(kinds).toContain(`${kind} ${strength}`);
  for (const text of texts) expect(text).toMatch(/^\S.*[^.]$/);
  expect(texts.join()).not.toMatch(/undefined|NaN| {2}|\[object/);
  expect(diagnosed(doesNot).kinds.filter((one) => one.startsWith(`${kind} `))).toEqual([]);
});

/** These need reports of a form of their own; scenarios show them. */
const IN_SCENARIOS: readonly DiagnosisKind[] = [
  'callee-lost-registers',
  'stack-pointer-wild',
  'kernel-words',
  'warning',
];

test('every kind has a case', () => {
  const shown = new Set([...CASES.map(([kind]) => kind), ...IN_SCENARIOS]);
  expect(DIAGNOSIS_KINDS.filter((kind) => !shown.has(kind))).toEqual([]);
});

test('a hint is never told first where something better is known', () => {
  for (const [, , shows] of CASES) {
    const { kinds } = diagnosed(shows);
    const firstHint = kinds.findIndex((kind) => kind.endsWith('hint'));
    expect(kinds.slice(firstHint < 0 ? kinds.length : firstHint).every((kind) => kind.endsWith('hint'))).toBe(true);
  }
});
