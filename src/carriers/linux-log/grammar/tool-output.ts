// What ksymoops, decodecode and their like wrote into a report. Their disassembly repeats the code line; their symbols are worth keeping.

import { parseHex32, type U32 } from '../../../machine/u32.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';
import { parseKsymoopsSymbol } from './symbols.ts';

const NOISE: readonly RegExp[] = [
  /^(?:Using defaults from ksymoops|ksymoops \d|Options used|Warning \(|Error \(|Reading Oops report from)/,
  /^Code; {1,2}[0-9a-f]{8}/,
  /^00000000 <_EIP>:/,
  /^(?:All code|={8,}|Code starting with the faulting instruction)\s*$/,
  /^>>e[a-z]{2}; [0-9a-f]{8}/,
  /^<[\w.+/-]{3,120}>?\s*>?$/,
];
/** `   2a:*	0f 09                	wbinvd 		<-- trapping instruction`. */
const DISASSEMBLY = /^[0-9a-f]{1,8}:\*?\s+(?:[0-9a-f]{2} )+/;

function readToolOutput(text: string): readonly Fact[] {
  const trace = /^Trace; ([0-9a-f]{8}) <([^<>]{1,200})>/.exec(text);
  if (trace) {
    const symbol = parseKsymoopsSymbol(trace[2] ?? '');
    return symbol
      ? [{ kind: 'address-symbol', address: parseHex32(trace[1] ?? '') as U32, symbol }]
      : [{ kind: 'noise' }];
  }
  if (NOISE.some((form) => form.test(text)) || DISASSEMBLY.test(text)) return [{ kind: 'noise' }];
  return [];
}

export const TOOL_OUTPUT: Family = {
  read: readToolOutput,
  starts: 'us ks op wa er re tr co al == >> <*',
  holds: [':'],
  words: [/Trace; /],
};
