// A report in which nothing faulted, with the state of code that was running: a lockup, a register dump that SysRq asked for, a panic.
// There is no exception to raise, but the registers are exact where EIP stands, and so is what can be rebuilt before it.

import { alignWindow } from '../decoder/align-window.ts';
import type { Decoder } from '../decoder/decoder.ts';
import { codeWindowOf } from '../snapshot/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { replayedMachine } from './attempt.ts';
import type { Expectation } from './expectation.ts';
import { inlineBugData } from './inline-data.ts';
import { machineOf } from './machine.ts';
import type { Replay } from './replay-types.ts';
import type { Obstacle } from './verdict-reason.ts';

const INTERRUPTED: ReadonlySet<Obstacle['code']> = new Set(['warning', 'register-dump', 'panic']);

type Interrupted = Pick<Replay, 'codeBase' | 'window' | 'instruction' | 'machine' | 'assumptions'>;

/** The machine and the instruction at EIP, where the log holds registers and code; undefined for other obstacles. Nothing is run. */
export function interruptedMachine(
  snapshot: Snapshot,
  expectation: Expectation,
  obstacle: Obstacle,
  decoder: Decoder,
): Interrupted | undefined {
  const code = codeWindowOf(snapshot);
  if (!INTERRUPTED.has(obstacle.code) || code?.eipOffset === undefined || code.eipOffset >= code.bytes.length)
    return undefined;
  if (Object.keys(snapshot.registers).length === 0) return undefined;
  const machine = machineOf(snapshot, expectation, code);
  const window = alignWindow(decoder, code.bytes, code.eipOffset, machine.codeStart, { data: inlineBugData(snapshot) });
  return {
    codeBase: machine.codeBase,
    window,
    ...(window.faulting && { instruction: window.faulting }),
    machine: replayedMachine(machine, machine.state),
    assumptions: machine.assumptions,
  };
}
