// Which relations each instruction means. What is not listed here is opaque: what it writes is unknown before and after, and nothing else is lost.

import type { Instruction } from '../../decoder/instruction.ts';
import { registerPart } from '../../machine/registers.ts';
import { addCondition, isFlagCondition } from '../relations/conditions.ts';
import { addShift, type ShiftKind } from '../relations/shifts.ts';
import {
  liftAdd,
  liftCompare,
  liftCompareExchange,
  liftExchangeAdd,
  liftExtend,
  liftIncrement,
  liftLogic,
  liftNegate,
  liftNot,
  liftProduct,
  liftSignSpread,
  liftSubtract,
  liftTest,
  liftWide,
} from './arithmetic.ts';
import { type Lift, writes } from './lift.ts';
import {
  liftBitScan,
  liftBitTest,
  liftByteSwap,
  liftCall,
  liftComplementCarry,
  liftConditionalMove,
  liftCountedBranch,
  liftEnter,
  liftExchange,
  liftLeave,
  liftLoadAddress,
  liftLoadFlags,
  liftMove,
  liftPop,
  liftPopAll,
  liftPopFlags,
  liftPush,
  liftPushAll,
  liftPushFlags,
  liftReturn,
  liftSet,
  liftStoreFlags,
  liftTranslate,
} from './moves.ts';
import { liftString, type Rounds, STRING_MNEMONICS } from './strings.ts';

/** How control left the instruction on this path. */
export interface Execution {
  /** For conditional branches. */
  readonly taken?: boolean;
  /** For repeated string instructions. */
  readonly rounds?: Rounds;
  /** For near returns: where it went. */
  readonly returnedTo?: number;
  /** A call whose callee ran unseen and returned. */
  readonly skipsCallee?: boolean;
  /** With `skipsCallee`: it gave the registers back changed that it had to save, as when the stack that they were saved on was overwritten. */
  readonly losesSaved?: boolean;
  /** With `skipsCallee`: the code after the call looks as if the callee had popped an argument. */
  readonly mayPop?: boolean;
}

/** True: handled exactly. False: nothing was said yet, the instruction is opaque. */
type Lifter = (lift: Lift, execution: Execution) => boolean;

const exact =
  (lifter: (lift: Lift) => void): Lifter =>
  (lift) => {
    lifter(lift);
    return true;
  };
const nothing = exact(() => {});

const shift =
  (kind: ShiftKind): Lifter =>
  (lift) => {
    const double = kind === 'shld' || kind === 'shrd';
    const width = lift.width(0);
    if (double && width !== 32) return false;
    const input = lift.use(0);
    const filler = double ? lift.use(1) : undefined;
    const count =
      lift.instruction.operands.length > (double ? 2 : 1) ? lift.use(double ? 2 : 1) : lift.network.addConstant(1);
    const result = lift.define(0);
    const { flagsBefore, flagsAfter } = lift;
    addShift(lift.network, {
      kind,
      result,
      input,
      ...(filler !== undefined && { filler }),
      count,
      flagsBefore,
      flagsAfter,
      width,
    });
    return true;
  };

const LIFTERS: Readonly<Record<string, Lifter>> = {
  mov: liftMove,
  movzx: exact((lift) => liftExtend(lift, false)),
  movsx: exact((lift) => liftExtend(lift, true)),
  lea: liftLoadAddress,
  xchg: exact(liftExchange),
  bswap: liftByteSwap,
  add: exact((lift) => liftAdd(lift, false)),
  adc: exact((lift) => liftAdd(lift, true)),
  sub: exact((lift) => liftSubtract(lift, false)),
  sbb: exact((lift) => liftSubtract(lift, true)),
  cmp: exact(liftCompare),
  test: exact(liftTest),
  inc: exact((lift) => liftIncrement(lift, 1)),
  dec: exact((lift) => liftIncrement(lift, -1)),
  neg: exact(liftNegate),
  not: exact(liftNot),
  and: exact((lift) => liftLogic(lift, 'and')),
  or: exact((lift) => liftLogic(lift, 'or')),
  xor: exact((lift) => liftLogic(lift, 'xor')),
  shl: shift('shl'),
  sal: shift('shl'),
  shr: shift('shr'),
  sar: shift('sar'),
  rol: shift('rol'),
  ror: shift('ror'),
  rcl: shift('rcl'),
  rcr: shift('rcr'),
  shld: shift('shld'),
  shrd: shift('shrd'),
  imul: (lift) => {
    if (lift.instruction.operands.length === 1) return liftWide(lift, 'imul');
    liftProduct(lift);
    return true;
  },
  mul: (lift) => liftWide(lift, 'mul'),
  div: (lift) => liftWide(lift, 'div'),
  idiv: (lift) => liftWide(lift, 'idiv'),
  cbw: exact((lift) => liftSignSpread(lift, 'cbw')),
  cwde: exact((lift) => liftSignSpread(lift, 'cwde')),
  cwd: exact((lift) => liftSignSpread(lift, 'cwd')),
  cdq: exact((lift) => liftSignSpread(lift, 'cdq')),
  xadd: exact(liftExchangeAdd),
  cmpxchg: exact(liftCompareExchange),
  push: liftPush,
  pop: liftPop,
  pushf: liftPushFlags,
  popf: liftPopFlags,
  pusha: liftPushAll,
  popa: liftPopAll,
  leave: exact(liftLeave),
  enter: liftEnter,
  bt: (lift) => liftBitTest(lift, 'bt'),
  bts: (lift) => liftBitTest(lift, 'bts'),
  btr: (lift) => liftBitTest(lift, 'btr'),
  btc: (lift) => liftBitTest(lift, 'btc'),
  bsf: (lift) => liftBitScan(lift, 'bsf'),
  bsr: (lift) => liftBitScan(lift, 'bsr'),
  tzcnt: (lift) => liftBitScan(lift, 'tzcnt'),
  lzcnt: (lift) => liftBitScan(lift, 'lzcnt'),
  sahf: exact(liftStoreFlags),
  lahf: exact(liftLoadFlags),
  cmc: exact(liftComplementCarry),
  xlat: liftTranslate,
  jmp: (lift) => {
    const [operand] = lift.instruction.operands;
    if (operand?.kind === 'memory') lift.use(0);
    return true;
  },
  call: exact(liftCall),
  ret: (lift, { returnedTo }) => {
    if (lift.instruction.stackDelta < 4) return false;
    liftReturn(lift, returnedTo);
    return true;
  },
  // Flags that are only cleared or set are done already.
  clc: nothing,
  stc: nothing,
  cld: nothing,
  std: nothing,
  nop: nothing,
  pause: nothing,
};

export function liftInstruction(lift: Lift, execution: Execution): void {
  if (!liftExactly(lift, execution)) liftOpaquely(lift);
  lift.finish();
}

function liftExactly(lift: Lift, execution: Execution): boolean {
  const { instruction } = lift;
  if (instruction.unsure?.code === 'switch') return true;
  const { mnemonic, condition } = instruction;
  if (execution.skipsCallee) {
    liftSkippedCall(lift, execution);
    return true;
  }
  if (instruction.flow === 'conditional-branch') {
    if (condition === undefined || execution.taken === undefined) return false;
    if (!isFlagCondition(condition)) {
      if (!usesFullCounter(instruction)) return false;
      liftCountedBranch(lift, condition, execution.taken);
      return true;
    }
    addCondition(lift.network, condition, lift.flagsBefore, lift.network.addConstant(execution.taken ? 1 : 0));
    return true;
  }
  if (isFilledIn(instruction)) return false;
  if (STRING_MNEMONICS.has(mnemonic)) return liftString(lift, execution.rounds);
  if (isFlagCondition(condition) && lift.isRegister(0)) {
    if (mnemonic.startsWith('cmov')) {
      liftConditionalMove(lift, condition);
      return true;
    }
  }
  if (isFlagCondition(condition) && mnemonic.startsWith('set')) {
    liftSet(lift, condition);
    return true;
  }
  if (Object.hasOwn(LIFTERS, mnemonic)) return LIFTERS[mnemonic]?.(lift, execution) ?? false;
  return false;
}

/** False with the 67 prefix, which counts in cx. */
function usesFullCounter(instruction: Instruction): boolean {
  return instruction.registers.some((use) => use.name === 'ecx');
}

/** The callee may have changed memory; what it left in registers is up to the ABI: see abi-survivors. */
function liftSkippedCall(lift: Lift, { mayPop }: Execution): void {
  // The return address lies below esp afterwards: nothing can be learned from it.
  lift.events.push({ kind: 'barrier', isCallee: true });
  if (!mayPop) lift.network.equate(lift.after('esp'), lift.before('esp'), 0);
}

/** An address that is filled in when the code is loaded may be of anything that the instruction reads or writes. */
export function isFilledIn({ unsure, flow }: Instruction): boolean {
  return unsure?.code === 'filled-in' && !['conditional-branch', 'jump', 'call'].includes(flow);
}

function liftOpaquely(lift: Lift): void {
  const { instruction } = lift;
  const isVague = isFilledIn(instruction) && instruction.memory.some(({ access }) => writes(access));
  if (!isFilledIn(instruction)) lift.touchOpaquely();
  const vague =
    isVague ||
    instruction.memory.some((memory) => memory.size === 0 && writes(memory.access)) ||
    instruction.flow === 'interrupt' ||
    instruction.prefixes.rep !== 'none';
  if (vague) lift.events.push({ kind: 'barrier' });
  for (const { name, access } of instruction.registers) {
    const part = registerPart(name);
    if (part === undefined || !writes(access)) continue;
    if (part.register === 'esp' && instruction.stackDelta !== 0) {
      lift.network.equate(lift.after('esp'), lift.before('esp'), instruction.stackDelta);
    } else lift.keepRest(part);
  }
}
