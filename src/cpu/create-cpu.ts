// The exact CPU: `step` decides every exception from the decoder and the rules of the machine, and lets the engine compute the rest.
// Read `step` from top to bottom: fetch, exceptions that no memory changes, accesses, absent bytes, execution.

import type { Decoder } from '../decoder/decoder.ts';
import type { Instruction } from '../decoder/instruction.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import type { ValuedAccess } from '../machine/access.ts';
import { EFLAGS } from '../machine/eflags.ts';
import type { Fault, Trap } from '../machine/faults.ts';
import { REGISTER_NAMES, type RegisterFile } from '../machine/registers.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import { accessAlignment, accessParts, wholeAlignment } from './access-parts.ts';
import { checkAccesses, type FailedAccess } from './check-accesses.ts';
import type { AbsentMemoryPolicy, Caveat, Cpu, MachineState, StepOutcome } from './cpu.ts';
import { caveatOf } from './differences.ts';
import { engineRuns } from './engine-coverage.ts';
import { EngineRunner } from './engine-runner.ts';
import { fetchInstruction } from './fetch-instruction.ts';
import { HiddenState } from './hidden-state.ts';
import { type OpenedAccess, openAccesses } from './open-accesses.ts';
import { type PlannedAccess, planAccesses } from './plan-accesses.ts';
import { EARLY_RULES, EXECUTION_RULES } from './rules/all-rules.ts';
import { beyondTheLog } from './rules/beyond-the-log.ts';
import { farCallVerdict, isFarCall } from './rules/far-transfer.ts';
import { partialEffects } from './rules/partial-effects.ts';
import { type Done, littleEndian, type Unsupported } from './rules/rule.ts';
import { vectorAlignment } from './vector-alignment.ts';

const STOP: AbsentMemoryPolicy = () => 'stop';

const INITIAL_STATE: MachineState = {
  registers: Object.fromEntries(REGISTER_NAMES.map((name) => [name, 0])) as RegisterFile,
  segments: {
    es: { selector: 0x7b, base: 0 as U32 },
    cs: { selector: 0x60, base: 0 as U32 },
    ss: { selector: 0x68, base: 0 as U32 },
    ds: { selector: 0x7b, base: 0 as U32 },
    fs: { selector: 0xd8 },
    gs: { selector: 0xe0 },
  },
  mode: 'kernel',
};

export function createCpu(emulator: Emulator, decoder: Decoder): Cpu {
  return new ExactCpu(emulator, decoder);
}

class ExactCpu implements Cpu {
  readonly #decoder: Decoder;
  readonly #runner: EngineRunner;
  readonly #hidden = new HiddenState();
  #state: MachineState = INITIAL_STATE;
  #memory = new SyntheticMemory();
  #absent: AbsentMemoryPolicy = STOP;

  constructor(emulator: Emulator, decoder: Decoder) {
    this.#decoder = decoder;
    this.#runner = new EngineRunner(emulator);
  }

  get memory(): SyntheticMemory {
    return this.#memory;
  }

  load(state: MachineState, memory: SyntheticMemory, absent: AbsentMemoryPolicy): void {
    this.#state = state;
    this.#memory = memory;
    this.#absent = absent;
    this.#hidden.reset();
    this.#runner.start(state.segments);
  }

  registers(): RegisterFile {
    return this.#state.registers;
  }

  setRegisters(registers: RegisterFile): void {
    this.#state = { ...this.#state, registers };
  }

  caveat(instruction: Instruction, fault: Fault): Caveat | undefined {
    return caveatOf(instruction, fault);
  }

  step(): StepOutcome {
    const state = this.#state;
    if ((state.registers.eflags & EFLAGS.VM) !== 0)
      return { kind: 'unsupported', reason: { code: 'virtual-8086-mode' } };
    const fetched = fetchInstruction(this.#decoder, state, this.#memory, this.#absent);
    if (fetched.kind === 'fault') return this.#faulted(fetched.fault);
    if (fetched.kind === 'absent') {
      return {
        kind: 'absent',
        access: { access: 'execute', linearAddress: fetched.linearAddress, size: fetched.size },
      };
    }
    const { instruction } = fetched;

    for (const rule of EARLY_RULES) {
      const answer = rule(instruction, state);
      if (answer?.kind === 'raised') return this.#faulted(answer.trap, instruction);
      if (answer?.kind === 'unsupported') return unsupported(instruction, answer);
    }

    const plan = planAccesses(instruction, state.registers, state.segments);
    if (plan.kind === 'unknown-segment-base') return { ...plan, instruction };
    if (plan.kind === 'unplannable') {
      return unsupported(instruction, {
        kind: 'unsupported',
        reason: { code: 'accesses-not-planned', mnemonic: instruction.mnemonic, because: plan.reason },
      });
    }
    const early = isFarCall(instruction) ? this.#beforePushes(instruction, plan.accesses) : undefined;
    if (early !== undefined) return early;
    const failed = this.#check(instruction, plan.accesses);
    if (failed !== undefined) return this.#accessFault(instruction, plan.accesses, failed);

    const unknown = beyondTheLog(instruction) ?? this.#hidden.missingFor(instruction);
    if (unknown !== undefined) return unsupported(instruction, unknown);

    const opened = openAccesses(plan.accesses, this.#memory, this.#absent);
    if (opened.kind === 'absent') return { kind: 'absent', instruction, access: opened.access };
    return this.#execute(instruction, opened.accesses, opened.proved);
  }

  #check(instruction: Instruction, accesses: readonly PlannedAccess[]): FailedAccess | undefined {
    return checkAccesses(accesses, this.#state, this.#memory, {
      vectorAlignment: vectorAlignment(instruction),
      wholeAlignment: wholeAlignment(instruction),
      naturalAlignment: accessAlignment,
      parts: (access) => accessParts(instruction, access),
    });
  }

  /** A far call reads its target and checks the selector, then pushes. */
  #beforePushes(instruction: Instruction, accesses: readonly PlannedAccess[]): StepOutcome | undefined {
    const reads = accesses.filter((access) => access.reads);
    const failed = this.#check(instruction, reads);
    if (failed !== undefined) return this.#accessFault(instruction, reads, failed);
    const opened = openAccesses(reads, this.#memory, this.#absent);
    if (opened.kind === 'absent') return { kind: 'absent', instruction, access: opened.access };
    const verdict = farCallVerdict(instruction, this.#state, opened.accesses);
    if (verdict?.kind === 'raised') return this.#faulted(verdict.trap, instruction);
    return verdict && unsupported(instruction, verdict);
  }

  #execute(instruction: Instruction, accesses: readonly OpenedAccess[], proved: boolean): StepOutcome {
    for (const rule of EXECUTION_RULES) {
      const answer = rule({ instruction, state: this.#state, accesses, memory: this.#memory, proved });
      if (answer?.kind === 'raised') return this.#faulted(answer.trap, instruction);
      if (answer?.kind === 'unsupported') return unsupported(instruction, answer);
      if (answer?.kind === 'done') return this.#done(instruction, accesses, answer);
    }
    if (!engineRuns(instruction)) {
      return unsupported(instruction, {
        kind: 'unsupported',
        reason: { code: 'not-in-the-engine', mnemonic: instruction.mnemonic },
      });
    }
    const answer = this.#runner.run(instruction, this.#state.registers, accesses);
    if (answer.kind === 'unsupported') {
      this.#hidden.reset();
      return unsupported(instruction, answer);
    }
    return this.#done(instruction, accesses, answer);
  }

  #done(instruction: Instruction, accesses: readonly OpenedAccess[], done: Done): StepOutcome {
    const before = this.#state.registers;
    const after = instruction.mnemonic === 'iret' ? done.registers : withoutRf(done.registers);
    const valued: ValuedAccess[] = [];
    accesses.forEach(({ reads, linearAddress, size, bytes }, i) => {
      if (reads) valued.push({ access: 'read', linearAddress, size, bytes });
      const written = done.writes?.get(i);
      if (written === undefined) return;
      valued.push({ access: 'write', linearAddress, size, bytes: written });
      this.#memory.write(linearAddress, written);
    });
    const [first] = accesses;
    this.#hidden.learn(instruction, first?.reads ? littleEndian(first.bytes) : undefined);
    this.#state = {
      ...this.#state,
      registers: after,
      ...(done.segments && { segments: done.segments }),
    };
    if (done.segments) {
      this.#runner.start(done.segments);
      this.#hidden.reset();
    }
    return {
      kind: 'executed',
      instruction,
      before,
      after,
      accesses: valued,
      ...(done.segments && { segments: done.segments }),
    };
  }

  /** The engine must meet the same fault; where it meets another one, neither is claimed. */
  #accessFault(instruction: Instruction, accesses: readonly PlannedAccess[], failed: FailedAccess): StepOutcome {
    const { fault, position } = failed;
    if (fault.kind === 'page-fault' && engineRuns(instruction)) {
      const disagreement = this.#runner.confirm(instruction, this.#state.registers, accesses, fault, this.#memory);
      if (disagreement !== undefined) {
        this.#hidden.reset();
        return unsupported(instruction, { kind: 'unsupported', reason: disagreement });
      }
    }
    const earlier = openAccesses(accesses.slice(0, position), this.#memory, STOP);
    if (earlier.kind === 'open') {
      const context = {
        instruction,
        state: this.#state,
        accesses: earlier.accesses,
        memory: this.#memory,
        proved: true,
      };
      const { registers, writes } = partialEffects(context, position);
      this.#state = { ...this.#state, registers };
      earlier.accesses.forEach(({ linearAddress }, i) => {
        const bytes = writes.get(i);
        if (bytes !== undefined) this.#memory.write(linearAddress, bytes);
      });
    }
    return this.#faulted(fault, instruction);
  }

  /** A fault pushes EFLAGS with RF set, so that returning to it does not trap again; a trap does not. */
  #faulted(fault: Fault, instruction?: Instruction): StepOutcome {
    const { registers } = this.#state;
    const eflags = isTrap(fault) ? registers.eflags & ~EFLAGS.RF : registers.eflags | EFLAGS.RF;
    return {
      kind: 'fault',
      ...(instruction && { instruction }),
      fault,
      registers: { ...registers, eip: fault.eip, eflags: wrapU32(eflags) },
    };
  }
}

/** A completed instruction clears RF; iret alone may set it. */
function withoutRf(registers: RegisterFile): RegisterFile {
  return { ...registers, eflags: wrapU32(registers.eflags & ~EFLAGS.RF) };
}

const TRAPS: ReadonlySet<Trap['kind']> = new Set(['debug', 'breakpoint', 'overflow']);

function isTrap(fault: Fault): boolean {
  return fault.kind !== 'page-fault' && TRAPS.has(fault.kind);
}

function unsupported(instruction: Instruction, answer: Unsupported): StepOutcome {
  return { ...answer, instruction };
}
