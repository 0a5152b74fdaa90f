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

/** Undefined for a form that no standard names: nothing after it in the unit can be read. */
export function readForm(cursor: Cursor, form: number, constant: number, unit: FormContext): FormValue | undefined {
  const offset = () => (unit.offsetSize === 8 ? cursor.u64() : cursor.u32());
  const reference = (value: number): FormValue => ({ kind: 'reference', value: unit.offset + value });
  const number = (value: number): FormValue => ({ kind: 'constant', value });
  const block = (size: number): FormValue => ({ kind: 'block', bytes: cursor.bytes(size) });
  const index = (kind: 'address-index' | 'string-index' | 'list-index', value: number): FormValue => ({ kind, value });
  switch (form) {
    case 0x01:
      return { kind: 'address', value: unit.addressSize === 8 ? cursor.u64() : cursor.u32() };
    case 0x03:
      return block(cursor.u16());
    case 0x04:
      return block(cursor.u32());
    case 0x05:
      return number(cursor.u16());
    case 0x06:
      return number(cursor.u32());
    case 0x07:
      return number(cursor.u64());
    case 0x08:
      return { kind: 'string', text: cursor.string() };
    case 0x09:
    case 0x18:
      return block(cursor.uleb());
    case 0x0a:
      return block(cursor.u8());
    case 0x0b:
    case 0x0c:
      return number(cursor.u8());
    case 0x0d:
      return number(cursor.sleb());
    case 0x0e:
      return { kind: 'string-offset', section: '.debug_str', value: offset() };
    case 0x0f:
      return number(cursor.uleb());
    case 0x10:
      // In DWARF 2 its size is that of an address.
      return { kind: 'reference', value: unit.version === 2 ? cursor.u32() : offset() };
    case 0x11:
      return reference(cursor.u8());
    case 0x12:
      return reference(cursor.u16());
    case 0x13:
      return reference(cursor.u32());
    case 0x14:
      return reference(cursor.u64());
    case 0x15:
      return reference(cursor.uleb());
    case 0x16: {
      const actual = cursor.uleb();
      // A form that names itself would never end.
      return actual === 0x16 ? undefined : readForm(cursor, actual, 0, unit);
    }
    case 0x17:
      return { kind: 'section-offset', value: offset() };
    case 0x19:
      return number(1);
    case 0x1a:
      return index('string-index', cursor.uleb());
    case 0x1b:
      return index('address-index', cursor.uleb());
    case 0x1c:
    case 0x1d:
    case 0x1f20:
    case 0x1f21:
      offset();
      return { kind: 'foreign-reference' };
    case 0x1e:
      return block(16);
    case 0x1f:
      return { kind: 'string-offset', section: '.debug_line_str', value: offset() };
    case 0x20:
      cursor.skip(8);
      return { kind: 'foreign-reference' };
    case 0x21:
      return number(constant);
    case 0x22:
    case 0x23:
      return index('list-index', cursor.uleb());
    case 0x24:
      cursor.skip(8);
      return { kind: 'foreign-reference' };
    case 0x25:
      return index('string-index', cursor.u8());
    case 0x26:
      return index('string-index', cursor.u16());
    case 0x27:
      return index('string-index', cursor.u24());
    case 0x28:
      return index('string-index', cursor.u32());
    case 0x29:
      return index('address-index', cursor.u8());
    case 0x2a:
      return index('address-index', cursor.u16());
    case 0x2b:
      return index('address-index', cursor.u24());
    case 0x2c:
      return index('address-index', cursor.u32());
    default:
      return undefined;
  }
}
