// A mismatch is one point in which a scenario is not as its file says.

import { bytesText } from '../../machine/byte-text.ts';
import { hex32, type U32 } from '../../machine/u32.ts';

export interface Mismatch {
  /** The path in scenario.yaml: `expect.address`. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** Collects mismatches; counts what was compared. */
export interface Comparison {
  readonly mismatches: Mismatch[];
  checks: number;
}

export const NOTHING = 'nothing';

/** Compares if something is expected. */
export function same<T>(
  comparison: Comparison,
  path: string,
  expected: T | undefined,
  actual: T | undefined,
  print: (value: T) => string = String,
): void {
  if (expected === undefined) return;
  const wanted = print(expected);
  const found = actual === undefined ? NOTHING : print(actual);
  holds(comparison, path, wanted === found, wanted, found);
}

export function holds(comparison: Comparison, path: string, isTrue: boolean, expected: string, actual: string): void {
  comparison.checks++;
  if (!isTrue) comparison.mismatches.push({ path, expected, actual });
}

export const hex = (value: U32): string => `0x${hex32(value)}`;

export function hexBytes(bytes: Uint8Array): string {
  return bytesText(bytes, ' ');
}

/** The bytes of what a scenario file gives as the content of memory. */
export function contentBytes(content: U32 | Uint8Array): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return Uint8Array.of(content & 0xff, (content >>> 8) & 0xff, (content >>> 16) & 0xff, content >>> 24);
}
