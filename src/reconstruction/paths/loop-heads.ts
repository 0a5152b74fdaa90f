// Where loops may begin whose end is not shown. Such a loop is tested where it begins, or right in front of that where its own test stands at
// its end: what is compared is worked out, and a branch leaves for a place behind what is shown. Compilers align what they jump back to,
// but not in functions that they do not align either (-Os, -Oz).

import type { Instruction, OperandAccess } from '../../decoder/instruction.ts';
import { type GeneralRegister, registerPart } from '../../machine/registers.ts';
import { writes } from '../lift/lift.ts';

/** The part of a function that is shown. */
export interface ShownCode {
  /** Consecutive instructions. */
  readonly instructions: readonly Instruction[];
  /** Where the captured bytes and the function end, as addresses. */
  readonly end: number;
  readonly functionEnd: number;
}

/** Addresses of instructions that code behind what is shown may jump back to. */
export function possibleLoopHeads({ instructions, end, functionEnd }: ShownCode): ReadonlySet<number> {
  const heads = new Set<number>();
  instructions.forEach((branch, i) => {
    const { flow, target } = branch;
    if (flow !== 'conditional-branch' || target === undefined || target < end || target >= functionEnd) return;
    const head = testStart(instructions, i);
    if (head !== undefined) heads.add(head.address);
    heads.add(branch.address + branch.length);
  });
  return heads;
}

/** The first of the instructions right before the branch that work out what it depends on. */
function testStart(instructions: readonly Instruction[], branch: number): Instruction | undefined {
  let head: Instruction | undefined;
  const needed = new Set<string>();
  for (let i = branch - 1; i >= 0; i--) {
    const instruction = instructions[i] as Instruction;
    if (instruction.flow !== 'next') break;
    const made = registersOf(instruction, writes);
    const isPart = head === undefined || (made.length > 0 && made.every((name) => needed.has(name)));
    if (!isPart) break;
    for (const name of made) needed.delete(name);
    for (const name of registersOf(instruction, reads)) needed.add(name);
    head = instruction;
  }
  return head;
}

function registersOf(
  { registers }: Instruction,
  isMeant: (access: OperandAccess) => boolean,
): readonly GeneralRegister[] {
  return registers.filter(({ access }) => isMeant(access)).flatMap(({ name }) => registerPart(name)?.register ?? []);
}

function reads(access: OperandAccess): boolean {
  return access.includes('read');
}
