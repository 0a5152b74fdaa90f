// Extra, where recorded crashes and real logs lie beside the project: every output fits the schema, no line is wider than the screen,
// nothing ends badly.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { replayCommand } from './replay-command.ts';

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));
const schema = JSON.parse(readFileSync(new URL('../../schema/replay-1.json', import.meta.url), 'utf8'));
const WIDTH = 80;

function recorded(name: string): Record<string, string> {
  const cases = readFileSync(`${shared}/truth/${name}`, 'utf8').split('\n').filter(Boolean);
  return Object.fromEntries(cases.map((line, i) => [`${i}.log`, (JSON.parse(line) as { report: string }).report]));
}

function found(folder: string): Record<string, string> {
  const names = readdirSync(`${shared}/${folder}`).filter((name) => name.endsWith('.log'));
  return Object.fromEntries(
    names.map((name, i) => [`${i}.log`, readFileSync(`${shared}/${folder}/${name}`, 'latin1')]),
  );
}

const SETS: readonly [string, () => Record<string, string>][] = [
  ['crashes recorded from a real CPU', () => recorded('set-a.jsonl')],
  ['first-hand kernel oopses', () => recorded('set-k.jsonl')],
  ['real logs', () => found('corpus/logs')],
  ['user programs', () => found('kernel-oopses/user')],
];

test.skipIf(!existsSync(shared)).each(SETS)('%s', { timeout: 240_000 }, (_title, load) => {
  const files = load();
  const names = Object.keys(files);
  const json = replayCommand(['--json', ...names], { files });
  expect(json.status).toBeLessThan(2);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);
  for (const line of json.stdout.trim().split('\n')) {
    const report = JSON.parse(line);
    expect(validate(report), `${report.report.file}: ${JSON.stringify(validate.errors)}`).toBe(true);
  }
  const text = replayCommand(names, { files });
  expect(text.status).toBeLessThan(2);
  const wide = text.stdout.split('\n').filter((line) => [...line].length > WIDTH);
  expect(wide.length / text.stdout.length).toBeLessThan(1e-4);
});
