// Makes a failing case as plain as it can be while it still fails.

import type { NativeCase } from './oracle.ts';

const MAX_ATTEMPTS = 200;
const REGISTERS = ['eax', 'ecx', 'edx', 'ebx', 'ebp', 'esi', 'edi'] as const;

/** `fails` runs a case on both sides. */
export function shrink(failing: NativeCase, fails: (native: NativeCase) => boolean): NativeCase {
  let best = failing;
  let attempts = 0;
  const attempt = (candidate: NativeCase): void => {
    if (attempts < MAX_ATTEMPTS && fails(candidate)) best = candidate;
    attempts++;
  };
  for (let steps = 1; steps < best.steps && attempts < MAX_ATTEMPTS; steps++) {
    const before = best;
    attempt({ ...best, steps });
    if (best !== before) break;
  }
  for (const page of best.pages) attempt({ ...best, pages: best.pages.filter((other) => other !== page) });
  for (const patch of best.patches.slice(1))
    attempt({ ...best, patches: best.patches.filter((other) => other !== patch) });
  for (const name of REGISTERS) {
    for (const value of [0, 1, best.registers[name] & 0xff]) {
      if (best.registers[name] !== value) attempt({ ...best, registers: { ...best.registers, [name]: value } });
    }
  }
  attempt({ ...best, registers: { ...best.registers, eflags: 0x202 as never } });
  return best;
}
