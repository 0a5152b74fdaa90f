// The instruction model, for front ends.

export type { Instruction, OperandAccess } from '../decoder/instruction.ts';
