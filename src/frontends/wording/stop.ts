// Why a target stopped, in words.

import { byteCount } from '../../machine/byte-text.ts';
import { hex32 } from '../../machine/u32.ts';
import type { DebugTarget } from '../../session/debug-target.ts';
import type { ConditionOutcome, RegisterPurpose, StopReason } from '../../session/stop-reason.ts';
import type { Watched, WatchedChange } from '../../session/watch.ts';
import type { Annotations } from '../annotations.ts';
import { cannotRunText } from './cannot-run.ts';
import { faultText } from './fault.ts';
import { startText } from './start-reason.ts';
import { inline } from './value.ts';

const PURPOSES: Readonly<Record<RegisterPurpose, string>> = {
  address: 'an address is made of it',
  branch: 'it decides where control goes',
  count: 'it decides how often the instruction repeats',
  fault: 'it decides whether the instruction faults',
  hidden: 'it goes into a register that is not followed',
};

/** Empty for a plain step. */
export function stopLines(stop: StopReason, target: DebugTarget, annotations: Annotations): readonly string[] {
  switch (stop.kind) {
    case 'step':
    case 'seek':
      return [];
    case 'breakpoint':
      return [
        `${stop.temporary ? 'Temporary breakpoint' : 'Breakpoint'} ${stop.id}, ${annotations.place(target.place.address)}${undecided(stop.condition)}`,
      ];
    case 'watchpoint':
      return watchLines(stop, annotations);
    case 'timeline-begin':
      return [`The timeline begins here: ${startText(stop.reason, 'here')}.`];
    case 'fault':
      return [`✗ ${faultText(stop.fault)}`];
    case 'timeline-end':
      return [
        stop.fault === undefined
          ? 'The timeline ends here: no log tells what came after.'
          : 'The timeline ends here: this faulted, and no log tells what came after.',
      ];
    case 'diversion-begin':
      return ['The diversion begins here.'];
    case 'needs-memory':
    case 'needs-register':
    case 'needs-segment-base':
    case 'cannot-run':
      return [`Stopped: ${obstacleText(stop)}.`];
    case 'step-limit':
      return [`Stopped after ${stop.steps} instructions; \`continue\` goes on.`];
  }
}

type Obstacle = Extract<StopReason, { kind: 'needs-memory' | 'needs-register' | 'needs-segment-base' | 'cannot-run' }>;

/** Why nothing was executed: a clause without a full stop. */
function obstacleText(stop: Obstacle): string {
  switch (stop.kind) {
    case 'needs-memory': {
      const { access, linearAddress, size } = stop.access;
      return access === 'execute'
        ? `the code at ${hex32(linearAddress)}, which is next, is unknown`
        : `the next instruction reads ${byteCount(size)} at ${hex32(linearAddress)}, which ${size === 1 ? 'is' : 'are'} unknown`;
    }
    case 'needs-register':
      return `%${stop.register} is unknown, and ${PURPOSES[stop.purpose]}`;
    case 'needs-segment-base':
      return `the base of %${stop.segment} is not in the log`;
    case 'cannot-run':
      return cannotRunText(stop.reason);
  }
}

/** Why the run of a variation ended, as a clause. */
export function variationStopText(stop: StopReason): string {
  switch (stop.kind) {
    case 'needs-memory':
    case 'needs-register':
    case 'needs-segment-base':
    case 'cannot-run':
      return obstacleText(stop);
    case 'step-limit':
      return `still running after ${stop.steps} instructions`;
    default:
      return stop.kind;
  }
}

function undecided(condition: ConditionOutcome): string {
  return condition === 'undecided' ? ' (its condition depends on something unknown)' : '';
}

function watchLines(
  { id, change, condition }: Extract<StopReason, { kind: 'watchpoint' }>,
  annotations: Annotations,
): readonly string[] {
  const head = id === undefined ? 'Last change' : `Watchpoint ${id}`;
  const by = change.by ? `by ${annotations.place(change.by.address)}  ${annotations.text(change.by)}` : '';
  return [
    `${head}: ${changeText(change)}${undecided(condition)}`,
    ...(by === '' ? [] : [`  ${change.certain ? '' : 'possibly '}${by}`]),
  ];
}

function changeText({ watched, before, after, certain }: WatchedChange): string {
  const name = watchedText(watched);
  if (watched.kind === 'memory' && watched.access !== 'write' && before.value === after.value) {
    return `${name} ${inline(before)}, ${certain ? '' : 'perhaps '}touched`;
  }
  return certain
    ? `${name}  ${inline(before)} → ${inline(after)}`
    : `${name} may have changed: ${inline(before)} before, ${inline(after)} after`;
}

export function watchedText(watched: Watched): string {
  if (watched.kind === 'register') return `%${watched.register}`;
  const size = watched.size === 4 ? '' : watched.size === 2 ? '{short}' : '{char}';
  return `${size}[${hex32(watched.address)}]`;
}
