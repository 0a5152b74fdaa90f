// JSON as it is written: the values are exact, and what cannot be seen is escaped, so that the text may be shown on a terminal too.

import { replaceUnseen } from '../machine/visible-text.ts';

/** JSON of `value`; `indent` blanks a level, one line without. */
export function jsonText(value: unknown, indent?: number): string {
  // JSON.stringify has escaped line feeds inside strings: those that are left are the layout.
  return replaceUnseen(JSON.stringify(value, undefined, indent), (code) =>
    code === 0x0a ? '\n' : Array.from(units(code), (unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join(''),
  );
}

function units(code: number): readonly number[] {
  const text = String.fromCodePoint(code);
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}
