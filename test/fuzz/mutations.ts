// Changes of a text as accidents and attackers make them: bytes flipped, pieces cut, doubled, moved in from other texts, odd characters.

import { fc } from '../property.ts';

const ODD = [
  '\u0000', '\u001b]52;c;AAAA\u0007', '\u001b[2J', '\r', '\n', '\u0085', '\u2028', '\u202e', '\u200b', '\ufeff', '\ud800', '\u00ff',
  '&#27;', '&#10;', '=1B', '=\n', '<br>', '<', '>', '%s', '0x', 'ffffffffffffffff', '-1', '[<', '>]', '(', '*', ' '.repeat(70), '𝒳',
]; // biome-ignore format: one line for each would be thirty lines

export interface Mutation {
  /** Shares of the text, 0 to 1: where it happens and how long it is. */
  readonly at: number;
  readonly length: number;
  readonly kind: 'cut' | 'double' | 'insert' | 'replace' | 'foreign' | 'truncate';
  readonly text: string;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.double({ min: 0, max: 0.05, noNaN: true }),
  kind: fc.constantFrom<Mutation['kind']>('cut', 'double', 'insert', 'replace', 'replace', 'foreign', 'truncate'),
  text: fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ maxLength: 3 })),
});

/** `other`: the text that `foreign` takes its piece from. */
export function mutate(text: string, mutations: readonly Mutation[], other: string): string {
  return mutations.reduce((before, change) => mutateOnce(before, change, other), text);
}

function mutateOnce(before: string, { at, length, kind, text: inserted }: Mutation, other: string): string {
  const start = Math.floor(at * before.length);
  const end = Math.min(before.length, start + Math.ceil(length * before.length));
  const piece = before.slice(start, end);
  const [head, tail] = [before.slice(0, start), before.slice(end)];
  switch (kind) {
    case 'cut':
      return head + tail;
    case 'double':
      return head + piece + piece + tail;
    case 'insert':
      return head + inserted + piece + tail;
    case 'replace':
      return head + inserted + before.slice(start + inserted.length);
    case 'foreign':
      return head + other.slice(start % (other.length + 1)).slice(0, 400) + tail;
    case 'truncate':
      return at > 0.3 ? head : before;
  }
}
