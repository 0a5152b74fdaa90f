// A diversion in words: what was changed, how far it went, where it first differs.

import type { U32 } from '../../../machine/u32.ts';
import type { Comparison } from '../../../session/comparison.ts';
import { differenceTexts, editText } from '../../wording/diversion.ts';
import type { Desk } from './command.ts';

export function diversionLines({ target, annotations }: Desk): readonly string[] {
  const report = target.diversions?.current;
  if (report === undefined) return ['No diversion is open. `set`, `assume`, `map` or `patch` begins one here.'];
  const { origin, edits, executed, comparison } = report;
  return [
    `Diversion from position ${origin.index}, ${annotations.place(origin.address)}; ${executed} instruction${executed === 1 ? '' : 's'} run`,
    ...edits.map(({ at, edit }) => `  ${at === 0 ? 'at its start' : `after ${at}`}: ${editText(edit)}`),
    ...comparisonLines(comparison, annotations.place),
  ];
}

function comparisonLines(comparison: Comparison, place: (address: U32) => string): readonly string[] {
  const texts = differenceTexts(comparison, place);
  if (texts.length > 0) return texts.map((text) => `  ${text}`);
  return [
    comparison.compared === 0
      ? '  nothing to compare yet: `si` or `c` runs it'
      : '  no difference from the original path so far',
  ];
}
