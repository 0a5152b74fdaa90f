// The second encoding of `test` with a constant (f6 /1, f7 /1), which the engine does not know. AMD APM vol. 3, TEST.

import { EFLAGS } from '../../machine/eflags.ts';
import { registerPart } from '../../machine/registers.ts';
import { advance, type Done, type ExecutionContext, littleEndian } from './rule.ts';

const { CF, PF, AF, ZF, SF, OF } = EFLAGS;

export function testAlias(context: ExecutionContext): Done | undefined {
  const { instruction, state, accesses } = context;
  if (!/^Test_rm\d+_imm\d+_F[67]r1$/.test(instruction.code)) return undefined;
  const [tested, constant] = instruction.operands;
  const part = tested?.kind === 'register' ? registerPart(tested.name) : undefined;
  const value = part
    ? state.registers[part.register] >>> part.shift
    : littleEndian(accesses[0]?.bytes ?? new Uint8Array(4));
  const width = part?.width ?? 8 * (accesses[0]?.size ?? 4);
  const result = (value & (constant?.kind === 'immediate' ? constant.value : 0)) << (32 - width);
  const low = (result >>> (32 - width)) & 0xff;
  const evenOnes = [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (low >>> bit) & 1).length % 2 === 0;
  const flags = (result < 0 ? SF : 0) | (result === 0 ? ZF : 0) | (evenOnes ? PF : 0);
  const eflags = (state.registers.eflags & ~(CF | PF | AF | ZF | SF | OF)) | flags;
  return { kind: 'done', registers: advance(instruction, state.registers, { eflags }) };
}
