// Which registers of the x87 stack hold a number. The engine keeps no account of empty ones, so an instruction that would overflow or
// underflow the stack is not run. Intel SDM vol. 1, "x87 FPU Register Stack".

import type { Instruction } from '../decoder/instruction.ts';

const DEPTH = 8;
const PUSHES = /^(fld|fld1|fldz|fldpi|fldl2e|fldl2t|fldlg2|fldln2|fild|fbld|fxtract)$/;
const POPS_TWICE = /^(fcompp|fucompp)$/;
const POPS = /^(fstp|fistp|fisttp|fbstp|faddp|fmulp|fsubp|fsubrp|fdivp|fdivrp|fcomp|fcomip|fucomp|fucomip|ficomp)$/;

export class X87Stack {
  /** Top first. */
  #full: boolean[] = new Array(DEPTH).fill(false);

  empty(): void {
    this.#full.fill(false);
  }

  /** True where the instruction neither reads an empty register nor pushes onto a full one. */
  allows(instruction: Instruction): boolean {
    const { mnemonic } = instruction;
    if (PUSHES.test(mnemonic) && this.#full[DEPTH - 1]) return false;
    if (POPS_TWICE.test(mnemonic) && !(this.#full[0] && this.#full[1])) return false;
    if ((POPS.test(mnemonic) || mnemonic === 'fxtract') && !this.#full[0]) return false;
    return stackUses(instruction).every(({ index, reads }) => !reads || this.#full[index]);
  }

  /** What an allowed instruction does to the stack. */
  apply(instruction: Instruction): void {
    const { mnemonic } = instruction;
    if (mnemonic === 'fincstp') this.#full.push(this.#full.shift() ?? false);
    if (mnemonic === 'fdecstp') this.#full.unshift(this.#full.pop() ?? false);
    const pushes = PUSHES.test(mnemonic);
    // A push names its new register st0; the others are named as before the instruction.
    if (pushes) this.#full = [true, ...this.#full.slice(0, DEPTH - 1)];
    else for (const { index, writes } of stackUses(instruction)) if (writes) this.#full[index] = true;
    const pops = POPS_TWICE.test(mnemonic) ? 2 : POPS.test(mnemonic) ? 1 : 0;
    for (let i = 0; i < pops; i++) this.#full = [...this.#full.slice(1), false];
    const [freed] = instruction.operands;
    if (mnemonic === 'ffree' && freed?.kind === 'register') this.#full[Number(freed.name.at(-1))] = false;
  }
}

function stackUses(instruction: Instruction): readonly { index: number; reads: boolean; writes: boolean }[] {
  return instruction.registers
    .filter(({ name }) => /^st\d$/.test(name))
    .map(({ name, access }) => ({
      index: Number(name.at(-1)),
      reads: access !== 'write' && access !== 'none',
      writes: /write/.test(access),
    }));
}
