// What kind of bug it is, in words: one sentence without its full stop that can be pasted into an answer.

import type { Blame } from '../../diagnosis/blame.ts';
import type { Diagnosis, DiagnosisKind } from '../../diagnosis/diagnosis.ts';
import { CONTROL } from './diagnosis/control.ts';
import { MEMORY } from './diagnosis/memory.ts';
import type { DiagnosisView, Sentences } from './diagnosis/parts.ts';
import { POINTERS } from './diagnosis/pointers.ts';
import { WORDS } from './diagnosis/words.ts';

export type { DiagnosisView } from './diagnosis/parts.ts';

const SENTENCES: Sentences<DiagnosisKind> = { ...POINTERS, ...MEMORY, ...CONTROL, ...WORDS };

/** The sentence of a conclusion, with how sure it is in its verb: what is only suggested "looks like" it, a hint "could be" it. */
export function diagnosisText(diagnosis: Diagnosis, view: DiagnosisView): string {
  const sentence = SENTENCES[diagnosis.kind] as (found: Diagnosis, view: DiagnosisView) => string;
  const text = sentence(diagnosis, view);
  switch (diagnosis.strength) {
    case 'proves':
      return isSourceSure(diagnosis) ? text : `it seems that ${text}`;
    case 'suggests':
      return `it looks as if ${text}`;
    case 'hint':
      return `it could be that ${text}`;
  }
}

/** What is wrong may be proved while where it came from is only likely. */
function isSourceSure(found: Diagnosis): boolean {
  const source = 'source' in found ? found.source : undefined;
  if (source === undefined) return true;
  return !source.likely && (source.kind !== 'argument' || source.by === undefined || source.by.certainty === 'proved');
}

/** What a reader should look at first: a function, and how sure that is. */
export function blameText({ symbol, role, certainty }: Blame): string {
  if (role === 'faulting') return symbol.text;
  return certainty === 'proved'
    ? `${symbol.text}, the caller: its return address is on the stack`
    : `${symbol.text}, the likely caller: the first entry of the trace that can be it`;
}
