// What the kernel says of a thing that it found wrong before it stops over it with BUG(): the line comes before `cut here` or `kernel BUG at`.

import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

const SENTENCES: readonly RegExp[] = [
  // lib/list_debug.c.
  /^list_(?:add|del) (?:corruption|double add)/,
  // net/core/skbuff.c: `skput:over` in 2.4, `skb_over_panic` since 2.6.0, with the name of the file since 3.11.
  /^(?:skbuff: )?(?:skb_(?:over|under)_panic: |skput:(?:over|under): |skpush:under: )/,
  // mm/usercopy.c.
  /^usercopy: /,
  // lib/refcount.c.
  /^refcount_t[: ]/,
  // mm/slab.c.
  /^(?:slab error in |slab: (?:Internal list corruption|double free) detected|kfree_debugcheck: (?:out of range|bad) ptr)/,
  /^cache_from_obj: Wrong slab cache\. /,
  // dump_page() and mm/rmap.c.
  /^page dumped because: /,
  /^Eeek! page_mapcount\(page\) went negative! /,
  // fs/jbd and fs/jbd2.
  /^Assertion failure in \w{1,60}\(\) at /,
  // kernel/cred.c.
  /^CRED: Invalid credentials$/,
];

function readKernelSentence(text: string): readonly Fact[] {
  return SENTENCES.some((form) => form.test(text)) ? [{ kind: 'sentence', text }] : [];
}

export const KERNEL_SENTENCES: Family = { read: readKernelSentence, starts: 'li sk us re sl kf ca pa ee as cr' };
