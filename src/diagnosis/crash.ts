// One crash as the rules look at it: the fault as far as it is known, the parts of its address, and where they came from.

import type { Decoder } from '../decoder/decoder.ts';
import type { PossibleKernels } from '../machine/kernel-version.ts';
import { GENERAL_REGISTERS, type GeneralRegister } from '../machine/registers.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import type { AddressLayout } from '../machine/zones.ts';
import {
  certainValue,
  type KnownValue,
  type LeadUp,
  type OriginChain,
  type OriginLink,
  type PathGrade,
} from '../reconstruction/lead-up.ts';
import type { FaultingOperand, Replay } from '../replay/replay-types.ts';
import { kernelsOf } from '../snapshot/kernels.ts';
import { type StackWords, stackWordsOf } from '../snapshot/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Ground, Source, Strength } from './diagnosis.ts';
import type { EarlierFacts } from './earlier-reports.ts';
import { faultOf, lostFault, type PageFaultFacts } from './page-fault.ts';

/** A register of the faulting address with its value. */
export interface Pointer {
  readonly role: 'base' | 'index';
  readonly register: GeneralRegister;
  readonly value: U32;
  readonly scale: number;
  readonly source?: Source;
  /** How sure the way is over which `source` was found. */
  readonly path: PathGrade;
}

/** What was worked out about a report before it is diagnosed. */
export interface CrashFacts {
  readonly snapshot: Snapshot;
  readonly replay: Replay;
  readonly leadUp?: LeadUp;
  readonly layout: AddressLayout;
  readonly decoder: Decoder;
  /** What the reports before this one of the same input say of it. */
  readonly earlier?: EarlierFacts;
}

export interface Crash extends CrashFacts {
  readonly kernels: PossibleKernels;
  readonly isKernel: boolean;
  readonly fault?: PageFaultFacts;
  /** Only where the replay agrees with the log, or where the log names no exception and the operand shows one. */
  readonly operand?: FaultingOperand;
  readonly base?: Pointer;
  readonly index?: Pointer;
  readonly stack?: StackWords;
}

export function crashOf({ snapshot, replay, layout, leadUp, decoder, earlier }: CrashFacts): Crash {
  const isKernel = snapshot.kind !== 'user-fault' && snapshot.mode?.value !== 'user';
  const agrees = replay.verdict === 'reproduced';
  const lost = isKernel ? lostFault(snapshot, replay, layout) : undefined;
  const operand = agrees && replay.fault?.kind === 'page-fault' ? replay.operand : lost?.operand;
  const stack = stackWordsOf(snapshot);
  const fault = faultOf(snapshot, replay) ?? lost?.fault;
  const base = operand && pointerOf('base', operand, snapshot, leadUp);
  const index = operand && pointerOf('index', operand, snapshot, leadUp);
  return {
    snapshot,
    replay,
    layout,
    decoder,
    kernels: kernelsOf(snapshot),
    isKernel,
    ...(leadUp && { leadUp }),
    ...(earlier && { earlier }),
    ...(fault && { fault }),
    ...(operand && { operand }),
    ...(base && { base }),
    ...(index && { index }),
    ...(stack && { stack }),
  };
}

function pointerOf(
  role: 'base' | 'index',
  operand: FaultingOperand,
  snapshot: Snapshot,
  leadUp: LeadUp | undefined,
): Pointer | undefined {
  const part = operand[role];
  if (part?.value === undefined || part.provenance === 'assumed') return undefined;
  const scale = role === 'index' ? (operand.index?.scale ?? 1) : 1;
  const chain = leadUp?.origin.find((one) => one.role === role && one.register === part.register);
  const source = (chain && leadUp && sourceOf(chain, leadUp, snapshot)) ?? argumentAtEntry(part.register, snapshot);
  return {
    role,
    register: part.register,
    value: part.value,
    scale,
    path: chain?.path ?? 'only',
    ...(source && { source }),
  };
}

/** Kernels are built with -mregparm=3 since 2.6.20; before that it was an option. GCC manual, "x86 Function Attributes". */
const ARGUMENT_REGISTERS: readonly GeneralRegister[] = ['eax', 'edx', 'ecx'];

function argumentAtEntry(register: GeneralRegister, snapshot: Snapshot): Source | undefined {
  const position = ARGUMENT_REGISTERS.indexOf(register);
  return snapshot.kind !== 'user-fault' && snapshot.symbol?.value.offset === 0 && position >= 0
    ? { kind: 'argument', position: position + 1 }
    : undefined;
}

function sourceOf(chain: OriginChain, leadUp: LeadUp, snapshot: Snapshot): Source | undefined {
  const isSame = chain.links.every(({ kind }, i) => kind === 'copy' || i === chain.links.length - 1);
  if (!isSame) return undefined;
  const last = chain.links.at(-1);
  switch (chain.end.kind) {
    case 'load': {
      const address = certain(last?.address);
      const position = address === undefined ? undefined : stackArgument(address, leadUp, snapshot);
      if (position !== undefined) return { kind: 'argument', position };
      return { kind: 'load', ...(address !== undefined && { address }) };
    }
    case 'constant':
      return { kind: 'constant' };
    case 'callee':
      return chain.end.register === 'eax' ? { kind: 'returned' } : undefined;
    case 'before-lead-up': {
      if (!reachesEntry(leadUp, snapshot)) return undefined;
      const position = ARGUMENT_REGISTERS.indexOf(chain.end.register);
      return position >= 0 ? { kind: 'argument', position: position + 1 } : undefined;
    }
    default:
      return undefined;
  }
}

/** True where the first step is the first instruction of the function that EIP lies in. */
export function reachesEntry(leadUp: LeadUp, { symbol, registers }: Snapshot): boolean {
  const offset = symbol?.value.offset;
  const first = leadUp.steps[0];
  const last = leadUp.steps.at(-1);
  if (offset === undefined || first === undefined || last === undefined) return false;
  const eip = registers.eip?.value ?? wrapU32(last.address + last.instruction.length);
  return eip - first.address === offset;
}

/** Which argument on the stack of a function without register arguments lies at the address: the return address is below the first. */
function stackArgument(address: U32, leadUp: LeadUp, snapshot: Snapshot): number | undefined {
  const atEntry = reachesEntry(leadUp, snapshot) ? certain(leadUp.steps[0]?.before.esp) : undefined;
  if (atEntry === undefined) return undefined;
  const distance = address - atEntry;
  return distance >= 4 && distance <= 32 && distance % 4 === 0 ? distance / 4 : undefined;
}

/** The value, if every execution that fits the log has it, whatever a callee did. */
export function certain(value: KnownValue | undefined): U32 | undefined {
  return value?.condition === undefined ? certainValue(value) : undefined;
}

/** No stronger than the way over which a conclusion was drawn. */
export function capped(strength: Strength, path: PathGrade): Strength {
  if (path === 'assumed') return 'hint';
  return path === 'likely' && strength === 'proves' ? 'suggests' : strength;
}

/** The registers that the log prints with their values. */
export function printedRegisters({ registers }: Snapshot): readonly { register: GeneralRegister; value: U32 }[] {
  return GENERAL_REGISTERS.flatMap((register) => {
    const fact = registers[register];
    return fact === undefined ? [] : [{ register, value: fact.value }];
  });
}

export function registerGround(register: GeneralRegister | 'eip' | 'eflags', value: U32): Ground {
  return { kind: 'register', register, value };
}

/** Where the log prints the fault address. */
export function addressGround({ snapshot }: Crash): readonly Ground[] {
  const { faultAddress } = snapshot.trap;
  return faultAddress ? [{ kind: 'log', what: 'fault-address', evidence: faultAddress.evidence }] : [];
}

/** How the lead-up made the base of the faulting address, the latest step first. */
export function baseLinks({ leadUp }: Crash): readonly OriginLink[] {
  return leadUp?.origin.find(({ role }) => role === 'base')?.links ?? [];
}

/** The steps that an origin goes over. */
export function stepGrounds({ leadUp }: Crash, register: GeneralRegister): readonly Ground[] {
  const chain = leadUp?.origin.find((one) => one.register === register);
  const end = chain?.end.kind === 'callee' ? [chain.end.step] : [];
  const steps = [...(chain?.links.map(({ step }) => step) ?? []), ...end];
  return [...new Set(steps)].map((step) => ({ kind: 'step', step }));
}
