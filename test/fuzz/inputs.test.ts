// What others write for us to read: scenario.yaml, packets of gdb, lines of a session. Each is answered, none throws.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GdbStub } from '../../src/frontends/gdb/gdb-stub.ts';
import { Interpreter } from '../../src/frontends/repl/interpreter.ts';
import { readScenario } from '../../src/scenario/format/read-scenario.ts';
import { leaks } from '../hostile-text.ts';
import { fc } from '../property.ts';
import { SAMPLE, sessionOf } from '../session/session-of.ts';
import { FUZZ_TIMEOUT, fuzzRuns, MADE_UP_TEXT } from './fuzz-runs.ts';
import { mutate, mutation } from './mutations.ts';

const folder = new URL('../../scenarios/', import.meta.url);
const scenarios = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => readFileSync(new URL(`${name}/scenario.yaml`, folder), 'utf8'));
const mutations = fc.array(mutation, { minLength: 1, maxLength: 8 });

test('damaged scenarios are read, or their problems have a line', { timeout: FUZZ_TIMEOUT }, () => {
  fc.assert(
    fc.property(fc.constantFrom(...scenarios), mutations, fc.constantFrom(...scenarios), (yaml, changes, other) => {
      const text = mutate(yaml, changes, other);
      const { scenario, problems } = readScenario(text);
      if (scenario === undefined) expect(problems.length).toBeGreaterThan(0);
      const lines = text.split('\n').length;
      for (const { line } of problems) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines + 1);
      }
    }),
    fuzzRuns(400),
  );
});

const PACKETS = [
  'qSupported:multiprocess+;swbreak+', 'g', `G${'00'.repeat(64)}`, 'p1', 'P1=00000000', 'md4b85e14,4', 'Md4b85e14,4:00000000',
  'Xd4b85e14,2:ab', 'c', 's', 'bc', 'bs', 'vCont;s:1', 'vCont;c', 'Z0,f88a5acc,1', 'z0,f88a5acc,1', 'Z2,9e28ea90,4', 'qRcmd,68656c70',
  'qXfer:features:read:target.xml:0,20', 'T1', 'Hg1', '?', 'D',
]; // biome-ignore format: one line for each would be twenty lines

test('packets of any form are answered', { timeout: FUZZ_TIMEOUT }, async () => {
  const { session, annotations } = await sessionOf(SAMPLE);
  const stub = new GdbStub(session, annotations);
  fc.assert(
    fc.property(fc.constantFrom(...PACKETS), mutations, fc.constantFrom(...PACKETS), (packet, changes, other) => {
      const { packets } = stub.answer(mutate(packet, changes, other));
      for (const reply of packets) expect(reply).not.toMatch(MADE_UP_TEXT);
    }),
    fuzzRuns(1500),
  );
  session.travel.rewindToCrash();
});

const LINES = [
  'info registers', 'x/8wx $esp', 'p $eax + 4 * ($ecx - 1)', 'b *0xf88a5acc if $eax == 0', 'watch {int}0xf21fea80', 'set $ecx = 4',
  'set {short}0xf21fea80 = 1', 'map 9e28e000', 'unmap f21fe000', 'rsi 3', 'si', 'c', 'rc', 'came from $eax', 'seek 4', 'checkpoint', 'list',
  'where', 'info breakpoints', 'delete 1', 'help x', 'drop', 'disassemble', 'start', 'end', 'save /dev/null',
]; // biome-ignore format: one line for each would be thirty lines

test('lines of any form are answered', { timeout: FUZZ_TIMEOUT }, async () => {
  const { session, annotations, source } = await sessionOf(SAMPLE);
  const repl = new Interpreter({ target: session, annotations, source, writeFile: () => undefined });
  fc.assert(
    fc.property(fc.constantFrom(...LINES), mutations, fc.constantFrom(...LINES), (line, changes, other) => {
      for (const shown of repl.run(mutate(line, changes, other)).lines) {
        expect(shown).not.toMatch(MADE_UP_TEXT);
        expect(leaks(shown)).toEqual([]);
      }
    }),
    fuzzRuns(800),
  );
  session.diversions.drop();
});
