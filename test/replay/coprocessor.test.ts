// Which instructions can meet #NM, and what a printed CR0 proves about it.

import { expect, test } from 'vitest';
import { faultCauseText } from '../../src/frontends/wording/fault-cause.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { u32 } from '../../src/machine/u32.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { missingCoprocessor } from '../../src/replay/coprocessor.ts';

const { decoder } = await loadParts();
const EM = u32(0x80050037);
const TS = u32(0x8005003b);
const BOTH_CLEAR = u32(0x80050033);

function causeOf(bytes: readonly number[], cr0: U32 | undefined): string | undefined {
  const missing = missingCoprocessor(decoder.decode(Uint8Array.from(bytes), 0, u32(0x1000)), cr0);
  return missing && `${missing.isProved ? 'proved' : 'assumed'}: ${faultCauseText(missing.trap.cause)}`;
}

test.each([
  ['fildl (%eax)', [0xdb, 0x00], 'proved: CR0.EM', 'proved: CR0.TS', 'assumed: CR0.TS or CR0.EM'],
  ['fwait', [0x9b], 'assumed: CR0.TS and CR0.MP', 'proved: CR0.TS', 'assumed: CR0.TS and CR0.MP'],
  ['movups (%eax), %xmm0', [0x0f, 0x10, 0x00], 'assumed: CR0.TS', 'proved: CR0.TS', 'assumed: CR0.TS'],
  ['fxrstor (%eax)', [0x0f, 0xae, 0x08], 'proved: CR0.EM', 'proved: CR0.TS', 'assumed: CR0.TS or CR0.EM'],
  ['ldmxcsr (%eax)', [0x0f, 0xae, 0x10], 'assumed: CR0.TS', 'proved: CR0.TS', 'assumed: CR0.TS'],
] as const)('%s', (_text, bytes, withEm, withTs, withNeither) => {
  expect(causeOf(bytes, EM)).toContain(withEm);
  expect(causeOf(bytes, TS)).toContain(withTs);
  expect(causeOf(bytes, BOTH_CLEAR)).toContain(withNeither);
  expect(causeOf(bytes, undefined)).toContain(withNeither);
});

test.each([
  ['mov (%eax), %eax', [0x8b, 0x00]],
  ['ud2', [0x0f, 0x0b]],
] as const)('%s never meets it', (_text, bytes) => {
  expect(causeOf(bytes, TS)).toBeUndefined();
});
