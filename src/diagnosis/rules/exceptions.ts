// Rules about exceptions other than a page fault.

import { EFLAGS, FIXED_FLAGS } from '../../machine/eflags.ts';
import { exceptionOfVector, VECTORS } from '../../machine/faults.ts';
import type { GeneralRegister } from '../../machine/registers.ts';
import { wrapU32 } from '../../machine/u32.ts';
import { type Crash, isSupposed, registerGround } from '../crash.ts';
import type { Diagnosis, Ground } from '../diagnosis.ts';
import type { Rule } from './pointers.ts';

const REPLAYED: readonly Ground[] = [{ kind: 'replay' }];

export const exceptionRule: Rule = (crash) => {
  const impossible = frameImpossible(crash);
  if (impossible.length > 0) return impossible;
  return [...notThisInstruction(crash), ...cannotRaise(crash), ...minusOne(crash), ...cause(crash)];
};

const cause: Rule = ({ replay, snapshot, isKernel }) => {
  const { fault, verdict } = replay;
  if (snapshot.kind === 'bug' || snapshot.kind === 'warning') return [];
  if (verdict !== 'reproduced' && !isSupposed(replay)) return [];
  if (fault === undefined || fault.kind === 'page-fault') return [];
  const about = { strength: 'proves', grounds: REPLAYED } as const;
  const { cause: why } = fault;
  if (why === undefined)
    return fault.kind === 'divide-error' && onlyZeroFits(snapshot, replay) ? [{ kind: 'proved-zero', ...about }] : [];
  switch (why.code) {
    case 'undefined-on-purpose':
      // BUG() and WARN() are ud2: a log that was cut before its headline has lost which of them it was.
      return isKernel && isSupposed(replay)
        ? [{ kind: 'assertion', ...about }]
        : [{ kind: 'protection-cause', cause: why, ...about }];
    case 'division-by-zero':
    case 'aam-by-zero':
      return [{ kind: isGiven(replay) ? 'divide-by-zero' : 'proved-zero', ...about }];
    case 'quotient-too-large':
      return [{ kind: 'divide-overflow', ...about }];
    default:
      return [{ kind: 'protection-cause', cause: why, ...about }];
  }
};

/** A sentinel, or a field of ones, in the place of a pointer reaches past the limit of its segment. */
const minusOne: Rule = ({ replay, snapshot }) => {
  const { fault, verdict, instruction } = replay;
  if (verdict !== 'reproduced' || fault === undefined || fault.kind === 'page-fault') return [];
  if (fault.cause?.code !== 'past-segment-limit') return [];
  for (const { base, index } of instruction?.memory ?? []) {
    const register = [base, index].find((name) => snapshot.registers[name as GeneralRegister]?.value === ALL_ONES);
    if (register === undefined) continue;
    const grounds = [registerGround(register as GeneralRegister, wrapU32(ALL_ONES)), ...REPLAYED];
    return [{ kind: 'minus-one-pointer', register: register as GeneralRegister, strength: 'suggests', grounds }];
  }
  return [];
};

const ALL_ONES = 0xffff_ffff;

/**
 * The divisor is a word of memory that the log does not hold, and the dividend leaves room for no other reason: a quotient is too large only if
 * the high half of the dividend is not smaller than the divisor. Intel SDM vol. 2A, DIV and IDIV.
 */
function onlyZeroFits({ registers }: Crash['snapshot'], { instruction }: Crash['replay']): boolean {
  const [eax, edx] = [registers.eax?.value, registers.edx?.value];
  const divisor = instruction?.operands[0];
  if (instruction === undefined || divisor?.kind !== 'memory' || eax === undefined || edx === undefined) return false;
  const bits = 8 * divisor.memory.size;
  if (bits !== 32 && bits !== 16) return false;
  const low = bits === 32 ? eax : eax & 0xffff;
  const high = bits === 32 ? edx : edx & 0xffff;
  if (instruction.mnemonic === 'div') return high === 0;
  const ones = bits === 32 ? 0xffff_ffff : 0xffff;
  const isNegative = low >>> (bits - 1) === 1;
  const isLeast = low === (bits === 32 ? 0x8000_0000 : 0x8000);
  return instruction.mnemonic === 'idiv' && high === (isNegative ? ones : 0) && !isLeast;
}

/** The divisor was in a register, or in memory that the log shows. */
function isGiven({ absentReads }: Crash['replay']): boolean {
  return absentReads.length === 0;
}

/** What is printed as a register frame is none: bits of EFLAGS that no processor changes have other values. */
const frameImpossible: Rule = ({ snapshot }) => {
  const eflags = snapshot.registers.eflags?.value;
  if (eflags === undefined || (eflags & FIXED_FLAGS.mask) >>> 0 === FIXED_FLAGS.value) return [];
  return [{ kind: 'frame-impossible', strength: 'proves', grounds: [registerGround('eflags', eflags)] }];
};

/**
 * A fault of the instruction itself saves EFLAGS with RF set; an interrupt that arrives on its vector does not. Intel SDM vol. 3B,
 * "Resume Flag". Emulators leave RF clear, and not every log names one, so it suggests only.
 */
const notThisInstruction: Rule = ({ snapshot, replay }) => {
  const eflags = snapshot.registers.eflags?.value;
  const exception = exceptionOfVector(snapshot.trap.vector?.value ?? -1);
  if (eflags === undefined || exception?.class !== 'fault' || exception.vector === VECTORS['page-fault']) return [];
  const isEmulated = EMULATORS.test(snapshot.kernel.hardware?.value ?? '');
  if ((eflags & EFLAGS.RF) !== 0 || isEmulated || replay.verdict === 'reproduced' || snapshot.kind !== 'oops')
    return [];
  return [{ kind: 'not-this-instruction', strength: 'suggests', grounds: [registerGround('eflags', eflags)] }];
};

const EMULATORS = /qemu|bochs|kvm|virtual|vmware|xen/i;

/** The instruction completes with the registers of the log: the bytes or the registers are not those of the fault. */
const cannotRaise: Rule = ({ replay }) => {
  const isContradicted = replay.verdict === 'contradicted' && replay.reason?.code === 'completes-without-fault';
  return isContradicted ? [{ kind: 'cannot-raise', strength: 'suggests', grounds: REPLAYED }] : [];
};

export const stackRule: Rule = ({ snapshot, isKernel, layout }) => {
  const esp = snapshot.registers.esp?.value;
  const stackStart = snapshot.task.threadInfo?.value;
  if (esp === undefined || !isKernel) return [];
  const grounds = [registerGround('esp', esp)];
  const found: Diagnosis[] = [];
  if (snapshot.kind === 'double-fault' && esp < layout.pageOffset)
    found.push({ kind: 'stack-pointer-wild', esp, strength: 'proves', grounds });
  if (stackStart === undefined) return found;
  const above = esp - stackStart;
  if (above < 0 && above > -2 * 0x1000)
    found.push({ kind: 'stack-overrun', esp, stackStart, strength: 'proves', grounds });
  else if (above >= 0 && above < NEARLY_FULL)
    found.push({ kind: 'stack-overrun', esp, stackStart, strength: 'suggests', grounds });
  return found;
};

/** Bytes of a stack that are left when nearly nothing is; the thread_info of 48 bytes and more lies among them. */
const NEARLY_FULL = 0x100;
