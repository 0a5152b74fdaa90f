// Where a register of the faulting address came from, in one sentence.

import type { Finding, OriginPart } from '../../explanation/finding.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import { listText } from './list.ts';

type OriginFinding = Extract<Finding, { kind: 'address-origin' }>;
type PlaceOf = (address: U32) => string;

/** A whole sentence; what depends on a step that is assumed is said under that condition, and what holds without it after. */
export function originText(finding: OriginFinding, placeOf: PlaceOf): string {
  const what = `${finding.role} in %${finding.register}`;
  const clause = finding.sources.length > 1 ? sumClause(finding, placeOf) : originClause(finding, placeOf);
  if (finding.path !== 'assumed') return `The ${what} ${clause}.`;
  return `If the steps marked ┆ led here, the ${what} ${clause}${otherwiseText(finding, placeOf)}.`;
}

function otherwiseText({ otherwise }: OriginFinding, placeOf: PlaceOf): string {
  if (otherwise === undefined) return '';
  const { registers, memory, isComputed, address } = otherwise;
  const places = [...registers.map((name) => `%${name}`), ...memory.map((at) => `[${hex32(at)}]`)];
  const where = `at ${placeOf(address)}`;
  return isComputed
    ? `; otherwise it was computed from what was in ${listText(places)} ${where}`
    : `; otherwise it was in ${listText(places)} already ${where}`;
}

/** A value that was made of several others. */
function sumClause({ sources }: OriginFinding, placeOf: PlaceOf): string {
  const initial = sources.filter(({ source }) => source === 'before-lead-up');
  const registers = listText(initial.map(({ register }) => `%${register}`));
  const parts = [
    ...(initial.length > 0 ? [`what was in ${registers} ${startText(initial[0]?.atEntry)}`] : []),
    ...[...sources].reverse().flatMap((part) => (initial.includes(part) ? [] : [partText(part, placeOf)])),
  ];
  return `was computed from ${listText([...new Set(parts)])}`;
}

function partText({ source, step, register, address, value, atEntry, argument }: OriginPart, placeOf: PlaceOf): string {
  const at = step === undefined ? '' : ` at ${placeOf(step)}`;
  switch (source) {
    case 'load':
      return address === undefined ? `what was loaded${at}` : `${wordText(address, argument)} (loaded${at})`;
    case 'constant':
      return `a constant${value === undefined ? '' : ` ${hex32(value)}`}${at}`;
    case 'callee':
      return `what the callee of the call${at} left in %${register}`;
    case 'other':
      return `what was made${at}`;
    case 'before-lead-up':
      return `what was in %${register} ${startText(atEntry)}`;
  }
}

function wordText(address: U32, argument: number | undefined): string {
  return argument === undefined ? `[${hex32(address)}]` : `[${hex32(address)}], argument ${argument} on the stack`;
}

function startText(atEntry: true | undefined): string {
  return atEntry ? 'when the function was entered' : 'before the first instruction shown';
}

function originClause(
  { register, source, step, address, value, through, sources }: OriginFinding,
  placeOf: PlaceOf,
): string {
  const where = step === undefined ? '' : placeOf(step);
  const isComputed = through === 'arithmetic';
  const [part] = sources;
  switch (source) {
    case 'load': {
      const from = address === undefined ? 'memory' : wordText(address, part?.argument);
      return isComputed
        ? `was computed from what the instruction at ${where} loaded from ${from}`
        : `was loaded from ${from}${part?.argument === undefined ? '' : ','} by the instruction at ${where}`;
    }
    case 'constant': {
      const constant = `a constant${value === undefined ? '' : ` (${hex32(value)})`} of the instruction at ${where}`;
      return isComputed ? `was computed from ${constant}` : `is ${constant}`;
    }
    case 'callee':
      return isComputed
        ? `was computed from what the callee of the call at ${where} left`
        : `was left by the callee of the call at ${where}`;
    case 'other':
      return isComputed
        ? `was computed from what the instruction at ${where} made`
        : `was made by the instruction at ${where}`;
    case 'before-lead-up': {
      const initial = part?.register;
      const start = startText(part?.atEntry);
      if (isComputed) return `was computed from what was in %${initial} ${start}`;
      return `was ${initial === register ? 'there' : `in %${initial}`} ${start}`;
    }
  }
}
