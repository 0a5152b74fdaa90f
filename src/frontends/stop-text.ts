// Why it stopped, in words.

import { byteCount } from '../machine/byte-text.ts';
import { exceptionInfo, type Fault } from '../machine/faults.ts';
import { decodePageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { hex32 } from '../machine/u32.ts';
import type { DebugTarget } from '../session/debug-target.ts';
import type { StartReason } from '../session/known-value.ts';
import type { ConditionOutcome, RegisterPurpose, StopReason } from '../session/stop-reason.ts';
import type { Watched, WatchedChange } from '../session/watch.ts';
import type { Annotations } from './annotations.ts';
import { inline } from './value-text.ts';

const START_WORDS: Readonly<Record<StartReason, string>> = {
  'window-start': 'the captured code begins here',
  'entered-from-outside': 'control came here from outside the captured code',
  'no-way-fits': 'every way in that the code shows contradicts the log',
  'callee-lost-registers': 'the callee here gave its saved registers back changed, so nothing is known of before',
  'step-limit': 'no more steps than this were looked for',
  'doubtful-limit': 'further back the way is too doubtful',
  'search-budget': 'the search for the way here ran out of its budget',
  'not-provable': 'what lies further back could not be proved',
  'no-code': 'no instruction before the fault could be rebuilt',
};

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
      return [`Breakpoint ${stop.id}, ${annotations.place(target.place.address)}${undecided(stop.condition)}`];
    case 'watchpoint':
      return watchLines(stop, annotations);
    case 'timeline-begin':
      return [`The timeline begins here: ${START_WORDS[stop.reason]}.`];
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
    case 'needs-memory': {
      const { access, linearAddress, size } = stop.access;
      return [
        access === 'execute'
          ? `Stopped: nobody knows the code at ${hex32(linearAddress)}, which is next.`
          : `Stopped: the next instruction reads ${byteCount(size)} at ${hex32(linearAddress)}, which nobody knows.`,
      ];
    }
    case 'needs-register':
      return [`Stopped: %${stop.register} is unknown, and ${PURPOSES[stop.purpose]}.`];
    case 'needs-segment-base':
      return [`Stopped: the base of %${stop.segment} is not in the log.`];
    case 'cannot-run':
      return [`Stopped: ${stop.reason}.`];
    case 'step-limit':
      return [`Stopped after ${stop.steps} instructions; \`continue\` goes on.`];
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

export function faultText(fault: Fault): string {
  if (fault.kind !== 'page-fault') {
    const { mnemonic, title } = exceptionInfo(fault.kind);
    return `${title} (${mnemonic})${fault.cause === undefined ? '' : `: ${fault.cause}`}`;
  }
  const { present, access, mode } = decodePageFaultErrorCode(fault.errorCode);
  const why = present ? `${mode}-mode ${access} not allowed` : 'page not present';
  const { access: kind, size, linearAddress } = fault.access;
  if (kind === 'execute') return `instruction fetch from ${hex32(fault.linearAddress)}: ${why}`;
  return `${kind} of ${byteCount(size)} ${kind === 'write' ? 'to' : 'from'} ${hex32(linearAddress)}: ${why}`;
}

export function startText(reason: StartReason): string {
  return START_WORDS[reason];
}
