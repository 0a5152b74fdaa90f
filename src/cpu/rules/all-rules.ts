// The rules in the order in which they are asked.

import { addWithFlag } from './add-with-flag.ts';
import { alwaysRaises } from './always-raises.ts';
import { bitManipulation } from './bit-manipulation.ts';
import { bound } from './bound.ts';
import { divide } from './divide.ts';
import { enter } from './enter.ts';
import { farTransfer } from './far-transfer.ts';
import { flagsImage } from './flags-image.ts';
import { interruptFlag } from './interrupt-flag.ts';
import { memoryShift } from './memory-shift.ts';
import { loadMxcsr } from './mxcsr.ts';
import { nearReturn } from './near-return.ts';
import { noOperation } from './no-operation.ts';
import { privilege } from './privilege.ts';
import type { EarlyRule, ExecutionRule } from './rule.ts';
import { segmentRegisters } from './segment-registers.ts';
import { taskReturn } from './task-return.ts';
import { testAlias } from './test-alias.ts';
import { undefinedResult } from './undefined-result.ts';

export const EARLY_RULES: readonly EarlyRule[] = [alwaysRaises, privilege, taskReturn];

export const EXECUTION_RULES: readonly ExecutionRule[] = [
  undefinedResult,
  divide,
  bound,
  flagsImage,
  interruptFlag,
  segmentRegisters,
  farTransfer,
  noOperation,
  nearReturn,
  enter,
  memoryShift,
  bitManipulation,
  testAlias,
  addWithFlag,
  loadMxcsr,
];
