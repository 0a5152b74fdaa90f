// The register lines: `eax: … ebx: …` to 2.6.22, `EAX: … EBX: …` later, selectors, control and debug registers, EFLAGS.
// Values are found by their label wherever they stand in the line, so that wrapped and run-together blocks read alike.

import { isGeneralRegister, type SegmentRegister } from '../../../machine/registers.ts';
import type { ControlRegister, DebugRegister } from '../../../snapshot/snapshot.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';
import { parseAddress, readFixedHex } from './numbers.ts';

/** A line of the block starts with one of these labels (and the colon may be lost in a hand copy). */
const BLOCK_LINE = /^(?:e[abcd]x|e[sd]i|e[bs]p|[c-gs]s|cr[0-4O]|dr[0-7]|efl?a[gl]+ls|eflags|e[fal]{3,4}gs)\b ?:?/i;
const LABELLED =
  /\b(e[abcd]x|e[sd]i|e[bs]p|e[FALG]{3,5}S|[c-gs]s|cr[0-4O]|dr[0-7])(?: ?: ?|: {1,8}| (?=[0-9a-f]{4}\b))([^\s,]{1,20})/gi;

/** A stray blank inside a label or a value, as column breaks make it (`ed x: e0cc54cc`), is closed up. */
function closeLabels(text: string): string {
  if (!/ [xpi]:/i.test(text)) return text;
  return text
    .replace(/\b(e[abcd]|ED|EA|EB|EC) (x:)/gi, '$1$2')
    .replace(/\b(es|eb) (p:)/gi, '$1$2')
    .replace(/\b(es|ed) (i:)/gi, '$1$2');
}

/** `SS:ESP` names two registers; the second is no value of the first. */
function isRegisterName(text: string): boolean {
  return /^e(?:[abcd]x|[sd]i|[bs]p)$/i.test(text);
}

function selector(name: SegmentRegister, text: string, facts: Fact[]): void {
  const { value, problem } = readFixedHex(text, 4, name);
  if (value !== undefined) facts.push({ kind: 'segment', name, value });
  if (problem) facts.push(problem);
}

function readRegisterLine(line: string): readonly Fact[] {
  if (!BLOCK_LINE.test(line)) return [];
  const text = closeLabels(line);
  const facts: Fact[] = [];
  const wholeBlock = /\bCR[03]\b/i.test(text);
  for (const match of text.matchAll(LABELLED)) {
    const name = (match[1] ?? '').toLowerCase();
    const digits = match[2] ?? '';
    if (isGeneralRegister(name)) {
      const { value, problem } = readFixedHex(digits, 8, name);
      if (value !== undefined) facts.push({ kind: 'register', name, value });
      if (problem) facts.push(problem);
    } else if (name.startsWith('cr') || name.startsWith('dr')) {
      const value = digits.length === 8 || digits.length === 16 ? parseAddress(digits) : undefined;
      const register = name.replace('o', '0');
      if (value === undefined)
        facts.push({ kind: 'problem', code: 'bad-number', message: `%${register} is "${digits}": left out`, register });
      else if (name.startsWith('dr')) facts.push({ kind: 'debug', name: register as DebugRegister, value });
      else if (register === 'cr2' && digits.length === 16 && !wholeBlock) facts.push({ kind: 'closing-cr2', value });
      else facts.push({ kind: 'control', name: register as ControlRegister, value });
    } else if (name.length === 2) {
      if (/^[0-9a-folI]{2,5}$/i.test(digits) && !isRegisterName(digits))
        selector(name as SegmentRegister, digits, facts);
    } else {
      const { value, problem } = readFixedHex(digits, 8, 'eflags');
      if (value !== undefined) facts.push({ kind: 'register', name: 'eflags', value });
      if (problem) facts.push(problem);
    }
  }
  return facts;
}

export const REGISTER_LINES: Family = {
  read: readRegisterLine,
  starts: 'ea eb ec ed es ef el cs ds fs gs ss cr dr',
  signs: [{ text: 'EAX:' }],
  words: [/E[ABCD]X/, /ESI/, /e[abcd]x: /, /esi: /, /CR[02]/, /CS/],
  begins: [/E[A-D]X/, /ES[IP]/, /e[a-d]x: /, /es[ip]: /],
};
