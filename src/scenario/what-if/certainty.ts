// How sure the values of a diverted run are: each register, flag and memory byte is known, assumed (a witness of the lead-up) or
// unknown, and what an instruction makes is as good as what it read.

import type { StepOutcome } from '../../cpu/cpu.ts';
import type { Instruction, MemoryOperand } from '../../decoder/instruction.ts';
import { ARITHMETIC_FLAGS } from '../../machine/eflags.ts';
import { GENERAL_REGISTERS, type GeneralRegister, registerPart } from '../../machine/registers.ts';

type Certainty = 'known' | 'assumed' | 'unknown';
type Executed = Extract<StepOutcome, { kind: 'executed' }>;

export class CertaintyTracker {
  readonly #registers: Record<GeneralRegister, Certainty>;
  #unknownFlags: number;
  #assumedFlags: number;
  readonly #assumedBytes = new Set<number>();
  /** A branch went by an assumed value: nothing after it is certain. */
  #pathIsAssumed = false;

  constructor(
    registers: Readonly<Record<GeneralRegister, Certainty>>,
    flags: { readonly unknown: number; readonly assumed: number },
  ) {
    this.#registers = { ...registers };
    this.#unknownFlags = flags.unknown & ARITHMETIC_FLAGS;
    this.#assumedFlags = flags.assumed & ARITHMETIC_FLAGS;
  }

  setRegister(name: GeneralRegister, certainty: Certainty): void {
    this.#registers[name] = certainty;
  }

  setMemory(address: number, size: number, certainty: 'known' | 'assumed'): void {
    for (let i = 0; i < size; i++) {
      const byte = (address + i) >>> 0;
      if (certainty === 'assumed') this.#assumedBytes.add(byte);
      else this.#assumedBytes.delete(byte);
    }
  }

  /** What `instruction` reads and nobody knows; `addresses`: only what decides where it goes in memory. */
  unknownInput(instruction: Instruction, needs: 'everything' | 'addresses'): string | undefined {
    const names = needs === 'everything' ? readRegisters(instruction) : addressRegisters(instruction);
    const unknown = names.find((name) => this.#registers[name] === 'unknown');
    if (unknown !== undefined) return `%${unknown}`;
    return needs === 'everything' && (instruction.flags.read & this.#unknownFlags) !== 0 ? 'the flags' : undefined;
  }

  /** True where the address of a memory operand, or the way here, rests on an assumed value. */
  addressIsAssumed(instruction: Instruction): boolean {
    return this.#pathIsAssumed || addressRegisters(instruction).some((name) => this.#registers[name] === 'assumed');
  }

  executed({ instruction, accesses }: Executed): void {
    const { flags } = instruction;
    const isAssumed =
      readRegisters(instruction).some((name) => this.#registers[name] === 'assumed') ||
      (flags.read & this.#assumedFlags) !== 0 ||
      accesses.some((access) => access.access === 'read' && this.#isAssumedAt(access.linearAddress, access.size));
    if (isAssumed && instruction.flow !== 'next') this.#pathIsAssumed = true;
    const result = isAssumed ? 'assumed' : 'known';
    for (const { name, access } of instruction.registers) {
      const part = registerPart(name);
      if (part === undefined || access === 'read' || access === 'none' || access === 'conditional-read') continue;
      const whole = part.width === 32 && access !== 'conditional-write' && access !== 'read-conditional-write';
      const before = this.#registers[part.register];
      if (whole || before === 'known' || (before === 'assumed' && isAssumed)) this.#registers[part.register] = result;
    }
    for (const access of accesses) {
      if (access.access === 'write') this.setMemory(access.linearAddress, access.size, result);
    }
    const settled = flags.written & ~flags.conditional;
    this.#unknownFlags = (this.#unknownFlags & ~settled) | flags.undefined;
    this.#assumedFlags = isAssumed ? this.#assumedFlags | flags.written : this.#assumedFlags & ~settled;
  }

  #isAssumedAt(address: number, size: number): boolean {
    for (let i = 0; i < size; i++) if (this.#assumedBytes.has((address + i) >>> 0)) return true;
    return false;
  }
}

function readRegisters({ registers, mnemonic, operands }: Instruction): readonly GeneralRegister[] {
  const [a, b] = operands;
  const isZeroing =
    (mnemonic === 'xor' || mnemonic === 'sub') && a?.kind === 'register' && b?.kind === 'register' && a.name === b.name;
  if (isZeroing) return [];
  return registers.flatMap(({ name, access }) => {
    const part = registerPart(name);
    return part === undefined || access === 'write' || access === 'none' ? [] : [part.register];
  });
}

function addressRegisters({ memory, prefixes }: Instruction): readonly GeneralRegister[] {
  const names = memory.flatMap(({ base, index, bitOffset }: MemoryOperand) => [base, index, bitOffset]);
  if (prefixes.rep !== 'none') names.push('ecx');
  return GENERAL_REGISTERS.filter((register) =>
    names.some((name) => name?.split('+').some((part) => registerPart(part)?.register === register)),
  );
}
