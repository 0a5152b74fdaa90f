// Far jumps, calls and returns, and iret, as far as they stay in the code segment that the machine is in.
// Intel SDM vol. 2, CALL, JMP, RET, IRET.

import { EFLAGS } from '../../machine/eflags.ts';
import { type U32, wrapU32 } from '../../machine/u32.ts';
import { poppedFlags } from './flags-image.ts';
import {
  type Done,
  type ExecutionContext,
  littleEndian,
  littleEndianBytes,
  nextEip,
  type Raised,
  raise,
  type Unsupported,
} from './rule.ts';
import { canLoadCode } from './selectors.ts';

type Answer = Done | Raised | Unsupported;

export function farTransfer(context: ExecutionContext): Answer | undefined {
  const { mnemonic, operands, code } = context.instruction;
  if (mnemonic === 'iret') return interruptReturn(context);
  if (mnemonic === 'retf') return farReturn(context);
  if (mnemonic !== 'call' && mnemonic !== 'jmp') return undefined;
  const [target] = operands;
  if (target?.kind === 'far-target') return farBranch(context, target.selector, target.offset);
  const pointer = /_m16(16|32)$/.test(code) ? context.accesses[0]?.bytes : undefined;
  if (pointer === undefined) return undefined;
  const size = pointer.length - 2;
  return farBranch(context, littleEndian(pointer, size, 2), littleEndian(pointer, 0, size));
}

function farBranch(context: ExecutionContext, selector: number, offset: U32): Answer {
  const { instruction, state, accesses } = context;
  const { registers } = state;
  const verdict = canLoadCode(selector, state);
  if (verdict.kind !== 'loads') return verdict;
  const esp = wrapU32(registers.esp + instruction.stackDelta);
  const pushed = [state.segments.cs.selector, nextEip(instruction)];
  const writes = new Map<number, Uint8Array>();
  accesses.forEach((access, i) => {
    if (access.writes === 'always') writes.set(i, littleEndianBytes(pushed.shift() ?? 0, access.size));
  });
  return { kind: 'done', registers: withEip({ ...registers, esp }, offset), writes };
}

function farReturn(context: ExecutionContext): Answer {
  const { instruction, state, accesses } = context;
  const [eip, cs] = accesses.map((access) => littleEndian(access.bytes));
  const verdict = returnTarget((cs ?? 0) & 0xffff, context);
  if (verdict !== undefined) return verdict;
  const esp = wrapU32(state.registers.esp + instruction.stackDelta);
  return { kind: 'done', registers: withEip({ ...state.registers, esp }, eip ?? (0 as U32)) };
}

function interruptReturn(context: ExecutionContext): Answer {
  const { state, accesses } = context;
  const { registers } = state;
  if ((registers.eflags & EFLAGS.NT) !== 0) {
    return { kind: 'unsupported', reason: 'iret with NT set returns to a task that no log describes' };
  }
  const [eip, cs, flags] = accesses.map((access) => littleEndian(access.bytes));
  const size = accesses[0]?.size ?? 4;
  if (size === 4 && ((flags ?? 0) & EFLAGS.VM) !== 0 && state.mode === 'kernel') {
    return { kind: 'unsupported', reason: 'iret to virtual-8086 mode' };
  }
  const verdict = returnTarget((cs ?? 0) & 0xffff, context);
  if (verdict !== undefined) return verdict;
  const eflags = wrapU32(poppedFlags(registers.eflags, flags ?? 0, size, state) | ((flags ?? 0) & EFLAGS.RF));
  return {
    kind: 'done',
    registers: withEip({ ...registers, esp: wrapU32(registers.esp + 3 * size), eflags }, eip ?? (0 as U32)),
  };
}

/** Undefined where the return stays in this code segment. */
function returnTarget(selector: number, context: ExecutionContext): Raised | Unsupported | undefined {
  const { state } = context;
  const verdict = canLoadCode(selector, state);
  if (verdict.kind === 'loads') return undefined;
  if (verdict.kind === 'raised') return verdict;
  if ((selector & 3) < (state.segments.cs.selector & 3)) {
    return raise('general-protection', state.registers.eip, {
      errorCode: selector & 0xfffc,
      cause: `a return to selector 0x${selector.toString(16)} would gain privilege`,
    });
  }
  return verdict;
}

function withEip(registers: Done['registers'], eip: U32): Done['registers'] {
  return { ...registers, eip };
}
