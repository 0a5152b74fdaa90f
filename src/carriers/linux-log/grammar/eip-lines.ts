// The lines that say where the CPU was: `EIP: 0060:[<c1202122>] …`, `EIP is at …`, `IP: …`, and from 4.10 on `EIP: symbol` alone.

import { parseHex32, type U32 } from '../../../machine/u32.ts';
import type { EipSource, Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';
import { readSlippedAddress } from './numbers.ts';
import { leadingPlacedName, leadingSymbol, parseKsymoopsSymbol } from './symbols.ts';

const SELECTOR = /^([0-9a-f]{4}):(?=[[<])/i;
const BRACKETED = /^\[?<([0-9a-f]{8})>\]?/i;
/** `IP: [<  (null)>]   (null)`: a jump to 0, as %p prints it. */
const NULL_IP = /^IP: \[< {0,12}\(null\)>\]/;
const KLOGD = /^\[([^\]<>]{1,120})\]/;
const CLOSING = /\bSS:ESP:? ?([0-9a-f]{4}):([0-9a-f]{8})\b/i;
const EFLAGS = /\bEFLAGS: ?([0-9a-f]{8})\b/i;
const CPU = /\bCPU: ?(\d{1,5})\b/i;

/** `Not tainted`, `Tainted: P` and VLI after the address of an old EIP line. */
function readStatus(text: string): Fact[] {
  const facts: Fact[] = [];
  const taint = /\b(?:not tainted|tainted: {0,12}([A-Z](?: {0,3}[A-Z])*))(?=\s|$)/i.exec(text);
  if (taint) facts.push({ kind: 'identity', field: 'taint', value: lettersOf(taint[1] ?? '') || 'Not tainted' });
  if (/\bVLI\b/.test(text)) facts.push({ kind: 'preceding-bytes' });
  return facts;
}

/** VLI is no taint. */
function lettersOf(taint: string): string {
  return taint.endsWith('VLI') ? taint.slice(0, -3).trimEnd() : taint;
}

/** A numeric EIP may be printed as the symbol: `EIP: 0xb7f01234`. */
function symbolFacts(text: string, source: EipSource): { facts: Fact[]; rest: string } {
  const found = leadingSymbol(text) ?? leadingPlacedName(text);
  if (!found) return { facts: [], rest: text };
  const facts: Fact[] = [{ kind: 'symbol', symbol: found.symbol, source }];
  const value = found.symbol.name === undefined ? parseHex32(found.symbol.text.slice(2)) : undefined;
  if (value !== undefined) facts.push({ kind: 'eip', value, source });
  return { facts, rest: found.rest };
}

function readEip(text: string): Fact[] {
  const facts: Fact[] = [];
  let rest = text.trimStart();
  const closing = CLOSING.exec(rest);
  const source: EipSource = closing ? 'closing' : 'block';
  const selector = SELECTOR.exec(rest);
  if (selector) {
    facts.push({ kind: 'segment', name: 'cs', value: Number.parseInt(selector[1] ?? '', 16) });
    rest = rest.slice(selector[0].length);
  }
  const address = BRACKETED.exec(rest);
  const klogd = address ? null : KLOGD.exec(rest);
  const bare = address || klogd ? null : /^([0-9a-f]{8})$/i.exec(rest.trim());
  if (address || bare) {
    const value = parseHex32((address ?? bare)?.[1] ?? '') as U32;
    facts.push({ kind: 'eip', value, source: address ? source : 'printing-eip' });
    rest = address ? rest.slice(address[0].length) : '';
  } else if (klogd) {
    const symbol = leadingSymbol(klogd[1] ?? '')?.symbol;
    if (symbol) facts.push({ kind: 'symbol', symbol, source: 'elsewhere' });
    rest = rest.slice(klogd[0].length);
  }
  const named = symbolFacts(rest, source);
  facts.push(...named.facts);
  if (closing)
    facts.push({
      kind: 'closing-eip',
      ss: Number.parseInt(closing[1] ?? '', 16),
      esp: parseHex32(closing[2] ?? '') as U32,
    });
  const eflags = EFLAGS.exec(text);
  if (eflags) facts.push({ kind: 'register', name: 'eflags', value: parseHex32(eflags[1] ?? '') as U32 });
  const cpu = CPU.exec(text);
  if (cpu) facts.push({ kind: 'identity', field: 'cpu', value: Number(cpu[1]) });
  facts.push(...readStatus(named.rest));
  return facts;
}

/** `EFLAGS: 00010246   (2.6.11) `, with `#build` from 2.6.17 on, or `EFLAGS: 00010246 CPU: 0` in 4.10 to 4.17. */
function readEflags(text: string): Fact[] {
  const facts: Fact[] = [];
  const digits = /^\w{4,8}: {0,4}([0-9a-f]{8})\b/i.exec(text)?.[1];
  if (digits !== undefined) facts.push({ kind: 'register', name: 'eflags', value: parseHex32(digits) as U32 });
  const kernel = /\(([2-9]\.\d[^\s()]{0,80})(?: (#[^()]{1,80}))?\)/.exec(text);
  if (kernel) {
    facts.push({ kind: 'identity', field: 'release', value: kernel[1] ?? '' });
    if (kernel[2] !== undefined) facts.push({ kind: 'identity', field: 'build', value: kernel[2].trim() });
  }
  const cpu = CPU.exec(text);
  if (cpu) facts.push({ kind: 'identity', field: 'cpu', value: Number(cpu[1]) });
  return [...facts, ...readStatus(text)];
}

function readEipLine(text: string): readonly Fact[] {
  if (/^EIP: /i.test(text)) return readEip(text.slice(5));
  if (/^EIP is at\b/i.test(text)) {
    const release = /\(([2-9]\.\d[^\s()/]{0,80})/.exec(text)?.[1];
    return [
      ...symbolFacts(text.slice(9), 'block').facts.filter((fact) => fact.kind === 'symbol'),
      { kind: 'noise' },
      ...(release === undefined ? [] : [{ kind: 'identity', field: 'release', value: release } as const]),
    ];
  }
  if (NULL_IP.test(text)) return [{ kind: 'eip', value: parseHex32('0') as U32, source: 'ip-line' }];
  if (/^IP: /.test(text)) {
    const address = BRACKETED.exec(text.slice(4).trimStart());
    const rest = address ? text.slice(4).trimStart().slice(address[0].length) : text.slice(4);
    const named = symbolFacts(rest, 'ip-line').facts;
    return address ? [{ kind: 'eip', value: parseHex32(address[1] ?? '') as U32, source: 'ip-line' }, ...named] : named;
  }
  if (/^EF[FALG]{2,4}S: /i.test(text)) return readEflags(text);
  const ksymoops = /^>>EIP; ([0-9a-f]{8}) <([^<>]{1,200})>/.exec(text);
  if (ksymoops) {
    const symbol = parseKsymoopsSymbol(ksymoops[2] ?? '');
    const value = parseHex32(ksymoops[1] ?? '') as U32;
    return [
      { kind: 'eip', value, source: 'elsewhere' },
      ...(symbol ? [{ kind: 'symbol', symbol, source: 'elsewhere' } as const] : []),
    ];
  }
  return [];
}

/** ` printing eip:` with the value on the same line (2.6.24) or alone on the next. */
export function readPrintingEip(text: string): readonly Fact[] {
  const match = /^printing eip:(?:\s*([0-9a-f]{8})\b)?/i.exec(text);
  if (!match) return [];
  const typed = readSlippedAddress(/^[^:]*:\s*(\w{8})$/.exec(text)?.[1] ?? '');
  if (typed) return [{ kind: 'eip', value: typed.value, source: 'printing-eip' }, typed.problem];
  return match[1] === undefined
    ? [{ kind: 'section', section: 'printing-eip' }]
    : [{ kind: 'eip', value: parseHex32(match[1]) as U32, source: 'printing-eip' }];
}

export const EIP_LINES: Family = {
  read: readEipLine,
  starts: 'ei ip ef >>',
  signs: [{ text: 'EIP' }],
  words: [/EIP/],
  begins: [/EIP/, /eip: /],
};
