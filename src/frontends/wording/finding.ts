// Findings in words.

import type { Finding } from '../../explanation/finding.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import { faultCauseText } from './fault-cause.ts';

/** A sentence without its full stop; a full one for an origin. `placeOf` names an address of the captured code. */
export function findingText(finding: Finding, placeOf: (address: U32) => string): string {
  switch (finding.kind) {
    case 'address-wrapped':
      return `the sum of the address is 0x${finding.sum.toString(16)} and wraps past 4 GiB to ${hex32(finding.address)}`;
    case 'cause':
      return faultCauseText(finding.cause);
    case 'address-origin':
      return originText(finding, placeOf);
    case 'page-crossing':
      return `the ${finding.size} bytes start at ${hex32(finding.start)} and cross into the page of ${hex32(finding.address)}`;
    case 'mapping-offset': {
      const offset = `0x${finding.offset.toString(16)}`;
      if (finding.fileOffset !== undefined)
        return `the instruction lies at offset 0x${finding.fileOffset.toString(16)} of the file ${finding.file}`;
      return `the instruction lies at offset ${offset} of ${finding.file} as mapped at ${hex32(finding.start)}`;
    }
  }
}

/** Where a register of the faulting address came from. */
function originText(finding: OriginFinding, placeOf: (address: U32) => string): string {
  return finding.path === 'assumed'
    ? `If the steps marked ┆ led here, ${originClause(finding, placeOf, 'the')}`
    : originClause(finding, placeOf, 'The');
}

type OriginFinding = Extract<Finding, { kind: 'address-origin' }>;

function originClause(finding: OriginFinding, placeOf: (address: U32) => string, article: string): string {
  const { register, role, source, step, address, value, through, initial } = finding;
  const what = `${article} ${role} in %${register}`;
  const where = step === undefined ? '' : placeOf(step);
  const isComputed = through === 'arithmetic';
  switch (source) {
    case 'load': {
      const from = address === undefined ? 'memory' : `[${hex32(address)}]`;
      return isComputed
        ? `${what} was computed from what the instruction at ${where} loaded from ${from}.`
        : `${what} was loaded from ${from} by the instruction at ${where}.`;
    }
    case 'constant': {
      const constant = `a constant${value === undefined ? '' : ` (${hex32(value)})`} of the instruction at ${where}`;
      return isComputed ? `${what} was computed from ${constant}.` : `${what} is ${constant}.`;
    }
    case 'callee':
      return isComputed
        ? `${what} was computed from what the callee of the call at ${where} left.`
        : `${what} was left by the callee of the call at ${where}.`;
    case 'other':
      return isComputed
        ? `${what} was computed from what the instruction at ${where} made.`
        : `${what} was made by the instruction at ${where}.`;
    case 'before-lead-up': {
      if (isComputed) return `${what} was computed from what was in %${initial} before the first instruction shown.`;
      const there = initial === register ? 'there' : `in %${initial}`;
      return `${what} was ${there} before the first instruction shown.`;
    }
  }
}
