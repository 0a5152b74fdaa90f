// What every conclusion about a pointer rests on, and where the pointer came from.

import { addressGround, type Crash, type Pointer, registerGround, stepGrounds } from '../../crash.ts';
import type { Ground, Source } from '../../diagnosis.ts';

/** What the register holds, and the steps that brought it there. */
export function pointerGrounds(crash: Crash, pointer: Pointer): readonly Ground[] {
  return [
    registerGround(pointer.register, pointer.value),
    ...stepGrounds(crash, pointer.register),
    ...addressGround(crash),
  ];
}

/** Where the pointer came from, unless another way in would bring it from elsewhere. */
export function sourced(pointer: Pointer): { readonly source?: Source } {
  const { source, path } = pointer;
  if (source === undefined || path === 'assumed') return {};
  return { source: path === 'likely' ? { ...source, likely: true } : source };
}
