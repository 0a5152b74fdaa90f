// Where the engine is known to differ from a real CPU, or real CPUs from each other, and what this program does about it.
// The differential test excuses a difference by this table alone, `caveatOf` warns from it, and the documentation shows it.
// A way in which processors differ is a row of BY_PROCESSOR: with its source, and with what `vendors.ts` makes of it in the file it names.

import type { Instruction } from '../decoder/instruction.ts';
import { EFLAGS } from '../machine/eflags.ts';
import type { Fault } from '../machine/faults.ts';
import { hasLargeOperand, usesStateArea } from './access-parts.ts';
import { reachesPastTheEnd } from './check-accesses.ts';
import type { Caveat, MachineState } from './cpu.ts';
import { isFloatingSse, isX87 } from './hidden-state.ts';
import { movesSelector, type PlannedAccess } from './plan-accesses.ts';
import type { ProcessorDifference } from './processor-difference.ts';
import { isRepeatedComparison } from './repeated-comparison.ts';
import type { Unsupported } from './rules/rule.ts';

export interface EngineDifference {
  readonly name: string;
  readonly concerns: (instruction: Instruction) => boolean;
  /** Absent for those that are `warned` about and for those `by-processor`: front ends have the words for them. */
  readonly difference?: string;
  /**
   * `corrected` by a rule; `by-processor`: claimed where all processors agree; `not-run`: the instruction is declined; `warned`: the fault
   * is given with a caveat; `left` as it is.
   */
  readonly handling: 'corrected' | 'by-processor' | 'not-run' | 'warned' | 'left';
  /** Of a difference between processors: manual and section, or that it was measured. */
  readonly source?: string;
}

const named =
  (pattern: RegExp) =>
  (instruction: Instruction): boolean =>
    pattern.test(instruction.mnemonic);
const oneOf = (...mnemonics: readonly string[]) => {
  const set: ReadonlySet<string> = new Set(mnemonics);
  return (instruction: Instruction): boolean => set.has(instruction.mnemonic);
};
const encoded =
  (pattern: RegExp) =>
  (instruction: Instruction): boolean =>
    pattern.test(instruction.code);
const touchesMemory = (instruction: Instruction): boolean =>
  instruction.memory.some((operand) => operand.access !== 'none');
const readsAndWrites = (instruction: Instruction): boolean =>
  instruction.memory.some((operand) => /^read.*write$/.test(operand.access));

/** One row: name, which instructions, what differs. */
type Row = readonly [string, (instruction: Instruction) => boolean, string];

const CORRECTED: readonly Row[] = [
  ['read-modify-write', readsAndWrites, 'reported as a read of a missing page; a CPU asks for the write'],
  [
    'crossing-store',
    touchesMemory,
    'stores across two pages go from the last byte down, so the fault names the last byte',
  ],
  [
    'goes-on-after-fault',
    named(/^(cmpxchg8b|bound|f(ld|st|stp|bld|bstp|nsave|nstenv|xsave|xrstor))$/),
    'the engine goes on with zeros after the access that fails',
  ],
  ['segment-checks', touchesMemory, 'null selectors, segment limits and writes to code are not checked'],
  ['vector-alignment', encoded(/xmm/), 'misaligned operands are accepted'],
  ['alignment-check', touchesMemory, 'EFLAGS.AC has no effect'],
  ['lock-prefix', (instruction) => instruction.prefixes.lock, 'lock is accepted where it is undefined'],
  ['instruction-length', () => true, 'more than 15 bytes are accepted'],
  ['push-all', named(/^pusha$/), 'words are written from the lowest address up, a CPU goes down'],
  ['pop-all', named(/^popa$/), 'no register is loaded before a fault, and the word of esp is not read'],
  ['leave', named(/^leave$/), 'esp has changed when the read faults'],
  ['enter', named(/^enter$/), 'nested and 16-bit forms are wrong, and the new top of the stack is not probed'],
  [
    'far-transfer',
    named(/^(iret|retf|call|jmp)$/),
    'far forms read in another order and need a descriptor table that no log holds',
  ],
  ['return-constant', named(/^ret$/), 'the constant is taken as signed'],
  ['repeat-end', (instruction) => instruction.prefixes.rep !== 'none', 'eip stays for one round more after the last'],
  [
    'memory-shift',
    named(/^(sal|shl|shr|sar|shld|shrd)$/),
    'flags of shifts in memory are lost while accesses are watched',
  ],
  ['x87-compare-flags', named(/^fu?comip?$/), 'OF, SF and AF are not cleared'],
  ['flags-image', named(/^(pushf|popf)$/), 'RF is pushed, and privileged flags are popped in user mode'],
  ['mxcsr-reserved', named(/^ldmxcsr$/), 'reserved bits are accepted'],
  ['fences', named(/^([lms]fence|prefetch.*|nop|pause)$/), 'some encodings are taken for longer instructions'],
  [
    'bit-manipulation',
    named(/^(popcnt|movbe|andn|bextr|blsi|blsmsk|blsr|bzhi|pdep|pext|mulx|rorx|s[ah][lr]x)$/),
    'missing, or taken for other instructions',
  ],
  ['add-with-flag', named(/^(adcx|adox)$/), 'with both prefixes one is taken for the other'],
  ['test-alias', encoded(/^Test_.*r1$/), 'not known'],
];

const NOT_RUN: readonly Row[] = [
  ['vex', encoded(/^(E?VEX|XOP|MVEX|D3NOW)_/), 'decoded as other instructions'],
  ['pextrw', named(/^pextrw$/), 'the register form ends the engine'],
  [
    'approximations',
    named(/^(rcpps|rcpss|rsqrtps|rsqrtss|f2xm1|fyl2x|fyl2xp1|fsin|fcos|fsincos|fptan|fpatan|fprem1?|fscale)$/),
    'the last bits differ',
  ],
  [
    'x87-status',
    named(/^(fn?stsw|fn?stenv|fn?save|fldenv|frstor|fxsave|fxrstor)$/),
    'exception flags, tags and pointers are not kept',
  ],
  ['x87-constants', named(/^fld(l2e|l2t|lg2|ln2|pi)$/), 'the rounding mode is not applied'],
  ['x87-integers', named(/^(fistp?|fisttp|fbld|fbstp)$/), 'numbers out of range give another value'],
  ['x87-stack', isX87, 'overflow and underflow of the stack are not noticed'],
  ['unmasked-exceptions', (i) => isX87(i) || isFloatingSse(i), 'no x87 or SIMD exception is ever raised'],
  [
    'source-overwritten',
    named(/^(ph(add|sub)(w|d|sw)|pmov[sz]x.*|phminposuw|packusdw)$/),
    'from a register to itself, later elements are lost',
  ],
  ['sign-of-negative', named(/^(psignd|dpp[sd])$/), 'a wrong result for a negative source or a negative zero'],
  [
    'processor-dependent',
    named(/^(bswap|loope|loopne|shld|shrd|reservednop)$/),
    'some forms differ from processor to processor',
  ],
];

const SELECTOR_SLOTS = 'Intel SDM vol. 3B, Selector Pushes and Pops; vol. 2B, PUSH';
const MEASURED = 'measured (AMD EPYC, Intel Xeon)';

const BY_PROCESSOR: Readonly<Record<ProcessorDifference, readonly [EngineDifference['concerns'], string]>> = {
  'pushed-selector': [(i) => i.mnemonic === 'push' && movesSelector(i), SELECTOR_SLOTS],
  'popped-selector': [(i) => i.mnemonic === 'retf' || (i.mnemonic === 'pop' && movesSelector(i)), SELECTOR_SLOTS],
  'end-of-segment': [touchesMemory, 'Intel SDM vol. 3A, Limit Checking: implementation-specific'],
  'alignment-check-of-16-bytes': [
    (i) => i.memory.some(({ size }) => size === 16),
    'Intel SDM vol. 3A, Interrupt 17: depends on the processor',
  ],
  'alignment-of-sha': [named(/^sha(1|256)/), `Intel SDM vol. 2A, Exceptions Type 4; ${MEASURED}`],
  'sysret-in-user-mode': [named(/^sysret$/), 'Intel SDM vol. 2B, SYSRET; AMD APM vol. 3, SYSRET'],
  'undefined-opcode-fetch': [named(/^ud[01]$/), `Intel SDM vol. 2B, UD; ${MEASURED}`],
  'state-area': [usesStateArea, MEASURED],
  'alignment-check-of-state-area': [usesStateArea, `Intel SDM vol. 2D, XSAVE: depends on the processor; ${MEASURED}`],
  'limits-of-bound': [named(/^bound$/), MEASURED],
  'flags-between-comparisons': [isRepeatedComparison, `Intel SDM vol. 2B, REP; ${MEASURED}`],
  'masked-store-halves': [named(/^maskmovdqu$/), MEASURED],
  'repeated-byte-comparison': [
    (i) => i.mnemonic === 'cmps' && i.prefixes.rep === 'rep' && i.memory[0]?.size === 1,
    MEASURED,
  ],
};

/** The rows about which byte a fault names. */
const WARNED: readonly (readonly [Caveat, (instruction: Instruction) => boolean])[] = [
  ['fault-address-of-large-operands', hasLargeOperand],
  ['order-of-accesses', oneOf('cmps', 'retf', 'iret', 'enter', 'popa', 'pusha')],
];

const LEFT: readonly Row[] = [
  [
    'choice-of-nan',
    (i) => isX87(i) || isFloatingSse(i),
    'of two NaN operands the engine returns another than a CPU does',
  ],
];

const rows = (list: readonly Row[], handling: EngineDifference['handling']): readonly EngineDifference[] =>
  list.map(([name, concerns, difference]) => ({ name, concerns, difference, handling }));

export const ENGINE_DIFFERENCES: readonly EngineDifference[] = [
  ...rows(CORRECTED, 'corrected'),
  ...Object.entries(BY_PROCESSOR).map(([name, [concerns, source]]) => ({
    name,
    concerns,
    source,
    handling: 'by-processor' as const,
  })),
  ...rows(NOT_RUN, 'not-run'),
  ...WARNED.map(([name, concerns]) => ({ name, concerns, handling: 'warned' as const })),
  ...rows(LEFT, 'left'),
];

/** The engine's first bad access is not the CPU's: it cannot confirm a fault. */
export const faultsElsewhere = (instruction: Instruction): boolean =>
  FAULTS_ELSEWHERE(instruction) || movesSelector(instruction);

const FAULTS_ELSEWHERE = oneOf(
  'pusha',
  'popa',
  'enter',
  'iret',
  'retf',
  'call',
  'fxsave',
  'clflush',
  'movbe',
  'maskmovq',
  'maskmovdqu',
);

/** The answer where processors differ in this way and the machine's is not known. */
export function processorsDiffer({ mnemonic }: Pick<Instruction, 'mnemonic'>, name: ProcessorDifference): Unsupported {
  return {
    kind: 'unsupported',
    reason: { code: 'processors-differ', mnemonic, difference: name },
    processorsDiffer: name,
  };
}

/** How processors may differ in the accesses of this instruction, or in what is checked of them; undefined where they cannot. */
export function accessDifference(
  instruction: Instruction,
  accesses: readonly PlannedAccess[],
  { mode, registers }: MachineState,
): ProcessorDifference | undefined {
  if (accesses.some(reachesPastTheEnd)) return 'end-of-segment';
  const isChecked = mode === 'user' && (registers.eflags & EFLAGS.AC) !== 0;
  if (isChecked && usesStateArea(instruction)) return 'alignment-check-of-state-area';
  const found = ACCESS_DIFFERENCES.find((name) => BY_PROCESSOR[name][0](instruction));
  if (found !== undefined) return found;
  return isChecked && accesses.some(({ size }) => size === 16) ? 'alignment-check-of-16-bytes' : undefined;
}

const ACCESS_DIFFERENCES: readonly ProcessorDifference[] = [
  'pushed-selector',
  'popped-selector',
  'alignment-of-sha',
  'state-area',
  'masked-store-halves',
  'limits-of-bound',
  'repeated-byte-comparison',
];

/** A warning for a fault that this program cannot vouch for on every processor. */
export function caveatOf(instruction: Instruction, fault: Fault): Caveat | undefined {
  return fault.kind === 'page-fault' ? WARNED.find(([, concerns]) => concerns(instruction))?.[0] : undefined;
}
