// The printed words of the stack, with the addresses that %esp gives them.

import type { U32 } from '../../../machine/u32.ts';
import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import type { LineEvidence } from '../../../snapshot/evidence.ts';
import type { StackDump } from '../../../snapshot/memory.ts';
import type { ReportDraft } from '../assembly/report-draft.ts';
import { span } from './span.ts';

/** Rows print no addresses: a word has one only where all words before it are there. */
export function stackOf(draft: ReportDraft, esp: U32 | undefined, diagnostics: Diagnostic[]): StackDump | undefined {
  const words: U32[] = [];
  let evidence: LineEvidence | undefined;
  let cut: LineEvidence | undefined;
  let behind: LineEvidence | undefined;
  for (const { fact, evidence: at } of draft.kinds.get('section') ?? [])
    if (fact.kind === 'section' && fact.section === 'stack') evidence = span(evidence, at);
  for (const { fact, evidence: at } of draft.kinds.get('stack-words') ?? []) {
    if (fact.kind !== 'stack-words') continue;
    if (cut) {
      behind = span(behind, at);
      continue;
    }
    for (const word of fact.words) words.push(word);
    evidence = span(evidence, at);
    if (fact.cut) cut = at;
  }
  if (cut && behind) {
    const message = `words of the stack are lost on line ${cut.first}: those on the lines after it have no known addresses and are left out`;
    diagnostics.push({ code: 'missing-field', evidence: behind, message });
  }
  return evidence && { kind: 'stack-dump', ...(esp !== undefined && { start: esp }), bytes: bytesOf(words), evidence };
}

function bytesOf(words: readonly U32[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word, true);
  return bytes;
}
