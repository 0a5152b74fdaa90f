// What a report is and where it happened, in words.

import { exceptionOfVector } from '../../machine/faults.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

const KIND_TITLES: Readonly<Record<Snapshot['kind'], string>> = {
  oops: 'kernel exception',
  bug: 'kernel BUG',
  warning: 'kernel warning',
  'double-fault': 'double fault',
  'register-dump': 'register dump',
  panic: 'kernel panic',
  'user-fault': 'user program',
};

/** `kernel page fault`. */
export function titleText(snapshot: Snapshot, replay: Replay): string {
  const exception = exceptionOfVector(snapshot.trap.vector?.value ?? -1)?.title;
  const mode = snapshot.kind === 'user-fault' || replay.machine?.state.mode === 'user' ? 'user' : 'kernel';
  const named = snapshot.kind === 'oops' || snapshot.kind === 'user-fault';
  return named && exception ? `${mode} ${exception}` : KIND_TITLES[snapshot.kind];
}

/** `in kfree+0x1f/0x90`; empty where the log does not tell. */
export function whereText(snapshot: Snapshot): string {
  if (snapshot.kind === 'user-fault') {
    const { comm, pid } = snapshot.task;
    return comm ? `in ${comm.value}${pid ? `[${pid.value}]` : ''}` : '';
  }
  const location = snapshot.trap.location?.value;
  if (location?.file) return `at ${location.file}:${location.line}`;
  const symbol = snapshot.symbol?.value;
  if (!symbol) return '';
  return symbol.source ? `in ${symbol.text} (${symbol.source.file}:${symbol.source.line})` : `in ${symbol.text}`;
}
