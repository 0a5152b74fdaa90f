// ret with a constant: the engine takes the constant as signed. Intel SDM vol. 2B, RET.

import { wrapU32 } from '../../machine/u32.ts';
import { type Done, type ExecutionContext, littleEndian } from './rule.ts';

export function nearReturn(context: ExecutionContext): Done | undefined {
  const { instruction, state, accesses } = context;
  const [target] = accesses;
  if (instruction.mnemonic !== 'ret' || instruction.operands.length === 0 || target === undefined) return undefined;
  const esp = wrapU32(state.registers.esp + instruction.stackDelta);
  return { kind: 'done', registers: { ...state.registers, esp, eip: littleEndian(target.bytes) } };
}
