// This file offers the instruction model to front ends.

export type { Instruction, OperandAccess } from '../decoder/instruction.ts';
