// The contract: one description gives the schema and the documentation, the JSON of every kept crash fits its strict form, and the text is made of
// that JSON alone.

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import { documentedFields } from '../../src/frontends/json/contract/describe.ts';
import { type ReportJson, reportForm, reportSchema } from '../../src/frontends/json/contract/report.ts';
import { jsonForText, toJson } from '../../src/frontends/json/json.ts';
import { jsonText } from '../../src/frontends/json-text.ts';
import { toText } from '../../src/frontends/text/report.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';

const root = new URL('../../', import.meta.url);
const parts = await loadParts();
const textOf = (path: string) => readFileSync(new URL(path, root), 'latin1');
const logsIn = (folder: string) =>
  (readdirSync(new URL(folder, root), { recursive: true }) as string[])
    .filter((path) => path.endsWith('.log'))
    .map((path) => `${folder}${path}`);
const logs = [...logsIn('scenarios/'), ...logsIn('test/vectors/')].sort();

test('schema/replay-1.json is what the description says', async () => {
  const text = `${JSON.stringify(reportSchema('allowed'), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../schema/replay-1.json');
});

const MARK = '<!-- The fields: written by test/frontends/contract.test.ts. -->';

test('docs/json.md has every field as the description words it', async () => {
  const [prose = ''] = textOf('docs/json.md').split(MARK);
  const fields = documentedFields(reportForm);
  expect(fields.filter(({ description }) => description === '').map(({ path }) => path)).toEqual([]);
  const lines = fields.map(
    ({ path, form, required, description }) =>
      `| \`${path}\` | ${form} | ${required ? 'always' : ''} | ${description.replaceAll('|', '\\|')} |`,
  );
  const table = ['| Field | Form | | Meaning |', '|---|---|---|---|', ...lines].join('\n');
  await expect(`${decode(prose)}${MARK}\n\n${table}\n`).toMatchFileSnapshot('../../docs/json.md');
});

/** The logs are read byte by byte, the document is UTF-8. */
function decode(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

const validate = (unknown: 'allowed' | 'refused') =>
  new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(reportSchema(unknown));

test('the schema takes fields that it does not know, its strict form takes none', () => {
  const [snapshot] = parseLog(textOf('scenarios/kni-fifo-put/oops.log')).reports;
  if (snapshot === undefined) throw new Error('the sample holds a report');
  const json = toJson(examine(snapshot, parts), { file: 'oops.log', decoder: parts.decoder });
  const later = { ...json, added: 1, replay: { ...json.replay, added: { more: true } } };
  expect(validate('allowed')(later)).toBe(true);
  expect(validate('refused')(later)).toBe(false);
  const { snapshot: _, ...without } = json;
  expect(validate('allowed')(without)).toBe(false);
  expect(validate('allowed')({ ...json, replay: { ...json.replay, verdict: 'perhaps' } })).toBe(false);
});

test('every kept report fits the strict form; the text from what was printed is the text of the report', () => {
  const strict = validate('refused');
  const seen = new Set<string>();
  let reports = 0;
  for (const log of logs) {
    for (const [index, snapshot] of parseLog(textOf(log)).reports.entries()) {
      const examined = examine(snapshot, parts);
      for (const syntax of ['att', 'intel'] as const) {
        const json = toJson(examined, { file: log, index, decoder: parts.decoder, syntax });
        const read = JSON.parse(jsonText(json)) as ReportJson;
        expect(strict(read), `${log}: ${JSON.stringify(strict.errors?.slice(0, 3))}`).toBe(true);
        const alone = jsonForText(examined, { file: log, index, decoder: parts.decoder, syntax });
        for (const colour of [false, true]) {
          expect(toText(read, { colour })).toBe(toText(json, { colour }));
          expect(toText(alone, { colour })).toBe(toText(json, { colour }));
        }
        collectPaths(read, '', seen);
      }
      reports++;
    }
  }
  expect(reports).toBeGreaterThan(120);
  // A field that no kept crash has is described by nothing but hope.
  const never = documentedFields(reportForm).filter(({ path }) => !path.includes('*') && !seen.has(path));
  expect(never.map(({ path }) => path)).toMatchSnapshot();
});

function collectPaths(value: unknown, path: string, seen: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[]` : path === '' ? name : `${path}.${name}`;
    seen.add(at);
    collectPaths(part, at, seen);
  }
}

test('the values of the writes lead from the fault back to where the address came from', () => {
  const [snapshot] = parseLog(textOf('scenarios/kni-fifo-put/oops.log')).reports;
  if (snapshot === undefined) throw new Error('the sample holds a report');
  const { leadUp, findings } = toJson(examine(snapshot, parts), { file: 'oops.log', decoder: parts.decoder });
  for (const { kind, source, offset, register, through } of findings) {
    if (kind !== 'address-origin' || source !== 'load' || through !== undefined) continue;
    const step = leadUp?.steps.findLast(({ writes }) => writes.some(({ place }) => place.register === register));
    expect(step?.offset).toBe(offset);
    expect(step?.writes.find(({ place }) => place.register === register)).toMatchObject({
      kind: 'load',
      certain: true,
    });
  }
});
