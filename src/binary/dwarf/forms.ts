// Attribute values (DWARF 5, section 7.5.6). A value keeps its class, since what an attribute means depends on it.

import type { Cursor } from '../bytes/cursor.ts';

export type FormValue =
  | { readonly kind: 'address' | 'constant' | 'address-index' | 'string-index'; readonly value: number }
  /** An offset into another section, or an index into its list of offsets. */
  | { readonly kind: 'section-offset' | 'list-index'; readonly value: number }
  /** An entry, by its offset in .debug_info. */
  | { readonly kind: 'reference'; readonly value: number }
  /** An entry of the supplementary file that `dwz -m` makes, or of a type unit. */
  | { readonly kind: 'foreign-reference' }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'string-offset'; readonly section: '.debug_str' | '.debug_line_str'; readonly value: number }
  | { readonly kind: 'block'; readonly bytes: Uint8Array };

export interface FormContext {
  readonly version: number;
  /** Of the unit, in .debug_info. */
  readonly offset: number;
  /** 4, or 8 in 64-bit DWARF. */
  readonly offsetSize: number;
  readonly addressSize: number;
}

type ReadValue = (cursor: Cursor, unit: FormContext) => FormValue;

const offsetIn = (cursor: Cursor, { offsetSize }: FormContext) => (offsetSize === 8 ? cursor.u64() : cursor.u32());
const number = (value: number): FormValue => ({ kind: 'constant', value });
const block = (cursor: Cursor, size: number): FormValue => ({ kind: 'block', bytes: cursor.bytes(size) });
const reference = ({ offset }: FormContext, value: number): FormValue => ({ kind: 'reference', value: offset + value });
const addressIndex = (value: number): FormValue => ({ kind: 'address-index', value });
const stringIndex = (value: number): FormValue => ({ kind: 'string-index', value });
const listIndex = (value: number): FormValue => ({ kind: 'list-index', value });

function foreign(cursor: Cursor, size: number): FormValue {
  cursor.skip(size);
  return { kind: 'foreign-reference' };
}

/** By the code of the form (section 7.5.6, table 7.6); those of GNU are at the end. */
const FORMS: Readonly<Record<number, ReadValue>> = {
  1: (cursor, { addressSize }) => ({ kind: 'address', value: addressSize === 8 ? cursor.u64() : cursor.u32() }),
  3: (cursor) => block(cursor, cursor.u16()),
  4: (cursor) => block(cursor, cursor.u32()),
  5: (cursor) => number(cursor.u16()),
  6: (cursor) => number(cursor.u32()),
  7: (cursor) => number(cursor.u64()),
  8: (cursor) => ({ kind: 'string', text: cursor.string() }),
  9: (cursor) => block(cursor, cursor.uleb()),
  10: (cursor) => block(cursor, cursor.u8()),
  11: (cursor) => number(cursor.u8()),
  12: (cursor) => number(cursor.u8()),
  13: (cursor) => number(cursor.sleb()),
  14: (cursor, unit) => ({ kind: 'string-offset', section: '.debug_str', value: offsetIn(cursor, unit) }),
  15: (cursor) => number(cursor.uleb()),
  // In DWARF 2 the size of a reference from the start of the section is that of an address.
  16: (cursor, unit) => ({ kind: 'reference', value: unit.version === 2 ? cursor.u32() : offsetIn(cursor, unit) }),
  17: (cursor, unit) => reference(unit, cursor.u8()),
  18: (cursor, unit) => reference(unit, cursor.u16()),
  19: (cursor, unit) => reference(unit, cursor.u32()),
  20: (cursor, unit) => reference(unit, cursor.u64()),
  21: (cursor, unit) => reference(unit, cursor.uleb()),
  23: (cursor, unit) => ({ kind: 'section-offset', value: offsetIn(cursor, unit) }),
  24: (cursor) => block(cursor, cursor.uleb()),
  25: () => number(1),
  26: (cursor) => stringIndex(cursor.uleb()),
  27: (cursor) => addressIndex(cursor.uleb()),
  28: (cursor) => foreign(cursor, 4),
  29: (cursor, { offsetSize }) => foreign(cursor, offsetSize),
  30: (cursor) => block(cursor, 16),
  31: (cursor, unit) => ({ kind: 'string-offset', section: '.debug_line_str', value: offsetIn(cursor, unit) }),
  32: (cursor) => foreign(cursor, 8),
  34: (cursor) => listIndex(cursor.uleb()),
  35: (cursor) => listIndex(cursor.uleb()),
  36: (cursor) => foreign(cursor, 8),
  37: (cursor) => stringIndex(cursor.u8()),
  38: (cursor) => stringIndex(cursor.u16()),
  39: (cursor) => stringIndex(cursor.u24()),
  40: (cursor) => stringIndex(cursor.u32()),
  41: (cursor) => addressIndex(cursor.u8()),
  42: (cursor) => addressIndex(cursor.u16()),
  43: (cursor) => addressIndex(cursor.u24()),
  44: (cursor) => addressIndex(cursor.u32()),
  7968: (cursor, { offsetSize }) => foreign(cursor, offsetSize),
  7969: (cursor, { offsetSize }) => foreign(cursor, offsetSize),
};
const INDIRECT = 0x16;
const IMPLICIT_CONSTANT = 0x21;

/**
 * The value of one attribute. `constant` stands in the abbreviation of an implicit constant.
 *
 * Undefined for a form that no standard names: nothing after it in the unit can be read.
 */
export function readForm(cursor: Cursor, form: number, constant: number, unit: FormContext): FormValue | undefined {
  if (form === IMPLICIT_CONSTANT) return number(constant);
  // A form that names itself would never end.
  const actual = form === INDIRECT ? cursor.uleb() : form;
  return FORMS[actual]?.(cursor, unit);
}
