// What the instructions before the fault did, in words: what each did to registers and memory, and how that is known.

import type { Instruction } from '../../decoder/instruction.ts';
import { type GeneralRegister, isGeneralRegister, registerPart } from '../../machine/registers.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import type { KnownValue, LeadUp, LeadUpAccess, LeadUpStep, ValueCondition } from '../../reconstruction/lead-up.ts';
import type { StepDoubt } from '../../reconstruction/paths/doubts.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { listText } from './list.ts';
import { placeOf } from './place.ts';
import { proofFailureText } from './proof-failure.ts';
import { startText } from './start-reason.ts';
import { STEP_DOUBTS } from './step-doubt.ts';
import { CONDITIONS } from './value.ts';

/** A report as far as places are named by it. */
interface ReplayedSnapshot {
  readonly snapshot: Snapshot;
  readonly replay: Replay;
}

/** How many steps there are, and whether they were proved. Where no fault was reproduced, a run ends in the registers and flags alone. */
export function leadUpText(leadUp: LeadUp, { verdict }: Replay): string {
  const count = leadUp.steps.length;
  const what = count === 1 ? 'one earlier instruction' : `${count} earlier instructions`;
  return leadUp.proved
    ? `${what}, run forward into the same registers${verdict === 'reproduced' ? ', flags and fault' : ' and flags'}`
    : `${what}, not proved${leadUp.proof.reason ? `: ${proofFailureText(leadUp.proof.reason)}` : ''}`;
}

/** What the step at `index` did, one text for each register, memory word and remark. */
export function stepTexts(index: number, leadUp: LeadUp, view: ReplayedSnapshot): readonly string[] {
  const step = leadUp.steps[index] as LeadUpStep;
  return [...effects(step, after(step, index, leadUp, view)), ...remarks(step)];
}

type State = LeadUpStep['before'];

/** The state after a step: what is certain if it ran, else that before the next one. */
function after(step: LeadUpStep, index: number, leadUp: LeadUp, view: ReplayedSnapshot): Partial<State> {
  const state = stateAfter(index, leadUp, view);
  const own = Object.entries(step.left).filter(
    ([name, value]) => value?.provenance === 'derived' || !isKnown(state[name as GeneralRegister]),
  );
  return { ...state, ...Object.fromEntries(own) };
}

/**
 * The state before the next step, or the registers of the log. A repeated instruction that faults has changed some of these in the rounds
 * before.
 */
function stateAfter(index: number, leadUp: LeadUp, { snapshot, replay }: ReplayedSnapshot): Partial<State> {
  const next = leadUp.steps[index + 1];
  if (next !== undefined) return next.before;
  const isRepeated = replay.instruction !== undefined && replay.instruction.prefixes.rep !== 'none';
  const moved: readonly string[] = isRepeated ? writtenRegisters(replay.instruction) : [];
  const logged = Object.entries(snapshot.registers).flatMap(([name, value]) =>
    value === undefined || name === 'eip' || moved.includes(name)
      ? []
      : [[name, { provenance: 'observed', value: value.value } as const]],
  );
  return Object.fromEntries(logged) as Partial<State>;
}

/** `%eax ← [d2ac9dd8] f21fea80`, `%ecx 2b024000 → 2b024004`, `[f5a0bf00] ← 00000001`. */
function effects(step: LeadUpStep, next: Partial<State>): readonly string[] {
  const { loaded, read, stores } = shownAccesses(step);
  return [
    ...shownRegisters(step, next).map((name) => registerEffect(step, name, next[name], loaded)),
    ...read.map(({ address, value }) => `[${shown(address)}] is ${shownLoad({ address, value })}`),
    ...stores.map(({ address, value }) => `[${shown(address)}] ← ${shown(value)}`),
  ];
}

interface ShownAccesses {
  /** What the only register that is written was loaded from. */
  readonly loaded?: LeadUpAccess;
  readonly read: readonly LeadUpAccess[];
  readonly stores: readonly LeadUpAccess[];
}

function shownAccesses({ accesses, instruction }: LeadUpStep): ShownAccesses {
  const loads = accesses.filter(({ access }) => access === 'read');
  const stores = accesses.filter(({ access }) => access === 'write');
  const [first, ...others] = loads;
  const isPlainLoad = others.length === 0 && writtenRegisters(instruction).length === 1;
  if (first !== undefined && isPlainLoad && /^(mov|pop|lods)/.test(instruction.mnemonic))
    return { loaded: first, read: [], stores };
  return { read: loads.filter(({ value }) => isKnown(value)), stores };
}

/** Of several registers only those that are known. */
function shownRegisters({ instruction }: LeadUpStep, next: Partial<State>): readonly GeneralRegister[] {
  const written = writtenRegisters(instruction);
  return written.filter((name) => written.length === 1 || isKnown(next[name]));
}

function registerEffect(
  step: LeadUpStep,
  name: GeneralRegister,
  value: KnownValue | undefined,
  loaded: LeadUpAccess | undefined,
): string {
  const before = step.before[name];
  if (loaded !== undefined)
    return `%${name} ← [${shown(loaded.address)}] ${isKnown(value) ? shown(value) : shownLoad(loaded)}`;
  return readsToo(step.instruction, name) && isKnown(before)
    ? `%${name} ${shown(before)} → ${shown(value)}`
    : `%${name} ← ${shown(value)}`;
}

function isKnown(value: KnownValue | undefined): boolean {
  return value?.value !== undefined && value.provenance !== 'unknown';
}

/** General registers that the instruction gives a new value, the stack pointer of pushes and pops apart. */
function writtenRegisters(instruction: Instruction): readonly GeneralRegister[] {
  const names = instruction.registers
    .filter(({ access }) => access !== 'read' && access !== 'none' && access !== 'conditional-read')
    .map(({ name }) => registerPart(name)?.register)
    .filter((name) => name !== undefined);
  const movesStack =
    instruction.stackDelta !== 0 || instruction.flow === 'call' || instruction.flow === 'indirect-call';
  return [...new Set(names)].filter((name) => isGeneralRegister(name) && !(name === 'esp' && movesStack));
}

function readsToo(instruction: Instruction, register: GeneralRegister): boolean {
  return instruction.registers.some(
    ({ name, access }) => registerPart(name)?.register === register && access !== 'write' && access !== 'none',
  );
}

/** `≈` marks what holds under a condition that the legend names, or a witness with its constraint there; `?` what is unknown, to the digit. */
function shown(value: KnownValue | undefined): string {
  if (value?.value === undefined || !isKnown(value)) return '?';
  if (value.provenance !== 'assumed') return hex32(value.value);
  if (value.knownBits !== undefined && value.condition === undefined) return knownDigits(value.value, value.knownBits);
  return `≈${hex32(value.value)}`;
}

/** One value of several, which the text shows with what all of them fulfil. */
function isWitness({ value, constraint, condition, knownBits }: KnownValue): boolean {
  const isShownInPart = value !== undefined && knownBits !== undefined && knownDigits(value, knownBits) !== '?';
  return constraint !== undefined && condition === undefined && !isShownInPart;
}

/** What a load found. The legend has the constraints of the words whose addresses are known. */
function shownLoad({ address, value }: Pick<LeadUpAccess, 'address' | 'value'>): string {
  if (value.value === undefined || !isWitness(value)) return shown(value);
  return isKnown(address) ? `≈${hex32(value.value)}` : `any x with ${value.constraint}`;
}

/** Of a value that is known in part the digits of which all bits are: `0001000?`; `?` where none is. */
function knownDigits(value: U32, known: U32): string {
  const digits = [...hex32(value)].map((digit, i) => (((known >>> (4 * (7 - i))) & 0xf) === 0xf ? digit : '?'));
  return digits.every((digit) => digit === '?') ? '?' : digits.join('');
}

/** What the values depend on that are marked with `≈` at a step. */
function conditionTexts(leadUp: LeadUp, view: ReplayedSnapshot): readonly string[] {
  const places = new Map<ValueCondition, Set<string>>();
  leadUp.steps.forEach((step, i) => {
    for (const { provenance, condition } of shownValues(step, after(step, i, leadUp, view))) {
      if (provenance !== 'assumed' || condition === undefined) continue;
      places.set(
        condition,
        (places.get(condition) ?? new Set()).add(placeOf(step.address, view.snapshot, view.replay)),
      );
    }
  });
  return [...places].map(([condition, at]) => `≈ at ${listText(fewPlaces([...at]))}: if ${CONDITIONS[condition]}`);
}

/** Up to so many places are named. */
const MOST_PLACES = 3;

function fewPlaces(places: readonly string[]): readonly string[] {
  const rest = places.length - MOST_PLACES;
  return rest < 2 ? places : [...places.slice(0, MOST_PLACES), `${rest} more`];
}

function shownValues(step: LeadUpStep, next: Partial<State>): readonly KnownValue[] {
  const { loaded, read, stores } = shownAccesses(step);
  const registers = shownRegisters(step, next).flatMap((name) => [
    ...(next[name] ? [next[name]] : []),
    ...(loaded === undefined && readsToo(step.instruction, name) ? [step.before[name]] : []),
  ]);
  const accesses = [...(loaded ? [loaded] : []), ...read, ...stores];
  return [...registers, ...accesses.flatMap(({ address, value }) => [address, value])];
}

const NOTE_WORDS: Readonly<Record<LeadUpStep['notes'][number], string>> = {
  taken: 'taken',
  'not-taken': 'not taken',
  'callee-not-shown': 'the callee is not shown',
  'rests-on-abi': '',
  'outcome-given': 'outcome given, not run',
  'callee-lost-registers': 'it gave its saved registers back changed',
  'boundary-uncertain': '',
};

function remarks(step: LeadUpStep): readonly string[] {
  const rounds = step.rounds === undefined ? [] : [`${step.rounds} rounds`];
  const skipped =
    step.round === undefined || step.round.skippedBefore === 0 ? [] : [`after ${step.round.skippedBefore} rounds`];
  return [...step.notes.map((note) => NOTE_WORDS[note]).filter((words) => words !== ''), ...rounds, ...skipped];
}

/** The signs of other ways, each with the latest step that has it. */
function doubtTexts({ steps }: LeadUp, { snapshot, replay }: ReplayedSnapshot): readonly string[] {
  const named = new Map<StepDoubt, U32>();
  for (const { doubt, address } of [...steps].reverse()) if (doubt && !named.has(doubt)) named.set(doubt, address);
  return [...named].map(([doubt, at]) => `┆ from ${placeOf(at, snapshot, replay)} back: ${STEP_DOUBTS[doubt]}`);
}

function fromFileText(count: number): string {
  const steps = count === 1 ? 'the bytes of one step are' : `the bytes of ${count} steps are`;
  return `${steps} from the file: the log does not show them`;
}

/** Where the steps begin that the bytes do not prove, seen from the fault. */
function likelyText({ steps }: LeadUp, { snapshot, replay }: ReplayedSnapshot): readonly string[] {
  const latest = steps.findLast(({ path }) => path === 'likely');
  if (latest === undefined) return [];
  const from = placeOf(latest.address, snapshot, replay);
  return [`from ${from} back the steps are likely: code that is not shown could jump in, but nothing hints at it`];
}

/** Why it starts where it starts, then what the marks mean and the constraints behind the witnesses. */
export function leadUpLegend(leadUp: LeadUp, view: ReplayedSnapshot): readonly string[] {
  const doubtful = leadUp.steps.some(({ path }) => path === 'assumed');
  const abi = leadUp.steps.some(({ notes }) => notes.includes('rests-on-abi'));
  const constrained = leadUp.memory.filter(({ value }) => value.provenance === 'assumed' && isWitness(value));
  const fromFile = leadUp.steps.filter((step) => step.fromFile).length;
  return [
    'values follow from the log along this path; ≈ not certain, ? not known',
    `it starts there because ${startText(leadUp.reason, 'there')}`,
    ...(leadUp.origin.some(({ steps }) => steps.length > 0) ? ['◀ made a part of the faulting address'] : []),
    ...(fromFile > 0 ? [fromFileText(fromFile)] : []),
    ...likelyText(leadUp, view),
    ...(doubtful ? doubtTexts(leadUp, view) : []),
    ...conditionTexts(leadUp, view),
    ...(abi ? ['values from before a call rest on the calling convention'] : []),
    ...constrained.map(
      ({ address, value }) =>
        `[${shown(address)}] ${shownLoad({ address, value })} is one that fits; any x with ${value.constraint}`,
    ),
  ];
}
