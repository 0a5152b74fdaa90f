// What a caller of the Emulator interface may rely on, whichever engine is behind it: a new adapter is put under these tests
// by calling emulatorContract with it.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Emulator, Permissions } from '../../src/emulator/emulator.ts';
import type { RegisterFile } from '../../src/machine/registers.ts';
import { wrapU32 } from '../../src/machine/u32.ts';

const u = wrapU32;
const CODE = u(0x40_0000);
const DATA = u(0x80_0000);

export function emulatorContract(engine: Emulator): void {
  const registers = (some: Partial<Record<string, number>>): RegisterFile =>
    ({ eax: 0, ecx: 0, edx: 0, ebx: 0, esp: 0, ebp: 0, esi: 0, edi: 0, eip: CODE, eflags: 2, ...some }) as RegisterFile;

  /** Runs one instruction at CODE. */
  function run(code: string, some: Partial<Record<string, number>> = {}) {
    const bytes = Uint8Array.from(Buffer.from(code.replace(/ /g, ''), 'hex'));
    engine.write(CODE, bytes);
    engine.setRegisters(registers(some));
    return engine.step(bytes.length);
  }

  beforeEach(() => {
    engine.reset();
    engine.map(CODE, 0x1000, 'rwx');
  });

  describe('stepping', () => {
    it('executes one instruction and leaves eip after it', () => {
      expect(run('01 d8', { eax: 2, ebx: 0xffff_ffff })).toEqual({ kind: 'completed' });
      expect(engine.registers()).toMatchObject({ eax: 1, eip: CODE + 2, eflags: 0x13 });
    });

    it('executes one round of a repeated string instruction', () => {
      engine.map(DATA, 0x1000, 'rw');
      expect(run('f3 aa', { eax: 0x5a, ecx: 3, edi: DATA }).kind).toBe('completed');
      expect(engine.registers()).toMatchObject({ ecx: 2, edi: DATA + 1, eip: CODE });
    });

    it('completes a jump to nowhere: the fetch belongs to the next step', () => {
      expect(run('ff e0', { eax: 0x1234_5678 })).toEqual({ kind: 'completed' });
      expect(engine.registers().eip).toBe(0x1234_5678);
      expect(engine.step(1)).toMatchObject({ kind: 'access-violation', access: 'execute', linearAddress: 0x1234_5678 });
    });

    it('completes a jump to itself once', () => {
      expect(run('eb fe')).toEqual({ kind: 'completed' });
      expect(engine.registers().eip).toBe(CODE);
    });

    it('tells a software interrupt with the eip that the CPU pushes', () => {
      expect(run('cc')).toEqual({ kind: 'interrupt', vector: 3, eip: CODE + 1 });
      expect(run('cd 80')).toEqual({ kind: 'interrupt', vector: 0x80, eip: CODE + 2 });
    });

    it('tells an undefined instruction and a halt', () => {
      expect(run('0f 0b')).toEqual({ kind: 'invalid-instruction' });
      expect(run('f4')).toEqual({ kind: 'halted' });
    });

    it('tells every divide error, not only the first', () => {
      for (let i = 0; i < 3; i++) expect(run('f7 f1')).toEqual({ kind: 'interrupt', vector: 0, eip: CODE });
    });

    it('leaves the registers as they were where a step does not complete', () => {
      const before = { ebp: 0x5000_0000, esp: 0x6000_0000 };
      expect(run('c9', before)).toMatchObject({ kind: 'access-violation' });
      expect(engine.registers()).toEqual(registers(before));
    });
  });

  describe('access violations', () => {
    const check = (code: string, edi: number, expected: object, second?: Permissions) => {
      engine.map(DATA, 0x1000, 'rw');
      if (second !== undefined) engine.map(u(DATA + 0x1000), 0x1000, second);
      expect(run(code, { edi })).toMatchObject({ kind: 'access-violation', ...expected });
    };
    const next = DATA + 0x1000;

    it('gives start and size of a read', () =>
      check('8b 07', 0x10, { access: 'read', linearAddress: 0x10, start: 0x10, size: 4 }));
    it('gives start and size of a write', () =>
      check('66 89 07', 0x10, { access: 'write', linearAddress: 0x10, size: 2 }));
    it('gives the first bad byte of a read across pages', () =>
      check('8b 07', next - 2, { access: 'read', linearAddress: next, start: next - 2, size: 4, mapped: false }));
    it('gives the first bad byte of a write across pages', () =>
      check('89 07', next - 3, { access: 'write', linearAddress: next, start: next - 3, size: 4, mapped: false }));
    it('tells a page without permission from a missing one', () =>
      check('89 07', next, { access: 'write', linearAddress: next, mapped: true }, 'r'));
    it('reports the first access of an instruction that goes on after it', () =>
      check('0f c7 0f', 0x10, { access: 'read', linearAddress: 0x10, size: 8 }));
  });

  describe('machine state', () => {
    it.each([
      ['a kernel', { cs: 0x60, ss: 0x68, ds: 0x7b, es: 0x7b, fs: 0xd8, gs: 0xe0 }],
      ['an old kernel', { cs: 0x10, ss: 0x18, ds: 0x18, es: 0x18, fs: 0, gs: 0 }],
      ['a Xen guest kernel', { cs: 0x61, ss: 0x69, ds: 0x7b, es: 0x7b, fs: 0xd8, gs: 0 }],
      ['a program', { cs: 0x73, ss: 0x7b, ds: 0x7b, es: 0x7b, fs: 0, gs: 0x33 }],
      ['a program on a 64-bit kernel', { cs: 0x23, ss: 0x2b, ds: 0x2b, es: 0x2b, fs: 0, gs: 0x63 }],
      ['a program with a local descriptor', { cs: 0x73, ss: 0x7b, ds: 0x7b, es: 0x7b, fs: 0xffff, gs: 0x7 }],
    ])('loads the selectors of %s', (_name, selectors) => {
      const segment = (selector: number) => ({ selector });
      engine.setSegments(Object.fromEntries(Object.entries(selectors).map(([k, v]) => [k, segment(v)])) as never);
      expect(engine.selectors()).toEqual(selectors);
      engine.map(DATA, 0x1000, 'rw');
      expect(run('8c 2f', { edi: DATA }).kind).toBe('completed');
      expect(engine.read(DATA, 2)).toEqual(Uint8Array.of(selectors.gs & 0xff, selectors.gs >> 8));
    });

    it('adds the base of fs and of gs', () => {
      const flat = { selector: 0x7b };
      engine.setSegments({
        cs: { selector: 0x73 },
        ss: flat,
        ds: flat,
        es: flat,
        fs: { selector: 0x3b, base: u(DATA - 0x10) },
        gs: { selector: 0x33, base: DATA },
      });
      engine.map(DATA, 0x1000, 'rw');
      engine.write(DATA, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
      run('64 a1 10 00 00 00');
      expect(engine.registers().eax).toBe(0x0403_0201);
      run('65 a1 04 00 00 00');
      expect(engine.registers().eax).toBe(0x0807_0605);
    });

    it('keeps its descriptors out of the memory of the guest', () => {
      const flat = { selector: 0x7b };
      for (let page = 0x2_0000; page < 0x2_8000; page += 0x1000) engine.map(u(page), 0x1000, 'rw');
      engine.write(u(0x2_0000), Uint8Array.of(0xaa));
      engine.setSegments({
        cs: { selector: 0x60 },
        ss: { selector: 0x68 },
        ds: flat,
        es: flat,
        fs: flat,
        gs: { selector: 0x91 },
      });
      expect(engine.read(u(0x2_0000), 1)).toEqual(Uint8Array.of(0xaa));
      expect(run('8b 07', { edi: 0x2_8000 })).toMatchObject({ kind: 'access-violation' });
    });

    it('enters the privilege level of cs', () => {
      const at = (cs: number, data: number) =>
        engine.setSegments({
          cs: { selector: cs },
          ss: { selector: data },
          ds: { selector: 0x7b },
          es: { selector: 0x7b },
          fs: { selector: 0 },
          gs: { selector: 0 },
        });
      at(0x73, 0x7b);
      expect(run('fa')).toMatchObject({ kind: 'interrupt', vector: 13 });
      at(0x60, 0x68);
      expect(run('fa')).toEqual({ kind: 'completed' });
    });

    it('keeps TF, RF, VM, NT and IOPL out of the engine', () => {
      engine.setRegisters(registers({ eflags: 0xffff_ffff }));
      expect(engine.registers().eflags).toBe(0x24_0ed7);
    });

    it('returns to a checkpoint', () => {
      run('40', { eax: 1 });
      const checkpoint = engine.checkpoint();
      run('0f 57 c0', { eax: 9 });
      engine.restore(checkpoint);
      expect(engine.registers()).toEqual(checkpoint.registers);
    });

    it('starts x87 and SSE as after fninit', () => {
      engine.map(DATA, 0x1000, 'rw');
      run('d9 3f', { edi: DATA });
      expect(engine.read(DATA, 2)).toEqual(Uint8Array.of(0x7f, 0x03));
      run('0f ae 1f', { edi: DATA });
      expect(engine.read(DATA, 4)).toEqual(Uint8Array.of(0x80, 0x1f, 0, 0));
    });

    it('forgets everything at a reset', () => {
      engine.map(DATA, 0x1000, 'rw');
      run('0f 57 c0', { eax: 9 });
      engine.reset();
      expect(engine.registers()).toEqual(registers({ eip: 0 }));
      engine.map(CODE, 0x1000, 'rwx');
      expect(run('8b 07', { edi: DATA })).toMatchObject({ kind: 'access-violation', mapped: false });
    });
  });

  describe('accesses', () => {
    it('lists what a step read and wrote', () => {
      engine.map(DATA, 0x1000, 'rw');
      engine.write(DATA, Uint8Array.of(1, 0, 0, 0));
      run('ff 07', { edi: DATA });
      expect(engine.lastAccesses()).toEqual([
        { access: 'read', linearAddress: DATA, size: 4, bytes: Uint8Array.of(1, 0, 0, 0) },
        { access: 'write', linearAddress: DATA, size: 4, bytes: Uint8Array.of(2, 0, 0, 0) },
      ]);
    });

    it('lets an observer give the bytes before they are read', () => {
      engine.map(DATA, 0x1000, 'rw');
      engine.write(CODE, Uint8Array.of(0x8b, 0x07));
      engine.setRegisters(registers({ edi: DATA }));
      engine.step(2, { before: (_access, address) => engine.write(address, Uint8Array.of(7, 0, 0, 0)) });
      expect(engine.registers().eax).toBe(7);
    });
  });
}
