// Sentences about what the kernel itself says, and about other reports.

import type { ConclusionOf } from '../../../diagnosis/diagnosis.ts';
import { listText } from '../list.ts';
import { unbroken } from '../unbroken.ts';
import { type DiagnosisView, functionText, hex, type Sentences, subject } from './parts.ts';

type WordKind = 'kernel-words' | 'assertion' | 'warning' | 'secondary-report' | 'same-place-again' | 'same-crash-again';

export const WORDS: Sentences<WordKind> = {
  'kernel-words': ({ words }) => `the kernel says: ${words}`,
  assertion: (found, view) =>
    found.lost
      ? `the kernel stopped at ud2${placeText(view)}, as BUG and WARN do; their words are not in the log`
      : `the kernel hit a BUG${placeText(view)}${saidText(found)}`,
  warning: (found, view) => `the kernel warned${placeText(view)}${saidText(found)}`,
  'secondary-report': ({ ordinal, line }) => {
    const earlier = line === undefined ? 'an earlier one' : `the first one, at line ${line},`;
    return ordinal === undefined
      ? 'the kernel had died before (taint D): an earlier report may be the cause'
      : `this is report number ${ordinal} of this boot: ${earlier} may be the cause`;
  },
  'same-place-again': ({ file, offset, count, programs, line }, view) => {
    const who = programs.length > 1 ? `${listText(programs.map(unbroken))} crash` : `${subject(view)} crashes`;
    const first = line === undefined ? '' : `, the first is at line ${line}`;
    return `${who} at the same place, offset ${hex(offset)} of ${unbroken(file)}: this is number ${count} in this log${first}`;
  },
  'same-crash-again': ({ count, boot, line }) => {
    const where = boot === undefined ? '' : `, in ${boot === 'same' ? 'the same' : 'another'} boot`;
    const first = line === undefined ? 'an earlier crash of this log' : `the crash at line ${line}`;
    return `this is ${first} again, at the same instruction${where}: number ${count} of them`;
  },
};

/** ` at lib/refcount.c:28 in refcount_warn_saturate, called for software_node_notify_remove`. */
function placeText({ snapshot, blame }: DiagnosisView): string {
  const place = snapshot.trap.location?.value;
  const where = place?.file === undefined ? '' : ` at ${place.file}:${place.line}`;
  const own = snapshot.symbol?.value.name;
  const by = own === undefined ? '' : ` in ${unbroken(own)}`;
  const called = blame?.role === 'caller' ? `, called for ${functionText(blame.symbol)}` : '';
  return `${where}${by}${called}`;
}

function saidText({ words }: ConclusionOf<'assertion' | 'warning'>): string {
  return words === undefined ? '' : `: ${words.replace(/\.$/, '')}`;
}
