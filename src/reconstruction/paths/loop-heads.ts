// Where loops may begin whose end is not shown. Such a loop is tested where it begins, or right before that where its own test stands at
// its end: what is compared is worked out, in the loop or in part before it, and a branch leaves for a place after what is shown.
// Compilers align what they jump back to, but not in functions that they do not align either (-Os, -Oz).

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

/** Addresses of instructions that code after what is shown may jump back to. */
export function possibleLoopHeads({ instructions, end, functionEnd }: ShownCode): ReadonlySet<number> {
  const heads = new Set<number>();
  instructions.forEach((branch, i) => {
    const { flow, target } = branch;
    if (flow !== 'conditional-branch' || target === undefined || target < end || target >= functionEnd) return;
    const head = testStart(instructions, i);
    // The first part of what is compared may also stand before the loop, and again at its end.
    if (head !== undefined)
      for (const { address } of instructions.slice(instructions.indexOf(head), i)) heads.add(address);
    heads.add(branch.address + branch.length);
  });
  return heads;
}

/** A loop that is shown whole: where it begins, and the last of the branches back to there. Addresses. */
export interface ShownLoop {
  readonly head: number;
  readonly last: number;
}

/**
 * Addresses in a loop at which it may be entered, where nothing falls into its head and nothing shown leads into it: it must be entered
 * somewhere. Compilers jump to its test, and, where it has several, the other tests and what stands after them are as likely.
 */
export function possibleLoopEntries(
  instructions: readonly Instruction[],
  { head, last }: ShownLoop,
): ReadonlySet<number> {
  const entries = new Set<number>();
  const body = instructions.filter(({ address }) => address >= head && address <= last);
  body.forEach((branch, i) => {
    if (branch.flow !== 'conditional-branch') return;
    const behind = body[i + 1];
    if (behind) entries.add(behind.address);
    const test = testStart(body, i);
    // What counts the rounds is left out of the first one.
    const start = test === body[0] && test && STEPPING.has(test.mnemonic) ? body[1] : test;
    if (start !== undefined && start.address !== head) entries.add(start.address);
  });
  return entries;
}

const STEPPING: ReadonlySet<string> = new Set(['inc', 'dec', 'add', 'sub']);

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
