// x87, MMX and SSE registers are in no log. This keeps account of which of them the instructions since the start have made known,
// so that nothing that follows from an unknown one is ever taken for a result.

import type { Instruction, OperandAccess } from '../decoder/instruction.ts';
import type { HiddenPart } from './cannot-run.ts';
import type { PossibleTrap } from './cpu.ts';
import type { Unsupported } from './rules/rule.ts';
import { X87Stack } from './x87-stack.ts';

/** The whole x87 state (control, status, tags, stack), and MXCSR. */
const X87 = 'x87';
const MXCSR = 'mxcsr';
/** Intel SDM vol. 1, "MXCSR Control and Status Register": bits 7 to 12. */
const MXCSR_MASKS = 0x1f80;
/** Intel SDM vol. 1, "x87 FPU Control Word": bits 0 to 5. */
const X87_MASKS = 0x3f;

const READING: ReadonlySet<OperandAccess> = new Set([
  'read',
  'read-write',
  'conditional-read',
  'read-conditional-write',
]);
const WRITING: ReadonlySet<OperandAccess> = new Set(['write', 'read-write']);

/** With twice the same register these give zeros or ones, whatever it held. */
const IDIOMS = /^(pxor|xorps|xorpd|pandn|andnps|andnpd|psub(b|w|d|q|sb|sw|usb|usw)|pcmpeq[bwdq]|pcmpgt[bwdq])$/;
/** What x87 instructions do not wait for a pending exception. */
const NO_WAIT: ReadonlySet<string> = new Set([
  'fninit',
  'fnclex',
  'fnstenv',
  'fnsave',
  'fnstsw',
  'fnstcw',
  'fndisi',
  'fneni',
]);
const RESETS_X87: ReadonlySet<string> = new Set(['fninit', 'finit', 'fnsave', 'fsave']);
/** Not of the x87 although they begin with f. */
const NOT_X87: ReadonlySet<string> = new Set(['fxsave', 'fxrstor', 'femms']);
const WHOLE_STATE = /^(fxsave|fxrstor|xsave|xsavec|xsaveopt|xsaves|xrstor|xrstors)$/;

/** SSE instructions whose result depends on MXCSR and that can raise a SIMD exception. */
const FLOATING =
  /^(add|sub|mul|div|sqrt|min|max|cmp(eq|lt|le|unord|neq|nlt|nle|ord)?|addsub|hadd|hsub|round|dp|ucomi|comi)(ps|pd|ss|sd)$|^cvt/;

export function isX87(instruction: Instruction): boolean {
  return (
    (instruction.mnemonic.startsWith('f') && !NOT_X87.has(instruction.mnemonic)) || instruction.mnemonic === 'wait'
  );
}

export function isFloatingSse(instruction: Instruction): boolean {
  return FLOATING.test(instruction.mnemonic) && instruction.registers.some((use) => /^(xmm|mm)\d/.test(use.name));
}

export class HiddenState {
  readonly #known = new Set<string>();
  /** Whether MXCSR, where it is known, masks every exception: the engine raises none. */
  #masksAll = true;
  readonly #stack = new X87Stack();

  reset(): void {
    this.#known.clear();
    this.#masksAll = true;
  }

  /** Why this instruction cannot be executed exactly, or undefined where all it reads is known. */
  missingFor(instruction: Instruction): Unsupported | undefined {
    if (WHOLE_STATE.test(instruction.mnemonic)) return unknown(instruction, { kind: 'x87-and-sse' }, []);
    if (isX87(instruction)) {
      if (RESETS_X87.has(instruction.mnemonic)) return undefined;
      if (this.#known.has(X87)) return this.#stack.allows(instruction) ? undefined : overflows(instruction);
      return unknown(instruction, { kind: 'x87' }, NO_WAIT.has(instruction.mnemonic) ? [] : [PENDING_X87_ERROR]);
    }
    const missing = this.#missingRegister(instruction);
    const floating = isFloatingSse(instruction);
    if (missing !== undefined)
      return unknown(instruction, { kind: 'register', register: missing }, this.#traps(instruction, floating));
    if (floating && !this.#masksAll) {
      return unknown(instruction, { kind: 'unmasked-operands' }, this.#traps(instruction, floating));
    }
    if (floating && !this.#known.has(MXCSR))
      return unknown(instruction, { kind: 'rounding-mode' }, this.#traps(instruction, floating));
    if (instruction.mnemonic === 'stmxcsr' && !this.#known.has(MXCSR))
      return unknown(instruction, { kind: 'mxcsr' }, []);
    return undefined;
  }

  /** To be called after the instruction was executed, with the number that it read, if it read one. */
  learn(instruction: Instruction, operand: number | undefined): void {
    if (RESETS_X87.has(instruction.mnemonic)) {
      this.#known.add(X87);
      this.#stack.empty();
    } else if (isX87(instruction)) this.#stack.apply(instruction);
    // The engine raises no x87 exception either.
    if (instruction.mnemonic === 'fldcw' && ((operand ?? 0) & X87_MASKS) !== X87_MASKS) this.#known.delete(X87);
    if (instruction.mnemonic === 'ldmxcsr' && operand !== undefined) {
      this.#known.add(MXCSR);
      this.#masksAll = (operand & MXCSR_MASKS) === MXCSR_MASKS;
    }
    for (const { name, access } of instruction.registers) {
      if (isVector(name) && WRITING.has(access)) this.#known.add(name);
    }
  }

  #missingRegister(instruction: Instruction): string | undefined {
    if (isIdiom(instruction)) return undefined;
    return instruction.registers.find(
      ({ name, access }) => isVector(name) && READING.has(access) && !this.#isKnown(name),
    )?.name;
  }

  #isKnown(name: string): boolean {
    return this.#known.has(name) || (name.startsWith('mm') && this.#known.has(X87));
  }

  #traps(instruction: Instruction, floating: boolean): readonly PossibleTrap[] {
    const usesMmx = instruction.registers.some((use) => /^mm\d/.test(use.name));
    return [...(floating ? [SIMD_ERROR] : []), ...(usesMmx && !this.#known.has(X87) ? [PENDING_X87_ERROR] : [])];
  }
}

const PENDING_X87_ERROR: PossibleTrap = {
  kind: 'x87-error',
  cause: { code: 'x87-exception-pending' },
};
const SIMD_ERROR: PossibleTrap = {
  kind: 'simd-error',
  cause: { code: 'simd-exception-unmasked' },
};

function unknown({ mnemonic }: Instruction, state: HiddenPart, mayRaise: readonly PossibleTrap[]): Unsupported {
  return {
    kind: 'unsupported',
    reason: { code: 'hidden-state', mnemonic, state },
    ...(mayRaise.length > 0 && { mayRaise }),
  };
}

function overflows({ mnemonic }: Instruction): Unsupported {
  return { kind: 'unsupported', reason: { code: 'x87-stack-range', mnemonic } };
}

function isVector(name: string): boolean {
  return /^([xyz]?mm|st|k)\d$/.test(name);
}

function isIdiom(instruction: Instruction): boolean {
  const [first, second] = instruction.operands;
  return (
    IDIOMS.test(instruction.mnemonic) &&
    first?.kind === 'register' &&
    second?.kind === 'register' &&
    first.name === second.name
  );
}
