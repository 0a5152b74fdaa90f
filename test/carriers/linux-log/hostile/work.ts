// How much of its input a piece of code looks at, counted and not timed: the characters that patterns and searches pass over, the elements that
// array methods walk over. The engine's own functions are replaced for that long, so any code is measured without a word in it.

import { RegExpParser } from '@eslint-community/regexpp';

type Patch = readonly [owner: object, name: string];

const SEARCHES = ['indexOf', 'lastIndexOf', 'includes', 'split', 'trim', 'trimStart', 'trimEnd'] as const;
const WALKS = [
  'some',
  'every',
  'find',
  'findIndex',
  'findLast',
  'filter',
  'map',
  'flatMap',
  'includes',
  'indexOf',
  'forEach',
  'reduce',
  'slice',
  'splice',
  'join',
] as const;

const anchored = new Map<string, boolean>();

/** It can match at one place only; how much it looks at from there is for another test (patterns.test.ts). */
function isAnchored({ source, sticky, multiline }: RegExp): boolean {
  if (sticky || multiline) return sticky;
  const known = anchored.get(source);
  if (known !== undefined) return known;
  const { alternatives } = new RegExpParser().parsePattern(source);
  const answer = alternatives.every(
    ({ elements }) => elements[0]?.type === 'Assertion' && elements[0].kind === 'start',
  );
  anchored.set(source, answer);
  return answer;
}

/** Characters that a search has passed over. */
function passed(name: string, text: string, [, from]: readonly unknown[], found: unknown): number {
  if (typeof found !== 'number' || found < 0) return text.length;
  if (name === 'indexOf') return found - Number(from ?? 0);
  return Math.min(text.length, Number(from ?? text.length)) - found;
}

/** Calls `run` and gives what it looked at. */
export function workOf(run: () => void): number {
  let work = 0;
  const originals: [Patch, unknown][] = [];
  const patch = (owner: object, name: string, make: (original: (...args: unknown[]) => unknown) => unknown): void => {
    const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
    originals.push([[owner, name], original]);
    Reflect.set(owner, name, make(original));
  };
  // `test`, `replace`, `split`, `search` and `matchAll` all end in this one.
  patch(
    RegExp.prototype,
    'exec',
    (original) =>
      function exec(this: RegExp, text: string) {
        const start = this.global || this.sticky ? this.lastIndex : 0;
        const match = Reflect.apply(original, this, [text]) as RegExpExecArray | null;
        work += 1;
        if (match) work += match.index + match[0].length - start;
        else if (!isAnchored(this)) work += text.length - start;
        return match;
      },
  );
  for (const name of SEARCHES)
    patch(
      String.prototype,
      name,
      (original) =>
        function search(this: string, ...args: unknown[]) {
          const found = Reflect.apply(original, this, args);
          work += 1 + passed(name, this, args, found);
          return found;
        },
    );
  for (const name of WALKS)
    patch(
      Array.prototype,
      name,
      (original) =>
        function walk(this: readonly unknown[], ...args: unknown[]) {
          work += 1 + this.length;
          return Reflect.apply(original, this, args);
        },
    );
  try {
    run();
  } finally {
    for (const [[owner, name], original] of originals) Reflect.set(owner, name, original);
  }
  return work;
}
