// Rules about exceptions other than a page fault.

import { EFLAGS, FIXED_FLAGS } from '../../machine/eflags.ts';
import { exceptionOfVector, VECTORS } from '../../machine/faults.ts';
import { GENERAL_REGISTERS, type GeneralRegister, privilegeLevel } from '../../machine/registers.ts';
import { PAGE_SIZE, type U32, wrapU32 } from '../../machine/u32.ts';
import { type Crash, registerGround } from '../crash.ts';
import type { Diagnosis, Ground } from '../diagnosis.ts';
import type { Rule } from './rule.ts';
import { isUd2 } from './words.ts';

const REPLAYED: readonly Ground[] = [{ kind: 'replay' }];

export const exceptionRule: Rule = (crash) => {
  const impossible = frameImpossible(crash);
  if (impossible.length > 0) return impossible;
  return [...notThisInstruction(crash), ...unraised(crash), ...minusOne(crash), ...cause(crash)];
};

/** The machine's own ways explain more than damage of the log. */
const unraised: Rule = (crash) => {
  const quirk = machineQuirk(crash);
  return quirk.length > 0 ? quirk : cannotRaise(crash);
};

const cause: Rule = (crash) => {
  const { replay, snapshot } = crash;
  const { fault, verdict } = replay;
  if (snapshot.kind === 'bug' || snapshot.kind === 'warning' || verdict !== 'reproduced') return [];
  if (fault === undefined || fault.kind === 'page-fault' || isUd2(replay)) return [];
  const about = { strength: 'proves', grounds: REPLAYED } as const;
  if (fault.kind === 'breakpoint' || fault.kind === 'overflow')
    return [{ kind: fault.kind === 'breakpoint' ? 'breakpoint' : 'overflow-trap', ...about }];
  if (fault.kind === 'bound-range') return boundIndex(crash);
  const { cause: why } = fault;
  if (why === undefined)
    return fault.kind === 'divide-error' && onlyZeroFits(snapshot, replay) ? [{ kind: 'proved-zero', ...about }] : [];
  switch (why.code) {
    case 'division-by-zero':
    case 'aam-by-zero':
      return [{ kind: isGiven(replay) ? 'divide-by-zero' : 'proved-zero', ...about }];
    case 'quotient-too-large':
      return [{ kind: 'divide-overflow', ...about }];
    default:
      return [{ kind: 'protection-cause', cause: why, ...about }];
  }
};

/** The bound instruction compares an index with two words of memory, and faults for nothing else. */
const boundIndex: Rule = ({ replay, snapshot }) => {
  const [index] = replay.instruction?.operands ?? [];
  const register = GENERAL_REGISTERS.find((name) => index?.kind === 'register' && name === index.name);
  const value = register && snapshot.registers[register]?.value;
  if (register === undefined || value === undefined) return [];
  const grounds = [registerGround(register, value), ...REPLAYED];
  return [{ kind: 'index-out-of-range', register, value, scale: 1, strength: 'proves', grounds }];
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
  // Not every processor pushes the flag: those of before the kernels that print names of functions do not all.
  const strength = snapshot.symbol === undefined ? 'hint' : 'suggests';
  return [{ kind: 'not-this-instruction', strength, grounds: [registerGround('eflags', eflags)] }];
};

const EMULATORS = /qemu|bochs|kvm|virtual|vmware|xen/i;

/** A difference between the log and the emulated CPU that comes from the machine, and from no damage of the log. */
const machineQuirk: Rule = (crash) => {
  const { replay } = crash;
  if (replay.verdict !== 'contradicted') return [];
  const quirk = isPastXen(crash) ? 'xen-segment-end' : isMisaligned(crash) ? 'alignment-not-checked' : undefined;
  return quirk === undefined ? [] : [{ kind: 'machine-quirk', quirk, strength: 'suggests', grounds: REPLAYED }];
};

/** The hypervisor of Xen lies from here on, and segments of its guests end there: __HYPERVISOR_VIRT_START without PAE, and with it lower. */
const XEN_START = 0xfc00_0000;

/** Kernels that Xen runs have selectors of ring 1. */
function isPastXen({ snapshot, replay }: Crash): boolean {
  const cs = snapshot.segments.cs?.value;
  const isGeneral = snapshot.trap.vector?.value === VECTORS['general-protection'];
  if (replay.reason?.code !== 'completes-without-fault' || !isGeneral || cs === undefined) return false;
  if (privilegeLevel(cs) !== 1) return false;
  return (replay.instruction?.memory ?? []).some(({ base, index, scale, displacement }) => {
    const [start, count] = [base, index].map((name) =>
      name === undefined ? 0 : snapshot.registers[name as GeneralRegister]?.value,
    );
    return start !== undefined && count !== undefined && wrapU32(start + count * scale + displacement) >= XEN_START;
  });
}

/** The log says page fault where a processor refuses the alignment first. */
function isMisaligned({ snapshot, replay }: Crash): boolean {
  const { fault } = replay;
  if (snapshot.trap.vector?.value !== VECTORS['page-fault'] || fault === undefined) return false;
  return fault.kind === 'general-protection' && fault.cause?.code === 'operand-misaligned';
}

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
  if (stackStart === undefined) return [...found, ...overPageEdge(snapshot.kind, esp, grounds)];
  const above = esp - stackStart;
  if (above < 0 && above > -2 * 0x1000)
    found.push({ kind: 'stack-overrun', esp, stackStart, strength: 'proves', grounds });
  else if (above >= 0 && above < NEARLY_FULL)
    found.push({ kind: 'stack-overrun', esp, stackStart, strength: 'suggests', grounds });
  return found;
};

/** A double fault with the stack pointer just below the start of a page: the push that crossed it found no page. */
function overPageEdge(kind: string, esp: U32, grounds: readonly Ground[]): readonly Diagnosis[] {
  const left = esp % PAGE_SIZE;
  if (kind !== 'double-fault' || left < PAGE_SIZE - JUST_BELOW) return [];
  const stackStart = wrapU32(esp - left + PAGE_SIZE);
  return [{ kind: 'stack-overrun', esp, stackStart, strength: 'suggests', grounds }];
}

/** Bytes that a call with its arguments pushes. */
const JUST_BELOW = 0x40;

/** Bytes of a stack that are left when nearly nothing is; the thread_info of 48 bytes and more lies among them. */
const NEARLY_FULL = 0x100;
