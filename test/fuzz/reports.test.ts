// Damaged and hostile logs, and random code bytes, through everything that is worked out and printed: nothing throws, the JSON is what its
// schema says, and every printed line is text.

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import { openSession } from '../../src/examination/open-session.ts';
import type { ReportJson } from '../../src/frontends/json/contract/report.ts';
import { toJson } from '../../src/frontends/json/json.ts';
import { formatReport } from '../../src/frontends/text/report.ts';
import { textStyle } from '../../src/frontends/text/style.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { leaks } from '../hostile-text.ts';
import { oopsText } from '../oops-text.ts';
import { fc } from '../property.ts';
import { FUZZ_TIMEOUT, fuzzRuns, MADE_UP_TEXT } from './fuzz-runs.ts';
import { mutate, mutation } from './mutations.ts';

const parts = await loadParts();
const root = new URL('../../', import.meta.url);
const validate = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(new URL('schema/replay-1.json', root), 'utf8')),
);
const logs = readdirSync(new URL('scenarios/', root), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => readFileSync(new URL(`scenarios/${name}/oops.log`, root), 'utf8'))
  .filter((text) => text.length < 20_000);

function examined(snapshot: Snapshot, index: number): void {
  const report = examine(snapshot, parts);
  const jsonOf = (syntax: 'att' | 'intel'): ReportJson =>
    JSON.parse(JSON.stringify(toJson(report, { file: 'oops.log', index, decoder: parts.decoder, syntax })));
  const json = jsonOf('att');
  expect(validate(json), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  for (const syntax of ['att', 'intel'] as const) {
    for (const line of formatReport(jsonOf(syntax), textStyle())) {
      expect(line).not.toMatch(MADE_UP_TEXT);
      expect(leaks(line)).toEqual([]);
    }
  }
}

test('damaged logs are examined, whatever the damage', { timeout: FUZZ_TIMEOUT }, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...logs),
      fc.array(mutation, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(...logs),
      (log, mutations, other) => {
        for (const [index, snapshot] of parseLog(mutate(log, mutations, other)).reports.entries()) {
          examined(snapshot, index);
        }
      },
    ),
    fuzzRuns(150),
  );
});

const word = fc.oneof(
  fc.nat(0xffff_ffff),
  fc.constantFrom(0, 4, 0x100, 0xffff_fff0, 0xc120_2122, 0xf5a0_bf00, 0x6b6b_6b6b, 0x9e28_ea90),
);
const randomOops = fc
  .record({
    code: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    at: fc.nat(63),
    registers: fc.array(word, { minLength: 8, maxLength: 8 }),
    address: word,
    die: fc.constantFrom(
      'Oops: 0000',
      'Oops: 0002',
      'Oops: 0010',
      'Oops: 000b',
      'general protection fault: 0000',
      'divide error: 0000',
      'invalid opcode: 0000',
    ),
    stack: fc.array(word, { maxLength: 8 }),
  })
  .map(({ code, at, registers, address, die, stack }) => {
    const hex = (value: number) => value.toString(16).padStart(8, '0');
    const bytes = Array.from(code, (byte) => byte.toString(16).padStart(2, '0'));
    const marked = at % bytes.length;
    return oopsText({
      code: bytes.map((byte, i) => (i === marked ? `<${byte}>` : byte)).join(' '),
      die,
      address: hex(address),
      stack: stack.map(hex),
      registers: Object.fromEntries(
        ['eax', 'ebx', 'ecx', 'edx', 'esi', 'edi', 'ebp', 'esp'].map((name, i) => [name, hex(registers[i] as number)]),
      ),
    });
  });

test('random code is examined and walked in both directions', { timeout: FUZZ_TIMEOUT }, () => {
  fc.assert(
    fc.property(randomOops, fc.array(fc.nat(5), { maxLength: 20 }), (text, moves) => {
      const [snapshot] = parseLog(text).reports;
      if (snapshot === undefined) throw new Error('the text holds a report');
      examined(snapshot, 0);
      const session = openSession(examine(snapshot, parts), parts);
      for (const move of session === undefined ? [] : moves) {
        if (move === 5) session?.diversions.edit({ kind: 'register', register: 'eax', value: 0x10 as never });
        else session?.run(move < 3 ? 'step' : 'continue', move % 2 === 0 ? 'backward' : 'forward');
      }
    }),
    fuzzRuns(120),
  );
});
