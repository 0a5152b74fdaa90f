// The only file that names iced-x86. Whoever loads the package, or a part of it, passes the namespace on.

import type * as Iced from 'iced-x86';

export type IcedNamespace = typeof Iced;
export type IcedInstruction = Iced.Instruction;
export type IcedInstructionInfo = Iced.InstructionInfo;
