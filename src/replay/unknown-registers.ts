// Logs that lack registers (a user program's segfault line holds ip and sp only). A page fault still tells where its operand starts,
// and so one register of it; what the other registers hold does not matter to the fault.

import { effectiveAddress } from '../cpu/effective-address.ts';
import type { Instruction, MemoryOperand } from '../decoder/instruction.ts';
import { VECTORS } from '../machine/faults.ts';
import { type GeneralRegister, isGeneralRegister, type RegisterName, registerPart } from '../machine/registers.ts';
import { PAGE_SIZE, pageOf, type U32, u32, wrapU32 } from '../machine/u32.ts';
import type { Assumption, RegisterDoubt } from './assumption.ts';
import type { Expectation } from './expectation.ts';
import { touchesMemory } from './faulting-operand.ts';
import type { Machine } from './machine.ts';
import type { Obstacle } from './verdict-reason.ts';

/** Far from any page of a report, so that an operand that is not the faulting one disturbs nothing. */
const FILLER = u32(0x7100_0000);

/** The machine with its missing inputs given values, or that those which decide about the fault cannot be told. */
export function resolveUnknownRegisters(
  machine: Machine,
  instruction: Instruction,
  expectation: Expectation,
): Machine | Obstacle {
  const missing = missingInputs(instruction, machine);
  if (missing.length === 0) return machine;
  const address = expectation.vector?.value === VECTORS['page-fault'] ? expectation.faultAddress?.value : undefined;
  const operand = address === undefined ? undefined : faultingCandidate(instruction, machine, expectation, address);
  if (address === undefined || operand === undefined) return { code: 'registers-missing', registers: missing };
  const filled = withRegisters(
    machine,
    missing.filter(isGeneralRegister).map((name) => [name, FILLER]),
  );
  const solved = solve(operand, filled, machine.missing, address);
  if (solved === undefined) return { code: 'registers-missing', registers: missing };
  const resolved = withRegisters(filled, solved.values);
  const names = solved.values.map(([name]) => name);
  return {
    ...resolved,
    missing: machine.missing.filter((name) => !names.includes(name as GeneralRegister)),
    solvedRegisters: new Map(names.map((name) => [name, solved.provenance])),
    assumptions: [...machine.assumptions, ...solved.assumptions],
  };
}

/** Registers that the instruction reads and the log lacks. */
function missingInputs(instruction: Instruction, machine: Machine): readonly RegisterName[] {
  const names = instruction.registers
    .filter((use) => use.access !== 'write' && use.access !== 'none')
    .map((use) => registerPart(use.name)?.register)
    .filter((name) => name !== undefined);
  const flags = instruction.flags.read !== 0 ? (['eflags'] as const) : [];
  return [...new Set<RegisterName>([...names, ...flags])].filter((name) => machine.missing.includes(name));
}

/** The one operand that can have touched `address`, as far as the access kind and the known registers tell. */
function faultingCandidate(
  instruction: Instruction,
  machine: Machine,
  { pageFault }: Expectation,
  address: U32,
): MemoryOperand | undefined {
  const candidates = instruction.memory.filter(touchesMemory).filter((operand) => {
    const writes = operand.access.includes('write');
    if (pageFault !== undefined && writes !== (pageFault.access === 'write')) return false;
    if (unknownParts(operand, machine.missing).length > 0) return true;
    return pageOf(effectiveAddress(operand, machine.state.registers)) === pageOf(address);
  });
  return candidates.length === 1 ? candidates[0] : undefined;
}

function unknownParts(operand: MemoryOperand, missing: readonly RegisterName[]): readonly GeneralRegister[] {
  const names = [operand.base, operand.index].filter((name) => name !== undefined && isGeneralRegister(name));
  return [...new Set(names as GeneralRegister[])].filter((name) => missing.includes(name));
}

interface Solution {
  readonly values: readonly (readonly [GeneralRegister, U32])[];
  /** `assumed` where another value fits the fault address as well. */
  readonly provenance: 'derived' | 'assumed';
  readonly assumptions: readonly Assumption[];
}

/** Registers with which the operand starts at `address`; undefined where there are none. */
function solve(
  operand: MemoryOperand,
  machine: Machine,
  missing: readonly RegisterName[],
  address: U32,
): Solution | undefined {
  const [first, second] = unknownParts(operand, missing);
  if (first === undefined) return { values: [], provenance: 'derived', assumptions: [] };
  if (operand.addressSize !== 32 || operand.bitOffset !== undefined) return undefined;
  const base = second === undefined ? first : (operand.base as GeneralRegister);
  const zeroed = withRegisters(machine, [[base, u32(0)], ...(second ? [[second, u32(0)] as const] : [])]);
  const rest = wrapU32(address - effectiveAddress(operand, zeroed.state.registers));
  const factor = (operand.base === base ? 1 : 0) + (operand.index === base ? operand.scale : 0);
  if (rest % factor !== 0) return undefined;
  const value = wrapU32(rest / factor);
  const doubts: readonly RegisterDoubt[] = [
    ...(second === undefined || second === base
      ? []
      : [{ code: 'index-taken-as-zero' as const, index: operand.index ?? second }]),
    ...(address % PAGE_SIZE === 0 && operand.size > 1 ? [{ code: 'operand-may-start-earlier' as const }] : []),
    ...(factor > 1 ? [{ code: 'top-bits-open' as const }] : []),
  ];
  return {
    values: [[base, value], ...(second && second !== base ? [[second, u32(0)] as const] : [])],
    provenance: doubts.length === 0 ? 'derived' : 'assumed',
    assumptions: [{ kind: 'register', code: 'register-from-fault-address', register: base, value, doubts }],
  };
}

function withRegisters(machine: Machine, values: readonly (readonly [GeneralRegister, U32])[]): Machine {
  const registers = { ...machine.state.registers, ...Object.fromEntries(values) };
  return { ...machine, state: { ...machine.state, registers } };
}
