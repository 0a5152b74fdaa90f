// Far jumps, calls and returns, and iret, as far as they stay in the code segment that the machine is in.
// Intel SDM vol. 2, CALL, JMP, RET, IRET.

import type { Instruction } from '../../decoder/instruction.ts';
import { EFLAGS } from '../../machine/eflags.ts';
import { type U32, wrapU32 } from '../../machine/u32.ts';
import type { MachineState } from '../cpu.ts';
import { poppedFlags } from './flags-image.ts';
import {
  type Done,
  type ExecutionContext,
  littleEndian,
  littleEndianBytes,
  nextEip,
  type OpenAccess,
  type Raised,
  raise,
  type Unsupported,
} from './rule.ts';
import { canLoadCode } from './selectors.ts';

type Answer = Done | Raised | Unsupported;

export function farTransfer(context: ExecutionContext): Answer | undefined {
  const { mnemonic } = context.instruction;
  if (mnemonic === 'iret') return interruptReturn(context);
  if (mnemonic === 'retf') return farReturn(context);
  if (mnemonic !== 'call' && mnemonic !== 'jmp') return undefined;
  const target = farTarget(context.instruction, context.accesses);
  return target && farBranch(context, target.selector, target.offset);
}

/** True where the selector is checked before the return address is pushed. */
export function isFarCall(instruction: Instruction): boolean {
  return instruction.mnemonic === 'call' && instruction.memory.length > 1;
}

/** What the target's selector alone decides; undefined where it can be loaded. */
export function farCallVerdict(
  instruction: Instruction,
  state: MachineState,
  reads: readonly OpenAccess[],
): Raised | Unsupported | undefined {
  const target = farTarget(instruction, reads);
  const verdict = target && canLoadCode(target.selector, state);
  return verdict?.kind === 'loads' ? undefined : verdict;
}

function farTarget(
  { operands, code }: Instruction,
  accesses: readonly OpenAccess[],
): { readonly selector: number; readonly offset: U32 } | undefined {
  const [target] = operands;
  if (target?.kind === 'far-target') return target;
  const pointer = /_m16(16|32)$/.test(code) ? accesses[0]?.bytes : undefined;
  if (pointer === undefined) return undefined;
  const size = pointer.length - 2;
  return { selector: littleEndian(pointer, size, 2), offset: littleEndian(pointer, 0, size) };
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
  // In the plan's order.
  const [cs, eip] = accesses.map((access) => littleEndian(access.bytes));
  const verdict = returnTarget((cs ?? 0) & 0xffff, context);
  if (verdict !== undefined) return verdict;
  const esp = wrapU32(state.registers.esp + instruction.stackDelta);
  return { kind: 'done', registers: withEip({ ...state.registers, esp }, eip ?? (0 as U32)) };
}

function interruptReturn(context: ExecutionContext): Answer {
  const { state, accesses } = context;
  const { registers } = state;
  // In the plan's order.
  const [flags, cs, eip] = accesses.map((access) => littleEndian(access.bytes));
  const size = accesses[0]?.size ?? 4;
  if (size === 4 && ((flags ?? 0) & EFLAGS.VM) !== 0 && state.mode === 'kernel') {
    return { kind: 'unsupported', reason: { code: 'iret-to-virtual-8086-mode' } };
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
  if (verdict.kind === 'raised') {
    return readsOuterStack(selector, context) ? cannotTellWhichFirst(context) : verdict;
  }
  if ((selector & 3) < (state.segments.cs.selector & 3)) {
    if (readsOuterStack(selector, context)) return cannotTellWhichFirst(context);
    return raise('general-protection', state.registers.eip, {
      errorCode: selector & 0xfffc,
      cause: { code: 'return-gains-privilege', selector },
    });
  }
  return verdict;
}

/** For a selector of another privilege than the present one some processors read the outer stack pointer before they check it. */
function readsOuterStack(selector: number, { instruction, state, accesses, memory }: ExecutionContext): boolean {
  if ((selector & 3) === (state.segments.cs.selector & 3)) return false;
  if (state.mode === 'user' && (state.registers.eflags & EFLAGS.AC) !== 0) return true;
  const size = accesses[0]?.size ?? 4;
  const start = state.registers.esp + (instruction.mnemonic === 'iret' ? 3 * size : instruction.stackDelta);
  return [0, 3, 4, 7].some((offset) => memory.faults(wrapU32(start + offset), 'read'));
}

function cannotTellWhichFirst({ instruction }: ExecutionContext): Unsupported {
  return {
    kind: 'unsupported',
    reason: { code: 'order-of-selector-check', mnemonic: instruction.mnemonic },
    mayRaise: [{ kind: 'general-protection', cause: { code: 'selector-not-loadable' } }],
  };
}

function withEip(registers: Done['registers'], eip: U32): Done['registers'] {
  return { ...registers, eip };
}
