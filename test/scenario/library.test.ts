// The scenarios of this project: each is a test, the index names them all, the schema fits them all.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { DIAGNOSIS_KINDS } from '../../src/diagnosis/kinds.ts';
import { readScenario } from '../../src/scenario/format/read-scenario.ts';
import { type Scenario, scenarioSchema } from '../../src/scenario/format/scenario-shape.ts';
import { describeScenarios } from '../../src/vitest.ts';
import { indexOf } from './index-text.ts';

const library = new URL('../../scenarios/', import.meta.url);
const schema = JSON.parse(readFileSync(new URL('../../schema/scenario-1.json', import.meta.url), 'utf8'));
const sources = readdirSync(library, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, source: readFileSync(new URL(`${name}/scenario.yaml`, library), 'utf8') }));

describeScenarios(fileURLToPath(library).replace(/\/$/, ''));

test('the index names every scenario', async () => {
  const scenarios = sources.map(({ name, source }) => ({ name, scenario: readScenario(source).scenario as Scenario }));
  await expect(indexOf(scenarios)).toMatchFileSnapshot('../../scenarios/README.md');
});

test('the library is large and every scenario says in one sentence why it exists', () => {
  expect(sources.length).toBeGreaterThanOrEqual(60);
  const reasons = sources.map(({ source }) => readScenario(source).scenario?.why ?? '');
  for (const reason of reasons) expect(reason).toMatch(/^[^\n]{20,}\.$/);
  expect(new Set(reasons).size).toBe(reasons.length);
});

test('the schema in the package is the one that the reader uses', async () => {
  await expect(`${JSON.stringify(scenarioSchema(), null, 2)}\n`).toMatchFileSnapshot('../../schema/scenario-1.json');
});

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
}

test('the schema says of every key what it means', () => {
  const silent: string[] = [];
  let keys = 0;
  const visit = (part: Described, path: string): void => {
    for (const [name, inner] of Object.entries(part.properties ?? {})) {
      keys++;
      if (!/^[A-Z`].{9,}/.test(inner.description ?? '')) silent.push(`${path}.${name}`);
      visit(inner, `${path}.${name}`);
    }
    if (part.items !== undefined) visit(part.items, `${path}[]`);
  };
  visit(schema, 'scenario');
  expect(keys).toBeGreaterThan(80);
  expect(silent).toEqual([]);
});

test('the schema accepts every scenario and refuses a wrong key', () => {
  const validate = new Ajv2020({ allowUnionTypes: true, strictTypes: false }).compile(schema);
  for (const { name, source } of sources) {
    expect(validate(parse(source, { stringKeys: true })), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
  }
  expect(validate({ why: 'x', expect: { verdict: 'reproduced', adress: 0 } })).toBe(false);
});

test('every kind of diagnosis has a scenario that names it', () => {
  const named = new Set(
    sources.flatMap(({ source }) => readScenario(source).scenario?.expect.diagnosis?.map(({ kind }) => kind) ?? []),
  );
  expect(DIAGNOSIS_KINDS.filter((kind) => !named.has(kind))).toEqual([]);
});
