// Each line of replay-faults.txt becomes the text of a report, is read, replayed and judged.

import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { verdictReasonText } from '../../src/frontends/wording/verdict-reason.ts';
import { hex32 } from '../../src/machine/u32.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { type ReplayParts, replaySnapshot } from '../../src/replay/replay.ts';
import type { Replay } from '../../src/replay/replay-types.ts';
import { type OopsFacts, oopsText } from '../oops-text.ts';

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

const lines = readFileSync(new URL('../vectors/replay-faults.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

test.each(lines)('%s', (line) => {
  const [, code = '', registers = '', says = '', expected] = line.split('|').map((field) => field.trim());
  const [die = '', address] = says.split('@').map((field) => field.trim());
  const facts: OopsFacts = {
    code: code === '' ? ' Bad EIP value.' : code,
    registers: Object.fromEntries(
      registers
        .split(' ')
        .filter(Boolean)
        .map((pair) => pair.split('=')),
    ),
    die,
    ...(address !== undefined && { address }),
  };
  const [snapshot, ...others] = parseLog(oopsText(facts)).reports;
  expect(others).toEqual([]);
  if (snapshot === undefined) throw new Error('the report was not found');
  expect(summary(replaySnapshot(snapshot, parts))).toBe(expected);
});

function summary({ verdict, reason, fault }: Replay): string {
  if (verdict !== 'reproduced' || fault === undefined) return `${verdict}: ${reason && verdictReasonText(reason)}`;
  if (fault.kind !== 'page-fault') return `${verdict} ${fault.kind}`;
  const { access, size } = fault.access;
  const what = access === 'execute' ? 'fetch' : `${access} ${size}`;
  return `${verdict} ${what} @${hex32(fault.linearAddress)}`;
}
