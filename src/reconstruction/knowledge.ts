// What is known at each step of a chosen path. A step that may not have happened must not make anything after it certain: the path is
// therefore built up in stages, each beginning where a hidden jump could have come in, and what a stage knows is taken down before the
// next one, which lies further back, is added.

import type { Instruction } from '../decoder/instruction.ts';
import type { CrashSite } from './crash-site.ts';
import { firstReader } from './liveness.ts';
import { exactly, type KnownBits, NOTHING_KNOWN } from './network/known-bits.ts';
import type { MemoryEvent, PathEvent } from './network/memory-versions.ts';
import { narrow } from './paths/narrow.ts';
import { Path, type PathStep } from './paths/path.ts';
import type { ChosenStep } from './paths/search.ts';

export interface AccessKnowledge {
  readonly event: MemoryEvent;
  readonly address: KnownBits;
  /** Of each element, for a repeated store of one value. */
  readonly value?: KnownBits;
  /** Elements, for a repeated string instruction. */
  readonly count?: KnownBits;
  /** Where `value` is not known: what it was if nothing that is not shown stored there since. */
  readonly ifUntouched?: number;
}

export interface StepKnowledge {
  readonly step: PathStep;
  readonly chosen: ChosenStep;
  /** What follows from this step and those after it, however this step was reached. */
  readonly backward: Values;
  /** What follows when the step was reached as shown, up to the next doubtful step. */
  readonly along: Values;
  /** Of the registers after it, in the order of GENERAL_REGISTERS: as `backward`, and as `along`. */
  readonly left: readonly KnownBits[];
  readonly leftAlong: readonly KnownBits[];
  readonly accesses: readonly AccessKnowledge[];
  /** What follows of the registers before it, and of its accesses, if all steps of the path ran as shown. */
  readonly wholePath: { readonly registers: readonly KnownBits[]; readonly accesses: readonly AccessKnowledge[] };
  /** The same without the calling convention; absent where no call lies between this step and the fault. */
  readonly withoutAbi?: Pick<StepKnowledge, 'backward' | 'along' | 'left' | 'leftAlong' | 'accesses'>;
  /** A step between this one and the fault, or this one, may well not have happened: nothing here is certain. */
  readonly uncertain: boolean;
  /** A call that returned lies between this step and the fault: what is known rests on the calling convention. */
  readonly restsOnAbi: boolean;
  /** One of these calls may be to a helper that leaves ebx changed: see `keepsEbx`. */
  readonly mayLoseEbx: boolean;
}

export interface Values {
  /** In the order of GENERAL_REGISTERS. */
  readonly registers: readonly KnownBits[];
  readonly flags: KnownBits;
}

export interface Knowledge {
  readonly path: Path;
  /** What the fault itself tells of the registers before the faulting instruction, in the order of GENERAL_REGISTERS. */
  readonly atFault: readonly KnownBits[];
  /** Latest first. */
  readonly steps: readonly StepKnowledge[];
  /** How many rounds a faulting repeated instruction had done follows from the steps up to the first doubt. */
  readonly areRoundsCounted: boolean;
}

/** Likelihood of a hidden jump to a place from which nothing is concluded forward over it. */
const ENTERED = 0.01;
/** The same where a later place is doubted already: what led there may be another way altogether. */
const ENTERED_BEFORE_A_DOUBT = 0.0005;

/** Values tried in all for those of which few bits are open. */
const NARROWING_TRIALS = 200;

export function gatherKnowledge(site: CrashSite, chosen: readonly ChosenStep[]): Knowledge {
  const staged = gather(site, chosen);
  const steps = withWholePath(staged.path, staged.steps);
  if (!steps.some(({ restsOnAbi }) => restsOnAbi)) return { ...staged, steps };
  const plain = gather(site, chosen.map(withoutConvention)).steps;
  return { ...staged, steps: steps.map((step, i) => ({ ...step, ...(plain[i] && { withoutAbi: plain[i] }) })) };
}

/** What the whole path implies, its last stage included. */
function withWholePath(path: Path, steps: readonly StagedKnowledge[]): readonly StepKnowledge[] {
  return steps.map((knowledge) => ({
    ...knowledge,
    wholePath: {
      registers: valuesBefore(path, knowledge.step).registers,
      accesses: knowledge.step.events.filter(isAccess).map((event) => accessKnowledge(path, event)),
    },
  }));
}

type StagedKnowledge = Omit<StepKnowledge, 'wholePath'>;
type Staged = Omit<Knowledge, 'steps'> & { readonly steps: readonly StagedKnowledge[] };

/** As if no callee had given back what it had to save: what is known then as well does not rest on the convention. */
function withoutConvention(step: ChosenStep): ChosenStep {
  const { way } = step;
  return way.execution.skipsCallee
    ? { ...step, way: { ...way, execution: { ...way.execution, losesSaved: true } } }
    : step;
}

function gather(site: CrashSite, chosen: readonly ChosenStep[]): Staged {
  const path = new Path(site);
  const atFault = path.final.registers.map((node) => path.network.bits(node));
  const steps: StagedKnowledge[] = [];
  const backward: Values[] = [];
  const left: (readonly KnownBits[])[] = [];
  let uncertain = false;
  let restsOnAbi = false;
  let mayLoseEbx = false;
  let trials = NARROWING_TRIALS;
  const record = () => {
    trials = narrow(path, trials);
    for (let i = steps.length; i < path.steps.length; i++) {
      const step = path.steps[i] as PathStep;
      steps.push({
        step,
        chosen: chosen[i] as ChosenStep,
        backward: backward[i] as Values,
        along: valuesBefore(path, step),
        left: left[i] as readonly KnownBits[],
        leftAlong: registersAfter(path, i),
        accesses: step.events.filter(isAccess).map((event) => accessKnowledge(path, event)),
        uncertain,
        restsOnAbi,
        mayLoseEbx,
      });
    }
  };
  let isDoubted = false;
  let areRoundsCounted = false;
  chosen.forEach((step, i) => {
    if (step.doubt !== undefined && !isDoubted) areRoundsCounted = areCounted(path);
    isDoubted ||= step.doubt !== undefined;
    const isEntered = step.hiddenJump >= (isDoubted ? ENTERED_BEFORE_A_DOUBT : ENTERED);
    if (step.doubt !== undefined || isEntered) record();
    // A path that was searched contradicts nothing.
    path.prepend(step.way.instruction, step.way.execution);
    backward.push(valuesBefore(path, path.steps.at(-1) as PathStep));
    left.push(registersAfter(path, i));
    uncertain ||= step.doubt === 'at-switch';
    if (step.doubt !== 'call-returned') return;
    restsOnAbi = true;
    const later = chosen.slice(0, i).map(({ way }) => way.instruction);
    const after = [...later.reverse(), ...(site.code.faulting ? [site.code.faulting] : [])];
    mayLoseEbx ||= !keepsEbx(chosen[i + 1]?.way.instruction, after);
  });
  record();
  if (!isDoubted) areRoundsCounted = areCounted(path);
  return { path, atFault, steps, areRoundsCounted };
}

/**
 * Two kinds of callee change ebx: helpers of the kernel that are called outside the convention (put_user), after which nothing reads it,
 * and get_pc_thunk of position-independent code, which `add $x,%ebx` follows. Neither takes arguments on the stack.
 */
function keepsEbx(before: Instruction | undefined, after: readonly Instruction[]): boolean {
  const reader = firstReader(after, 'ebx');
  const [to] = reader?.mnemonic === 'add' ? reader.operands : [];
  if (to?.kind === 'register' && to.name === 'ebx') return false;
  const pushesArgument = before?.mnemonic === 'push' && before.operands[0]?.kind === 'immediate';
  return pushesArgument || reader !== undefined;
}

function areCounted(path: Path): boolean {
  const counts = path.steps[0]?.events.flatMap((event) =>
    isAccess(event) && event.count !== undefined ? event.count : [],
  );
  return counts?.every((count) => path.network.isKnown(count)) ?? false;
}

function valuesBefore(path: Path, step: PathStep): Values {
  const net = path.network;
  return { registers: step.before.registers.map((node) => net.bits(node)), flags: net.bits(step.before.flags) };
}

/** What is known after the step at `index`, latest first. */
function registersAfter(path: Path, index: number): readonly KnownBits[] {
  const { registers } = path.steps[index - 1]?.before ?? path.final;
  return registers.map((node) => path.network.bits(node));
}

function accessKnowledge(path: Path, event: MemoryEvent): AccessKnowledge {
  const address = path.memory.address(event);
  const node = event.value ?? event.filler;
  const value = node === undefined ? undefined : path.network.bits(node);
  const ifUntouched =
    event.value === undefined || value?.unknown === 0 ? undefined : path.memory.valueIfUntouched(event);
  const isPossible = ifUntouched !== undefined && value && ((ifUntouched ^ value.value) & ~value.unknown) === 0;
  return {
    event,
    address: address === undefined ? NOTHING_KNOWN : exactly(address),
    ...(value && { value }),
    ...(isPossible && { ifUntouched }),
    ...(event.count !== undefined && { count: path.network.bits(event.count) }),
  };
}

function isAccess(event: PathEvent): event is MemoryEvent {
  return event.kind !== 'barrier';
}
