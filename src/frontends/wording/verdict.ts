// The verdict in one sentence, and what had to be inferred.

import { exceptionOfVector } from '../../machine/faults.ts';
import { hex32 } from '../../machine/u32.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { CHECK_TITLES } from './check.ts';
import { inferenceReason } from './inference.ts';
import { listText, withArticle } from './list.ts';
import { verdictReasonText } from './verdict-reason.ts';

/** Begins with the words for the verdict and a colon. */
export function verdictText(replay: Replay): string {
  const reason = replay.reason === undefined ? '' : verdictReasonText(replay.reason);
  switch (replay.verdict) {
    case 'reproduced': {
      const names = replay.checks.filter(({ passed }) => passed).map(({ name }) => CHECK_TITLES[name]);
      return `reproduced: the replay agrees with the log on ${listText(names)}`;
    }
    case 'contradicted':
      return `contradicted: ${reason}`;
    case 'not-replayable':
      return `not replayable: ${reason}`;
  }
}

export const SYNTHETIC_CODE =
  'the log prints no numeric EIP: the code ran at an address of our own; offsets and data addresses are exact';

/** One sentence for everything that the log implies without printing it. */
export function inferredText({ trap }: Snapshot, { fault, verdict }: Replay): string | undefined {
  const code = trap.errorCode === undefined && verdict === 'reproduced' && fault?.kind === 'page-fault';
  const things = [
    trap.vector?.inferred && `that this is ${withArticle(exceptionOfVector(trap.vector.value)?.title ?? 'fault')}`,
    trap.faultAddress?.inferred && `its address ${hex32(trap.faultAddress.value)}`,
    code && `error code ${hex32(fault.errorCode).slice(4)}`,
    trap.errorCode?.inferred && `error code ${hex32(trap.errorCode.value).slice(4)}`,
  ].filter((text): text is string => typeof text === 'string' && text !== '');
  if (things.length === 0) return undefined;
  const inference = trap.vector?.inferred ?? trap.faultAddress?.inferred;
  const why = inference === undefined ? 'the log prints no error code' : inferenceReason(inference);
  return `inferred, not printed: ${listText(things)} (${why})`;
}
