// Random cases: instructions of every kind of encoding, with their memory operands led to places of interest.

import { effectiveAddress } from '../../src/cpu/effective-address.ts';
import { extensionOf } from '../../src/cpu/extensions.ts';
import type { Decoder } from '../../src/decoder/decoder.ts';
import type { Instruction, MemoryOperand } from '../../src/decoder/instruction.ts';
import { EFLAGS } from '../../src/machine/eflags.ts';
import {
  GENERAL_REGISTERS,
  type GeneralRegister,
  type RegisterFile,
  type RegisterName,
} from '../../src/machine/registers.ts';
import { pageOf, type U32, wrapU32 } from '../../src/machine/u32.ts';
import { type NativeCase, POOL } from './oracle.ts';
import type { Random } from './random.ts';

/** They would leave the process, let two instructions run in one step (lss), or are emulated by the kernel (sgdt and its like). */
const NOT_FOR_A_PROCESS = /^(int|syscall|sysenter|vmcall|vmmcall|vmfunc|xbegin|lss|sgdt|sidt|sldt|str|smsw|wrpkru)$/;
const INTERESTING = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff,
];
const FLAGS = 0x0008_d5 | 0x400;

type Registers = Record<RegisterName, number>;

export function randomValue(random: Random): number {
  switch (random.below(4)) {
    case 0:
      return random.pick(INTERESTING);
    case 1:
      return random.below(0x100);
    case 2:
      return wrapU32(POOL.data + random.below(0x6000));
    default:
      return random.word();
  }
}

export function randomRegisters(random: Random, eip: number): Registers {
  const registers = { eip, eflags: (random.word() & FLAGS) | 0x202 } as Registers;
  for (const name of GENERAL_REGISTERS) registers[name] = randomValue(random);
  registers.esp = POOL.stack + 0x800 + 4 * random.below(0x300);
  if (random.oneIn(16)) registers.eflags |= EFLAGS.AC;
  return registers;
}

/** Opcode bytes of one encoding, then ModRM, SIB, displacement and immediate at random; more bytes than any instruction has. */
function randomEncoding(random: Random): number[] {
  const bytes: number[] = [];
  if (random.oneIn(5)) bytes.push(0x66);
  if (random.oneIn(12)) bytes.push(random.pick([0xf2, 0xf3]));
  if (random.oneIn(25)) bytes.push(0xf0);
  if (random.oneIn(40)) bytes.push(0x67);
  if (random.oneIn(60)) bytes.push(random.pick([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65]));
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
    case 3:
      bytes.push(random.below(0x100));
      break;
    case 4:
    case 5:
    case 6:
      bytes.push(0x0f, random.below(0x100));
      break;
    default:
      bytes.push(0x0f, random.pick([0x38, 0x3a]), random.below(0x100));
  }
  bytes.push(...random.bytes(16));
  return bytes;
}

/** One instruction that a process may execute, with its trailing bytes cut off. */
export function randomInstruction(random: Random, decoder: Decoder): Instruction | undefined {
  const bytes = Uint8Array.from(randomEncoding(random)).subarray(0, 15);
  const instruction = decoder.decode(bytes, 0, POOL.code as U32);
  if (instruction === undefined || NOT_FOR_A_PROCESS.test(instruction.mnemonic)) return undefined;
  const [first] = instruction.operands;
  const loadsSegment =
    first?.kind === 'register' && /^[c-g]s$|^es$|^ss$/.test(first.name) && /^(mov|pop)$/.test(instruction.mnemonic);
  if (loadsSegment || /^l[defg]s$/.test(instruction.mnemonic)) return undefined;
  // What no AMD processor has, it decodes in ways of its own.
  if (/^(VMX|SGX|MIC|a vanished processor)$/.test(extensionOf(instruction) ?? '')) return undefined;
  // The helper's own thread data is there.
  if (instruction.memory.some(({ segment }) => segment === 'gs')) return undefined;
  return instruction;
}

/** Where an operand may go: in the middle of the data, across two of its pages, at its ends, or nowhere. */
function randomPlace(random: Random, size: number): number {
  const near = (boundary: number) => boundary - random.below(Math.max(2, size + 2));
  switch (random.below(12)) {
    case 0:
      return near(POOL.data + 0x1000);
    case 1:
      return near(POOL.data + 0x3000);
    case 2:
      return near(POOL.data + 0x6000);
    case 3:
      return random.below(0x1000);
    case 4:
      return wrapU32(-1 - random.below(Math.max(2, size + 2)));
    case 5:
      return POOL.data + 0x2000 + random.below(0x400);
    default:
      return POOL.data + 0x1000 * random.below(6) + 16 * (1 + random.below(0xf0)) + random.pick([0, 0, 0, 4, 8, 1, 2]);
  }
}

/** Changes a register of the operand so that it lies at `place`; false where that cannot be done. */
function lead(operand: MemoryOperand, registers: Registers, place: number): boolean {
  const register = operand.base ?? (operand.scale === 1 && operand.index !== 'al' ? operand.index : undefined);
  if (register === undefined || register.includes('+')) return false;
  const name = register as GeneralRegister;
  const weight = operand.base === operand.index ? 1 + operand.scale : 1;
  if (weight === 2 || weight > 3) return false;
  const off = wrapU32(place - effectiveAddress(operand, registers as RegisterFile));
  if (weight !== 1) return false;
  registers[name] = wrapU32(registers[name] + off);
  return effectiveAddress(operand, registers as RegisterFile) === wrapU32(place);
}

/** The oracle's own code, data and stack: what a case must not write to. */
export function isReserved(address: number): boolean {
  return (address >= 0x6fff_0000 && address < 0x7800_0000) || (address >= 0xf000_0000 && address < 0xffff_e000);
}

function touched(instruction: Instruction, registers: Registers): readonly { address: number; size: number }[] {
  return instruction.memory
    .filter((operand) => operand.access !== 'none' && operand.vectorIndex === undefined)
    .map((operand) => ({
      address: effectiveAddress(operand, registers as RegisterFile),
      size: Math.max(1, operand.size),
    }));
}

/** Leads every written operand that can be led to a place that `place` chooses. */
export function leadOperands(
  _random: Random,
  instruction: Instruction,
  registers: Registers,
  place: (operand: MemoryOperand) => number,
): void {
  for (const operand of instruction.memory) if (operand.explicit) lead(operand, registers, place(operand));
}

/** One instruction in a random state; undefined where the dice fell badly. */
export function singleInstructionCase(random: Random, decoder: Decoder): NativeCase | undefined {
  const instruction = randomInstruction(random, decoder);
  if (instruction === undefined) return undefined;
  const eip = POOL.code + 0x800 + random.below(0x400);
  const registers = randomRegisters(random, eip);
  for (const operand of instruction.memory) {
    if (operand.explicit || random.oneIn(2)) {
      const inStack = operand.segment === 'ss' && !operand.explicit;
      const place =
        inStack && !random.oneIn(4) ? POOL.stack + 0x1000 - random.below(0x24) : randomPlace(random, operand.size);
      lead(operand, registers, place);
    }
  }
  if (instruction.prefixes.rep !== 'none' && !random.oneIn(8)) registers.ecx = random.below(5);
  const places = touched(instruction, registers);
  if (places.some(({ address, size }) => isReserved(address) || isReserved(address + size + 0x200))) return undefined;
  const pages: { address: number; protection: number }[] = [];
  if (random.oneIn(3)) {
    for (const { address, size } of places) {
      const page = pageOf(wrapU32(random.oneIn(2) ? address : address + size - 1));
      const protection = random.pick([0, 0, 1, 5]);
      if (inPool(page) && page !== pageOf(eip as U32)) pages.push({ address: page, protection });
    }
  }
  return {
    steps: 1,
    registers: registers as RegisterFile,
    patches: [{ address: eip, bytes: instruction.bytes }],
    pages,
  };
}

function inPool(page: number): boolean {
  return (
    (page >= POOL.code && page < POOL.code + 0x2000) ||
    (page >= POOL.data && page < POOL.data + 0x6000) ||
    (page >= POOL.stack && page < POOL.stack + 0x2000)
  );
}

/** Code at the end of a page whose successor cannot be executed, or a jump to somewhere. */
export function fetchCase(random: Random, decoder: Decoder): NativeCase | undefined {
  const instruction = randomInstruction(random, decoder);
  if (
    instruction === undefined ||
    touched(instruction, randomRegisters(random, 0)).some(({ address }) => isReserved(address))
  ) {
    return undefined;
  }
  const within = random.below(instruction.length + 1);
  const eip = POOL.code + 0x1000 - within;
  const registers = randomRegisters(random, eip);
  for (const operand of instruction.memory)
    if (operand.explicit) lead(operand, registers, randomPlace(random, operand.size));
  if (touched(instruction, registers).some(({ address }) => isReserved(address))) return undefined;
  return {
    steps: 2,
    registers: registers as RegisterFile,
    patches: [{ address: eip, bytes: instruction.bytes }],
    pages: [{ address: POOL.code + 0x1000, protection: random.pick([0, 3, 1]) }],
  };
}
