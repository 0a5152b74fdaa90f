// A diversion in words: what was changed, and where it first differs from what happened.

import { bytesText } from '../../machine/byte-text.ts';
import { EFLAGS, type FlagName } from '../../machine/eflags.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import type { Comparison } from '../../session/comparison.ts';
import type { Edit } from '../../session/edit.ts';
import { inline } from './value.ts';

function flagNames(mask: number): readonly FlagName[] {
  return (Object.keys(EFLAGS) as FlagName[]).filter((name) => (EFLAGS[name] & mask) !== 0);
}

export function editText(edit: Edit): string {
  switch (edit.kind) {
    case 'register':
      return `%${edit.register} = ${hex32(edit.value)}`;
    case 'flags':
      return flagNames(edit.mask)
        .map((name) => `${name} = ${(edit.value & EFLAGS[name]) === 0 ? 0 : 1}`)
        .join(', ');
    case 'memory':
      return `[${hex32(edit.address)}] = ${bytesText(edit.bytes, ' ')}`;
    case 'page':
      return edit.state.kind === 'open'
        ? `page ${hex32(edit.address)} may be accessed`
        : `page ${hex32(edit.address)} is ${edit.state.kind === 'unmapped' ? 'not present' : `closed to ${edit.state.forbids.join(', ')}`}`;
  }
}

/** Empty where nothing differs so far. `place` names code. */
export function differenceTexts({ value, path }: Comparison, place: (address: U32) => string): readonly string[] {
  const texts: string[] = [];
  if (value !== undefined) {
    const what =
      value.place.kind === 'register'
        ? `%${value.place.register}`
        : value.place.kind === 'memory'
          ? `[${hex32(value.place.address)}]`
          : 'the address of the store';
    texts.push(
      `first other value: after ${place(value.address)} ${what} is ${inline(value.diversion)}, originally ${inline(value.original)}`,
    );
  }
  if (path !== undefined) {
    texts.push(
      path.original === undefined
        ? 'first other way: the original faulted there, and this went on'
        : `first other way: to ${place(path.diversion)}, originally to ${place(path.original)}`,
    );
  }
  return texts;
}
