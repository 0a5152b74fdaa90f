// What a real CPU did before a fault, one line for each instruction in the order of execution:
//   +10 eax=f21fea80 edx=00000001 eflags=00010202 r[f21fea80]=00402b2b w[d2ac9d00]=00000000
// The place is the offset in the captured code bytes; registers are those before the instruction, only those that changed since
// the line before; memory is bytes in their order. Instructions outside the captured bytes have no line.

import { REGISTER_NAMES, type RegisterName } from '../../machine/registers.ts';
import { parseHex32, type U32 } from '../../machine/u32.ts';

export interface RecordedStep {
  readonly offset: number;
  readonly registers: Readonly<Partial<Record<RegisterName, U32>>>;
  readonly accesses: readonly { readonly access: 'read' | 'write'; readonly address: U32; readonly bytes: string }[];
}

export type ParsedRecord =
  | { readonly steps: readonly RecordedStep[] }
  | { readonly problem: { readonly line: number; readonly message: string } };

export function parseRecordedSteps(text: string): ParsedRecord {
  const steps: RecordedStep[] = [];
  let registers: Partial<Record<RegisterName, U32>> = {};
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [head = '', ...fields] = line.trim().split(/ +/);
    const offset = /^\+(\d+)$/.exec(head)?.[1];
    if (offset === undefined) return problem(i, `expected the offset of an instruction such as +10, found \`${head}\``);
    registers = { ...registers };
    const accesses: RecordedStep['accesses'][number][] = [];
    for (const field of fields) {
      const [, kind, address = '', bytes] = /^([rw])\[([0-9a-f]{8})\]=((?:[0-9a-f]{2})+)$/.exec(field) ?? [];
      const [, name, value = ''] = /^([a-z]+)=([0-9a-f]{8})$/.exec(field) ?? [];
      const register = REGISTER_NAMES.find((known) => known === name);
      const number = parseHex32(bytes === undefined ? value : address);
      if (number === undefined || (bytes === undefined && register === undefined)) {
        return problem(i, `expected eax=f21fea80 or r[f21fea80]=0040022b, found \`${field}\``);
      }
      if (bytes !== undefined) accesses.push({ access: kind === 'r' ? 'read' : 'write', address: number, bytes });
      else if (register !== undefined) registers[register] = number;
    }
    steps.push({ offset: Number(offset), registers, accesses });
  }
  return { steps };
}

function problem(index: number, message: string): ParsedRecord {
  return { problem: { line: index + 1, message } };
}
