// The machine that a diverted run begins with: at the fault as the log shows it, or at a step of the lead-up.

import type { MachineState } from '../../cpu/cpu.ts';
import type { SyntheticMemory } from '../../emulator/synthetic-memory.ts';
import type { ExaminedReport } from '../../examination/examined-report.ts';
import { ARITHMETIC_FLAGS } from '../../machine/eflags.ts';
import { GENERAL_REGISTERS, type GeneralRegister, type RegisterName } from '../../machine/registers.ts';
import type { U32 } from '../../machine/u32.ts';
import { wrapU32 } from '../../machine/u32.ts';
import type { KnownValue, LeadUpStep } from '../../reconstruction/lead-up.ts';
import type { ReplayedMachine } from '../../replay/replay-types.ts';
import type { Overrides } from '../format/scenario-shape.ts';
import type { Place } from '../format/values.ts';
import { contentBytes } from '../judge/mismatch.ts';
import { CertaintyTracker } from './certainty.ts';

export interface StartingPoint {
  readonly state: MachineState;
  readonly memory: SyntheticMemory;
  readonly certainty: CertaintyTracker;
  /** Linear address of the instruction that faulted in the log. */
  readonly crashAddress: U32;
  /** How often the run passes it without a fault before it ends. */
  readonly passes: number;
}

/** The log at the fault; a text where there is no machine. */
export function startAtFault({ replay: { machine, instruction } }: ExaminedReport): StartingPoint | string {
  if (machine === undefined || instruction === undefined) return 'there is no instruction that could be run';
  const registers = Object.fromEntries(
    GENERAL_REGISTERS.map((name) => [name, machine.missing.includes(name) ? 'unknown' : 'known']),
  ) as Record<GeneralRegister, 'known' | 'unknown'>;
  const unknown = machine.missing.includes('eflags') ? ARITHMETIC_FLAGS : 0;
  return {
    state: machine.state,
    memory: machine.memory.clone(),
    certainty: new CertaintyTracker(registers, { unknown, assumed: 0 }),
    crashAddress: instruction.address,
    passes: 1,
  };
}

/** Before step `first` of the lead-up; a text where nothing was proved from there on. */
export function startAtStep(report: ExaminedReport, first: number): StartingPoint | string {
  const { leadUp, replay } = report;
  const { machine, instruction } = replay;
  if (!leadUp?.proved || !machine || !instruction) return 'there is no lead-up that was proved by running it';
  const steps = leadUp.steps.slice(first);
  const start = steps[0];
  if (start === undefined) return 'no step of the lead-up can be run with what is known';
  const certainty = certaintyAt(start);
  return {
    state: { ...machine.state, registers: registersAt(start, machine) },
    memory: memoryAt(report, first, certainty),
    certainty,
    crashAddress: instruction.address,
    passes: steps.filter(({ address }) => address === instruction.address).length + 1,
  };
}

function certaintyOf({ provenance, value }: KnownValue): 'known' | 'assumed' | 'unknown' {
  if (value === undefined || provenance === 'unknown') return 'unknown';
  return provenance === 'assumed' ? 'assumed' : 'known';
}

function certaintyAt({ before }: LeadUpStep): CertaintyTracker {
  const registers = Object.fromEntries(GENERAL_REGISTERS.map((name) => [name, certaintyOf(before[name])]));
  const flags = certaintyOf(before.eflags);
  const settled = flags === 'known' ? ARITHMETIC_FLAGS : flags === 'assumed' ? (before.eflags.knownBits ?? 0) : 0;
  return new CertaintyTracker(registers as Record<GeneralRegister, 'known' | 'assumed' | 'unknown'>, {
    unknown: flags === 'unknown' ? ARITHMETIC_FLAGS : 0,
    assumed: ~settled,
  });
}

function registersAt({ before, address }: LeadUpStep, { state }: ReplayedMachine): MachineState['registers'] {
  const registers: Record<RegisterName, U32> = { ...state.registers, eip: address };
  for (const name of GENERAL_REGISTERS) registers[name] = before[name].value ?? registers[name];
  const flags = before.eflags.value;
  if (flags !== undefined) {
    registers.eflags = wrapU32((state.registers.eflags & ~ARITHMETIC_FLAGS) | (flags & ARITHMETIC_FLAGS));
  }
  return registers;
}

/** What the log shows of the end, without what the lead-up wrote since, with what it read first. */
function memoryAt({ leadUp, replay }: ExaminedReport, first: number, certainty: CertaintyTracker): SyntheticMemory {
  const memory = (replay.machine as ReplayedMachine).memory.clone();
  const seen = new Set<number>();
  for (const { accesses } of leadUp?.steps.slice(first) ?? []) {
    for (const { access, address, size, value } of accesses) {
      if (address.value === undefined) continue;
      for (let i = 0; i < size; i++) {
        const byte = wrapU32(address.value + i);
        if (seen.has(byte)) continue;
        seen.add(byte);
        memory.forget(byte, 1);
        if (access !== 'read' || value.value === undefined || i >= 4) continue;
        memory.write(byte, Uint8Array.of((value.value >>> (8 * i)) & 0xff));
        const isSure = certaintyOf(value) === 'known' && certaintyOf(address) === 'known';
        certainty.setMemory(byte, 1, isSure ? 'known' : 'assumed');
      }
    }
  }
  return memory;
}

/** The same machine with what a variation changes. */
export function withOverrides(start: StartingPoint, codeStart: U32, overrides: Overrides): StartingPoint {
  const memory = start.memory.clone();
  const registers = { ...start.state.registers };
  for (const [name, value] of overrides.registers ?? []) {
    registers[name] = value;
    start.certainty.setRegister(name, 'known');
  }
  for (const [address, content] of overrides.memory ?? []) {
    const bytes = contentBytes(content);
    memory.write(address, bytes);
    start.certainty.setMemory(address, bytes.length, 'known');
  }
  for (const [place, bytes] of overrides.code ?? []) memory.write(addressOf(place, codeStart), bytes);
  for (const [address, state] of overrides.pages ?? []) {
    memory.setPage(
      address,
      state === 'open' || state === 'unmapped'
        ? { kind: state }
        : { kind: 'protected', forbids: state === 'read-only' ? ['write'] : ['read', 'write', 'execute'] },
    );
  }
  return { ...start, memory, state: { ...start.state, registers } };
}

export function addressOf(place: Place, codeStart: U32): U32 {
  return 'address' in place ? place.address : wrapU32(codeStart + place.offset);
}
