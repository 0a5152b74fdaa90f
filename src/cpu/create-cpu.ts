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
import { accessAlignment, accessParts, usesStateArea, wholeAlignment } from './access-parts.ts';
import { type AccessCheckOptions, checkAccesses, type FailedAccess, reachesPastTheEnd } from './check-accesses.ts';
import type { AbsentMemoryPolicy, Caveat, Cpu, MachineState, StepOutcome } from './cpu.ts';
import { accessDifference, caveatOf, processorsDiffer } from './differences.ts';
import { engineRuns } from './engine-coverage.ts';
import { EngineRunner } from './engine-runner.ts';
import { fetchInstruction } from './fetch-instruction.ts';
import { HiddenState } from './hidden-state.ts';
import { type OpenedAccess, openAccesses } from './open-accesses.ts';
import { type PlannedAccess, planAccesses } from './plan-accesses.ts';
import { flagsBetweenRounds, isBetweenComparisons } from './repeated-comparison.ts';
import { EARLY_RULES, EXECUTION_RULES } from './rules/all-rules.ts';
import { beyondTheLog } from './rules/beyond-the-log.ts';
import { isBelowLowerLimit } from './rules/bound.ts';
import { farCallVerdict, isFarCall } from './rules/far-transfer.ts';
import { partialEffects } from './rules/partial-effects.ts';
import { type Done, littleEndian, type MemoryRange, raise, type Unsupported } from './rules/rule.ts';
import { vectorAlignment } from './vector-alignment.ts';
import { type Vendor, vendorsOf } from './vendors.ts';

const STOP: AbsentMemoryPolicy = () => 'stop';

/** Makes an access in one piece, of which only the page counts. */
const PLAIN: AccessCheckOptions = {
  vendor: 'intel',
  vectorAlignment: 1,
  wholeAlignment: 1,
  naturalAlignment: () => 1,
  parts: (access) => [access],
};

/** `undetermined`: an access fails, and which byte of it the CPU reports is not known. */
type Failure = FailedAccess | 'undetermined' | undefined;

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
    if (fetched.kind === 'processors-differ')
      return processorsDiffer({ mnemonic: 'this opcode' }, 'undefined-opcode-fetch');
    const { instruction } = fetched;

    for (const rule of EARLY_RULES) {
      const answer = rule(instruction, state);
      if (answer?.kind === 'raised') return this.#faulted(answer.trap, instruction);
      if (answer?.kind === 'unsupported') return unsupported(instruction, answer);
    }

    const vendor = this.#vendorFor(instruction);
    const plan = planAccesses(instruction, state.registers, state.segments, vendor);
    if (plan.kind === 'unknown-segment-base') return { ...plan, instruction };
    if (plan.kind === 'unplannable') {
      return unsupported(instruction, {
        kind: 'unsupported',
        reason: { code: 'accesses-not-planned', mnemonic: instruction.mnemonic, because: plan.reason },
      });
    }
    const failed = this.#check(instruction, plan.accesses, vendor);
    const made = this.#madeByAll(instruction, plan.accesses, failed);
    if ('kind' in made) return unsupported(instruction, made);
    const early = isFarCall(instruction) ? this.#beforePushes(instruction, plan.accesses, vendor) : undefined;
    if (early !== undefined) return early;
    if (failed === 'undetermined') {
      return unsupported(instruction, {
        kind: 'unsupported',
        reason: { code: 'exception-undetermined', mnemonic: instruction.mnemonic },
      });
    }
    if (failed !== undefined) return this.#accessFault(instruction, plan.accesses, failed);

    const unknown = beyondTheLog(instruction) ?? this.#hidden.missingFor(instruction);
    if (unknown !== undefined) return unsupported(instruction, unknown);

    const opened = openAccesses(made, this.#memory, this.#absent);
    if (opened.kind === 'absent') return { kind: 'absent', instruction, access: opened.access };
    return this.#execute(instruction, opened.accesses, opened.proved);
  }

  /** Gives the makers whose processors the fault is decided for, in order; one of them alone if the log settles how the instruction may differ. */
  #vendorFor(instruction: Instruction): Vendor {
    const { settled, registers, segments } = this.#state;
    const [vendor = 'amd'] = vendorsOf(this.#state);
    if (settled === undefined) return vendor;
    const plan = planAccesses(instruction, registers, segments, vendor);
    const difference = plan.kind === 'planned' ? accessDifference(instruction, plan.accesses, this.#state) : undefined;
    return difference === settled.difference ? settled.maker : vendor;
  }

  /** The accesses that the processors of every maker make, or that one faults where another does not, or otherwise. */
  #madeByAll(
    instruction: Instruction,
    accesses: readonly PlannedAccess[],
    failed: Failure,
  ): readonly PlannedAccess[] | Unsupported {
    const state = this.#state;
    const [, other] = vendorsOf(state);
    const difference = other && accessDifference(instruction, accesses, state);
    if (other === undefined || difference === undefined || difference === state.settled?.difference) return accesses;
    const plan = planAccesses(instruction, state.registers, state.segments, other);
    const made = plan.kind === 'planned' ? plan.accesses : accesses;
    const isSame = isSameFailure(failed, this.#check(instruction, made, other));
    return isSame ? made : processorsDiffer(instruction, difference);
  }

  #check(instruction: Instruction, accesses: readonly PlannedAccess[], vendor: Vendor): Failure {
    const failed = checkAccesses(accesses, this.#state, this.#memory, {
      vendor,
      vectorAlignment: vectorAlignment(instruction, vendor),
      wholeAlignment: wholeAlignment(instruction, vendor),
      naturalAlignment: (access) => accessAlignment(access, vendor),
      parts: (access) => accessParts(instruction, access, vendor),
    });
    if (vendor !== 'intel' || failed?.fault.kind !== 'page-fault') return failed;
    if (instruction.mnemonic === 'bound') return this.#boundFailure(instruction, accesses, failed);
    return usesStateArea(instruction) ? 'undetermined' : failed;
  }

  /** Intel's compare with the lower limit before they read the upper one. */
  #boundFailure(instruction: Instruction, [limits]: readonly PlannedAccess[], failed: FailedAccess): Failure {
    const { registers } = this.#state;
    const size = (limits?.size ?? 0) / 2;
    const isUpper =
      limits !== undefined && checkAccesses([{ ...limits, size }], this.#state, this.#memory, PLAIN) === undefined;
    if (!isUpper) return failed;
    const isBelow = isBelowLowerLimit(instruction, registers, this.#memory.read(limits.linearAddress, size));
    if (isBelow === undefined) return 'undetermined';
    return isBelow ? { ...failed, fault: raise('bound-range', registers.eip).trap } : failed;
  }

  /** A far call reads its target and checks the selector, then pushes. */
  #beforePushes(instruction: Instruction, accesses: readonly PlannedAccess[], vendor: Vendor): StepOutcome | undefined {
    const reads = accesses.filter((access) => access.reads);
    const failed = this.#check(instruction, reads, vendor);
    if (failed !== undefined && failed !== 'undetermined') return this.#accessFault(instruction, reads, failed);
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
    if (accesses.some(reachesPastTheEnd)) {
      return unsupported(instruction, {
        kind: 'unsupported',
        reason: { code: 'wraps-past-the-end', mnemonic: instruction.mnemonic },
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
    const after = this.#registersAfter(instruction, done);
    const valued: ValuedAccess[] = [];
    accesses.forEach(({ reads, linearAddress, size, bytes }, i) => {
      if (reads) valued.push({ access: 'read', linearAddress, size, bytes });
      const written = done.writes?.get(i);
      if (written === undefined) return;
      valued.push({ access: 'write', linearAddress, size, bytes: written });
      this.#memory.write(linearAddress, written);
    });
    if (done.perhapsCleared) this.#forgetUnlessZero(done.perhapsCleared);
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

  /** Between comparisons, and where the maker is not known, the flags are those of AMD's. */
  #registersAfter(instruction: Instruction, done: Done): RegisterFile {
    if (instruction.mnemonic === 'iret') return done.registers;
    const after = withoutRf(done.registers);
    const [vendor = 'amd'] = vendorsOf(this.#state);
    return isBetweenComparisons(instruction, after) ? flagsBetweenRounds(this.#state.registers, after, vendor) : after;
  }

  #forgetUnlessZero({ linearAddress, size }: MemoryRange): void {
    for (let i = 0; i < size; i++) {
      const at = wrapU32(linearAddress + i);
      if (this.#memory.read(at, 1)?.[0] !== 0) this.#memory.forget(at, 1);
    }
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

/** True if the two faults look the same in a log. */
function isSameFailure(one: Failure, other: Failure): boolean {
  if (one === 'undetermined' || other === 'undetermined' || one === undefined || other === undefined)
    return one === other;
  const address = ({ fault }: FailedAccess) => (fault.kind === 'page-fault' ? fault.linearAddress : undefined);
  return (
    one.fault.kind === other.fault.kind &&
    one.fault.errorCode === other.fault.errorCode &&
    address(one) === address(other)
  );
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
