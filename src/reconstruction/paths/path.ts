// One candidate path into the fault, grown backward step by step, with everything that is implied along it.

import type { Instruction } from '../../decoder/instruction.ts';
import { EFLAGS, FIXED_FLAGS } from '../../machine/eflags.ts';
import { GENERAL_REGISTERS, isGeneralRegister } from '../../machine/registers.ts';
import { wrapU32 } from '../../machine/u32.ts';
import type { CrashSite } from '../crash-site.ts';
import { type Front, Lift } from '../lift/lift.ts';
import { type Execution, liftInstruction } from '../lift/lift-instruction.ts';
import { type FinalMemory, MemoryVersions, type PathEvent } from '../network/memory-versions.ts';
import { Network, type NodeId, ZERO } from '../network/network.ts';
import { applyFault, boundRounds, finalMemoryOf } from './fault-evidence.ts';

export interface PathStep {
  readonly instruction: Instruction;
  /** In the captured bytes. */
  readonly offset: number;
  readonly execution: Execution;
  readonly before: Front;
  /** In the order of execution. */
  readonly events: readonly PathEvent[];
}

export interface PathMark {
  readonly network: number;
  readonly steps: number;
  readonly events: number;
  readonly confirmations: number;
}

/** Rounds of propagation between registers and memory; each must have learned something. */
const SETTLE_LIMIT = 64;

export class Path {
  readonly network = new Network();
  readonly memory: MemoryVersions;
  /** Latest first. */
  readonly steps: PathStep[] = [];
  readonly #site: CrashSite;
  readonly #finalMemory: FinalMemory;
  readonly final: Front;
  /** How often a step made, from constants or from words of the log, exactly what was needed: a coincidence on any other way. */
  confirmations = 0;

  constructor(site: CrashSite) {
    this.#site = site;
    this.#finalMemory = finalMemoryOf(site);
    this.memory = new MemoryVersions(this.network, this.#finalMemory);
    this.final = this.#finalFront();
    applyFault(this, site);
    this.settle();
  }

  /** The machine before the earliest step so far. */
  get front(): Front {
    return this.steps.at(-1)?.before ?? this.final;
  }

  /** Puts one executed instruction before the path. False: no execution fits. */
  prepend(instruction: Instruction, execution: Execution): boolean {
    const { code, state } = this.#site;
    const options = {
      hasAddresses: code.base === 'printed',
      skipsCallee: execution.skipsCallee === true,
      losesSaved: execution.losesSaved === true,
      isPrivileged: (state.segments.cs.selector & 3) === 0,
    };
    const made = constantRegister(instruction);
    const needed = made !== undefined && this.network.isKnown(this.front.registers[made] as NodeId);
    const lift = new Lift(this.network, instruction, this.front, options);
    liftInstruction(lift, execution);
    if (execution.rounds === 'unfinished') boundRounds(this, instruction, lift.events, this.#finalMemory);
    for (let i = lift.events.length - 1; i >= 0; i--) this.memory.prepend(lift.events[i] as PathEvent);
    this.steps.push({
      instruction,
      offset: wrapU32(instruction.address - this.#site.code.start),
      execution,
      before: lift.front,
      events: lift.events,
    });
    const fits = this.settle();
    if (fits && needed && this.#isMadeFromKnown(instruction)) this.confirmations++;
    return fits;
  }

  /** Draws all conclusions. False: no execution fits. */
  settle(): boolean {
    for (let round = 0; round < SETTLE_LIMIT; round++) {
      if (!this.network.propagate()) return false;
      const before = this.network.mark();
      this.memory.resolve();
      if (this.network.conflict !== undefined) return false;
      if (this.network.mark() === before) return true;
    }
    return this.network.propagate();
  }

  mark(): PathMark {
    return {
      network: this.network.mark(),
      steps: this.steps.length,
      events: this.memory.length,
      confirmations: this.confirmations,
    };
  }

  undo(mark: PathMark): void {
    this.steps.length = mark.steps;
    this.confirmations = mark.confirmations;
    this.memory.truncate(mark.events);
    this.network.undo(mark.network);
  }

  /** Constants are; a load is where the log shows its word. */
  #isMadeFromKnown(instruction: Instruction): boolean {
    if (!instruction.memory.some((operand) => operand.access !== 'none')) return true;
    return this.steps.at(-1)?.events.every((event) => event.kind === 'load' && this.memory.isLogged(event)) ?? false;
  }

  #finalFront(): Front {
    const { registers, eflags, state } = this.#site;
    const node = (value: number | undefined): NodeId =>
      value === undefined ? this.network.addNode() : this.network.addConstant(value);
    const flags = this.network.addNode();
    this.network.refine(flags, FIXED_FLAGS.mask, FIXED_FLAGS.value);
    // Only the image that a fault pushes has RF set; while code runs it is 0.
    if (eflags !== undefined) this.network.refine(flags, ~FIXED_FLAGS.mask, eflags & ~EFLAGS.RF);
    else this.network.refine(flags, EFLAGS.VM | EFLAGS.RF | EFLAGS.TF | EFLAGS.DF, 0);
    return {
      registers: GENERAL_REGISTERS.map((name) => node(registers[name])),
      flags,
      segments: {
        es: ZERO,
        cs: ZERO,
        ss: ZERO,
        ds: ZERO,
        fs: node(state.segments.fs.base),
        gs: node(state.segments.gs.base),
      },
    };
  }
}

/** Index of the register that the instruction makes anew from a constant or from one word of memory. */
function constantRegister({ mnemonic, operands }: Instruction): number | undefined {
  const [to, from] = operands;
  if (to?.kind !== 'register' || !isGeneralRegister(to.name)) return undefined;
  const isConstant = mnemonic === 'mov' && from?.kind === 'immediate';
  const isCleared = (mnemonic === 'xor' || mnemonic === 'sub') && from?.kind === 'register' && from.name === to.name;
  const isLoaded = (mnemonic === 'mov' && from?.kind === 'memory') || mnemonic === 'pop';
  return isConstant || isCleared || isLoaded ? GENERAL_REGISTERS.indexOf(to.name) : undefined;
}
