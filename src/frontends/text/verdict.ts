// The verdict in one sentence, then whatever had to be inferred or taken for granted.

import { exceptionOfVector } from '../../machine/faults.ts';
import { hex32 } from '../../machine/u32.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { assumptionText } from '../wording/assumption.ts';
import { CHECK_TITLES, checkValues } from '../wording/check.ts';
import { inferenceReason } from '../wording/inference.ts';
import { listText, withArticle } from '../wording/list.ts';
import { remedyText, verdictReasonText } from '../wording/verdict-reason.ts';
import type { Paint } from './paint.ts';
import { wrapText } from './wrap.ts';

export function verdictLines(snapshot: Snapshot, replay: Replay, paint: Paint): readonly string[] {
  return [...sentence(replay, paint), ...grantedLines(snapshot, replay, paint)];
}

function sentence(replay: Replay, paint: Paint): readonly string[] {
  const reason = replay.reason === undefined ? '' : verdictReasonText(replay.reason);
  switch (replay.verdict) {
    case 'reproduced': {
      const names = replay.checks.filter(({ passed }) => passed).map(({ name }) => CHECK_TITLES[name]);
      return paintHead(
        wrapText(`reproduced: the replay agrees with the log on ${listText(names)}`, 2, 4),
        'reproduced',
        'good',
        paint,
      );
    }
    case 'contradicted': {
      const failed = replay.checks.filter(({ passed }) => !passed);
      const details = failed.map((check) => {
        const { expected, actual } = checkValues(check);
        return `    ${CHECK_TITLES[check.name].padEnd(14)} log ${expected}, replay ${actual}`;
      });
      const lines = wrapText(`contradicted: ${reason}`, 2, 4);
      return [...paintHead(lines, 'contradicted', 'bad', paint), ...details];
    }
    case 'not-replayable': {
      const lines = wrapText(`not replayable: ${reason}`, 2, 4);
      const remedy = replay.reason && remedyText(replay.reason);
      const needs = remedy === undefined ? [] : wrapText(`it would need ${remedy}`, 4);
      return [...paintHead(lines, 'not replayable', 'mark', paint), ...needs];
    }
  }
}

function paintHead(
  lines: readonly string[],
  head: string,
  role: 'good' | 'bad' | 'mark',
  paint: Paint,
): readonly string[] {
  const [first = '', ...rest] = lines;
  return [first.replace(head, () => paint(role, head)), ...rest];
}

/** What was inferred, and what was taken for granted: a paragraph each. */
function grantedLines(snapshot: Snapshot, replay: Replay, paint: Paint): readonly string[] {
  const synthetic =
    replay.codeBase === 'synthetic'
      ? ['the log prints no numeric EIP: the code ran at an address of our own; offsets and data addresses are exact']
      : [];
  const texts = [...inferredText(snapshot, replay), ...synthetic, ...replay.assumptions.map(assumptionText)];
  return [...new Set(texts)].flatMap((text) => wrapText(`· ${text}`, 4, 6)).map((line) => paint('quiet', line));
}

/** One sentence for everything that the log implies without printing it. */
function inferredText({ trap }: Snapshot, { fault, verdict }: Replay): readonly string[] {
  const code = trap.errorCode === undefined && verdict === 'reproduced' && fault?.kind === 'page-fault';
  const things = [
    trap.vector?.inferred && `that this is ${withArticle(exceptionOfVector(trap.vector.value)?.title ?? 'fault')}`,
    trap.faultAddress?.inferred && `its address ${hex32(trap.faultAddress.value)}`,
    code && `error code ${hex32(fault.errorCode).slice(4)}`,
    trap.errorCode?.inferred && `error code ${hex32(trap.errorCode.value).slice(4)}`,
  ].filter((text): text is string => typeof text === 'string' && text !== '');
  if (things.length === 0) return [];
  const inference = trap.vector?.inferred ?? trap.faultAddress?.inferred;
  const why = inference === undefined ? 'the log prints no error code' : inferenceReason(inference);
  return [`inferred, not printed: ${listText(things)} (${why})`];
}
