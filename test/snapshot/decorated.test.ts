// Decorating a clean report with any combination of decorations changes no fact of it.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLog } from '../../src/snapshot/parse.ts';
import {
  applyAll,
  carriageReturns,
  cutAt,
  type Decoration,
  doubleSpacing,
  HEADS,
  html,
  indent,
  quote,
  quotedPrintable,
  tabs,
  trimEnds,
  withHead,
  wrapAt,
} from './decorate.ts';
import { printLog } from './print-report.ts';

const RUNS = Number(process.env['DECORATED_RUNS'] ?? 20_000);

const folder = new URL('../vectors/snapshot-reports/', import.meta.url);
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.log'))
  .map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return { name, text, facts: printLog(parseLog(text), { factsOnly: true }) };
  });

interface Choice {
  readonly name: string;
  readonly decorations: readonly Decoration[];
}

const choice = (name: string, ...decorations: Decoration[]): Choice => ({ name, decorations });
const nothing = choice('-');

/** From the kernel outwards: what the logger did, what the terminal or mailer did, what the archive did. */
const LAYERS: readonly (readonly Choice[])[] = [
  [nothing, choice('trimmed', trimEnds), choice('tabs', tabs)],
  Object.entries(HEADS).map(([name, head]) => choice(name, withHead(head))),
  [
    nothing,
    nothing,
    ...[64, 72, 76, 80].map((width) => choice(`cut at ${width}`, cutAt(width))),
    ...[68, 72, 78].map((width) => choice(`wrapped at ${width}`, wrapAt(width))),
  ],
  [nothing, choice('indented', indent('    '))],
  [nothing, choice('quoted', quote('> ')), choice('quoted twice', quote('> > ')), choice('quoted tight', quote('>'))],
  [nothing, choice('double spaced', doubleSpacing)],
  [nothing, choice('html', html)],
  [nothing, choice('quoted-printable', quotedPrintable)],
  [nothing, choice('CR LF', carriageReturns)],
];

test(`${RUNS} decorated reports say what the clean ones say`, { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.tuple(...LAYERS.map((layer) => fc.constantFrom(...layer))),
      (sample, chosen) => {
        const text = applyAll(
          sample.text,
          chosen.flatMap(({ decorations }) => decorations),
        );
        const facts = printLog(parseLog(text), { factsOnly: true });
        expect(facts, `${sample.name}: ${chosen.map(({ name }) => name).join(', ')}`).toBe(sample.facts);
      },
    ),
    { numRuns: RUNS },
  );
});
