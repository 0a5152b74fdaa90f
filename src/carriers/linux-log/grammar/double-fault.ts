// Double faults. To 5.5 a task gate prints `eip = …, esp = …` without code or ebp; later kernels print an oops under a PANIC line.

import { VECTORS } from '../../../machine/faults.ts';
import { isGeneralRegister } from '../../../machine/registers.ts';
import { parseHex32, type U32 } from '../../../machine/u32.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

const ASSIGNMENT = /\b(e[abcd]x|e[sd]i|e[bs]p|eip) ?= ?([0-9a-f]{8})\b/gi;

function readDoubleFault(text: string): readonly Fact[] {
  const panic = /^(?:traps: )?PANIC: double fault, error_code: 0x([0-9a-f]{1,8})/.exec(text);
  if (panic)
    return [
      { kind: 'headline', report: 'double-fault', text, vector: VECTORS['double-fault'] },
      { kind: 'page-fault', errorCode: parseHex32(panic[1] ?? '0') as U32 },
    ];
  if (/^(?:PANIC: )?double fault, gdt at [0-9a-f]{8}/.test(text))
    return [{ kind: 'headline', report: 'double-fault', text, vector: VECTORS['double-fault'] }];
  if (/^double fault, tss at [0-9a-f]{8}/.test(text)) return [{ kind: 'remark', text }];
  if (!/^e(?:ip|ax|si|sp) ?= ?[0-9a-f]{8}/i.test(text)) return [];
  const facts: Fact[] = [];
  for (const match of text.matchAll(ASSIGNMENT)) {
    const name = (match[1] ?? '').toLowerCase();
    const value = parseHex32(match[2] ?? '') as U32;
    if (name === 'eip') facts.push({ kind: 'eip', value, source: 'block' });
    else if (isGeneralRegister(name)) facts.push({ kind: 'register', name, value });
  }
  return facts;
}

export const DOUBLE_FAULTS: Family = {
  read: readDoubleFault,
  starts: 'tr pa do',
  holds: ['='],
  signs: [{ text: 'fault', after: 'g ', confirm: /double fault/ }],
  words: [/double fault/],
};
