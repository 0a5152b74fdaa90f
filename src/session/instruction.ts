// The instruction model, for front ends.

export type { Instruction, MemoryOperand } from '../decoder/instruction.ts';
