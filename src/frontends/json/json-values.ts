// How single values are written in JSON.

import type { Decoder, Syntax } from '../../decoder/decoder.ts';
import { hex32, type U32 } from '../../machine/u32.ts';

/** What listing text needs. */
export interface JsonStyle {
  readonly decoder: Decoder;
  readonly syntax: Syntax;
}

/** `0x` and eight digits. */
export const word = (value: U32): string => `0x${hex32(value)}`;

/** `0x` and four digits: selectors and error codes. */
export const half = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;

/** The object without what is not there. */
export function present(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
