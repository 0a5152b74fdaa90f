// Sentences about what the kernel itself says, and about other reports.

import type { ConclusionOf } from '../../../diagnosis/diagnosis.ts';
import { unbroken } from '../unbroken.ts';
import { type DiagnosisView, functionText, type Sentences } from './parts.ts';

export const WORDS: Sentences<'kernel-words' | 'assertion' | 'warning' | 'secondary-report'> = {
  'kernel-words': ({ words }) => `the kernel says: ${words}`,
  assertion: (found, view) =>
    found.lost
      ? `the kernel stopped at ud2${placeText(view)}, as BUG and WARN do; their words are not in the log`
      : `the kernel hit a BUG${placeText(view)}${saidText(found)}`,
  warning: (found, view) => `the kernel warned${placeText(view)}${saidText(found)}`,
  'secondary-report': ({ ordinal }) =>
    ordinal === undefined
      ? 'the kernel had died before (taint D): an earlier report may be the cause'
      : `this is report number ${ordinal} of this boot: an earlier one may be the cause`,
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
