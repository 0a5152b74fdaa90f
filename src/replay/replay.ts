// Replays a snapshot: builds the machine, runs the faulting instruction in the emulated CPU, judges the report by it.
// Read expectation.ts (what the log says), machine.ts (what is run) and attempt.ts (the run and its verdict) next.

import type { Cpu } from '../cpu/cpu.ts';
import { alignWindow } from '../decoder/align-window.ts';
import type { Decoder } from '../decoder/decoder.ts';
import { codeWindowOf } from '../snapshot/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { judge, replayedMachine } from './attempt.ts';
import { distanceBehindTrap } from './crash-point.ts';
import { expectationOf } from './expectation.ts';
import { inlineBugData } from './inline-data.ts';
import { interruptedMachine } from './interrupted.ts';
import { withLostAddress } from './lost-address.ts';
import { machineOf } from './machine.ts';
import type { Replay } from './replay-types.ts';
import { isFetchFault, obstacleOf } from './replayability.ts';
import { supposePageFault } from './supposed-fault.ts';
import { resolveUnknownRegisters } from './unknown-registers.ts';

/** What a replay runs on: the decoder and the emulated CPU. One replay or one session at a time uses them. */
export interface ReplayParts {
  readonly decoder: Decoder;
  readonly cpu: Cpu;
}

/** Replays one report. Uses the CPU of `parts` from a clean start and leaves nothing behind that a later replay could see. */
export function replaySnapshot(snapshot: Snapshot, parts: ReplayParts): Replay {
  const expectation = expectationOf(snapshot);
  const obstacle = obstacleOf(snapshot, expectation);
  if (obstacle) {
    const interrupted = interruptedMachine(snapshot, expectation, obstacle, parts.decoder);
    return {
      verdict: 'not-replayable',
      reason: obstacle,
      checks: [],
      assumptions: [],
      absentReads: [],
      ...interrupted,
    };
  }

  const captured = codeWindowOf(snapshot);
  const code = isFetchFault(snapshot, expectation) && captured?.eipOffset === undefined ? undefined : captured;
  const built = machineOf(snapshot, expectation, code);
  const window =
    code?.eipOffset === undefined
      ? undefined
      : alignWindow(
          parts.decoder,
          code.bytes,
          code.eipOffset - distanceBehindTrap(code, expectation),
          built.codeStart,
          { data: inlineBugData(snapshot) },
        );
  const base = {
    codeBase: built.codeBase,
    ...(window && { window }),
    ...(window?.faulting && { instruction: window.faulting }),
  };
  const needsRegisters = window?.faulting !== undefined && !isFetchFault(snapshot, expectation);
  const resolved = needsRegisters ? resolveUnknownRegisters(built, window.faulting, expectation) : built;
  const ready =
    'state' in resolved && needsRegisters ? withLostAddress(resolved, window.faulting, expectation) : resolved;
  if ('state' in ready) {
    const attempt = { machine: ready, expectation, snapshot, ...(window && { window }), cpu: parts.cpu };
    return { ...base, ...supposePageFault(attempt, judge(attempt)) };
  }
  return {
    verdict: 'not-replayable',
    reason: ready,
    ...base,
    machine: replayedMachine(built, built.state),
    checks: [],
    assumptions: built.assumptions,
    absentReads: [],
  };
}
