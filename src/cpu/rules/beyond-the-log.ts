// Instructions that read or change parts of the machine that a log does not hold: ports, control registers, descriptor tables,
// clocks, the kernel that a system call enters. They are not executed; the rule says what they may raise.

import type { Instruction } from '../../decoder/instruction.ts';
import type { DeedBeyondTheLog } from '../cannot-run.ts';
import type { PossibleTrap } from '../cpu.ts';
import type { Unsupported } from './rule.ts';

const REASONS: readonly (readonly [RegExp, DeedBeyondTheLog, readonly PossibleTrap[]])[] = [
  [/^(in|ins)$/, 'reads-port', []],
  [/^(out|outs)$/, 'writes-port', []],
  [/^(int|vmcall|vmmcall)$/, 'enters-kernel', []],
  [
    /^(sysenter|syscall)$/,
    'makes-system-call',
    [
      { kind: 'invalid-opcode', cause: { code: 'system-call-of-other-maker' } },
      { kind: 'general-protection', cause: { code: 'no-entry-point' } },
    ],
  ],
  [/^sysret$/, 'leaves-kernel', [{ kind: 'invalid-opcode', cause: { code: 'sysret-in-64-bit-mode-only' } }]],
  [/^(sysexit|rsm)$/, 'leaves-kernel', []],
  [/^hlt$/, 'waits-for-interrupt', []],
  [/^(cpuid|xgetbv|rdpid)$/, 'identifies-processor', []],
  [/^(rdtsc|rdtscp|rdrand|rdseed)$/, 'reads-clock', []],
  [
    /^(rdmsr|wrmsr|rdpmc)$/,
    'uses-model-specific-register',
    [{ kind: 'general-protection', cause: { code: 'model-specific-register-refused' } }],
  ],
  [
    /^(lldt|ltr)$/,
    'loads-descriptor',
    [
      { kind: 'general-protection', cause: { code: 'descriptor-of-another-type' } },
      { kind: 'segment-not-present', cause: { code: 'descriptor-not-present' } },
    ],
  ],
  [
    /^(lgdt|lidt|lmsw|clts|xsetbv|stac|clac)$/,
    'changes-machine-state',
    [{ kind: 'general-protection', cause: { code: 'state-refused' } }],
  ],
  [/^(sgdt|sidt|sldt|str|smsw)$/, 'reads-machine-state', []],
  [/^(lar|lsl|verr|verw|arpl)$/, 'asks-descriptor-table', []],
  [/^(invlpg|invpcid|invd|wbinvd|wbnoinvd|monitor|mwait|clflush|clflushopt|clwb)$/, 'acts-on-caches', []],
  [/^(xbegin|xend|xabort|xtest)$/, 'uses-transactions', []],
];

const CONTROL_OR_DEBUG_REGISTER = /^([cd]r\d|tr\d)$/;

export function beyondTheLog(instruction: Instruction): Unsupported | undefined {
  for (const [pattern, deed, mayRaise] of REASONS) {
    if (pattern.test(instruction.mnemonic)) return unsupported(instruction, deed, mayRaise);
  }
  const touchesControl = instruction.operands.some(
    (operand) => operand.kind === 'register' && CONTROL_OR_DEBUG_REGISTER.test(operand.name),
  );
  if (!touchesControl) return undefined;
  return unsupported(instruction, 'uses-control-register', [
    { kind: 'general-protection', cause: { code: 'register-value-refused' } },
    { kind: 'invalid-opcode', cause: { code: 'no-such-register' } },
  ]);
}

function unsupported(
  { mnemonic }: Instruction,
  deed: DeedBeyondTheLog,
  mayRaise: readonly PossibleTrap[],
): Unsupported {
  return {
    kind: 'unsupported',
    reason: { code: 'beyond-the-log', mnemonic, deed },
    ...(mayRaise.length > 0 && { mayRaise }),
  };
}
