// What the code around a call says of how many bytes its callee popped: i386 C callees pop nothing, but for the pointer to a structure that
// they return (System V ABI, Intel386 supplement), and stdcall callees their arguments.

import type { Instruction } from '../../decoder/instruction.ts';
import { CALLEE_SAVED } from '../lift/lift.ts';

const WORD = 4;
/** What gcc and clang keep the stack aligned to at calls, in bytes, unless they are told otherwise, as the kernel's build tells them. */
const STACK_ALIGNMENT = 16;
/** Instructions looked at before a call. */
const MOST_BEFORE = 24;

/**
 * True where the callee may have popped what was pushed for it. `next` stands after the call; `previous` gives the instruction before
 * another one, where it is shown.
 */
export function mayPop(
  call: Instruction,
  next: Instruction,
  previous: (instruction: Instruction) => Instruction | undefined,
): boolean {
  const [to, by] = next.operands;
  if (to?.kind !== 'register' || to.name !== 'esp' || by?.kind !== 'immediate') return false;
  // Room is made again for what the callee popped.
  if (next.mnemonic === 'sub') return true;
  if (next.mnemonic !== 'add') return false;
  // One word less is freed than an aligned stack has; as many words as were pushed are the arguments of an unaligned one.
  const freed = by.value | 0;
  return freed % STACK_ALIGNMENT === STACK_ALIGNMENT - WORD && !arePushed(freed / WORD, call, previous);
}

/** Whether `words` were pushed before `call`, other instructions between them that leave esp alone, and before them only saved registers. */
function arePushed(
  words: number,
  call: Instruction,
  previous: (instruction: Instruction) => Instruction | undefined,
): boolean {
  let pushes = 0;
  let at = previous(call);
  for (let i = 0; at !== undefined && at.flow === 'next' && i < MOST_BEFORE; i++) {
    const [to] = at.operands;
    const isRegister = to?.kind === 'register';
    if (at.mnemonic === 'push' && at.stackDelta === -WORD) {
      if (pushes >= words && !CALLEE_SAVED.some((name) => isRegister && name === to.name)) return false;
      pushes++;
    } else if (at.stackDelta !== 0 || (isRegister && to.name === 'esp' && to.access.includes('write'))) break;
    at = previous(at);
  }
  return pushes >= words;
}
