// enter: the engine copies no frame pointers in its 16-bit form. Intel SDM vol. 2A, ENTER.

import { wrapU32 } from '../../machine/u32.ts';
import { nestingLevel } from '../plan-accesses.ts';
import { advance, type Done, type ExecutionContext, littleEndianBytes, type OpenAccess } from './rule.ts';

/** What the instruction itself has pushed: it may copy a frame pointer from there. */
class Overlay {
  readonly #bytes = new Map<number, number>();

  write(address: number, bytes: Uint8Array): void {
    bytes.forEach((byte, i) => {
      this.#bytes.set(wrapU32(address + i), byte);
    });
  }

  read(access: OpenAccess | undefined): Uint8Array {
    if (access === undefined) return new Uint8Array(0);
    return access.bytes.map((byte, i) => this.#bytes.get(wrapU32(access.linearAddress + i)) ?? byte);
  }
}

/** The accesses are those of the plan: push ebp, then a read and a push for each copied frame pointer, the push of the new one, a probe. */
export function enter(context: ExecutionContext): Done | undefined {
  const { instruction, state, accesses } = context;
  const [push] = accesses;
  if (instruction.mnemonic !== 'enter' || push === undefined) return undefined;
  const { registers } = state;
  const { size } = push;
  const frame = wrapU32(registers.esp - size);
  const level = nestingLevel(instruction);
  const stack = new Overlay();
  const writes = new Map<number, Uint8Array>();
  accesses.forEach((access, i) => {
    if (access.writes !== 'always') return;
    const copied = accesses[i - 1];
    const isLast = level > 0 && i === 2 * level - 1;
    const bytes =
      i === 0 ? littleEndianBytes(registers.ebp, size) : isLast ? littleEndianBytes(frame, size) : stack.read(copied);
    writes.set(i, bytes);
    stack.write(access.linearAddress, bytes);
  });
  const [allocation] = instruction.operands;
  const locals = allocation?.kind === 'immediate' ? allocation.value & 0xffff : 0;
  return {
    kind: 'done',
    registers: advance(instruction, registers, {
      ebp: size === 2 ? (registers.ebp & ~0xffff) | (frame & 0xffff) : frame,
      esp: registers.esp - size * (level + 1) - locals,
    }),
    writes,
  };
}
