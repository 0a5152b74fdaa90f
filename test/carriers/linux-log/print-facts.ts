// The facts of one line in the shortest form that still says all: `die v14 e0002 #1`.

import type { Fact, TraceFact } from '../../../src/carriers/linux-log/assembly/fact.ts';
import type { SymbolReference } from '../../../src/snapshot/snapshot.ts';

const hex = (value: number, digits = 8): string => value.toString(16).padStart(digits, '0');

function named({ text, source }: SymbolReference): string {
  return source ? `${text} (${source.file}:${source.line})` : text;
}

function traceEntry({ address, symbol, reliable }: TraceFact): string {
  return [address === undefined ? '' : hex(address), reliable ? '' : '?', symbol ? named(symbol) : '']
    .filter((part) => part !== '')
    .join(' ');
}

export function printFact(fact: Fact): string {
  switch (fact.kind) {
    case 'headline':
      return `headline ${fact.report}${fact.vector === undefined ? '' : ` v${fact.vector}`}${fact.address === undefined ? '' : ` ${hex(fact.address)}`}`;
    case 'die':
      return `die${fact.vector === undefined ? '' : ` v${fact.vector}`}${fact.errorCode === undefined ? '' : ` e${hex(fact.errorCode, 4)}`}${fact.ordinal === undefined ? '' : ` #${fact.ordinal}`}`;
    case 'location':
      return `at ${fact.location.file ?? ''}:${fact.location.line}`;
    case 'page-table':
      return `${fact.entry} ${fact.digits}`;
    case 'page-fault':
      return `#PF${fact.errorCode === undefined ? '' : ` e${hex(fact.errorCode, 4)}`}${fact.mode === undefined ? '' : ` ${fact.mode}`}`;
    case 'eip':
      return `eip ${hex(fact.value)} (${fact.source})`;
    case 'symbol':
      return `symbol ${named(fact.symbol)}`;
    case 'register':
    case 'control':
    case 'debug':
      return `${fact.name} ${hex(fact.value)}`;
    case 'segment':
      return `${fact.name} ${hex(fact.value, 4)}`;
    case 'closing-cr2':
      return `closing cr2 ${hex(fact.value)}`;
    case 'closing-eip':
      return `closing ${hex(fact.ss, 4)}:${hex(fact.esp)}`;
    case 'identity':
      return `${fact.field} ${typeof fact.value === 'number' && (fact.field === 'task' || fact.field === 'threadInfo') ? hex(fact.value) : String(fact.value)}`;
    case 'section':
      return `section ${fact.section}`;
    case 'stack-words':
      return `${fact.words.length} words ${fact.words.map((word) => hex(word)).join(' ')}`;
    case 'trace':
      return `trace ${fact.entries.map(traceEntry).join(', ')}`;
    case 'code':
      return `code ${fact.bytes.map((byte, index) => (index === fact.marker ? '*' : '') + hex(byte, 2)).join('')}${fact.unavailable === undefined ? '' : ` "${fact.unavailable}"`}${fact.damaged === undefined ? '' : ` damaged "${fact.damaged}"`}`;
    case 'modules':
      return `modules ${fact.modules.map((module) => module.name + (module.flags === undefined ? '' : `(${module.flags})`)).join(' ')}`;
    case 'address-symbol':
      return `${hex(fact.address)} is ${fact.symbol.text}`;
    case 'user-fault':
      return [
        `user ${fact.comm ?? ''}[${fact.pid ?? ''}]`,
        fact.vector === undefined ? '' : `v${fact.vector}`,
        `e${fact.errorCode.toString(16)}`,
        fact.faultAddress === undefined ? '' : hex(fact.faultAddress),
        `eip ${hex(fact.eip)} esp ${hex(fact.esp)}`,
        fact.mapping
          ? `in ${fact.mapping.file} ${hex(fact.mapping.start)}+${fact.mapping.size.toString(16)}${fact.mapping.fileOffset === undefined ? '' : ` at ${fact.mapping.fileOffset.toString(16)}`}`
          : '',
        fact.cpu === undefined ? '' : `cpu ${fact.cpu}`,
      ]
        .filter((part) => part !== '')
        .join(' ');
    case 'foreign':
      return `foreign ${fact.origin}`;
    case 'problem':
      return `! ${fact.code}`;
    default:
      return fact.kind;
  }
}

export const printFacts = (facts: readonly Fact[]): string => facts.map(printFact).join('; ');
