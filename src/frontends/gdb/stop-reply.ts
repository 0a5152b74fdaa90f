// Stop reasons as gdb reads them. Debugging with GDB, "Stop Reply Packets".

import type { Fault, FaultKind } from '../../machine/faults.ts';
import type { StopReason } from '../../session/stop-reason.ts';
import { hexByte } from './hex.ts';

/** gdb's own signal numbers. */
const SIGNALS = { ILL: 4, TRAP: 5, FPE: 8, BUS: 10, SEGV: 11 } as const;

/** What Linux sends a program for each exception. Source: arch/x86/kernel/traps.c. */
const SIGNAL_OF: Readonly<Partial<Record<FaultKind, number>>> = {
  'divide-error': SIGNALS.FPE,
  'x87-error': SIGNALS.FPE,
  'simd-error': SIGNALS.FPE,
  'invalid-opcode': SIGNALS.ILL,
  debug: SIGNALS.TRAP,
  breakpoint: SIGNALS.TRAP,
  'stack-fault': SIGNALS.BUS,
  'segment-not-present': SIGNALS.BUS,
  'alignment-check': SIGNALS.BUS,
};

export function signalOf({ kind }: Fault): number {
  return SIGNAL_OF[kind] ?? SIGNALS.SEGV;
}

export interface StopContext {
  /** `08:ed5a8af8;` and the like: registers that gdb will ask for at once. */
  readonly expedited: string;
  /** The client said that it understands `swbreak`. */
  readonly namesBreakpoints: boolean;
}

export function stopReply(stop: StopReason, { expedited, namesBreakpoints }: StopContext): string {
  const signal = stop.kind === 'fault' ? signalOf(stop.fault) : SIGNALS.TRAP;
  return `T${hexByte(signal)}${reasonOf(stop, namesBreakpoints)}thread:1;${expedited}`;
}

function reasonOf(stop: StopReason, namesBreakpoints: boolean): string {
  switch (stop.kind) {
    case 'breakpoint':
      return namesBreakpoints ? 'swbreak:;' : '';
    case 'watchpoint': {
      const { watched } = stop.change;
      if (watched.kind !== 'memory') return '';
      const name = watched.access === 'write' ? 'watch' : watched.access === 'read' ? 'rwatch' : 'awatch';
      return `${name}:${watched.address.toString(16)};`;
    }
    case 'timeline-begin':
    case 'diversion-begin':
      return 'replaylog:begin;';
    case 'timeline-end':
      return 'replaylog:end;';
    default:
      return '';
  }
}
