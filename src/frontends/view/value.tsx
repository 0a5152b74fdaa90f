// Values on the screen: never without how they are known, which a mark and a word say beside the colour.

import { CONDITIONS } from '../wording/value.ts';
import { digits } from './view.ts';
import type { KnownJson } from './walk.ts';

type Provenance = KnownJson['provenance'];

/** The characters of the text, and one for what it leaves blank. */
const MARKS: Readonly<Record<Provenance, string>> = { observed: '', derived: '·', assumed: '≈', unknown: '?' };
export const PROVENANCE_WORDS: Readonly<Record<Provenance, string>> = {
  observed: 'printed',
  derived: 'derived',
  assumed: 'assumed',
  unknown: 'unknown',
};

/** `·f21fea80`; a screen reader hears the word. `said` leaves the word out, where it stands beside the value. */
export function Value({ known, said = false }: { readonly known: KnownJson; readonly said?: boolean }) {
  const { provenance, value } = known;
  const shown = value === undefined ? 'unknown' : provenance;
  return (
    <span class={`value ${shown}`}>
      <span class="mark" aria-hidden="true">
        {MARKS[shown]}
      </span>
      {value === undefined || shown === 'unknown' ? '' : digits(value)}
      {said ? null : <span class="aside"> {PROVENANCE_WORDS[shown]}</span>}
    </span>
  );
}

/** What limits a value that is not certain; empty where nothing is known of it. */
export function limits({ constraint, knownBits, condition }: KnownJson): string {
  return [
    ...(constraint === undefined || condition !== undefined ? [] : [`any x with ${constraint}`]),
    ...(knownBits === undefined ? [] : [`bits ${digits(knownBits)} are certain`]),
    ...(condition === undefined ? [] : [`if ${CONDITIONS[condition]}`]),
  ].join('; ');
}
