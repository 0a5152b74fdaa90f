// Translates what a variation changes into edits of a diversion.

import { type U32, wrapU32 } from '../../machine/u32.ts';
import type { Edit } from '../../session/edit.ts';
import type { Overrides } from '../format/scenario-shape.ts';
import type { Place } from '../format/values.ts';
import { contentBytes } from '../judge/mismatch.ts';

export function editsOf({ registers, memory, pages, code }: Overrides, codeStart: U32): readonly Edit[] {
  return [
    ...(registers ?? []).map(([register, value]): Edit => ({ kind: 'register', register, value })),
    ...(memory ?? []).map(([address, content]): Edit => ({ kind: 'memory', address, bytes: contentBytes(content) })),
    ...(code ?? []).map(([place, bytes]): Edit => ({ kind: 'memory', address: addressOf(place, codeStart), bytes })),
    ...(pages ?? []).map(([address, state]): Edit => ({ kind: 'page', address, state: pageState(state) })),
  ];
}

type PageName = NonNullable<Overrides['pages']>[number][1];
type PageEdit = Extract<Edit, { kind: 'page' }>;

function pageState(name: PageName): PageEdit['state'] {
  switch (name) {
    case 'open':
    case 'unmapped':
      return { kind: name };
    case 'read-only':
      return { kind: 'protected', forbids: ['write'] };
    case 'no-access':
      return { kind: 'protected', forbids: ['read', 'write', 'execute'] };
  }
}

export function addressOf(place: Place, codeStart: U32): U32 {
  return 'address' in place ? place.address : wrapU32(codeStart + place.offset);
}
