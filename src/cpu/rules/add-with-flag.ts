// adcx and adox: with both of their prefixes the engine takes one for the other. Intel SDM vol. 2A, ADCX, ADOX.

import { EFLAGS } from '../../machine/eflags.ts';
import { registerPart } from '../../machine/registers.ts';
import { advance, type Done, type ExecutionContext, littleEndian } from './rule.ts';

const FLAG: Readonly<Record<string, number>> = { adcx: EFLAGS.CF, adox: EFLAGS.OF };

export function addWithFlag({ instruction, state, accesses }: ExecutionContext): Done | undefined {
  const flag = FLAG[instruction.mnemonic];
  const [destination, source] = instruction.operands;
  const target = destination?.kind === 'register' ? registerPart(destination.name)?.register : undefined;
  if (flag === undefined || target === undefined) return undefined;
  const { registers } = state;
  const added = source?.kind === 'register' ? registerPart(source.name)?.register : undefined;
  const addend = added === undefined ? littleEndian(accesses[0]?.bytes ?? new Uint8Array(4)) : registers[added];
  const sum = registers[target] + addend + ((registers.eflags & flag) !== 0 ? 1 : 0);
  const eflags = sum > 0xffff_ffff ? registers.eflags | flag : registers.eflags & ~flag;
  return { kind: 'done', registers: advance(instruction, registers, { [target]: sum, eflags }) };
}
