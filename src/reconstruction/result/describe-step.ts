// One step of the lead-up with the registers before it and the memory it touched.

import { GENERAL_REGISTERS, type GeneralRegister, registerPart } from '../../machine/registers.ts';
import { wrapU32 } from '../../machine/u32.ts';
import type { AccessKnowledge, StepKnowledge } from '../knowledge.ts';
import type {
  KnownValue,
  LeadUpAccess,
  LeadUpStep,
  OtherWay,
  PathGrade,
  StepNote,
  ValueCondition,
} from '../lead-up.ts';
import { CALLER_SAVED, writes } from '../lift/lift.ts';
import { exactly, type KnownBits } from '../network/known-bits.ts';
import type { Path, PathStep } from '../paths/path.ts';
import type { ChosenStep } from '../paths/search.ts';
import type { WindowCode } from '../paths/window-code.ts';
import { knownFlags, knownValue, type Source, UNKNOWN } from './known-values.ts';

export interface StepContext {
  readonly path: Path;
  readonly code: WindowCode;
  /** Witnesses were chosen: the path's nodes hold them. */
  readonly hasWitness: boolean;
  /** Of the step: which registers, and the flags, a later step still reads. */
  readonly live: { readonly registers: readonly boolean[]; readonly flags: boolean };
  readonly grade: PathGrade;
  readonly wasGiven: boolean;
  /** What the path asks of the value that the step loads. */
  constraint(): string | undefined;
  /** A run contradicted what is claimed of a register before the step. */
  moved(register: GeneralRegister): boolean;
  /** A later step still reads it. */
  isLiveAfter(register: number): boolean;
  /** A run contradicted what is claimed of it after the step. */
  movedAfter(register: GeneralRegister): boolean;
}

export function describeStep(knowledge: StepKnowledge, context: StepContext): LeadUpStep {
  const { step, chosen } = knowledge;
  const { path } = context;
  const witness = (node: number) => (context.hasWitness ? path.network.value(node) : undefined);
  const entries = GENERAL_REGISTERS.map((name, i): [GeneralRegister, KnownValue] => {
    const node = step.before.registers[i] as number;
    return [name, registerValue(knowledge, context, i, name, witness(node))];
  });
  return {
    instruction: step.instruction,
    address: step.instruction.address,
    offset: step.offset,
    path: context.grade,
    ...(chosen.doubt && { doubt: chosen.doubt }),
    otherWays: otherWays(chosen, context.code),
    before: {
      ...(Object.fromEntries(entries) as Record<GeneralRegister, KnownValue>),
      eflags: flagsValue(knowledge, context, witness(step.before.flags)),
    },
    left: leftValues(knowledge, context),
    accesses: knowledge.accesses.map((access, i) => describeAccess(access, i, knowledge, context)),
    notes: notesOf(step, knowledge, context),
    ...roundsOf(knowledge),
  };
}

function registerValue(
  knowledge: StepKnowledge,
  { live, moved, code }: StepContext,
  i: number,
  name: GeneralRegister,
  witness: number | undefined,
): KnownValue {
  const { backward, along, uncertain, withoutAbi, step } = knowledge;
  if (moved(name)) return UNKNOWN;
  const fromLater = backward.registers[i] as KnownBits;
  const isFromLater = fromLater.unknown === 0;
  const whole = knowledge.wholePath.registers[i];
  const isOnlyWhole = !isFromLater && !isKnown(along.registers[i]) && isKnown(whole) && !uncertain;
  if (isOnlyWhole) return knownValue({ bits: whole as KnownBits, doubt: 'earlier-step' });
  const bits = isFromLater ? fromLater : (along.registers[i] as KnownBits);
  const isPlain = isKnown(withoutAbi?.backward.registers[i]) || isKnown(withoutAbi?.along.registers[i]);
  const doubt: ValueCondition | undefined = uncertain
    ? 'this-way'
    : !isFromLater && live.registers[i] !== true && !code.isClosed(step.offset)
      ? 'earlier-step'
      : undefined;
  const source = { bits, ...(witness !== undefined && { witness }), ...(doubt !== undefined && { doubt }) };
  return conditional(source, knowledge, !isPlain, name === 'ebx');
}

/** The value, with the condition that it rests on a callee; `touchesEbx`: on what such a callee may leave in ebx, too. */
function conditional(
  source: Source,
  { withoutAbi, mayLoseEbx }: StepKnowledge,
  restsOnAbi: boolean,
  touchesEbx: boolean,
): KnownValue {
  if (withoutAbi === undefined || !restsOnAbi || source.bits.unknown !== 0) return knownValue(source);
  const doubt = source.doubt ?? (mayLoseEbx && touchesEbx ? 'callee-kept' : undefined);
  return doubt === undefined ? { ...knownValue(source), condition: 'callee-kept' } : knownValue({ ...source, doubt });
}

function isKnown(bits: KnownBits | undefined): boolean {
  return bits?.unknown === 0;
}

/** What the step left in the registers that it wrote, as far as it is certain if the step ran. */
function leftValues(knowledge: StepKnowledge, { code, isLiveAfter, movedAfter }: StepContext): LeadUpStep['left'] {
  const { uncertain, withoutAbi } = knowledge;
  const { instruction, execution } = knowledge.step;
  const written = new Set<string | undefined>(execution.skipsCallee ? CALLER_SAVED : []);
  for (const { name, access } of instruction.registers) if (writes(access)) written.add(registerPart(name)?.register);
  const left: Partial<Record<GeneralRegister, KnownValue>> = {};
  GENERAL_REGISTERS.forEach((name, i) => {
    const own = knowledge.left[i] as KnownBits;
    const bits = isKnown(own) ? own : (knowledge.leftAlong[i] as KnownBits);
    if (!written.has(name) || !isKnown(bits) || movedAfter(name)) return;
    const isDead = !isKnown(own) && !isLiveAfter(i) && !code.isClosed(knowledge.step.offset);
    const doubt = uncertain ? 'this-way' : isDead ? 'earlier-step' : undefined;
    const isPlain = isKnown(withoutAbi?.left[i]) || isKnown(withoutAbi?.leftAlong[i]);
    left[name] = conditional({ bits, ...(doubt !== undefined && { doubt }) }, knowledge, !isPlain, name === 'ebx');
  });
  return left;
}

function flagsValue(
  { backward, along, uncertain, step }: StepKnowledge,
  { live, code }: StepContext,
  witness: number | undefined,
): KnownValue {
  const fromLater = knownFlags({ bits: backward.flags });
  const bits = fromLater.provenance === 'derived' ? backward.flags : along.flags;
  const doubt: ValueCondition | undefined = uncertain
    ? 'this-way'
    : fromLater.provenance !== 'derived' && !live.flags && !code.isClosed(step.offset)
      ? 'earlier-step'
      : undefined;
  return knownFlags({ bits, ...(witness !== undefined && { witness }), ...(doubt !== undefined && { doubt }) });
}

function describeAccess(
  access: AccessKnowledge,
  index: number,
  knowledge: StepKnowledge,
  { path, hasWitness, constraint }: StepContext,
): LeadUpAccess {
  const { event } = access;
  const { step, uncertain } = knowledge;
  const plain = knowledge.withoutAbi?.accesses[index];
  const usesEbx = step.instruction.registers.some(
    ({ name, access: use }) => registerPart(name)?.register === 'ebx' && use.includes('read'),
  );
  const doubt = uncertain ? ({ doubt: 'this-way' } as const) : {};
  const address = path.memory.address(event);
  const whole = knowledge.wholePath.accesses[index];
  const isElsewhere = !isKnown(access.address) && isKnown(whole?.address) && !uncertain;
  const source = { bits: access.address, ...(hasWitness && address !== undefined && { witness: address }), ...doubt };
  return {
    access: event.kind === 'load' ? 'read' : 'write',
    address: isElsewhere
      ? knownValue({ bits: whole?.address as KnownBits, doubt: 'earlier-step' })
      : conditional(source, knowledge, !isKnown(plain?.address), usesEbx),
    size: event.size,
    value: accessedValue(),
  };

  function accessedValue(): KnownValue {
    const node = event.value ?? event.filler;
    if (access.value === undefined || node === undefined) return UNKNOWN;
    const witness = hasWitness ? path.network.value(node) : undefined;
    const width = event.size * 8;
    const value = { bits: access.value, width, ...(witness !== undefined && { witness }), ...doubt };
    const asked = access.value.unknown !== 0 && event.kind === 'load' ? constraint() : undefined;
    if (!isKnown(access.value) && isKnown(whole?.value) && !uncertain)
      return knownValue({ bits: whole?.value as KnownBits, width, doubt: 'earlier-step' });
    if (asked === undefined && access.ifUntouched !== undefined && !uncertain)
      return knownValue({ bits: exactly(access.ifUntouched), doubt: 'not-overwritten' });
    if (asked === undefined || witness === undefined)
      return conditional(value, knowledge, !isKnown(plain?.value), usesEbx);
    return { ...knownValue(value), provenance: 'assumed', value: wrapU32(witness), constraint: asked };
  }
}

function notesOf({ execution }: PathStep, knowledge: StepKnowledge, { wasGiven }: StepContext): readonly StepNote[] {
  const notes: StepNote[] = [];
  if (execution.taken !== undefined) notes.push(execution.taken ? 'taken' : 'not-taken');
  if (execution.losesSaved) notes.push('callee-lost-registers');
  if (execution.skipsCallee) notes.push('callee-not-shown');
  else if (wasGiven) notes.push('outcome-given');
  if (knowledge.restsOnAbi) notes.push('rests-on-abi');
  if (knowledge.chosen.doubt === 'boundary') notes.push('boundary-uncertain');
  return notes;
}

const FROM_OUTSIDE: ReadonlySet<string> = new Set([
  'entry',
  'window-start',
  'after-padding',
  'at-switch',
  'join-hint',
  'after-copies',
  'dead-end',
  'near-start',
  'joined-from-before',
  'joined-from-after',
]);

function otherWays({ others, doubt }: ChosenStep, code: WindowCode): readonly OtherWay[] {
  const ways: OtherWay[] = others.map(({ kind, instruction }) => ({
    kind,
    address: instruction.address,
    offset: code.offsetOf(instruction),
  }));
  if (doubt !== undefined && FROM_OUTSIDE.has(doubt)) ways.push({ kind: 'outside' });
  return ways;
}

function roundsOf({ accesses }: StepKnowledge): { rounds?: number } {
  const count = accesses.find((access) => access.count !== undefined)?.count;
  return count?.unknown === 0 ? { rounds: wrapU32(count.value) } : {};
}
