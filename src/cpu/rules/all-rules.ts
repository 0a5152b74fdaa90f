// The rules in the order in which they are asked.

import { alwaysRaises } from './always-raises.ts';
import { bound } from './bound.ts';
import { divide } from './divide.ts';
import { farTransfer } from './far-transfer.ts';
import { flagsImage } from './flags-image.ts';
import { privilege } from './privilege.ts';
import type { EarlyRule, ExecutionRule } from './rule.ts';
import { segmentRegisters } from './segment-registers.ts';

export const EARLY_RULES: readonly EarlyRule[] = [alwaysRaises, privilege];

export const EXECUTION_RULES: readonly ExecutionRule[] = [divide, bound, flagsImage, segmentRegisters, farTransfer];
