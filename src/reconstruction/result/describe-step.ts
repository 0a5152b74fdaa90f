// One step of the lead-up with the registers before it and the memory it touched.

import { GENERAL_REGISTERS, type GeneralRegister, registerPart } from '../../machine/registers.ts';
import { wrapU32 } from '../../machine/u32.ts';
import type { AccessKnowledge, StepKnowledge } from '../knowledge.ts';
import type { KnownValue, LeadUpAccess, LeadUpStep, OtherWay, PathGrade, StepNote } from '../lead-up.ts';
import type { KnownBits } from '../network/known-bits.ts';
import type { Path, PathStep } from '../paths/path.ts';
import type { ChosenStep } from '../paths/search.ts';
import type { WindowCode } from '../paths/window-code.ts';
import { knownFlags, knownValue, UNKNOWN } from './known-values.ts';

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
  /** A run contradicted what is claimed of a register. */
  moved(register: GeneralRegister): boolean;
}

const LEFT_BY_EARLIER = 'if the step before it led here';
const ON_THIS_WAY = 'if the way shown is the one taken';
const BY_CONVENTION = 'if the callee kept it, as the calling convention asks';

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
    accesses: knowledge.accesses.map((access) => describeAccess(access, knowledge, context)),
    notes: notesOf(step, knowledge, context),
    ...roundsOf(knowledge),
  };
}

function registerValue(
  { backward, along, uncertain, mayLoseEbx, restsOnAbi, step }: StepKnowledge,
  { live, moved, code }: StepContext,
  i: number,
  name: GeneralRegister,
  witness: number | undefined,
): KnownValue {
  if (moved(name)) return UNKNOWN;
  const fromLater = backward.registers[i] as KnownBits;
  const bits = fromLater.unknown === 0 ? fromLater : (along.registers[i] as KnownBits);
  const doubt = uncertain
    ? ON_THIS_WAY
    : mayLoseEbx && name === 'ebx'
      ? BY_CONVENTION
      : fromLater.unknown !== 0 && live.registers[i] !== true && !code.isClosed(step.offset)
        ? LEFT_BY_EARLIER
        : undefined;
  const value = knownValue({ bits, ...(witness !== undefined && { witness }), ...(doubt !== undefined && { doubt }) });
  // What is known of the time before a call, and not by what came before, has come back through what the callee kept.
  const isKept = restsOnAbi && name !== 'esp' && fromLater.unknown === 0 && value.provenance === 'derived';
  return isKept ? { ...value, condition: 'callee-kept' } : value;
}

function flagsValue(
  { backward, along, uncertain, step }: StepKnowledge,
  { live, code }: StepContext,
  witness: number | undefined,
): KnownValue {
  const fromLater = knownFlags({ bits: backward.flags });
  const bits = fromLater.provenance === 'derived' ? backward.flags : along.flags;
  const doubt = uncertain
    ? ON_THIS_WAY
    : fromLater.provenance !== 'derived' && !live.flags && !code.isClosed(step.offset)
      ? LEFT_BY_EARLIER
      : undefined;
  return knownFlags({ bits, ...(witness !== undefined && { witness }), ...(doubt !== undefined && { doubt }) });
}

function describeAccess(
  access: AccessKnowledge,
  { uncertain, mayLoseEbx, step }: StepKnowledge,
  { path, hasWitness, constraint }: StepContext,
): LeadUpAccess {
  const { event } = access;
  const restsOnEbx =
    mayLoseEbx &&
    step.instruction.registers.some(
      ({ name, access: use }) => registerPart(name)?.register === 'ebx' && use.includes('read'),
    );
  const doubt = uncertain ? { doubt: ON_THIS_WAY } : restsOnEbx ? { doubt: BY_CONVENTION } : {};
  const address = path.memory.address(event);
  return {
    access: event.kind === 'load' ? 'read' : 'write',
    address: knownValue({
      bits: access.address,
      ...(hasWitness && address !== undefined && { witness: address }),
      ...doubt,
    }),
    size: event.size,
    value: accessedValue(),
  };

  function accessedValue(): KnownValue {
    const node = event.value ?? event.filler;
    if (access.value === undefined || node === undefined) return UNKNOWN;
    const witness = hasWitness ? path.network.value(node) : undefined;
    const value = knownValue({
      bits: access.value,
      width: event.size * 8,
      ...(witness !== undefined && { witness }),
      ...doubt,
    });
    const asked = access.value.unknown !== 0 && event.kind === 'load' ? constraint() : undefined;
    if (asked === undefined || witness === undefined) return value;
    return { ...value, provenance: 'assumed', value: wrapU32(witness), constraint: asked };
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
