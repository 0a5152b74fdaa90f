// Where a value came from, in sentences.

import { hex32 } from '../../machine/u32.ts';
import type { DebugTarget } from '../../session/debug-target.ts';
import type { OriginStep, ValueOrigin, ValuePlace } from '../../session/value-origin.ts';
import type { Annotations } from '../annotations.ts';
import { inline, provenanceText } from './value.ts';

/** `origin`: worked out for the place where `target` stands. */
export function originLines(origin: ValueOrigin, target: DebugTarget, annotations: Annotations): readonly string[] {
  const { place, value, steps, before } = origin;
  const isUnknown = value.value === undefined;
  const head = `${placeText(place)} is ${inline(value)}${isUnknown ? ', unknown' : ` (${provenanceText(value)})`}`;
  const inDiversion =
    target.place.line === 'diversion' ? ['  (on the original timeline, where this diversion began)'] : [];
  return [
    head,
    ...inDiversion,
    ...steps.map((step) => stepLine(step, annotations)),
    ...(before ? [`  before that: ${placeText(before)} had it at position 0 already`] : [endLine(origin)]),
  ];
}

function endLine({ steps }: ValueOrigin): string {
  const last = steps.at(-1);
  if (last === undefined) return '  nothing on the timeline made it';
  if (!last.certain) return '  further back cannot be told: this may or may not be what made it';
  return last.kind === 'constant' ? '  made there, from nothing but the instruction' : '  made there';
}

function stepLine(step: OriginStep, annotations: Annotations): string {
  const at = `  ${String(step.position).padStart(3)}  ${annotations.place(step.instruction.address)}  ${annotations.text(step.instruction)}`;
  return `${at.padEnd(52)}  ${step.certain ? '' : 'perhaps '}${verb(step)}`;
}

function verb({ kind, place, value, from }: OriginStep): string {
  const source = from ? ` from ${placeText(from)}` : '';
  switch (kind) {
    case 'copy':
      return `copied${source}`;
    case 'load':
      return from ? `loaded${source}` : 'loaded from an address that is unknown';
    case 'store':
      return `stored${source}`;
    case 'callee':
      return 'left by the code that it called';
    case 'constant':
      return `${placeText(place)} ← ${inline(value)}`;
    case 'computed':
      return `${placeText(place)} ← ${inline(value)}${from ? `, made of ${placeText(from)}` : ''}`;
  }
}

function placeText(place: ValuePlace): string {
  return place.kind === 'register' ? `%${place.register}` : `[${hex32(place.address)}]`;
}
