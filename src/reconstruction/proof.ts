// The proof of a lead-up: the machine is put before its first step, with the values that were found and a witness for the rest, and run
// forward through the CPU over exactly the shown path, into the registers, the flags and the fault of the log.

import type { AbsentMemoryPolicy, Cpu, MachineState, StepOutcome } from '../cpu/cpu.ts';
import { isRepeatedComparison } from '../cpu/repeated-comparison.ts';
import { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import type { MemoryAccess } from '../machine/access.ts';
import { ARITHMETIC_FLAGS, EFLAGS } from '../machine/eflags.ts';
import { GENERAL_REGISTERS, type RegisterFile, type RegisterName } from '../machine/registers.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import type { CrashSite } from './crash-site.ts';
import type { Front } from './lift/lift.ts';
import { isFilledIn } from './lift/lift-instruction.ts';
import type { MemoryEvent } from './network/memory-versions.ts';
import type { Path, PathStep } from './paths/path.ts';
import { isRepeated } from './paths/window-code.ts';
import type { ProofFailure } from './proof-failure.ts';

export type ProofOutcome =
  | {
      readonly kind: 'proved' /** Steps whose outcome was given instead of run. */;
      readonly given: readonly number[];
      readonly run: Run;
    }
  | { readonly kind: 'failed'; readonly step: number; readonly reason: ProofFailure };

/** Registers before each step of a run, latest first as in the path. */
export interface Run {
  readonly before: readonly RegisterFile[];
}

/** More rounds of one string instruction are not run one by one. */
const ROUND_LIMIT = 512;

/** Runs `path`, of which every node is known, and compares with the log; at most about `steps` instructions. */
export function provePath(
  site: CrashSite,
  path: Path,
  cpu: Cpu,
  steps = Number.POSITIVE_INFINITY,
): { outcome: ProofOutcome; executed: number } {
  const machine = new Machine(site, path, cpu);
  const outcome = runPath(site, path, cpu, machine, steps);
  return { outcome, executed: machine.executed };
}

/** Where a run fails, the fault lies with the first step after which it was not where the path says. */
function runPath(site: CrashSite, path: Path, cpu: Cpu, machine: Machine, steps: number): ProofOutcome {
  const before: RegisterFile[] = [];
  const given: number[] = [];
  let astray: number | undefined;
  const failed = (step: number, reason: ProofFailure): ProofOutcome => ({
    kind: 'failed',
    step: astray ?? step,
    reason,
  });
  for (let i = path.steps.length - 1; i >= 0; i--) {
    if (machine.executed > steps) return failed(i, { code: 'run-too-long' });
    before[i] = cpu.registers();
    const failure = machine.run(i);
    if (failure === 'given') given.push(i);
    else if (failure !== undefined) return failed(i, failure);
    if (differs(path, path.steps[i - 1]?.before ?? path.final, cpu.registers())) astray ??= i;
  }
  const failure = compareWithLog(site, cpu.registers(), machine.undefinedFlags) ?? machine.fault();
  return failure === undefined ? { kind: 'proved', given, run: { before } } : failed(0, failure);
}

function differs(path: Path, front: Front, registers: RegisterFile): boolean {
  return GENERAL_REGISTERS.some((name, i) => path.network.value(front.registers[i] as number) !== registers[name]);
}

class Machine {
  readonly #site: CrashSite;
  readonly #path: Path;
  readonly #cpu: Cpu;
  #events: readonly MemoryEvent[] = [];
  /** Instructions run so far, rounds counted. */
  executed = 0;
  /** Of a repeated instruction. */
  #isLastRound = true;
  /** Flags that the manual leaves undefined at this point. */
  undefinedFlags = 0;

  constructor(site: CrashSite, path: Path, cpu: Cpu) {
    this.#site = site;
    this.#path = path;
    this.#cpu = cpu;
    this.#load(
      this.#registersOf(path.front, path.steps.at(-1)?.instruction.address ?? this.#faultAddress()),
      path.steps.length,
    );
  }

  /** Undefined: executed as shown. `given`: its outcome was put in. Else why it failed. */
  run(index: number): ProofFailure | 'given' | undefined {
    const step = this.#path.steps[index] as PathStep;
    this.#events = step.events.filter((event): event is MemoryEvent => event.kind !== 'barrier');
    const next = this.#path.steps[index - 1];
    const target = next?.instruction.address ?? this.#faultAddress();
    if (step.execution.skipsCallee) return this.#give(index, target, true);
    // What a switch does, or a word that is filled in, is not in the bytes.
    if (step.instruction.unsure?.code === 'switch' || isFilledIn(step.instruction))
      return this.#give(
        index,
        target,
        step.events.some((event) => event.kind === 'barrier'),
      );
    const rounds = this.#rounds(step);
    if (rounds > ROUND_LIMIT) return this.#give(index, target, true);
    let outcome: StepOutcome | undefined;
    for (let round = 0; round < rounds; round++) {
      this.#isLastRound = round === rounds - 1;
      this.executed++;
      outcome = this.#cpu.step();
      if (outcome.kind !== 'executed') break;
      if (this.#cpu.registers().eip !== step.instruction.address) break;
    }
    if (outcome?.kind === 'unsupported' || outcome?.kind === 'unknown-segment-base') {
      const clobbersMemory = step.events.some((event) => event.kind === 'barrier');
      return this.#give(index, target, clobbersMemory);
    }
    if (outcome !== undefined && outcome.kind !== 'executed') return failureOf(outcome);
    if (outcome !== undefined) this.#trackFlags(step);
    return this.#cpu.registers().eip === target ? undefined : { code: 'other-way' };
  }

  /**
   * The instruction that faulted in the log faults here in the same way. A replay that agrees with the log has shown just that: it ran
   * the instruction from these same registers, and knows of faults that the CPU alone does not show (a double fault, another processor).
   */
  fault(): ProofFailure | undefined {
    return this.#site.comparesFault ? this.#compareFault() : undefined;
  }

  #compareFault(): ProofFailure | undefined {
    this.#events = [];
    const outcome = this.#cpu.step();
    const { vector, page } = this.#site.fault;
    if (outcome.kind === 'fault') {
      if (page === undefined) return outcome.fault.kind === 'page-fault' ? { code: 'other-fault' } : undefined;
      if (outcome.fault.kind !== 'page-fault') return { code: 'other-fault' };
      return outcome.fault.linearAddress === page.address ? undefined : { code: 'other-address' };
    }
    return vector === 14 && outcome.kind === 'executed' ? { code: 'no-fault' } : undefined;
  }

  #rounds(step: PathStep): number {
    if (!isRepeated(step.instruction)) return 1;
    const count = step.events.find((event) => event.kind !== 'barrier' && event.count !== undefined) as
      | MemoryEvent
      | undefined;
    if (step.execution.rounds === 'unfinished' && count?.count !== undefined)
      return this.#path.network.value(count.count);
    // A finished instruction of no rounds is executed once.
    return count?.count === undefined ? ROUND_LIMIT : Math.max(1, this.#path.network.value(count.count));
  }

  #give(index: number, eip: number, forgetMemory: boolean): 'given' {
    const after = this.#path.steps[index - 1]?.before ?? this.#path.final;
    const registers = this.#registersOf(after, eip);
    if (forgetMemory) this.#load(registers, index);
    else this.#cpu.setRegisters(registers);
    this.undefinedFlags = 0;
    return 'given';
  }

  #trackFlags({ instruction, execution }: PathStep): void {
    const { flags } = instruction;
    // Processors differ in the flags of a repeated comparison that faults after some rounds.
    if (execution.rounds === 'unfinished' && isRepeatedComparison(instruction)) this.undefinedFlags = ARITHMETIC_FLAGS;
    else this.undefinedFlags = (this.undefinedFlags & ~(flags.written & ~flags.conditional)) | flags.undefined;
  }

  /** `index`: the step that comes next in time has a lower one. */
  #load(registers: RegisterFile, index: number): void {
    const site = this.#site;
    const memory = new SyntheticMemory();
    memory.write(site.code.start, site.code.bytes);
    // Code that is not shown may have unmapped the page: before it has run, the page need not fault.
    const settled = !this.#path.steps
      .slice(0, index)
      .some((step) => step.events.some((event) => event.kind === 'barrier'));
    if (settled) for (const page of site.memory.pages()) memory.setPage(page, site.memory.pageState(page));
    const net = this.#path.network;
    const { fs, gs } = this.#path.front.segments;
    const { segments } = site.state;
    const state: MachineState = {
      ...site.state,
      registers,
      segments: {
        ...segments,
        fs: { ...segments.fs, base: wrapU32(net.value(fs)) },
        gs: { ...segments.gs, base: wrapU32(net.value(gs)) },
      },
    };
    this.#cpu.load(state, memory, this.#supply);
  }

  readonly #supply: AbsentMemoryPolicy = (access: MemoryAccess) => {
    const bytes = new Uint8Array(access.size);
    for (let i = 0; i < access.size; i++) bytes[i] = this.#byte(wrapU32(access.linearAddress + i));
    return bytes;
  };

  /** What the path says a load of this step found, else what the log says of the end, else 0. */
  #byte(address: number): number {
    for (const event of this.#events) {
      if (event.last !== undefined) return this.#comparedByte(address);
      const start = this.#path.memory.address(event);
      if (event.kind !== 'load' || event.value === undefined || start === undefined) continue;
      const offset = (address - start) >>> 0;
      if (offset < event.size) return (this.#path.network.value(event.value) >>> (8 * offset)) & 0xff;
    }
    return this.#site.memory.read(wrapU32(address), 1)?.[0] ?? 0;
  }

  /** An element that a repeated comparison reads: the last one is known, those before let it go on. */
  #comparedByte(address: number): number {
    const { eax, esi } = this.#cpu.registers();
    const instruction = this.#cpu.registers().eip;
    const step = this.#path.steps.find((one) => one.instruction.address === instruction);
    const [first, second] = this.#events;
    const size = first?.size ?? 1;
    const isFirst = second === undefined || (address - esi) >>> 0 < size;
    const event = isFirst ? first : second;
    const offset = (address - (isFirst && second !== undefined ? esi : this.#cpu.registers().edi)) >>> 0;
    const read = this.#laterByte(address);
    if (read !== undefined) return read;
    if (this.#isLastRound && event?.last !== undefined)
      return (this.#path.network.value(event.last) >>> (8 * offset)) & 0xff;
    const equal = second === undefined ? (eax >>> (8 * offset)) & 0xff : 0;
    const goesOnEqual = step?.instruction.prefixes.rep === 'rep';
    return goesOnEqual || (second !== undefined && isFirst) ? equal : equal ^ 1;
  }

  /** What a later load of the path says of the byte, if nothing stores to it before. */
  #laterByte(address: number): number | undefined {
    const current = this.#path.steps.findIndex((step) => step.events.some((event) => event === this.#events[0]));
    for (let i = current - 1; i >= 0; i--) {
      for (const event of this.#path.steps[i]?.events ?? []) {
        if (event.kind === 'barrier') return undefined;
        const start = this.#path.memory.address(event);
        const offset = start === undefined ? event.size : (address - start) >>> 0;
        if (offset >= event.size) continue;
        if (event.kind === 'store' || event.value === undefined) return undefined;
        return (this.#path.network.value(event.value) >>> (8 * offset)) & 0xff;
      }
    }
    return undefined;
  }

  #registersOf(front: Front, eip: number): RegisterFile {
    const net = this.#path.network;
    const values = GENERAL_REGISTERS.map((name, i): [RegisterName, U32] => [
      name,
      wrapU32(net.value(front.registers[i] as number)),
    ]);
    const file = Object.fromEntries(values) as Record<RegisterName, U32>;
    file.eip = wrapU32(eip);
    file.eflags = wrapU32(net.value(front.flags) | 2);
    return file;
  }

  #faultAddress(): number {
    return wrapU32(this.#site.code.start + this.#site.code.faultOffset);
  }
}

function compareWithLog(site: CrashSite, registers: RegisterFile, undefinedFlags: number): ProofFailure | undefined {
  for (const name of GENERAL_REGISTERS) {
    const logged = site.registers[name];
    if (logged !== undefined && logged !== registers[name]) return { code: 'register-differs', register: name };
  }
  const mask = (ARITHMETIC_FLAGS | EFLAGS.DF) & ~undefinedFlags;
  const same = site.eflags === undefined || ((site.eflags ^ registers.eflags) & mask) === 0;
  return same ? undefined : { code: 'flags-differ' };
}

function failureOf(outcome: Exclude<StepOutcome, { kind: 'executed' }>): ProofFailure {
  if (outcome.kind === 'fault') return { code: 'early-fault', fault: outcome.fault.kind };
  return outcome.kind === 'absent' ? { code: 'unknown-memory' } : { code: 'not-run', outcome: outcome.kind };
}
