// The verdict in one sentence, then whatever had to be inferred or taken for granted.

import { exceptionOfVector } from '../../machine/faults.ts';
import { hex32 } from '../../machine/u32.ts';
import type { Assumption, Check, Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Paint } from './paint.ts';
import { wrapText } from './wrap.ts';

const CHECK_WORDS: Readonly<Record<Check['name'], string>> = {
  exception: 'exception',
  'instruction-address': 'instruction',
  'fault-address': 'fault address',
  'access-kind': 'access',
  'error-code': 'error code',
  privilege: 'privilege',
  headline: 'headline',
};

export function verdictLines(snapshot: Snapshot, replay: Replay, paint: Paint): readonly string[] {
  return [...sentence(replay, paint), ...grantedLines(snapshot, replay, paint)];
}

function sentence(replay: Replay, paint: Paint): readonly string[] {
  switch (replay.verdict) {
    case 'reproduced': {
      const names = replay.checks.filter(({ passed }) => passed).map(({ name }) => CHECK_WORDS[name]);
      return paintHead(
        wrapText(`reproduced: the replay agrees with the log on ${list(names)}`, 2, 4),
        'reproduced',
        'good',
        paint,
      );
    }
    case 'contradicted': {
      const failed = replay.checks.filter(({ passed }) => !passed);
      const details = failed.map(
        (check) => `    ${CHECK_WORDS[check.name].padEnd(14)} log ${check.expected}, replay ${check.actual}`,
      );
      const lines = wrapText(`contradicted: ${replay.reason ?? ''}`, 2, 4);
      return [...paintHead(lines, 'contradicted', 'bad', paint), ...details];
    }
    case 'not-replayable': {
      const lines = wrapText(`not replayable: ${replay.reason ?? ''}`, 2, 4);
      const remedy = replay.remedy ? wrapText(`it would need ${replay.remedy}`, 4) : [];
      return [...paintHead(lines, 'not replayable', 'mark', paint), ...remedy];
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
  const texts = [
    ...inferredText(snapshot, replay),
    ...synthetic,
    ...replay.assumptions.map(({ message }: Assumption) => message),
  ];
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
  const [why] = (trap.vector?.inferred ?? trap.faultAddress?.inferred ?? 'the log prints no error code').split(';');
  return [`inferred, not printed: ${list(things)} (${why})`];
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
