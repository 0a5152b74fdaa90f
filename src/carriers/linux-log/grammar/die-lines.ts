// `Oops: 0002 [#1] SMP`: the line in which the kernel gives up, with the exception, its error code and the report's ordinal.

import { VECTORS } from '../../../machine/faults.ts';
import { parseHex32, type U32 } from '../../../machine/u32.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

/** The words before the number, and the vector that they stand for. Some kernels print the entry point's name: `divide_error`. */
const DIE_STRINGS: readonly (readonly [string, number])[] = [
  ['oops', VECTORS['page-fault']],
  ['ooops', VECTORS['page-fault']],
  ['divide error', VECTORS['divide-error']],
  ['debug', VECTORS.debug],
  ['nmi', VECTORS.nmi],
  ['int3', VECTORS.breakpoint],
  ['overflow', VECTORS.overflow],
  ['bounds', VECTORS['bound-range']],
  ['invalid operand', VECTORS['invalid-opcode']],
  ['invalid opcode', VECTORS['invalid-opcode']],
  ['invalid op', VECTORS['invalid-opcode']],
  ['device not available', VECTORS['device-not-available']],
  ['unexpected #nm exception', VECTORS['device-not-available']],
  ['double fault', VECTORS['double-fault']],
  ['coprocessor segment overrun', VECTORS['coprocessor-overrun']],
  ['invalid tss', VECTORS['invalid-tss']],
  ['segment not present', VECTORS['segment-not-present']],
  ['stack segment', VECTORS['stack-fault']],
  ['general protection', VECTORS['general-protection']],
  ['general protection fault', VECTORS['general-protection']],
  ['segment-related general protection fault', VECTORS['general-protection']],
  ['fpu exception', VECTORS['x87-error']],
  ['math error', VECTORS['x87-error']],
  ['coprocessor error', VECTORS['x87-error']],
  ['alignment check', VECTORS['alignment-check']],
  ['split lock detected', VECTORS['alignment-check']],
  ['machine check', VECTORS['machine-check']],
  ['simd exception', VECTORS['simd-error']],
  ['simd coprocessor error', VECTORS['simd-error']],
  ['iret exception', 32],
  ['bad pagetable', VECTORS['page-fault']],
];
const VECTOR_OF_WORDS: ReadonlyMap<string, number> = new Map(DIE_STRINGS);

/** Words that may follow the ordinal. */
export const KERNEL_OPTIONS =
  /^(?:PREEMPT(?:_RT|_DYNAMIC|LAZY|\([a-z]+\))?|SMP|DEBUG_PAGEALLOC|KASAN|PTI|NOPTI|4K_STACKS|UP|gcov)$/;

const FORM =
  /^(?:Oops: )?([a-z][a-z3#_ -]{2,45})(?:,? maybe for address 0x[0-9a-f]{1,16}|,? probably for [a-z -]{5,40}0x[0-9a-f]{1,16})?: {1,8}([0-9a-f]{3,5})\b(?: ?[[(]#(\d{1,6})[\])])?(.*)$/i;

export function optionWords(text: string): readonly string[] | undefined {
  const words = text.trim().split(/\s+/);
  return words.every((word) => KERNEL_OPTIONS.test(word)) ? words : undefined;
}

/** The vector that the words of a die string or of a `trap …` line stand for. */
export function vectorOfWords(words: string): number | undefined {
  return VECTOR_OF_WORDS.get(words.toLowerCase().replaceAll('_', ' '));
}

/** `Oops: invalid`: the first words of a die line that was broken. */
export function isDieStart(text: string): boolean {
  const words = text.toLowerCase().replace(/^oops: ?/, '');
  if (words === '') return text !== '';
  return (
    words.length >= 3 &&
    DIE_STRINGS.some(([string]) => string.startsWith(`${words} `) || string === words || `${string}:` === words)
  );
}

function readDieLine(text: string): readonly Fact[] {
  const start = /^Oops: (?=[a-z])/i.exec(text)?.[0].length ?? 0;
  const match = FORM.exec(text.slice(0, 300));
  if (!match) return [];
  const words = (match[1] ?? '').trim().toLowerCase().replaceAll('_', ' ');
  const vector = vectorOfWords(words);
  // Words that are in no table are a die line only with its ordinal.
  if (vector === undefined && match[3] === undefined) return [];
  if (words === 'oops' && /\bARM\b/.test(match[4] ?? '')) return [{ kind: 'foreign', origin: 'arm' }];
  const digits = match[2] ?? '';
  // Three digits are a slip of whoever typed the line; other words that end so may be anything.
  if (digits.length === 3 && words !== 'oops' && match[3] === undefined) return [];
  const facts: Fact[] = [
    {
      kind: 'die',
      text: start > 0 ? text.slice(start) : text,
      ...(vector !== undefined && { vector }),
      errorCode: parseHex32(digits) as U32,
      ...(match[3] !== undefined && { ordinal: Number(match[3]) }),
    },
  ];
  if (digits.length !== 4)
    facts.push({
      kind: 'problem',
      code: 'bad-number',
      message: `the error code "${digits}" has ${digits.length} digits, not 4`,
    });
  const options = (match[4] ?? '')
    .trim()
    .split(/\s+/)
    .filter((word) => KERNEL_OPTIONS.test(word));
  if (options.length > 0) facts.push({ kind: 'identity', field: 'options', value: options });
  return facts;
}

/** `PREEMPT SMP ` on a line of its own: 2.6.0 to 2.6.22. */
function readOptionLine(text: string): readonly Fact[] {
  if (text.length > 80) return [];
  const words = optionWords(text);
  return words ? [{ kind: 'identity', field: 'options', value: words }] : [];
}

export const DIE_LINES: Family = {
  read: readDieLine,
  starts: DIE_STRINGS.map(([words]) => words.slice(0, 2)).join(' '),
  holds: ['[#', '(#'],
  signs: [{ text: 'Oops' }, { text: 'fault', after: 'g ', confirm: /protection fault/ }],
  words: [/[Oo]ops/, /: [0-9a-f]{4,5}(?: ?[[(]#|\s*$)/],
  begins: [/Oops/],
};

export const OPTION_LINES: Family = { read: readOptionLine, starts: 'pr sm de ka pt no 4k up gc' };
