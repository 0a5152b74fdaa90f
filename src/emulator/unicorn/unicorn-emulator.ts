// The one adapter to Unicorn. One engine serves any number of machines: `reset` puts its CPU state back and unmaps everything.
// Read `step` first; corrections.ts changes the engine's file, segment-loader.ts fills the segment registers.

import type { AccessKind, ValuedAccess } from '../../machine/access.ts';
import { ENGINE_EFLAGS } from '../../machine/eflags.ts';
import {
  REGISTER_NAMES,
  type RegisterFile,
  type RegisterName,
  SEGMENT_REGISTERS,
  type SegmentRegister,
} from '../../machine/registers.ts';
import type { SegmentFile } from '../../machine/segments.ts';
import { type LinearAddress, PAGE_SIZE, pageOf, type U32, wrapU32 } from '../../machine/u32.ts';
import type { AccessObserver, Emulator, EngineCheckpoint, EngineStop, Permissions } from '../emulator.ts';
import { RawEngine, type SavedContext } from './raw-engine.ts';
import { LOWEST_SCRATCH_PAGE, loadSegments } from './segment-loader.ts';
import { type EngineModule, UC } from './unicorn-calls.ts';

const PERMISSION_BITS: Readonly<Record<Permissions, number>> = { r: 1, rw: 3, rx: 5, rwx: 7 };

const RESERVED_ONE = 0x2;

/** An engine stopped by one instruction has nothing to say after this many accesses (popa and fnsave make the most). */
const MAX_ACCESSES = 256;
/** So many combinations of selectors keep a prepared state. */
const MAX_SEGMENT_STATES = 16;

/** x87 and SSE control words after `fninit` and a CPU reset; the engine starts with zeros. */
const INITIAL_MXCSR = Uint8Array.of(0x80, 0x1f, 0, 0);
const FNINIT = Uint8Array.of(0xdb, 0xe3);
const HLT = 0xf4;

/** What the hooks saw during one step. */
interface StepRecord {
  readonly pc: number;
  readonly length: number;
  readonly observer: AccessObserver | undefined;
  readonly accesses: ValuedAccess[];
  violation?: EngineStop;
  interrupt?: number;
  fetchedElsewhere: boolean;
  tooManyAccesses: boolean;
  observerError?: unknown;
}

export function createUnicornEmulator(module: EngineModule): Emulator {
  return new UnicornEmulator(module);
}

class UnicornEmulator implements Emulator {
  readonly #module: EngineModule;
  #engine: RawEngine;
  /** The state of a new engine. */
  #initial: SavedContext;
  /** The states with segments loaded, by selectors and bases. */
  readonly #segmentStates = new Map<string, SavedContext>();
  readonly #mapped = new Map<number, number>();
  #record: StepRecord | undefined;
  #accesses: readonly ValuedAccess[] = [];

  constructor(module: EngineModule) {
    this.#module = module;
    this.#engine = new RawEngine(module);
    this.#installHooks();
    this.#initialise();
    this.#initial = this.#engine.save();
  }

  reset(): void {
    for (const page of this.#mapped.keys()) this.#engine.unmap(page, PAGE_SIZE);
    this.#mapped.clear();
    this.#engine.restore(this.#initial);
    this.#accesses = [];
  }

  registers(): RegisterFile {
    const values = this.#engine.readRegisters(REGISTER_NAMES);
    const registers: Record<string, number> = {};
    // This is a plain loop, as it runs for every step.
    for (let i = 0; i < REGISTER_NAMES.length; i++) registers[REGISTER_NAMES[i] as RegisterName] = values[i] as number;
    return registers as RegisterFile;
  }

  setRegisters(registers: RegisterFile): void {
    this.#engine.writeRegisters(
      REGISTER_NAMES,
      REGISTER_NAMES.map((name) =>
        name === 'eflags' ? (registers.eflags & ENGINE_EFLAGS) | RESERVED_ONE : registers[name],
      ),
    );
  }

  selectors(): Readonly<Record<SegmentRegister, number>> {
    const values = this.#engine.readRegisters(SEGMENT_REGISTERS);
    return Object.fromEntries(SEGMENT_REGISTERS.map((name, i) => [name, (values[i] as number) & 0xffff])) as Readonly<
      Record<SegmentRegister, number>
    >;
  }

  setSegments(segments: SegmentFile): void {
    const key = SEGMENT_REGISTERS.map((name) => `${segments[name].selector}:${segments[name].base ?? 0}`).join();
    const registers = this.registers();
    let state = this.#segmentStates.get(key);
    if (state === undefined) {
      this.#engine.restore(this.#initial);
      loadSegments(this.#engine, segments, this.#freePage());
      state = this.#engine.save();
      if (this.#segmentStates.size >= MAX_SEGMENT_STATES) this.#segmentStates.clear();
      this.#segmentStates.set(key, state);
    } else {
      this.#engine.restore(state);
    }
    this.setRegisters(registers);
  }

  map(start: U32, size: number, permissions: Permissions): void {
    this.#engine.map(start, size, PERMISSION_BITS[permissions]);
    for (let page = start as number; page < start + size; page += PAGE_SIZE) {
      this.#mapped.set(page, PERMISSION_BITS[permissions]);
    }
  }

  protect(start: U32, size: number, permissions: Permissions): void {
    this.#engine.protect(start, size, PERMISSION_BITS[permissions]);
    for (let page = start as number; page < start + size; page += PAGE_SIZE) {
      this.#mapped.set(page, PERMISSION_BITS[permissions]);
    }
  }

  unmap(start: U32, size: number): void {
    this.#engine.unmap(start, size);
    for (let page = start as number; page < start + size; page += PAGE_SIZE) this.#mapped.delete(page);
  }

  read(address: U32, size: number): Uint8Array {
    return this.#engine.read(address, size);
  }

  write(address: U32, bytes: Uint8Array): void {
    this.#engine.write(address, bytes);
  }

  step(length: number, observer?: AccessObserver): EngineStop {
    const before = this.#engine.save();
    const pc = this.#engine.readRegisters(REGISTER_NAMES)[REGISTER_NAMES.indexOf('eip')] as number;
    const halts = length === 1 && this.#mapped.has(pageOf(pc as U32)) && this.#engine.read(pc, 1)[0] === HLT;
    const record: StepRecord = {
      pc,
      length,
      observer,
      accesses: [],
      fetchedElsewhere: false,
      tooManyAccesses: false,
    };
    this.#record = record;
    let code: number;
    try {
      code = this.#engine.runOne(pc, pc + length);
    } catch (error) {
      return this.#replaceEngine(error);
    } finally {
      this.#record = undefined;
    }
    if (record.observerError !== undefined) throw record.observerError;
    const stop = this.#stopReason(record, code, halts);
    if (stop.kind === 'completed' || stop.kind === 'halted') {
      this.#accesses = record.accesses.map((access) =>
        access.access === 'write' ? { ...access, bytes: this.#engine.read(access.linearAddress, access.size) } : access,
      );
      return stop;
    }
    // A step that failed has no effect on the CPU: the engine leaves half of it done, and after some exceptions
    // answers every later one with a double fault.
    this.#accesses = [];
    this.#engine.restore(before);
    return stop;
  }

  checkpoint(): EngineCheckpoint {
    return { registers: this.registers(), opaque: this.#engine.save() };
  }

  restore(checkpoint: EngineCheckpoint): void {
    this.#engine.restore(checkpoint.opaque as SavedContext);
  }

  lastAccesses(): readonly ValuedAccess[] {
    return this.#accesses;
  }

  close(): void {
    this.#engine.close();
  }

  #stopReason(record: StepRecord, code: number, halts: boolean): EngineStop {
    if (record.violation !== undefined) return record.violation;
    if (record.interrupt !== undefined)
      return { kind: 'interrupt', vector: record.interrupt, eip: this.registers().eip };
    if (record.tooManyAccesses) return { kind: 'engine-failure', message: 'too many memory accesses in one step' };
    // A jump to a page that is not mapped has completed: its target is the next step's business.
    if (code === 0 || record.fetchedElsewhere) return { kind: halts ? 'halted' : 'completed' };
    if (code === UC.ERR_INSN_INVALID) return { kind: 'invalid-instruction' };
    return { kind: 'engine-failure', message: `emu_start ended with code ${code}` };
  }

  #replaceEngine(error: unknown): EngineStop {
    this.#mapped.clear();
    this.#segmentStates.clear();
    this.#accesses = [];
    this.#engine.close();
    this.#engine = new RawEngine(this.#module);
    this.#installHooks();
    this.#initialise();
    this.#initial = this.#engine.save();
    return { kind: 'engine-failure', message: error instanceof Error ? error.message : String(error) };
  }

  #freePage(): number {
    // As many candidates as pages are mapped, and one more, cannot all be taken.
    for (let i = 0; i <= this.#mapped.size; i++) {
      const page = LOWEST_SCRATCH_PAGE + i * PAGE_SIZE;
      if (!this.#mapped.has(page)) return page;
    }
    throw new RangeError('every page is mapped');
  }

  #installHooks(): void {
    const engine = this.#engine;
    engine.hook(UC.HOOK_MEM_READ | UC.HOOK_MEM_WRITE, (_engine, kind, low, _high, size) =>
      this.#onAccess(kind as number, low as number, size as number),
    );
    engine.hook(UC.HOOK_MEM_UNMAPPED | UC.HOOK_MEM_PROT, (_engine, kind, low, _high, size) =>
      this.#onBadAccess(kind as number, low as number, size as number),
    );
    engine.hook(UC.HOOK_INTR, (_engine, vector) => {
      if (this.#record !== undefined) this.#record.interrupt ??= vector as number;
      engine.stop();
      return undefined;
    });
  }

  /** Brings x87 and SSE into their initial state. */
  #initialise(): void {
    const engine = this.#engine;
    engine.map(LOWEST_SCRATCH_PAGE, PAGE_SIZE, PERMISSION_BITS.rx);
    engine.write(LOWEST_SCRATCH_PAGE, FNINIT);
    engine.runOne(LOWEST_SCRATCH_PAGE, LOWEST_SCRATCH_PAGE + FNINIT.length);
    engine.unmap(LOWEST_SCRATCH_PAGE, PAGE_SIZE);
    engine.writeRegister('mxcsr', INITIAL_MXCSR);
    engine.writeRegisters(
      REGISTER_NAMES,
      REGISTER_NAMES.map((name) => (name === 'eflags' ? RESERVED_ONE : 0)),
    );
  }

  #onAccess(kind: number, low: number, size: number): undefined {
    const record = this.#record;
    // The first violation is the fault: helpers of the engine go on with zeros after it.
    if (record === undefined || record.violation !== undefined) return;
    if (record.accesses.length >= MAX_ACCESSES) {
      record.tooManyAccesses = true;
      this.#engine.stop();
      return;
    }
    const access = kind === UC.MEM_WRITE ? 'write' : 'read';
    const linearAddress = wrapU32(low) as LinearAddress;
    try {
      record.observer?.before(access, linearAddress, size);
    } catch (error) {
      record.observerError = error;
      this.#engine.stop();
      return;
    }
    record.accesses.push({ access, linearAddress, size, bytes: this.#bytesToRead(access, linearAddress, size) });
  }

  /** Gives the bytes that a read is about to see; undefined for a write, and if a page of it is not mapped. */
  #bytesToRead(access: AccessKind, start: LinearAddress, size: number): Uint8Array {
    const mapped = this.#mapped.has(pageOf(start)) && this.#mapped.has(pageOf(wrapU32(start + size - 1)));
    return access === 'read' && mapped ? this.#engine.read(start, size) : new Uint8Array(0);
  }

  #onBadAccess(kind: number, low: number, size: number): number {
    const record = this.#record;
    if (record === undefined || record.violation !== undefined) return 0;
    const { access, mapped } = this.#badAccess(kind);
    const touched = wrapU32(low) as LinearAddress;
    if (access === 'execute') {
      if (wrapU32(touched - record.pc) >= record.length) {
        record.fetchedElsewhere = true;
        return 0;
      }
      record.violation = { kind: 'access-violation', access, linearAddress: touched, size, mapped };
      return 0;
    }
    // The hook of the access itself comes first where its first page is mapped, and reports where it starts: an access across
    // two pages is made bytewise, stores from the last byte down, so that the address of this event is no use alone.
    const whole = record.accesses.at(-1);
    const partOfWhole =
      whole !== undefined && whole.access === access && wrapU32(touched - whole.linearAddress) < whole.size;
    const start = partOfWhole ? whole.linearAddress : touched;
    const crossed = pageOf(start) !== pageOf(touched);
    record.violation = {
      kind: 'access-violation',
      access,
      linearAddress: crossed ? pageOf(touched) : start,
      start,
      size: partOfWhole ? whole.size : size,
      mapped,
    };
    return 0;
  }

  #badAccess(kind: number): { access: AccessKind; mapped: boolean } {
    switch (kind) {
      case UC.MEM_READ_UNMAPPED:
        return { access: 'read', mapped: false };
      case UC.MEM_WRITE_UNMAPPED:
        return { access: 'write', mapped: false };
      case UC.MEM_FETCH_UNMAPPED:
        return { access: 'execute', mapped: false };
      case UC.MEM_READ_PROT:
        return { access: 'read', mapped: true };
      case UC.MEM_WRITE_PROT:
        return { access: 'write', mapped: true };
      default:
        return { access: 'execute', mapped: true };
    }
  }
}
