// The one promise of a diversion: what it shows as known does not depend on what stands in for the unknown. Random code is run twice from
// states that differ only in the unknown registers and flags.

import { expect, test } from 'vitest';
import type { MachineState } from '../../src/cpu/cpu.ts';
import { SyntheticMemory } from '../../src/emulator/synthetic-memory.ts';
import { ARITHMETIC_FLAGS, EFLAGS } from '../../src/machine/eflags.ts';
import { GENERAL_REGISTERS, type RegisterFile, type RegisterName } from '../../src/machine/registers.ts';
import { wrapU32 } from '../../src/machine/u32.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { Breakpoints } from '../../src/session/breakpoints.ts';
import { Diversion } from '../../src/session/diversion.ts';
import { stateAt } from '../../src/session/diversion-state.ts';
import type { KnownValue } from '../../src/session/known-value.ts';
import { type KnownRegisters, knownSelectors, readBytes } from '../../src/session/machine-view.ts';
import type { Position } from '../../src/session/timeline.ts';
import { fc } from '../property.ts';

const parts = await loadParts();
const CODE = 0xc1000000;
const DATA = 0xc2000000;
const DATA_SIZE = 0x80;
const FLAT = { selector: 0x7b, base: wrapU32(0) };
const SEGMENTS = {
  cs: { selector: 0x60, base: wrapU32(0) },
  ss: { selector: 0x68, base: wrapU32(0) },
  ds: FLAT,
  es: FLAT,
  fs: FLAT,
  gs: FLAT,
};

/** Instructions that compute, copy, store, branch and repeat; addresses lie in the data page where registers are as they start. */
const INSTRUCTIONS = [
  '01c8', '29d1', '21f2', '09fb', '31c0', '31d8', '39c8', '85d2', 'f7d8', 'f7d1', '40', '4a', '89c1', '89fb', '88e0', '8a26', '8b06',
  '8b4f08', '8907', '894f04', '8827', '50', '53', '58', '5a', '9c', '9d', '0fb6c4', '0fbed1', '0f94c0', '0f44ca', '19c0', '11d3', 'c1e003',
  'd3e2', 'c1f81f', 'd1d8', '87d9', '8703', '8d0408', '8d7604', '0fafc2', 'f7e1', '6bd905', '7402', '7500', '7202', 'a4', 'a5', 'aa', 'ab',
  'ac', 'ae', 'a6', 'f3a4', 'f3ab', 'f2ae', 'fc', 'fd', 'f8', 'f9', 'f5', '98', '99', '0fc8', '86c4', '0fa3c8', '0fabc1', '0fbcc2', '9f',
  '9e', 'f7f1', 'f6f3', 'e202', 'e302', 'ffd0', 'ff26', 'c3', 'c9', '60', '61', '0fb106', '0fc106', 'd6', '27', '37', 'd40a', 'd50a',
  '6633c0', '66b83412', 'b004', '0c80', '24f0', '83e000', '83c8ff', 'a900000080', '0fa4c204', '0fadd3', '90',
  '44', '4c', '54', '5c', '89e5', '89c4', '8d442408', '83c404', '83e4f0', '01e0', '31e0', '94',
]; // biome-ignore format: one line for each group would be eighty lines

interface Start {
  readonly known: Readonly<Partial<Record<RegisterName, number>>>;
  readonly knownFlags: number;
}

/** `fillers` are what unknown registers hold. */
function diversion(code: Uint8Array, { known, knownFlags }: Start, fillers: RegisterFile, absent = 0): Diversion {
  const registers = Object.fromEntries(
    GENERAL_REGISTERS.map((name): [RegisterName, KnownValue] => {
      const value = known[name];
      return [name, value === undefined ? { provenance: 'unknown' } : { provenance: 'derived', value: wrapU32(value) }];
    }),
  ) as KnownRegisters;
  const all = {
    ...registers,
    eip: { provenance: 'derived' as const, value: wrapU32(CODE) },
    eflags: {
      provenance: 'derived' as const,
      value: wrapU32((fillers.eflags & ~knownFlags) | (0x202 & knownFlags)),
      knownBits: wrapU32(knownFlags | ~(ARITHMETIC_FLAGS | EFLAGS.DF)),
    },
  };
  const memory = new SyntheticMemory();
  memory.write(wrapU32(CODE), code);
  memory.write(
    wrapU32(DATA),
    Uint8Array.from({ length: DATA_SIZE }, (_, i) => (i * 7) & 0xff),
  );
  // What is absent of the data is filled in by the engine where the first instruction may read it.
  memory.forget(wrapU32(DATA + 0x40), absent);
  const byte = (address: number) => memory.read(wrapU32(address), 1)?.[0];
  const origin: Position = {
    index: 0,
    address: wrapU32(CODE),
    registers: () => all,
    segments: () => SEGMENTS,
    selectors: () => knownSelectors(SEGMENTS, new Set()),
    byte: (address) => {
      const value = byte(address);
      return value === undefined ? undefined : { value, provenance: 'derived' };
    },
    pageState: (address) => memory.pageState(address),
  };
  const addresses = [
    ...Array.from(code, (_, i) => wrapU32(CODE + i)),
    ...Array.from({ length: DATA_SIZE }, (_, i) => wrapU32(DATA + i)),
  ];
  const machine: MachineState = { registers: fillers, segments: SEGMENTS, mode: 'kernel' };
  return new Diversion({
    origin,
    state: stateAt(origin, addresses, memory, fillers),
    cpu: parts.cpu,
    machine,
    breakpoints: new Breakpoints(),
    ...(absent > 0 && { mayReadUnknownAt: wrapU32(CODE) }),
    decode: (view, address) => {
      const bytes = readBytes(view, address, 15).flatMap((known_) => (known_ ? [known_.value] : []));
      return parts.decoder.decode(Uint8Array.from(bytes), 0, address);
    },
  });
}

/** What can be seen after running: everything that is known, and why it stopped. */
function outcome(branch: Diversion): unknown {
  const stops: unknown[] = [];
  for (let i = 0; i < 12; i++) {
    const stop = branch.run('step', 'forward');
    stops.push(stop);
    if (stop.kind !== 'step') break;
  }
  const { eflags, ...registers } = branch.view.registers();
  const flagBits = eflags.knownBits ?? (eflags.value === undefined ? 0 : -1);
  return {
    stops,
    registers,
    flags: (eflags.value ?? 0) & flagBits & (ARITHMETIC_FLAGS | EFLAGS.DF),
    data: readBytes(branch.view, wrapU32(DATA), DATA_SIZE),
  };
}

const POINTERS: readonly RegisterName[] = ['esp', 'ebp', 'esi', 'edi', 'ebx'];
const start: fc.Arbitrary<Start> = fc.record({
  known: fc
    .tuple(fc.subarray([...GENERAL_REGISTERS]), fc.nat(0xffff_ffff))
    .map(([names, seed]) =>
      Object.fromEntries(
        names.map((name, i) => [
          name,
          POINTERS.includes(name) ? DATA + 0x40 : name === 'ecx' ? 3 : (seed ^ (i * 0x1111)) >>> 0,
        ]),
      ),
    ),
  knownFlags: fc.nat(0xfff).map((bits) => bits & (ARITHMETIC_FLAGS | EFLAGS.DF)),
});
const fillersOf = fc.tuple(fc.array(fc.nat(0xffff_ffff), { minLength: 8, maxLength: 8 }), fc.nat(0xfff)).map(
  ([values, flags]) =>
    ({
      ...Object.fromEntries(GENERAL_REGISTERS.map((name, i) => [name, wrapU32(values[i] as number)])),
      eip: wrapU32(CODE),
      eflags: wrapU32(0x202 | (flags & (ARITHMETIC_FLAGS | EFLAGS.DF))),
    }) as RegisterFile,
);

test('an unknown stack pointer makes what is computed from it unknown', () => {
  const unknown = Object.fromEntries([...GENERAL_REGISTERS, 'eip', 'eflags'].map((name) => [name, wrapU32(CODE)]));
  for (const code of ['44', '89e5', '83c404', '8d6c2408', '01e5']) {
    const branch = diversion(Buffer.from(code, 'hex'), { known: { ebp: 1 }, knownFlags: 0 }, unknown as RegisterFile);
    expect(branch.run('step', 'forward')).toEqual({ kind: 'step' });
    const written = code === '44' || code === '83c404' ? 'esp' : 'ebp';
    expect(branch.view.registers()[written], code).toEqual({ provenance: 'unknown' });
  }
});

test('what a diversion knows does not depend on what stands in for the unknown', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...INSTRUCTIONS), { minLength: 1, maxLength: 8 }),
      start,
      fillersOf,
      fillersOf,
      (code, from, one, other) => {
        const bytes = Buffer.from(code.join(''), 'hex');
        expect(outcome(diversion(bytes, from, one))).toEqual(outcome(diversion(bytes, from, other)));
      },
    ),
    { numRuns: 500 },
  );
});

test('what an instruction makes of bytes that it may read unknown is unknown', () => {
  // Each reads the absent word at %esi and leaves something of it; none may end up with a value.
  const registers = { ...Object.fromEntries(GENERAL_REGISTERS.map((name) => [name, DATA + 0x40])) };
  const fillers = { ...registers, eip: CODE, eflags: 0x202 } as unknown as RegisterFile;
  const from = { known: registers, knownFlags: ARITHMETIC_FLAGS | EFLAGS.DF };
  for (const [code, written] of [
    ['8b06', 'eax'],
    ['0306', 'eax'],
    ['0fb60e', 'ecx'],
    ['ac', 'eax'],
    ['58', 'eax'],
  ] as const) {
    const branch = diversion(Buffer.from(code, 'hex'), from, fillers, 4);
    expect(branch.run('step', 'forward'), code).toEqual({ kind: 'step' });
    expect(branch.view.registers()[written].provenance, code).toBe('unknown');
  }
  const added = diversion(Buffer.from('0106', 'hex'), from, fillers, 4);
  expect(added.run('step', 'forward')).toEqual({ kind: 'step' });
  expect(readBytes(added.view, wrapU32(DATA + 0x40), 4)).toEqual([undefined, undefined, undefined, undefined]);
  for (const code of ['f736', 'ff26', 'ff16', 'f3a6']) {
    expect(diversion(Buffer.from(code, 'hex'), from, fillers, 4).run('step', 'forward').kind, code).toBe(
      'needs-memory',
    );
  }
});
