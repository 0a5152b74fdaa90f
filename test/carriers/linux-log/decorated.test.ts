// Decorating a clean report with any combination of decorations changes no fact of it.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseLog } from '../../../src/carriers/read-log.ts';
import { fc } from '../../property.ts';
import {
  applyAll,
  carriageReturns,
  cutAt,
  type Decoration,
  doubleSpacing,
  HEADS,
  html,
  indent,
  LISTINGS,
  quote,
  quotedPrintable,
  tabs,
  trimEnds,
  withHead,
  wrapAt,
} from './decorate.ts';
import { printLog } from './print-report.ts';

const RUNS = Number(process.env.DECORATED_RUNS ?? 20_000);

const folder = new URL('../../vectors/snapshot-reports/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.log'));
const texts = new Map(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
const facts = new Map([...texts].map(([name, text]) => [name, printLog(parseLog(text), { factsOnly: true })]));

/** Decorations by name; none of a layer is as likely as any one of it. */
type Layer = ReadonlyMap<string, readonly Decoration[]>;

const layer = (...choices: readonly [string, Decoration][]): Layer =>
  new Map<string, readonly Decoration[]>([
    ['-', []],
    ...choices.map(([name, decoration]): [string, Decoration[]] => [name, [decoration]]),
  ]);

/** From the kernel outwards: what the logger did, what the terminal or mailer did, what the archive did. */
const LAYERS: readonly Layer[] = [
  layer(['trimmed', trimEnds], ['tabs', tabs]),
  layer(...Object.entries(HEADS).map(([name, head]): [string, Decoration] => [name, withHead(head)])),
  layer(
    ...[64, 72, 76, 80].map((width): [string, Decoration] => [`cut at ${width}`, cutAt(width)]),
    ...[68, 72, 78].map((width): [string, Decoration] => [`wrapped at ${width}`, wrapAt(width)]),
  ),
  layer(['indented', indent('    ')]),
  layer(['quoted', quote('> ')], ['quoted twice', quote('> > ')], ['quoted tight', quote('>')]),
  layer(['double spaced', doubleSpacing]),
  layer(['html', html]),
  layer(['quoted-printable', quotedPrintable]),
  layer(['CR LF', carriageReturns]),
];

test(`${RUNS} decorated reports say what the clean ones say`, { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.tuple(...LAYERS.map((layer) => fc.constantFrom(...layer.keys()))),
      (name, chosen) => {
        const decorations = chosen.flatMap((choice, layer) => LAYERS[layer]?.get(choice) ?? []);
        const text = applyAll(texts.get(name) ?? '', decorations);
        expect(printLog(parseLog(text), { factsOnly: true }), chosen.join(', ')).toBe(facts.get(name));
      },
    ),
    { numRuns: RUNS },
  );
});

/** A listing shows by its lines: a report of a few lines is not taken for one. */
const FEWEST_LINES = 15;
const long = names.filter((name) => (texts.get(name) ?? '').split('\n').length >= FEWEST_LINES);
const around: readonly [string, readonly Decoration[]][] = [
  ['as it is', []],
  ['indented', [indent('    ')]],
  ['quoted', [quote('> ')]],
  ['html and CR LF', [html, carriageReturns]],
];

test.each(Object.entries(LISTINGS))('a listing says what the file says: %s', (_name, mark) => {
  expect(long.length).toBeGreaterThan(8);
  for (const name of long)
    for (const [outer, decorations] of around) {
      const text = applyAll(texts.get(name) ?? '', [withHead(mark), ...decorations]);
      expect(printLog(parseLog(text), { factsOnly: true }), `${name}, ${outer}`).toBe(facts.get(name));
    }
});
