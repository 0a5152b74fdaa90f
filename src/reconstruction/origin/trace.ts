// Where the registers of the faulting address came from: back from the base and the index over copies, arithmetic and words of memory that
// the steps stored, to the loads, constants, return values or registers that they were made of. The value of a store is never asked for:
// it did not make the address.

import { type GeneralRegister, isGeneralRegister, registerPart } from '../../machine/registers.ts';
import { type U32, wrapU32 } from '../../machine/u32.ts';
import type { CrashSite } from '../crash-site.ts';
import {
  certainValue,
  type Elsewhere,
  type KnownValue,
  type LeadUpAccess,
  type LeadUpStep,
  type OriginChain,
  type OriginEnd,
  type OriginLink,
  type OriginSource,
} from '../lead-up.ts';
import { CALLEE_SAVED, CALLER_SAVED, writes } from '../lift/lift.ts';
import { conditionHolds } from '../relations/conditions.ts';
import { type Ingredient, type Maker, makerOf, storedOf } from './makers.ts';

const CHANGED_BY_CALLEE: readonly string[] = [...CALLER_SAVED, ...CALLEE_SAVED];
const UNKNOWN: KnownValue = { provenance: 'unknown' };
const WORD = 4;
/** Words above the return address that are taken for arguments. */
const MOST_ARGUMENTS = 8;

export function traceOrigins(site: CrashSite, steps: readonly LeadUpStep[]): readonly OriginChain[] {
  const { operand } = site.fault.page ?? {};
  if (operand === undefined) return [];
  const trace = (role: OriginChain['role'], register: GeneralRegister) => new Trace(site, steps, role, register).run();
  const chains: OriginChain[] = [];
  if (operand.base !== undefined && isGeneralRegister(operand.base)) chains.push(trace('base', operand.base));
  if (operand.index !== undefined && operand.index !== 'al') chains.push(trace('index', operand.index));
  return chains;
}

/** What is looked for further back: a register, or a word that the step `storedBy` stored. */
type Sought =
  | { readonly kind: 'register'; readonly register: GeneralRegister }
  | ({
      readonly kind: 'memory';
      /** The register that it was loaded into. */
      readonly register: GeneralRegister;
    } & Slot);

class Trace {
  readonly #site: CrashSite;
  readonly #steps: readonly LeadUpStep[];
  readonly #role: OriginChain['role'];
  readonly #register: GeneralRegister;
  readonly #links: OriginLink[] = [];
  readonly #sources: OriginSource[] = [];
  readonly #touched = new Set<number>();
  #sought: readonly Sought[];
  /** Set where the value was made of several others: the links end there. */
  #isForked = false;
  #end: OriginEnd | undefined;
  #elsewhere: Elsewhere | undefined;
  #oldest: number;

  constructor(site: CrashSite, steps: readonly LeadUpStep[], role: OriginChain['role'], register: GeneralRegister) {
    this.#site = site;
    this.#steps = steps;
    this.#role = role;
    this.#register = register;
    this.#sought = [{ kind: 'register', register }];
    this.#oldest = steps.length;
  }

  run(): OriginChain {
    for (let i = this.#steps.length - 1; i >= 0 && this.#sought.length > 0; i--) {
      const step = this.#steps[i] as LeadUpStep;
      this.#oldest = i;
      if (step.path === 'assumed') this.#elsewhere ??= this.#placesAt(i + 1);
      for (const sought of this.#sought) this.#visit(step, i, sought);
    }
    for (const sought of this.#sought) if (sought.kind === 'register') this.#initial(sought.register);
    const path = this.#steps[this.#oldest]?.path ?? 'only';
    const changed = [...this.#touched].some((i) => this.#steps[i]?.path === 'assumed');
    return {
      role: this.#role,
      register: this.#register,
      links: this.#links,
      end: this.#end ?? { kind: 'other' },
      sources: this.#sources,
      steps: [...this.#touched].sort((a, b) => a - b),
      path,
      ...(changed && this.#elsewhere && { otherwise: this.#elsewhere }),
    };
  }

  /** The step made or moved what is sought, or it did not. */
  #visit(step: LeadUpStep, i: number, sought: Sought): void {
    if (sought.kind === 'memory') {
      if (sought.storedBy === i) this.#follow(step, i, sought, storedOf(step.instruction) ?? { kind: 'other', of: [] });
      return;
    }
    const { register } = sought;
    const isCallee = step.notes.includes('callee-not-shown');
    const left: readonly string[] = step.notes.includes('callee-lost-registers') ? CHANGED_BY_CALLEE : CALLER_SAVED;
    if (isCallee && left.includes(register)) {
      this.#touched.add(i);
      this.#sources.push({ kind: 'callee', step: i, register, value: this.#valueAfter(i, register) });
      this.#replace(sought, [], undefined);
      if (!this.#isForked) this.#end = { kind: 'callee', step: i, register };
    } else if (!isCallee && changes(step, register)) this.#follow(step, i, sought, this.#maker(step, register));
  }

  #follow(step: LeadUpStep, i: number, sought: Sought, { kind, of }: Maker): void {
    this.#touched.add(i);
    const stored = step.accesses.find(({ access }) => access === 'write');
    const value = sought.kind === 'memory' ? (stored?.value ?? UNKNOWN) : this.#valueAfter(i, sought.register);
    const read = step.accesses.find(({ access }) => access === 'read');
    const readsMemory = of.some((one) => one.kind === 'memory');
    const slot = readsMemory && read ? this.#storeBefore(i, read) : undefined;
    const loads = readsMemory && slot === undefined;
    if (!this.#isForked) {
      const isMoved = slot !== undefined && (kind === 'load' || kind === 'pop');
      const address = loads && read ? { address: read.address } : {};
      this.#links.push({ step: i, kind: isMoved ? 'copy' : kind, register: sought.register, value, ...address });
    }
    const isConstant = kind === 'constant';
    if (loads) this.#sources.push({ kind: 'load', step: i, value, ...(read && this.#loadedFrom(read)) });
    else if (of.length === 0) this.#sources.push({ kind: isConstant ? 'constant' : 'other', step: i, value });
    this.#replace(sought, of, slot);
    if (this.#isForked) return;
    if (of.length > 1) this.#isForked = true;
    else if (loads) this.#end = { kind: 'load' };
    else if (of.length === 0) this.#end = { kind: isConstant ? 'constant' : 'other' };
  }

  #replace(sought: Sought, of: readonly Ingredient[], slot: Slot | undefined): void {
    const { register } = sought;
    const next = of.flatMap((one): Sought[] => {
      if (one.kind === 'register') return [one];
      return slot === undefined ? [] : [{ kind: 'memory', ...slot, register }];
    });
    const rest = this.#sought.filter((one) => one !== sought);
    const isNew = (place: Sought) =>
      place.kind === 'memory' || !rest.some((one) => one.kind === 'register' && one.register === place.register);
    this.#sought = [...rest, ...next.filter(isNew)];
  }

  /** The step that stored the word that is read at `index`, if nothing may have changed it in between. */
  #storeBefore(index: number, { address, size }: LeadUpAccess): Slot | undefined {
    const at = certainValue(address);
    if (at === undefined || size !== WORD) return undefined;
    for (let i = index - 1; i >= 0; i--) {
      const { accesses, instruction, notes } = this.#steps[i] as LeadUpStep;
      if (notes.includes('callee-not-shown') || notes.includes('outcome-given')) return undefined;
      for (const store of accesses.filter(({ access }) => access === 'write')) {
        const to = certainValue(store.address);
        if (to === undefined || instruction.prefixes.rep !== 'none') return undefined;
        if (to === at && store.size === WORD && storedOf(instruction)) return { address: at, storedBy: i };
        if (wrapU32(to - at) < WORD || wrapU32(at - to) < store.size) return undefined;
      }
    }
    return undefined;
  }

  /** A register that no step made. */
  #initial(register: GeneralRegister): void {
    const value = this.#steps[0]?.before[register] ?? this.#logged(register);
    const atEntry = this.#startsAtEntry() ? ({ atEntry: true } as const) : {};
    this.#sources.push({ kind: 'before-lead-up', register, value, ...atEntry });
    if (!this.#isForked) this.#end ??= { kind: 'before-lead-up', register };
  }

  #loadedFrom({ address }: LeadUpAccess): Pick<OriginSource, 'address' | 'argument'> {
    const at = certainValue(address);
    const top = this.#startsAtEntry() ? certainValue(this.#steps[0]?.before.esp) : undefined;
    if (at === undefined || top === undefined) return { address };
    const argument = (at - top) / WORD;
    const isArgument = Number.isInteger(argument) && argument >= 1 && argument <= MOST_ARGUMENTS;
    return { address, ...(isArgument && { argument }) };
  }

  #startsAtEntry(): boolean {
    const start = this.#site.code.function?.start;
    return start !== undefined && this.#steps[0]?.offset === start;
  }

  /** A conditional move whose condition is known copies, or leaves alone. */
  #maker({ instruction, before }: LeadUpStep, register: GeneralRegister): Maker {
    const maker = makerOf(instruction, register);
    const { condition, mnemonic } = instruction;
    const { value, provenance, knownBits = provenance === 'derived' ? -1 : 0 } = before.eflags;
    if (!mnemonic.startsWith('cmov') || condition === undefined || value === undefined) return maker;
    const holds = conditionHolds(condition, value, knownBits);
    if (holds === undefined) return maker;
    const [old, moved] = maker.of;
    if (!holds && old !== undefined) return { kind: 'copy', of: [old] };
    return moved === undefined ? maker : { kind: moved.kind === 'memory' ? 'load' : 'copy', of: [moved] };
  }

  #placesAt(index: number): Elsewhere {
    const { start, faultOffset } = this.#site.code;
    const { address, offset } = this.#steps[index] ?? { address: wrapU32(start + faultOffset), offset: faultOffset };
    return {
      address,
      offset,
      registers: this.#sought.flatMap((one) => (one.kind === 'register' ? [one.register] : [])),
      memory: this.#sought.flatMap((one) => (one.kind === 'memory' ? [one.address] : [])),
      isComputed: this.#isForked || this.#links.some(({ kind }) => kind !== 'copy'),
    };
  }

  /** What the register held after step `i`. */
  #valueAfter(i: number, register: GeneralRegister): KnownValue {
    const own = this.#steps[i]?.left[register];
    if (own?.provenance === 'derived') return own;
    const next = this.#steps[i + 1];
    return next === undefined ? this.#logged(register) : next.before[register];
  }

  #logged(register: GeneralRegister): KnownValue {
    const value = this.#site.registers[register];
    return value === undefined ? UNKNOWN : { provenance: 'observed', value };
  }
}

interface Slot {
  readonly address: U32;
  readonly storedBy: number;
}

function changes({ instruction }: LeadUpStep, register: GeneralRegister): boolean {
  return instruction.registers.some((use) => registerPart(use.name)?.register === register && writes(use.access));
}
