// The verdict in one sentence, then whatever had to be inferred or taken for granted.

import type { Assumption, Check, Replay } from '../../replay/replay-types.ts';
import type { Snapshot, Sourced } from '../../snapshot/snapshot.ts';
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
      return paintHead(wrapText(`reproduced: same ${list(names)} as in the log`, 2, 4), 'reproduced', 'good', paint);
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

/** Inferences of the parser and assumptions of the replay, a paragraph each. */
function grantedLines(snapshot: Snapshot, replay: Replay, paint: Paint): readonly string[] {
  const inferred = [snapshot.trap.vector, snapshot.trap.faultAddress, snapshot.trap.errorCode]
    .filter((value): value is Sourced<never> => value?.inferred !== undefined)
    .map((value) => value.inferred as string);
  const synthetic =
    replay.codeBase === 'synthetic'
      ? ['the log prints no numeric EIP: the code ran at an address of our own, offsets and data addresses are exact']
      : [];
  const notes = replay.checks.flatMap(({ name, note }) =>
    note && name !== 'exception' ? [`${CHECK_WORDS[name]}: ${note}`] : [],
  );
  const texts = [
    ...new Set([...inferred, ...synthetic, ...replay.assumptions.map(({ message }: Assumption) => message), ...notes]),
  ];
  return texts.flatMap((text) => wrapText(`· ${text}`, 4, 6)).map((line) => paint('quiet', line));
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
