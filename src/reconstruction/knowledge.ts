// What is known at each step of a chosen path. A doubtful step must not make anything after it certain: the path is therefore
// built up in stages, each ending before a doubtful step, and what a stage knows is taken down before the next one is added.

import type { CrashSite } from './crash-site.ts';
import type { KnownBits } from './network/known-bits.ts';
import { exactly } from './network/known-bits.ts';
import type { MemoryEvent, PathEvent } from './network/memory-versions.ts';
import { Path, type PathStep } from './paths/path.ts';
import type { ChosenStep } from './paths/search.ts';

export interface AccessKnowledge {
  readonly event: MemoryEvent;
  readonly address: KnownBits;
  readonly value?: KnownBits;
}

export interface StepKnowledge {
  readonly step: PathStep;
  readonly chosen: ChosenStep;
  /** In the order of GENERAL_REGISTERS. */
  readonly registers: readonly KnownBits[];
  readonly flags: KnownBits;
  readonly accesses: readonly AccessKnowledge[];
  /** A call that returned lies between this step and the fault: what is known rests on the calling convention. */
  readonly restsOnAbi: boolean;
}

export interface Knowledge {
  readonly path: Path;
  /** Latest first. */
  readonly steps: readonly StepKnowledge[];
}

/** Undefined where the steps contradict each other, which a path that was searched does not. */
export function gatherKnowledge(site: CrashSite, chosen: readonly ChosenStep[]): Knowledge | undefined {
  const path = new Path(site);
  const steps: StepKnowledge[] = [];
  let restsOnAbi = false;
  const record = () => {
    for (let i = steps.length; i < path.steps.length; i++) {
      steps.push(stepKnowledge(path, path.steps[i] as PathStep, chosen[i] as ChosenStep, restsOnAbi));
    }
  };
  for (const step of chosen) {
    if (step.doubt !== undefined) record();
    if (!path.prepend(step.way.instruction, step.way.execution)) return undefined;
    restsOnAbi ||= step.way.execution.skipsCallee === true;
  }
  record();
  return { path, steps };
}

function stepKnowledge(path: Path, step: PathStep, chosen: ChosenStep, restsOnAbi: boolean): StepKnowledge {
  const net = path.network;
  return {
    step,
    chosen,
    registers: step.before.registers.map((node) => net.bits(node)),
    flags: net.bits(step.before.flags),
    accesses: step.events.filter(isAccess).map((event) => ({
      event,
      address: addressBits(path, event),
      ...(event.value !== undefined && { value: net.bits(event.value) }),
    })),
    restsOnAbi,
  };
}

function isAccess(event: PathEvent): event is MemoryEvent {
  return event.kind !== 'barrier';
}

function addressBits(path: Path, event: MemoryEvent): KnownBits {
  const address = path.memory.address(event);
  return address === undefined ? { unknown: -1, value: 0 } : exactly(address);
}

