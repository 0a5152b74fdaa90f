// What no 32-bit program can show: the kernel's side, memory that nobody knows, and the instructions that are declined.

import { describe, expect, it } from 'vitest';
import type { AbsentMemoryPolicy, MachineState, ProcessorModel, StepOutcome } from '../../src/cpu/cpu.ts';
import { SyntheticMemory } from '../../src/emulator/synthetic-memory.ts';
import type { RegisterFile } from '../../src/machine/registers.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { loadCpu } from './cpu-under-test.ts';

const { cpu } = await loadCpu();

const EIP = 0xc100_0000 as U32;
const STACK = 0xc200_0800;
const FLAT = { selector: 0x7b, base: 0 as U32 };
const KERNEL: MachineState['segments'] = {
  cs: { selector: 0x60, base: 0 as U32 },
  ss: { selector: 0x68, base: 0 as U32 },
  ds: FLAT,
  es: FLAT,
  fs: { selector: 0xd8 },
  gs: { selector: 0xe0 },
};
const USER: MachineState['segments'] = {
  ...KERNEL,
  cs: { selector: 0x73, base: 0 as U32 },
  ss: FLAT,
  gs: { selector: 0x33 },
};

interface Setting {
  readonly registers?: Partial<Record<keyof RegisterFile, number>>;
  readonly state?: Partial<Omit<MachineState, 'registers'>>;
  /** Address to hexadecimal bytes. */
  readonly memory?: Readonly<Record<number, string>>;
  readonly unmapped?: readonly number[];
  readonly absent?: AbsentMemoryPolicy;
}

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replace(/ /g, ''), 'hex'));

function load(code: string, setting: Setting = {}): SyntheticMemory {
  const memory = new SyntheticMemory();
  memory.write(EIP, bytesOf(code));
  for (const [address, bytes] of Object.entries(setting.memory ?? {}))
    memory.write(Number(address) as U32, bytesOf(bytes));
  for (const page of setting.unmapped ?? []) memory.setPage(page as U32, { kind: 'unmapped' });
  const registers = { eax: 0, ecx: 0, edx: 0, ebx: 0, esp: STACK, ebp: 0, esi: 0, edi: 0, eip: EIP, eflags: 0x202 };
  cpu.load(
    {
      segments: KERNEL,
      mode: 'kernel',
      ...setting.state,
      registers: { ...registers, ...setting.registers } as RegisterFile,
    },
    memory,
    setting.absent ?? (() => 'stop'),
  );
  return memory;
}

function step(code: string, setting: Setting = {}): StepOutcome {
  load(code, setting);
  return cpu.step();
}

/** Steps to the end of the code. */
function run(code: string, setting: Setting = {}): StepOutcome {
  load(code, setting);
  let outcome = cpu.step();
  for (let i = 0; i < 16 && outcome.kind === 'executed' && cpu.registers().eip !== EIP + bytesOf(code).length; i++) {
    outcome = cpu.step();
  }
  return outcome;
}

describe('privilege', () => {
  it('executes cli in the kernel and refuses it to a program', () => {
    expect(step('fa')).toMatchObject({ kind: 'executed', after: { eflags: 0x2 } });
    expect(step('fa', { state: { segments: USER, mode: 'user' } })).toMatchObject({
      kind: 'fault',
      fault: { kind: 'general-protection', errorCode: 0, cause: { code: 'io-privilege', mnemonic: 'cli', iopl: 0 } },
    });
  });

  it('lets a program with IOPL 3 clear IF', () => {
    const outcome = step('fa', { state: { segments: USER, mode: 'user' }, registers: { eflags: 0x3202 } });
    expect(outcome).toMatchObject({ kind: 'executed', after: { eflags: 0x3002 } });
  });

  it('leaves privileged instructions of a Xen guest kernel to the hypervisor', () => {
    const cs = { selector: 0x61, base: 0 as U32 };
    expect(step('f4', { state: { segments: { ...KERNEL, cs, ss: { selector: 0x69, base: 0 as U32 } } } }).kind).toBe(
      'unsupported',
    );
  });

  it('pops every flag in the kernel, and neither IF nor IOPL in a program', () => {
    const memory = { [STACK]: '00720000' };
    expect(step('9d', { memory })).toMatchObject({ after: { eflags: 0x7202 } });
    expect(step('9d', { memory, state: { segments: USER, mode: 'user' }, registers: { eflags: 0x2 } })).toMatchObject({
      after: { eflags: 0x4002 },
    });
  });
});

describe('exceptions of the kernel', () => {
  const at = (kind: string, more: object = {}) => ({ kind: 'fault', fault: { kind, eip: EIP, ...more } });

  it('tells BUG’s ud2 from bytes that are no instruction', () => {
    expect(step('0f0b')).toMatchObject(
      at('invalid-opcode', { cause: { code: 'undefined-on-purpose', mnemonic: 'ud2' } }),
    );
    expect(step('0fc7c8')).toMatchObject(at('invalid-opcode', { cause: { code: 'no-instruction' } }));
  });

  it('tells a division by zero from a quotient that does not fit', () => {
    expect(step('f7f1')).toMatchObject(at('divide-error', { cause: { code: 'division-by-zero' } }));
    expect(step('f7f1', { registers: { edx: 5, ecx: 5 } })).toMatchObject(
      at('divide-error', { cause: { code: 'quotient-too-large', width: 32, signed: false } }),
    );
  });

  it('gives no cause that rests on a witness', () => {
    const outcome = step('f733', { registers: { ebx: 0xc300_0000 }, absent: ({ size }) => new Uint8Array(size) });
    expect(outcome).toMatchObject(at('divide-error'));
    expect(outcome).not.toHaveProperty('fault.cause');
  });

  it('raises #GP with the selector that is beyond the descriptor table', () => {
    expect(step('8ec0', { registers: { eax: 0x1234 & ~4 } })).toMatchObject(
      at('general-protection', { errorCode: 0x1230 }),
    );
    expect(step('cf', { memory: { [STACK]: '0000dec0 f0030000 02020000' } })).toMatchObject(
      at('general-protection', { errorCode: 0x3f0 }),
    );
    expect(step('ff18', { registers: { eax: 0xc300_0000 }, memory: { 3271557120: '00000000 9099' } })).toMatchObject(
      at('general-protection', { errorCode: 0x9990 }),
    );
  });

  it('raises #GP for a null stack selector and lets other registers be null', () => {
    expect(step('8ed0')).toMatchObject(
      at('general-protection', { errorCode: 0, cause: { code: 'null-selector-loaded', segment: 'ss' } }),
    );
    expect(step('8ee8')).toMatchObject({ kind: 'executed', segments: { gs: { selector: 0 } } });
    expect(run('8ee8 65 8b02', { registers: { edx: 0x40 } })).toMatchObject({
      kind: 'fault',
      fault: { kind: 'general-protection', cause: { code: 'null-selector-used', segment: 'gs' } },
    });
  });

  it('cannot tell what a selector stands for that the machine does not hold', () => {
    expect(step('8ec0', { registers: { eax: 0x28 } })).toMatchObject({
      kind: 'unsupported',
      mayRaise: expect.arrayContaining([expect.objectContaining({ kind: 'general-protection' })]),
    });
    expect(step('0f00d8', { registers: { eax: 0x18 } })).toMatchObject({
      kind: 'unsupported',
      mayRaise: expect.arrayContaining([expect.objectContaining({ kind: 'general-protection' })]),
    });
  });

  it('sets RF in the flags of a fault and not in those of a trap', () => {
    expect(step('0f0b')).toMatchObject({ registers: { eip: EIP, eflags: 0x1_0202 } });
    expect(step('cc')).toMatchObject({ registers: { eip: EIP + 1, eflags: 0x202 } });
    expect(step('90', { registers: { eflags: 0x1_0202 } })).toMatchObject({ after: { eflags: 0x202 } });
  });

  it('reports int1 behind itself, and at itself in a virtual machine on AMD', () => {
    expect(step('f1')).toMatchObject({ fault: { kind: 'debug', eip: EIP + 1 } });
    expect(step('f1', { state: { processor: 'amd-kvm' } })).toMatchObject({ fault: { kind: 'debug', eip: EIP } });
  });
});

describe('page faults', () => {
  const page = 0x9e28_e000;
  const fault = (outcome: StepOutcome) => (outcome.kind === 'fault' ? outcome.fault : outcome);

  it('computes the address with the carry past 4 GiB', () => {
    const registers = { eax: 0xf21f_ea80, ecx: 0x2b02_4004, esi: 0x8a20_0b00 };
    expect(fault(step('893488', { registers, unmapped: [page] }))).toEqual({
      kind: 'page-fault',
      eip: EIP,
      linearAddress: 0x9e28_ea90,
      access: { access: 'write', linearAddress: 0x9e28_ea90, size: 4 },
      errorCode: 2,
    });
  });

  it('calls a fetch a fetch, or a read where the machine has no bit for it', () => {
    const setting = { unmapped: [0], registers: { eip: 0 } };
    expect(fault(step('90', setting))).toMatchObject({
      linearAddress: 0,
      access: { access: 'execute' },
      errorCode: 0x10,
    });
    expect(fault(step('90', { ...setting, state: { fetchErrorCode: 'read' } }))).toMatchObject({ errorCode: 0 });
  });

  it('asks for a write in a read-modify-write, and reads first where QEMU emulates', () => {
    const setting = { registers: { ebx: page }, unmapped: [page] };
    expect(fault(step('ff03', setting))).toMatchObject({ errorCode: 2, access: { access: 'write' } });
    const state = { processor: 'qemu-tcg' } as const;
    expect(fault(step('ff03', { ...setting, state }))).toMatchObject({ errorCode: 0, access: { access: 'read' } });
  });

  it('tells a protected page by the error code', () => {
    const memory = load('8903', { registers: { ebx: page } });
    memory.setPage(page as U32, { kind: 'protected', forbids: ['write'] });
    expect(fault(cpu.step())).toMatchObject({ errorCode: 3 });
  });
});

describe('memory that nobody knows', () => {
  it('stops in front of an instruction that reads it', () => {
    const outcome = step('8b03', { registers: { ebx: 0xc300_0000 } });
    expect(outcome).toMatchObject({ kind: 'absent', access: { access: 'read', linearAddress: 0xc300_0000, size: 4 } });
    expect(cpu.registers().eip).toBe(EIP);
  });

  it('takes a witness for the bytes that are absent, and keeps those that are known', () => {
    const memory = load('8b03', {
      registers: { ebx: 0xc300_0000 },
      memory: { 3271557121: '77' },
      absent: () => Uint8Array.of(1, 2, 3, 4),
    });
    expect(cpu.step()).toMatchObject({ kind: 'executed', after: { eax: 0x0403_7701 } });
    expect(memory.read(0xc300_0000 as U32, 4)).toEqual(Uint8Array.of(1, 0x77, 3, 4));
  });

  it('needs nothing for a plain write, and makes its bytes known', () => {
    const memory = load('8903', { registers: { ebx: 0xc300_0000, eax: 0x0102_0304 } });
    expect(cpu.step()).toMatchObject({
      kind: 'executed',
      accesses: [{ access: 'write', linearAddress: 0xc300_0000, size: 4, bytes: Uint8Array.of(4, 3, 2, 1) }],
    });
    expect(memory.read(0xc300_0000 as U32, 4)).toEqual(Uint8Array.of(4, 3, 2, 1));
  });

  it('stops where the code ends', () => {
    expect(step('b8 01')).toMatchObject({ kind: 'absent', access: { access: 'execute', linearAddress: EIP + 2 } });
  });

  it('does not guess the base of fs', () => {
    expect(step('64a114000000')).toMatchObject({ kind: 'unknown-segment-base', segment: 'fs' });
    const fs = { selector: 0xd8, base: 0xc400_0000 as U32 };
    const outcome = step('64a114000000', {
      state: { segments: { ...KERNEL, fs } },
      memory: { 3288334356: '78563412' },
    });
    expect(outcome).toMatchObject({ kind: 'executed', after: { eax: 0x1234_5678 } });
  });
});

describe('what no log holds', () => {
  it.each([
    ['an x87 instruction', 'dd5808', 'x87-error'],
    ['an SSE computation', 'f30f5e02', 'simd-error'],
    ['a model-specific register', '0f32', 'general-protection'],
  ])('declines %s and says what it may raise', (_what, code, kind) => {
    const outcome = step(code, { registers: { eax: 0xc300_0000, edx: 0xc300_0000 } });
    expect(outcome).toMatchObject({
      kind: 'unsupported',
      mayRaise: expect.arrayContaining([expect.objectContaining({ kind })]),
    });
  });

  it.each([
    ['a port', 'ec'],
    ['a clock', '0f31'],
    ['the processor’s name', '0fa2'],
    ['a control register', '0f20d0'],
    ['the descriptor table register', '0f0100'],
    ['a system call', 'cd80'],
    ['a halt', 'f4'],
    ['an undefined result', '660fc8'],
    ['an instruction that kills the engine', '0fc5c100'],
    ['a vector instruction of another length', 'c5f858c1'],
  ])('declines %s', (_what, code) => {
    expect(step(code, { registers: { eax: 0xc300_0000 } }).kind).toBe('unsupported');
  });

  it('still finds the page fault of an instruction that it cannot run', () => {
    const outcome = step('c5fc1107', { registers: { edi: 0x10 }, unmapped: [0] });
    expect(outcome).toMatchObject({ kind: 'fault', fault: { access: { access: 'write', size: 32 } } });
  });

  it('copies through a vector register once it has been loaded', () => {
    const memory = { 3271557120: '000102030405060708090a0b0c0d0e0f' };
    expect(run('0f1003 0f114310', { registers: { ebx: 0xc300_0000 }, memory }).kind).toBe('executed');
    expect(cpu.memory.read(0xc300_0010 as U32, 4)).toEqual(Uint8Array.of(0, 1, 2, 3));
    expect(step('0f1103', { registers: { ebx: 0xc300_0000 } }).kind).toBe('unsupported');
  });

  it('knows what a register holds after it was cleared by itself', () => {
    expect(run('0f57c0 0f1103', { registers: { ebx: 0xc300_0000 } }).kind).toBe('executed');
    expect(cpu.memory.read(0xc300_0000 as U32, 16)).toEqual(new Uint8Array(16));
  });

  it('forgets vector registers with the next machine', () => {
    run('0f57c0', {});
    expect(step('0f1103', { registers: { ebx: 0xc300_0000 } }).kind).toBe('unsupported');
  });

  it('is no virtual-8086 machine', () => {
    expect(step('90', { registers: { eflags: 0x2_0202 } }).kind).toBe('unsupported');
  });
});

describe('segment registers', () => {
  it('loads a selector that the machine holds, with its base', () => {
    expect(step('8ec0', { registers: { eax: 0x7b } })).toMatchObject({
      kind: 'executed',
      segments: { es: { selector: 0x7b, base: 0 } },
    });
  });

  it('reads back what the log holds', () => {
    expect(step('8ce0')).toMatchObject({ kind: 'executed', after: { eax: 0xd8 } });
    expect(step('0ea8', {})).toMatchObject({ kind: 'executed', accesses: [{ bytes: Uint8Array.of(0x60, 0) }] });
  });

  it('returns within its own code segment', () => {
    const outcome = step('cf', { memory: { [STACK]: '78563412 60000000 02020000' } });
    expect(outcome).toMatchObject({ kind: 'executed', after: { eip: 0x1234_5678, esp: STACK + 12 } });
  });
});

describe('processors that differ', () => {
  const top = STACK - 4;
  const pushed = (processor: ProcessorModel | undefined, memory: Setting['memory'] = { [top]: 'aabbccdd' }) => {
    const outcome = step('06', { memory, ...(processor && { state: { processor } }) });
    const word = [0, 1, 2, 3].map((i) => cpu.memory.read((top + i) as U32, 1)?.[0]);
    return { outcome, word };
  };

  it.each([
    [undefined, [0x7b, 0, undefined, undefined]],
    ['amd', [0x7b, 0, 0, 0]],
    ['intel', [0x7b, 0, 0xcc, 0xdd]],
    ['qemu-tcg', [0x7b, 0, 0, 0]],
  ] as const)('push of a segment register, processor %s', (processor, word) => {
    expect(pushed(processor)).toMatchObject({ outcome: { kind: 'executed', after: { esp: top } }, word });
  });

  it('knows the upper half of a pushed segment register where it was zero already', () => {
    expect(pushed(undefined, { [top]: 'aabb00dd' }).word).toEqual([0x7b, 0, 0, undefined]);
    expect(pushed(undefined, {}).word).toEqual([0x7b, 0, undefined, undefined]);
  });

  it('reads no more of a popped selector than every processor does', () => {
    const memory = { [STACK]: '7b00' };
    expect(step('07', { memory })).toMatchObject({ kind: 'executed', accesses: [{ size: 2 }] });
    expect(step('07', { memory, state: { processor: 'amd' } })).toMatchObject({ kind: 'absent', access: { size: 4 } });
  });

  it('gives back a segment register that was pushed, and not the word', () => {
    expect(run('06 07')).toMatchObject({ kind: 'executed', segments: { es: { selector: 0x7b, base: 0 } } });
    expect(run('06 58')).toMatchObject({ kind: 'absent', access: { linearAddress: top, size: 4 } });
  });

  it.each([
    ['a load past the end', '8b00', { eax: 0xffff_fffe }, 'general-protection', 'page-fault'],
    ['sysret of a program', '0f07', {}, 'general-protection', 'invalid-opcode'],
    ['a save of state', '0fae27', { edi: 0xffff_f000 }, 'page-fault', undefined],
    [
      'a vector load of unchecked alignment',
      '0f1000',
      { eax: 0xffff_f001, eflags: 0x40202 },
      'alignment-check',
      'page-fault',
    ],
  ] as const)('claims no fault of %s', (_what, code, registers, amd, intel) => {
    const under = (processor?: ProcessorModel) =>
      step(code, {
        registers,
        state: { segments: USER, mode: 'user', ...(processor && { processor }) },
        unmapped: [0xffff_f000],
      });
    expect(under()).toMatchObject({ kind: 'unsupported', processorsDiffer: true });
    expect(under('amd')).toMatchObject({ kind: 'fault', fault: { kind: amd } });
    expect(under('intel')).toMatchObject(intel ? { kind: 'fault', fault: { kind: intel } } : { kind: 'unsupported' });
  });

  it('claims the fault that all of them raise', () => {
    const guard = { registers: { esp: 0xc300_1000 }, unmapped: [0xc300_0000] };
    expect(step('06', guard)).toMatchObject({ kind: 'fault', fault: { linearAddress: 0xc300_0ffc, errorCode: 2 } });
    const aligned = step('0fae27', { registers: { edi: 0xffff_f008 }, unmapped: [0xffff_f000] });
    expect(aligned).toMatchObject({ kind: 'fault', fault: { kind: 'general-protection' } });
  });
});
