// Which selectors can be loaded. The descriptor tables are in no log, so a load is decided only where the table's size, a null
// selector, or a selector that the machine already holds decides it. Intel SDM vol. 3A, "Segment Selectors".

import type { FaultCause } from '../../machine/fault-cause.ts';
import type { SegmentRegister } from '../../machine/registers.ts';
import { decodeSelector, isNullSelector } from '../../machine/segments.ts';
import type { MachineState } from '../cpu.ts';
import { type Raised, raise, type Unsupported } from './rule.ts';

/** No i386 Linux has had more than 32 entries in its GDT (asm/segment.h, GDT_ENTRIES); x86-64 has 16. */
const MOST_GDT_ENTRIES = 32;

export type SelectorVerdict = { readonly kind: 'loads' } | Raised | Unsupported;

/** The error code names the descriptor, without the privilege that was asked for. */
function selectorFault(selector: number, state: MachineState, cause: FaultCause): Raised {
  return raise('general-protection', state.registers.eip, { errorCode: selector & 0xfffc, cause });
}

function undecided(selector: number): Unsupported {
  return {
    kind: 'unsupported',
    reason: { code: 'selector-not-in-the-log', selector },
    mayRaise: [
      { kind: 'general-protection', cause: { code: 'selector-not-loadable', selector } },
      { kind: 'segment-not-present', cause: { code: 'descriptor-not-present', selector } },
      { kind: 'stack-fault', cause: { code: 'stack-descriptor-not-present', selector } },
      { kind: 'invalid-tss', cause: { code: 'bad-task-state', selector } },
    ],
  };
}

function beyondTable(selector: number): boolean {
  const { index, table } = decodeSelector(selector);
  return table === 'GDT' && index >= MOST_GDT_ENTRIES;
}

/** Under Xen the hypervisor's own descriptors come after the kernel's. */
function isXenGuest(state: MachineState): boolean {
  return (state.segments.cs.selector & 3) === 1;
}

export function canLoadData(selector: number, register: SegmentRegister, state: MachineState): SelectorVerdict {
  if (isNullSelector(selector)) {
    return register === 'ss'
      ? raise('general-protection', state.registers.eip, {
          errorCode: 0,
          cause: { code: 'null-selector-loaded', segment: 'ss' },
        })
      : { kind: 'loads' };
  }
  if (beyondTable(selector) && !isXenGuest(state)) {
    return selectorFault(selector, state, { code: 'selector-beyond-table', selector });
  }
  const { ss, ds, es, fs, gs } = state.segments;
  const holders = register === 'ss' ? [ss] : [ds, es, fs, gs, ...(ss.selector === selector ? [ss] : [])];
  return holders.some((held) => held.selector === selector) ? { kind: 'loads' } : undecided(selector);
}

/** The target of a far jump, call or return. */
export function canLoadCode(selector: number, state: MachineState): SelectorVerdict {
  if (isNullSelector(selector)) {
    return raise('general-protection', state.registers.eip, {
      errorCode: 0,
      cause: { code: 'null-selector-loaded', segment: 'cs' },
    });
  }
  if (beyondTable(selector) && !isXenGuest(state)) {
    return selectorFault(selector, state, { code: 'selector-beyond-table', selector });
  }
  return selector === state.segments.cs.selector ? { kind: 'loads' } : undecided(selector);
}
