// Where the registers of the faulting address came from: back from the base and the index over copies and plain arithmetic to the load,
// constant, return value or register that they began as. The value of a store is never asked for: it did not make the address.

import type { Instruction, Operand } from '../decoder/instruction.ts';
import { type GeneralRegister, isGeneralRegister, registerPart } from '../machine/registers.ts';
import type { CrashSite } from './crash-site.ts';
import type { KnownValue, LeadUpStep, OriginChain, OriginEnd, OriginLink } from './lead-up.ts';
import { CALLEE_SAVED, CALLER_SAVED, writes } from './lift/lift.ts';

const CHANGED_BY_CALLEE: readonly string[] = [...CALLER_SAVED, ...CALLEE_SAVED];
const UNKNOWN: KnownValue = { provenance: 'unknown' };

export function traceOrigins(site: CrashSite, steps: readonly LeadUpStep[]): readonly OriginChain[] {
  const { operand } = site.fault.page ?? {};
  if (operand === undefined) return [];
  const chains: OriginChain[] = [];
  if (operand.base !== undefined && isGeneralRegister(operand.base))
    chains.push(trace('base', operand.base, site, steps));
  if (operand.index !== undefined && operand.index !== 'al') chains.push(trace('index', operand.index, site, steps));
  return chains;
}

function trace(
  role: OriginChain['role'],
  register: GeneralRegister,
  site: CrashSite,
  steps: readonly LeadUpStep[],
): OriginChain {
  const links: OriginLink[] = [];
  let current = register;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i] as LeadUpStep;
    const isCallee = step.notes.includes('callee-not-shown');
    const left: readonly string[] = step.notes.includes('callee-lost-registers') ? CHANGED_BY_CALLEE : CALLER_SAVED;
    if (isCallee && left.includes(current)) {
      return { role, register, links, end: { kind: 'callee', step: i, register: current }, path: step.path };
    }
    if (isCallee || !changes(step.instruction, current)) continue;
    const maker = makerOf(step.instruction, current);
    links.push(linkOf(step, i, current, maker.kind, valueAfter(site, steps, i, current)));
    if (maker.from === undefined) return { role, register, links, end: endOf(maker.kind), path: step.path };
    current = maker.from;
  }
  const path = steps[0]?.path ?? 'only';
  return { role, register, links, end: { kind: 'before-lead-up', register: current }, path };
}

function changes(instruction: Instruction, register: GeneralRegister): boolean {
  return instruction.registers.some((use) => registerPart(use.name)?.register === register && writes(use.access));
}

interface Maker {
  readonly kind: OriginLink['kind'];
  /** The register to follow further back. */
  readonly from?: GeneralRegister;
}

function makerOf(instruction: Instruction, register: GeneralRegister): Maker {
  const { mnemonic, operands } = instruction;
  const [to, source, third] = operands;
  // The stack pointer moves by constants in push, pop and call.
  if (register === 'esp' && instruction.stackDelta !== 0) return { kind: 'arithmetic', from: 'esp' };
  if (mnemonic === 'pop') return { kind: 'pop' };
  if (mnemonic === 'leave') return register === 'esp' ? { kind: 'arithmetic', from: 'ebp' } : { kind: 'pop' };
  if (isWhole(to, register) && source !== undefined) {
    if (mnemonic === 'mov' || mnemonic === 'movzx' || mnemonic === 'movsx') return moved(source);
    if (mnemonic === 'lea' && source.kind === 'memory') return { kind: 'arithmetic', ...onlyRegister(source) };
    const isCleared = (mnemonic === 'xor' || mnemonic === 'sub') && isWhole(source, register);
    if (isCleared) return { kind: 'constant' };
    if (third !== undefined && third.kind === 'immediate') return { kind: 'arithmetic', ...wholeRegister(source) };
    if (source.kind === 'immediate' && ADJUSTING.has(mnemonic)) return { kind: 'arithmetic', from: register };
    if (ADJUSTING.has(mnemonic)) return { kind: 'arithmetic' };
  }
  const single = isWhole(to, register) && operands.length === 1;
  if (single && ['inc', 'dec', 'neg', 'not', 'bswap'].includes(mnemonic)) return { kind: 'arithmetic', from: register };
  // String instructions move their pointers.
  if (instruction.memory.some((operand) => operand.base === register) && (register === 'esi' || register === 'edi')) {
    return { kind: 'arithmetic', from: register };
  }
  return { kind: 'other' };
}

const ADJUSTING: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'adc',
  'sbb',
  'imul',
  'shl',
  'shr',
  'sar',
  'sal',
  'rol',
  'ror',
]);

function moved(source: Operand): Maker {
  if (source.kind === 'memory') return { kind: 'load' };
  if (source.kind === 'immediate') return { kind: 'constant' };
  return { kind: 'copy', ...wholeRegister(source) };
}

function isWhole(operand: Operand | undefined, register: GeneralRegister): boolean {
  return operand?.kind === 'register' && operand.name === register;
}

function wholeRegister(operand: Operand): { from?: GeneralRegister } {
  const part = operand.kind === 'register' ? registerPart(operand.name) : undefined;
  return part === undefined ? {} : { from: part.register };
}

/** The register of an address that has just one. */
function onlyRegister(operand: Extract<Operand, { kind: 'memory' }>): { from?: GeneralRegister } {
  const { base, index } = operand.memory;
  if (base !== undefined && index === undefined && isGeneralRegister(base)) return { from: base };
  if (base === undefined && index !== undefined && index !== 'al') return { from: index };
  return base === index && base !== undefined && isGeneralRegister(base) ? { from: base } : {};
}

function linkOf(
  step: LeadUpStep,
  index: number,
  register: GeneralRegister,
  kind: OriginLink['kind'],
  value: KnownValue,
): OriginLink {
  const loads = kind === 'load' || kind === 'pop';
  const read = step.accesses.find((access) => access.access === 'read');
  return { step: index, kind, register, value, ...(loads && read && { address: read.address }) };
}

/** What the register held after step `i`. */
function valueAfter(site: CrashSite, steps: readonly LeadUpStep[], i: number, register: GeneralRegister): KnownValue {
  const next = steps[i + 1];
  if (next !== undefined) return next.before[register];
  const logged = site.registers[register];
  return logged === undefined ? UNKNOWN : { provenance: 'observed', value: logged };
}

function endOf(kind: OriginLink['kind']): OriginEnd {
  if (kind === 'load' || kind === 'pop') return { kind: 'load' };
  return { kind: kind === 'constant' ? 'constant' : 'other' };
}
