// Which faults are given with a caveat: those whose address or order hangs on the processor, and no others.

import { expect, test } from 'vitest';
import { caveatOf } from '../../src/cpu/differences.ts';
import type { Instruction } from '../../src/decoder/instruction.ts';
import type { Fault, PageFault } from '../../src/machine/faults.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { loadDecoder } from '../decoder/load-decoder.ts';

const decoder = await loadDecoder();
const PAGE_FAULT = { kind: 'page-fault' } as PageFault;
const TRAP = { kind: 'device-not-available' } as Fault;

function instruction(hex: string): Instruction {
  return decoder.decode(Uint8Array.from(Buffer.from(hex, 'hex')), 0, 0xc000_0000 as U32) as Instruction;
}

test.each([
  ['dd30', 'fnsave (%eax)', 'fault-address-of-large-operands'],
  ['cf', 'iret', 'order-of-accesses'],
  ['d800', 'fadds (%eax)', undefined],
  ['8b00', 'mov (%eax),%eax', undefined],
])('%s: a page fault of %s', (hex, _text, caveat) => {
  expect(caveatOf(instruction(hex), PAGE_FAULT)).toBe(caveat);
  expect(caveatOf(instruction(hex), TRAP)).toBeUndefined();
});
