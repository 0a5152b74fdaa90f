// Runs one instruction in the engine with exactly the memory that it may touch, and believes the result only if the engine's
// accesses are those that were planned.

import type { Instruction } from '../decoder/instruction.ts';
import type { Emulator } from '../emulator/emulator.ts';
import type { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import { EFLAGS, ENGINE_EFLAGS } from '../machine/eflags.ts';
import type { PageFault } from '../machine/faults.ts';
import type { RegisterFile } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import { pageOf, type U32, wrapU32 } from '../machine/u32.ts';
import type { CannotRun, EngineDisagreement } from './cannot-run.ts';
import { faultsElsewhere } from './differences.ts';
import { EngineMemory } from './engine-memory.ts';
import type { OpenedAccess } from './open-accesses.ts';
import type { PlannedAccess } from './plan-accesses.ts';
import type { Done, Unsupported } from './rules/rule.ts';

/** After an answer other than `done` or agreement, x87 and SSE are as after a reset. */
export class EngineRunner {
  readonly #emulator: Emulator;
  readonly #memory: EngineMemory;
  #segments: SegmentFile | undefined;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.#memory = new EngineMemory(emulator);
  }

  /** Starts a machine with these segments; its x87 and SSE registers are as after a reset. */
  start(segments: SegmentFile): void {
    this.#segments = segments;
    this.#emulator.setSegments(segments);
  }

  run(instruction: Instruction, registers: RegisterFile, accesses: readonly OpenedAccess[]): Done | Unsupported {
    this.#prepare(instruction, registers);
    for (const access of accesses) {
      this.#memory.open(access.linearAddress, access.size);
      if (access.bytes.length > 0) this.#memory.put(access.linearAddress, access.bytes);
    }
    const stop = this.#emulator.step(instruction.length);
    const unexpected =
      stop.kind === 'completed' ? (this.#unplannedAccess(accesses) ?? this.#wrongLength(instruction)) : stop;
    const writes = new Map<number, Uint8Array>();
    if (stop.kind !== 'engine-failure') {
      accesses.forEach((access, i) => {
        if (access.writes === 'never') return;
        const bytes = this.#memory.take(access.linearAddress, access.size);
        if (access.writes === 'always' || !sameBytes(bytes, access.bytes)) writes.set(i, bytes);
      });
    }
    if (unexpected !== undefined) return this.#distrust(instruction, unexpected);
    const after = resultOf(registers, this.#emulator.registers());
    // The x87 comparisons of this engine leave alone what they should clear.
    const eflags = wrapU32(after.eflags & ~instruction.flags.cleared);
    return { kind: 'done', registers: { ...after, eflags, eip: nextEipOf(instruction, after) }, writes };
  }

  /** Says why the engine does not agree with a planned page fault; undefined if it does, or is known not to. */
  confirm(
    instruction: Instruction,
    registers: RegisterFile,
    accesses: readonly PlannedAccess[],
    fault: PageFault,
    memory: SyntheticMemory,
  ): CannotRun | undefined {
    if (faultsElsewhere(instruction)) return undefined;
    this.#prepare(instruction, registers);
    const closed = pageOf(fault.linearAddress);
    this.#memory.close(closed);
    for (const access of accesses) {
      this.#memory.open(access.linearAddress, access.size, closed);
      const bytes =
        access.reads && !touches(access, closed) ? memory.read(access.linearAddress, access.size) : undefined;
      if (bytes !== undefined) this.#memory.put(access.linearAddress, bytes);
    }
    const stop = this.#emulator.step(instruction.length);
    if (stop.kind === 'access-violation' && pageOf(stop.linearAddress) === pageOf(fault.linearAddress)) {
      for (const access of accesses) {
        if (access.writes !== 'never') this.#resync(access, fault.linearAddress);
      }
      return undefined;
    }
    return this.#distrust(instruction, stop).reason;
  }

  #prepare(instruction: Instruction, registers: RegisterFile): void {
    this.#memory.trim();
    this.#memory.put(instruction.address, instruction.bytes);
    this.#emulator.setRegisters(registers);
  }

  /** A step that was stopped may have written part of its bytes. */
  #resync(access: PlannedAccess, closed: U32): void {
    for (const at of [access.linearAddress, wrapU32(access.linearAddress + access.size - 1)]) {
      if (pageOf(at) !== pageOf(closed)) this.#memory.take(pageOf(at), 0x1000);
    }
  }

  #unplannedAccess(accesses: readonly OpenedAccess[]): EngineDisagreement | undefined {
    for (const { access, linearAddress, size } of this.#emulator.lastAccesses()) {
      const planned = accesses.some(
        (plan) =>
          (access === 'read' ? plan.reads || plan.writes === 'sometimes' : plan.writes !== 'never') &&
          wrapU32(linearAddress - plan.linearAddress) + size <= plan.size,
      );
      if (!planned) return { kind: 'unplanned-access', access, linearAddress, size };
    }
    return undefined;
  }

  #wrongLength(instruction: Instruction): EngineDisagreement | undefined {
    if (instruction.flow !== 'next' || instruction.prefixes.rep !== 'none') return undefined;
    const { eip } = this.#emulator.registers();
    return eip === wrapU32(instruction.address + instruction.length) ? undefined : { kind: 'other-length', next: eip };
  }

  #distrust({ mnemonic }: Instruction, found: EngineDisagreement): Unsupported {
    this.#emulator.reset();
    this.#memory.forgetAll();
    if (this.#segments !== undefined) this.#emulator.setSegments(this.#segments);
    return { kind: 'unsupported', reason: { code: 'engine-disagrees', mnemonic, found } };
  }
}

function touches({ linearAddress, size }: PlannedAccess, page: U32): boolean {
  return pageOf(linearAddress) === page || pageOf(wrapU32(linearAddress + size - 1)) === page;
}

/** TF, RF, VM, NT and IOPL never reach the engine. */
function resultOf(before: RegisterFile, after: RegisterFile): RegisterFile {
  const kept = before.eflags & ~ENGINE_EFLAGS;
  return { ...after, eflags: wrapU32((after.eflags & ENGINE_EFLAGS) | kept) };
}

/** A repeated instruction is over with its last round; the engine notices that only in a round more. */
function nextEipOf(instruction: Instruction, after: RegisterFile): U32 {
  if (instruction.prefixes.rep === 'none') return after.eip;
  const narrow = instruction.memory.some((operand) => operand.addressSize === 16);
  const count = narrow ? after.ecx & 0xffff : after.ecx;
  const compares = instruction.mnemonic === 'cmps' || instruction.mnemonic === 'scas';
  const equal = (after.eflags & EFLAGS.ZF) !== 0;
  const goesOn = count !== 0 && (!compares || equal === (instruction.prefixes.rep === 'rep'));
  return goesOn ? instruction.address : wrapU32(instruction.address + instruction.length);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
