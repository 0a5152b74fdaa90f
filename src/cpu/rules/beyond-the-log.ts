// Instructions that read or change parts of the machine that a log does not hold: ports, control registers, descriptor tables,
// clocks, the kernel behind a system call. They are not executed; what they may raise is told.

import type { Instruction } from '../../decoder/instruction.ts';
import type { PossibleTrap } from '../cpu.ts';
import type { Unsupported } from './rule.ts';

const REASONS: readonly (readonly [RegExp, string, readonly PossibleTrap[]])[] = [
  [/^(in|ins)$/, 'reads an I/O port', []],
  [/^(out|outs)$/, 'writes an I/O port', []],
  [/^(int|vmcall|vmmcall)$/, 'enters the kernel or a hypervisor', []],
  [
    /^(sysenter|syscall)$/,
    'enters the kernel',
    [
      {
        kind: 'invalid-opcode',
        cause: 'a processor by AMD has no sysenter, one by Intel no syscall, in 32-bit code under a 64-bit kernel',
      },
      { kind: 'general-protection', cause: 'the kernel has set no entry point' },
    ],
  ],
  [
    /^sysret$/,
    'leaves the kernel',
    [
      {
        kind: 'invalid-opcode',
        cause: 'the processor is by Intel and has sysret in 64-bit mode only, or it is not enabled',
      },
    ],
  ],
  [/^(sysexit|rsm)$/, 'leaves the kernel', []],
  [/^hlt$/, 'waits for an interrupt', []],
  [/^(cpuid|xgetbv|rdpid)$/, 'tells about the processor', []],
  [/^(rdtsc|rdtscp|rdrand|rdseed)$/, 'reads a clock or a random number', []],
  [
    /^(rdmsr|wrmsr|rdpmc)$/,
    'uses a model-specific register',
    [{ kind: 'general-protection', cause: 'the processor has no such register, or not that value for it' }],
  ],
  [
    /^(lldt|ltr)$/,
    'loads from the descriptor table',
    [
      { kind: 'general-protection', cause: 'the selector is not that of an available descriptor of the right type' },
      { kind: 'segment-not-present', cause: 'the descriptor is marked not present' },
    ],
  ],
  [
    /^(lgdt|lidt|lmsw|clts|xsetbv|stac|clac)$/,
    'changes the state of the machine',
    [{ kind: 'general-protection', cause: 'the new state is one that the processor refuses' }],
  ],
  [/^(sgdt|sidt|sldt|str|smsw)$/, 'reads the state of the machine', []],
  [/^(lar|lsl|verr|verw|arpl)$/, 'asks the descriptor table', []],
  [
    /^(invlpg|invpcid|invd|wbinvd|wbnoinvd|monitor|mwait|clflush|clflushopt|clwb)$/,
    'acts on the caches of the machine',
    [],
  ],
  [/^(xbegin|xend|xabort|xtest)$/, 'uses transactional memory', []],
];

const CONTROL_OR_DEBUG_REGISTER = /^([cd]r\d|tr\d)$/;

export function beyondTheLog(instruction: Instruction): Unsupported | undefined {
  for (const [pattern, what, mayRaise] of REASONS) {
    if (pattern.test(instruction.mnemonic)) return unsupported(instruction, what, mayRaise);
  }
  const touchesControl = instruction.operands.some(
    (operand) => operand.kind === 'register' && CONTROL_OR_DEBUG_REGISTER.test(operand.name),
  );
  if (!touchesControl) return undefined;
  return unsupported(instruction, 'uses a control or debug register', [
    { kind: 'general-protection', cause: 'the new value is one that the processor refuses' },
    { kind: 'invalid-opcode', cause: 'the processor has no such register' },
  ]);
}

function unsupported(instruction: Instruction, what: string, mayRaise: readonly PossibleTrap[]): Unsupported {
  return {
    kind: 'unsupported',
    reason: `${instruction.mnemonic} ${what}: the log does not hold what it does`,
    ...(mayRaise.length > 0 && { mayRaise }),
  };
}
