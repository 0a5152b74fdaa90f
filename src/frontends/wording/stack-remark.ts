// Remarks on stack words, in words.

import type { StackRemark } from '../../explanation/finding.ts';
import { unbroken } from './unbroken.ts';

/** `write` gives the name of a symbol its form. */
export function stackRemarkText(remark: StackRemark, write: (name: string) => string = unbroken): string {
  switch (remark.kind) {
    case 'return-address': {
      const symbol = remark.symbol ? write(remark.symbol.text) : 'an address of the call trace';
      return remark.reliable ? `returns to ${symbol}` : `? ${symbol}`;
    }
    case 'saved-frame-pointer':
      return remark.frame === 1 ? 'saved %ebp, where %ebp points' : `saved %ebp of frame ${remark.frame}`;
    case 'equals-register':
      return `= %${remark.register}`;
    case 'near-register':
      return `= %${remark.register} + 0x${remark.distance.toString(16)}`;
  }
}
