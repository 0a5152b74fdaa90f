// Abbreviation tables (DWARF 5, section 7.5.3): which attributes, in which forms, the entries of a unit have.

import type { Cursor } from '../bytes/cursor.ts';

const IMPLICIT_CONST = 0x21;
const MOST_ENTRIES = 200_000;

export interface AttributeSpec {
  readonly attribute: number;
  readonly form: number;
  /** The value itself, for DW_FORM_implicit_const. */
  readonly constant: number;
}

export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeSpec[];
}

/** Undefined where the table does not end before its section does. */
export function readAbbreviations(cursor: Cursor): ReadonlyMap<number, Abbreviation> | undefined {
  const table = new Map<number, Abbreviation>();
  let budget = MOST_ENTRIES;
  for (;;) {
    const code = cursor.uleb();
    if (code === 0) return cursor.ended ? undefined : table;
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes: AttributeSpec[] = [];
    for (;;) {
      const attribute = cursor.uleb();
      const form = cursor.uleb();
      const constant = form === IMPLICIT_CONST ? cursor.sleb() : 0;
      if (cursor.ended || --budget < 0) return undefined;
      if (attribute === 0 && form === 0) break;
      attributes.push({ attribute, form, constant });
    }
    table.set(code, { tag, hasChildren, attributes });
  }
}
