// How single values are written in JSON.

import type { Decoder, Syntax } from '../../decoder/decoder.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import type { KnownValue } from '../../reconstruction/lead-up.ts';
import type { ReportJson } from './contract/report.ts';

/** What listing text needs. */
export interface JsonStyle {
  readonly decoder: Decoder;
  readonly syntax: Syntax;
}

/** `0x` and eight digits. */
export const word = (value: U32): string => `0x${hex32(value)}`;

/** `0x` and four digits: selectors and error codes. */
export const half = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;

type Missing<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];

/** The same type with optional fields in the place of those that may be undefined. */
export type Present<T> = { readonly [K in Exclude<keyof T, Missing<T>>]: T[K] } & {
  readonly [K in Missing<T>]?: Exclude<T[K], undefined>;
};

/** The object without what is not there. */
export function present<T extends object>(object: T): Present<T> {
  const kept: Partial<T> = {};
  for (const key of Object.keys(object) as (keyof T)[]) if (object[key] !== undefined) kept[key] = object[key];
  return kept as Present<T>;
}

type KnownValueJson = NonNullable<ReportJson['crashSite']>['registers'][string];

/** `size`: bytes of the value. */
export function valueToJson(
  { value, provenance, knownBits, constraint, condition }: KnownValue,
  size: number,
): KnownValueJson {
  return present({
    value:
      value === undefined || provenance === 'unknown'
        ? undefined
        : `0x${hex32(value).slice(8 - 2 * Math.min(size, 4))}`,
    provenance,
    knownBits: knownBits === undefined ? undefined : word(knownBits),
    constraint,
    condition,
  });
}
