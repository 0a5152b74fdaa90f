// Compares a lead-up with what really ran: no certain value may be wrong, and no step that is called certain may not have happened.

import { ARITHMETIC_FLAGS } from '../../src/machine/eflags.ts';
import { GENERAL_REGISTERS, type GeneralRegister } from '../../src/machine/registers.ts';
import type { KnownValue, LeadUp, LeadUpStep } from '../../src/reconstruction/lead-up.ts';
import type { RecordedRun, RecordedStep } from './recorded-run.ts';

export interface Judgement {
  /** Steps at the end of the lead-up that are those that ran. */
  readonly matched: number;
  readonly certainValues: number;
  readonly faults: readonly string[];
}

export function judgeLeadUp(leadUp: LeadUp, run: RecordedRun): Judgement {
  const claimed = [...leadUp.steps].reverse();
  const real = [...run.steps].reverse();
  const faults: string[] = [];
  let matched = 0;
  while (matched < claimed.length && claimed[matched]?.offset === real[matched]?.offset) matched++;
  // No code is hidden: without a sign of another way in there is none.
  const wrong = claimed.slice(matched).filter((step) => step.path !== 'assumed');
  if (wrong.length > 0)
    faults.push(`${wrong.length} steps called certain did not happen, the last at offset ${wrong[0]?.offset}`);
  let certainValues = 0;
  const compare = (known: KnownValue | undefined, actual: number, mask: number, what: string) => {
    if (known?.value === undefined || (known.provenance !== 'derived' && known.provenance !== 'observed')) return;
    certainValues++;
    if (((known.value ^ actual) & mask) !== 0)
      faults.push(`${what}: claimed ${known.value.toString(16)}, was ${(actual >>> 0).toString(16)}`);
  };
  for (let i = 0; i < matched; i++) {
    const where = `${i + 1} before the fault`;
    compareStep(claimed[i] as LeadUpStep, real[i] as RecordedStep, where, compare);
    // Rounds of the faulting instruction came between.
    if (i === 0 && run.site.code.faulting?.prefixes.rep !== 'none') continue;
    const after = real[i - 1]?.before ?? run.site.registers;
    for (const [name, value] of Object.entries(claimed[i]?.left ?? {}))
      compare(value, after[name as GeneralRegister] as number, -1, `${name} left ${where}`);
  }
  return { matched, certainValues, faults };
}

type Compare = (known: KnownValue | undefined, actual: number, mask: number, what: string) => void;

function compareStep(claimed: LeadUpStep, real: RecordedStep, where: string, compare: Compare): void {
  for (const name of GENERAL_REGISTERS) compare(claimed.before[name], real.before[name], -1, `${name} ${where}`);
  compare(claimed.before.eflags, real.before.eflags, ARITHMETIC_FLAGS, `eflags ${where}`);
  if (claimed.instruction.prefixes.rep !== 'none') return;
  for (const access of claimed.accesses) {
    const same = real.accesses.filter((one) => one.access === access.access && one.size === access.size);
    if (access.address.provenance === 'derived' && !same.some((one) => one.linearAddress === access.address.value)) {
      const elsewhere = same[0]?.linearAddress;
      if (elsewhere !== undefined) compare(access.address, elsewhere, -1, `address ${where}`);
    }
    const match = same.find((one) => one.linearAddress === access.address.value);
    if (match === undefined || access.size > 4) continue;
    const value = match.bytes.reduceRight((word, byte) => word * 256 + byte, 0);
    compare(access.value, value, -1, `${access.access} ${where}`);
  }
}
