// The only file that names iced-x86. A caller that has loaded the package in its own way passes that namespace instead.

import type * as Iced from 'iced-x86';

export type IcedNamespace = typeof Iced;
export type IcedInstruction = Iced.Instruction;
export type IcedInstructionInfo = Iced.InstructionInfo;

export async function importIced(): Promise<IcedNamespace> {
  const imported = (await import('iced-x86')) as IcedNamespace & { default?: IcedNamespace };
  return imported.default ?? imported;
}
