// How to go on from a stop, in the commands of this front end.

import { hex32, pageOf } from '../../machine/u32.ts';
import type { StopReason } from '../../session/stop-reason.ts';

export function adviceLines(stop: StopReason): readonly string[] {
  switch (stop.kind) {
    case 'timeline-end':
      return stop.fault?.kind === 'page-fault'
        ? [`To ask what if, begin a diversion: map ${hex32(pageOf(stop.fault.linearAddress))}`]
        : ['To ask what if, begin a diversion: set a register, then si'];
    case 'diversion-begin':
      return ['`drop` throws it away and goes back to the timeline.'];
    case 'needs-memory':
      return stop.access.access === 'execute'
        ? [`To go on, say what is there: patch ${hex32(stop.access.linearAddress)} BYTES`]
        : [`To go on, assume a value: assume ${hex32(stop.access.linearAddress)} VALUE`];
    case 'needs-register':
      return stop.register === 'eflags'
        ? ['To go on, set the flag that it asks for, such as: set $zf = 1']
        : [`To go on, assume a value: set $${stop.register} = VALUE`];
    default:
      return [];
  }
}
