// The first line of a report: where it is in the log, what it is, where it happened.

import { exceptionOfVector } from '../../machine/faults.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { evidencePlace } from '../wording/evidence.ts';
import type { Paint } from './paint.ts';
import { WIDTH } from './wrap.ts';

const KIND_TITLES: Readonly<Record<Snapshot['kind'], string>> = {
  oops: 'kernel exception',
  bug: 'kernel BUG',
  warning: 'kernel warning',
  'double-fault': 'double fault',
  'register-dump': 'register dump',
  panic: 'kernel panic',
  'user-fault': 'user program',
};

export function titleLines(file: string, snapshot: Snapshot, replay: Replay, paint: Paint): readonly string[] {
  const place = evidencePlace(file, snapshot.evidence);
  const what = titleOf(snapshot, replay);
  const where = placeOf(snapshot);
  const oneLine = `${place}  ${what}${where && ` ${where}`}`;
  if (oneLine.length <= WIDTH || where === '')
    return [`${paint('quiet', place)}  ${paint('title', oneLine.slice(place.length + 2))}`];
  return [`${paint('quiet', place)}  ${paint('title', what)}`, `  ${paint('title', where)}`];
}

function titleOf(snapshot: Snapshot, replay: Replay): string {
  const exception = exceptionOfVector(snapshot.trap.vector?.value ?? -1)?.title;
  const mode = snapshot.kind === 'user-fault' || replay.machine?.state.mode === 'user' ? 'user' : 'kernel';
  const named = snapshot.kind === 'oops' || snapshot.kind === 'user-fault';
  return named && exception ? `${mode} ${exception}` : KIND_TITLES[snapshot.kind];
}

function placeOf(snapshot: Snapshot): string {
  if (snapshot.kind === 'user-fault') {
    const { comm, pid } = snapshot.task;
    return comm ? `in ${comm.value}${pid ? `[${pid.value}]` : ''}` : '';
  }
  const location = snapshot.trap.location?.value;
  if (location?.file) return `at ${location.file}:${location.line}`;
  return snapshot.symbol ? `in ${snapshot.symbol.value.text}` : '';
}
