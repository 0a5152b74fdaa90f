// Prefixes as objdump shows them: those that the operands or the mnemonic express are no words of their own, the others are.
// A prefix says something if the instruction is another one without it.

import type { Instruction } from '../instruction.ts';
import { encodingOf } from './encoding.ts';

const SEGMENTS: Readonly<Record<number, string>> = { 38: 'es', 46: 'cs', 54: 'ss', 62: 'ds', 100: 'fs', 101: 'gs' };
const NOTRACK = 0x3e;
const OPERAND_SIZE = 0x66;
const ADDRESS_SIZE = 0x67;
const LOCK = 0xf0;
const REPNE = 0xf2;
const REP = 0xf3;

export type DecodeAlone = (bytes: Uint8Array) => Instruction | undefined;

export interface SeparatedPrefixes {
  readonly words: readonly string[];
  /** The instruction without the prefixes that became words. */
  readonly core: Uint8Array;
}

export function separatePrefixes(instruction: Instruction, decode: DecodeAlone): SeparatedPrefixes {
  const { prefixes } = encodingOf(instruction.bytes);
  const words: string[] = [];
  const kept: number[] = [];
  const opcode = instruction.bytes.subarray(prefixes.length);
  prefixes.forEach((prefix, index) => {
    const later = prefixes.slice(index + 1);
    const without = decode(Uint8Array.of(...kept, ...later, ...opcode));
    const word = wordFor(prefix, instruction, without, later);
    if (word === undefined) kept.push(prefix);
    else words.push(word);
  });
  return { words, core: Uint8Array.of(...kept, ...opcode) };
}

/** Undefined for a prefix that shows in the operands or the mnemonic. */
function wordFor(
  prefix: number,
  instruction: Instruction,
  without: Instruction | undefined,
  later: readonly number[],
): string | undefined {
  const isSameEncoding = without?.code === instruction.code;
  switch (prefix) {
    case LOCK:
      return 'lock';
    case REP:
    case REPNE:
      return instruction.prefixes.rep !== 'none' || isSameEncoding ? repeatWord(prefix, instruction) : undefined;
    case OPERAND_SIZE:
      return isSameEncoding ? 'data16' : undefined;
    case ADDRESS_SIZE:
      return isSameEncoding && without?.memory[0]?.addressSize === instruction.memory[0]?.addressSize
        ? 'addr16'
        : undefined;
    default: {
      const isLast = !later.some((other) => other in SEGMENTS);
      if (isLast && showsSegment(instruction)) return undefined;
      return prefix === NOTRACK && instruction.flow.startsWith('indirect') ? 'notrack' : SEGMENTS[prefix];
    }
  }
}

/** An operand in the text has a segment that a prefix can change. */
function showsSegment(instruction: Instruction): boolean {
  return instruction.memory.some((memory) => memory.explicit && !(memory.segment === 'es' && memory.base === 'edi'));
}

function repeatWord(prefix: number, instruction: Instruction): string {
  const { mnemonic, prefixes, memory, code } = instruction;
  if (prefixes.rep !== 'none') {
    if (mnemonic === 'cmps' || mnemonic === 'scas') return prefix === REP ? 'repz' : 'repnz';
    return prefix === REP ? 'rep' : 'repnz';
  }
  if (prefixes.lock || (mnemonic === 'xchg' && memory.length > 0)) return prefix === REP ? 'xrelease' : 'xacquire';
  if (prefix === REP) return STORES.test(code) && memory.length > 0 ? 'xrelease' : 'repz';
  return NEAR_BRANCHES.test(code) ? 'bnd' : 'repnz';
}

/** Stores that may end an elided lock. */
const STORES = /^Mov_rm(8|16|32)_(r|imm)/;
/** Branches that the prefix once checked against bounds. */
const NEAR_BRANCHES = /^(J[a-z]{1,2}_rel|J(nbe|mp)_r|Jmp_rel|Call_r|Retn)/;
