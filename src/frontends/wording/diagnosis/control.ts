// Sentences about where control went, and about exceptions other than a page fault.

import { hex32 } from '../../../machine/u32.ts';
import { faultCauseText } from '../fault-cause.ts';
import { hex, letters, runner, type Sentences, subject } from './parts.ts';

type ControlKind =
  | 'null-call'
  | 'jump-to-user-half'
  | 'wild-jump'
  | 'jump-to-poison'
  | 'jump-to-text-bytes'
  | 'jump-to-data'
  | 'jump-into-instruction'
  | 'code-gone'
  | 'code-on-stack'
  | 'called-from'
  | 'returned-to'
  | 'divide-by-zero'
  | 'proved-zero'
  | 'divide-overflow'
  | 'breakpoint'
  | 'overflow-trap'
  | 'protection-cause'
  | 'not-this-instruction'
  | 'cannot-raise'
  | 'machine-quirk'
  | 'frame-impossible';

const QUIRKS = {
  'xen-segment-end':
    'the instruction reaches past the end of the segments that Xen gives its guests; without Xen it completes',
  'alignment-not-checked':
    'the machine is an emulator that does not check alignment: a processor refuses the address before it looks for the page',
} as const;

export const CONTROL: Sentences<ControlKind> = {
  'null-call': ({ address }, view) =>
    address === 0
      ? `${runner(view)} called a NULL function pointer`
      : `${runner(view)} called a function pointer that holds ${hex(address)}`,
  'jump-to-user-half': ({ address }, view) =>
    `${runner(view)} jumped to ${hex32(address)}, an address of the user's half`,
  'wild-jump': ({ address }, view) => `${runner(view)} jumped to ${hex32(address)}, where no code is`,
  'jump-to-poison': ({ address }, view) =>
    `${runner(view)} jumped to ${hex32(address)}, a value that it writes over freed memory`,
  'jump-to-text-bytes': ({ address }, view) =>
    `${runner(view)} jumped to ${hex32(address)}, which is text: ${letters(address)} in memory`,
  'jump-to-data': ({ address }, view) => `${runner(view)} jumped to ${hex32(address)}, which is data and no code`,
  'jump-into-instruction': ({ into }, view) =>
    `${runner(view)} jumped into the middle of an instruction of ${subject(view)}, ${into} byte${into === 1 ? '' : 's'} after its start`,
  'code-gone': ({ address }) =>
    `the code at ${hex32(address)} was unloaded: its page lies in the module area and is not mapped`,
  'code-on-stack': (_found, view) => `${subject(view)} runs code on its stack`,
  'called-from': ({ index, register }, { snapshot }) => {
    const caller = snapshot.trace?.[index]?.symbol?.text ?? 'an address of the call trace';
    return `it was called${register ? ` through %${register}` : ''}: the word on top of the stack returns to ${caller}`;
  },
  'returned-to': () => 'it was returned to or jumped to: the word on top of the stack is no address of the call trace',
  'divide-by-zero': (_found, view) => `${subject(view)} divides by zero`,
  'proved-zero': (_found, view) => `${subject(view)} divides by zero: only a divisor of 0 fits the dividend`,
  'divide-overflow': (_found, view) => `${subject(view)} divides a number that is too large: the quotient does not fit`,
  breakpoint: (_found, view) =>
    `${subject(view)} ran into a breakpoint (int3), which a debugger or a probe left, or which lies between functions`,
  'overflow-trap': (_found, view) => `${subject(view)} checks a result that overflowed (into)`,
  'protection-cause': ({ cause }, view) =>
    `the processor refused an instruction of ${subject(view)}: ${faultCauseText(cause)}`,
  'not-this-instruction': () =>
    'this instruction did not raise it: the saved resume flag is clear, as after an interrupt on that vector',
  'cannot-raise': () =>
    'the code bytes or the registers of the log are not those of the fault: the instruction completes with them',
  'machine-quirk': ({ quirk }) => QUIRKS[quirk],
  'frame-impossible': () => 'the printed registers are no register frame: EFLAGS has bits that no processor sets',
};
