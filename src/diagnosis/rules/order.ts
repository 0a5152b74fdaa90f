// Rules about the other reports of the input and of the boot.

import { firstLineOf } from '../../snapshot/evidence.ts';
import type { Crash } from '../crash.ts';
import type { Diagnosis, Ground } from '../diagnosis.ts';
import type { SamePlace } from '../earlier-reports.ts';
import { sourceOffsetOf } from '../next-steps.ts';
import type { Rule } from './rule.ts';

export const orderRule: Rule = (crash) => {
  const { samePlace } = crash.earlier ?? {};
  if (samePlace === undefined) return laterReport(crash);
  if (!crash.isKernel) return samePlaceAgain(crash, samePlace);
  // A crash that happens again is no damage by the one before.
  return [sameCrashAgain(samePlace), ...(samePlace.sameBoot === false ? laterReport(crash) : [])];
};

function earlierGround(samePlace: SamePlace): readonly Ground[] {
  return [{ kind: 'log', what: 'earlier', evidence: samePlace.first }];
}

function lineOf(evidence: SamePlace['first']): { readonly line?: number } {
  const line = firstLineOf(evidence);
  return line === undefined ? {} : { line };
}

function samePlaceAgain({ snapshot }: Crash, samePlace: SamePlace): readonly Diagnosis[] {
  const at = sourceOffsetOf(snapshot);
  if (at === undefined) return [];
  const { count, programs, first } = samePlace;
  const facts = { file: at.file, offset: at.offset, count: count + 1, programs, ...lineOf(first) };
  return [{ kind: 'same-place-again', ...facts, strength: 'proves', grounds: earlierGround(samePlace) }];
}

function sameCrashAgain(samePlace: SamePlace): Diagnosis {
  const { count, first, sameBoot } = samePlace;
  const facts = {
    count: count + 1,
    ...(sameBoot !== undefined && { boot: sameBoot ? ('same' as const) : ('another' as const) }),
    ...lineOf(first),
  };
  return { kind: 'same-crash-again', ...facts, strength: 'proves', grounds: earlierGround(samePlace) };
}

/** A report that follows another one of the same boot may be its consequence. */
const laterReport: Rule = ({ snapshot, earlier }) => {
  const { ordinal } = snapshot.trap;
  if (ordinal !== undefined && ordinal.value > 1) {
    const first = earlier?.firstOfBoot;
    const grounds: Ground[] = [{ kind: 'log', what: 'ordinal', evidence: ordinal.evidence }];
    if (first !== undefined) grounds.push({ kind: 'log', what: 'earlier', evidence: first });
    const facts = { ordinal: ordinal.value, ...(first && lineOf(first)) };
    return [{ kind: 'secondary-report', ...facts, strength: 'proves', grounds }];
  }
  const { taint } = snapshot.task;
  // The letter D: the kernel has died before. Documentation/admin-guide/tainted-kernels.rst.
  if (taint === undefined || !/^[A-Z ]*D[A-Z ]*$/.test(taint.value)) return [];
  const grounds: readonly Ground[] = [{ kind: 'log', what: 'taint', evidence: taint.evidence }];
  return [{ kind: 'secondary-report', strength: 'proves', grounds }];
};
