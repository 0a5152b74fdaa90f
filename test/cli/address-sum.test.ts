// The sum that is shown adds up to the address that is shown, for every kept crash and for the operands that no crash was kept of.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import { toJson } from '../../src/frontends/json/json.ts';
import { faultLines } from '../../src/frontends/text/fault.ts';
import { textStyle } from '../../src/frontends/text/style.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { oopsText } from '../oops-text.ts';

const scenarios = new URL('../../scenarios/', import.meta.url);
const parts = await loadParts();

/** `    + %ecx × 4      ac090010   remark`: the sign and the number of a row. */
const ROW = /^ {4}([ +−=]) .{11} +(?:1 )?((?:0x)?[0-9a-f]+)(?: {2}|$)/;

function sumsOf(text: string): readonly { shown: number; added: number }[] {
  return parseLog(text).reports.flatMap((snapshot) => {
    const report = examine(snapshot, parts, { leadUp: 'none' });
    const lines = faultLines(toJson(report, { file: 'oops.log', decoder: parts.decoder }), textStyle());
    let added = 0;
    for (const line of lines) {
      const [, sign, digits = ''] = line.match(ROW) ?? [];
      const value = Number.parseInt(digits.replace('0x', ''), 16);
      if (sign === '=') return [{ shown: value, added: added >>> 0 }];
      if (sign !== undefined) added += sign === '−' ? -value : value;
    }
    return [];
  });
}

const kept = readdirSync(scenarios, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(kept.map(({ name }) => name))('%s', (name) => {
  for (const { shown, added } of sumsOf(readFileSync(new URL(`${name}/oops.log`, scenarios), 'latin1')))
    expect(added).toBe(shown);
});

test.each([
  ['bts, a negative bit number', '<0f> ab 10', { eax: 'd0000000', edx: 'ffffff00' }, 'Oops: 0002', 'cfffffe0'],
  ['bts, 16 bits', '<66> 0f ab 10', { eax: 'd0000000', edx: '12340123' }, 'Oops: 0002', 'd0000024'],
  ['btl, wraps', '<0f> a3 10', { eax: 'fffffff0', edx: '00001000' }, 'Oops: 0000', '000001f0'],
])('%s', (_title, code, registers, die, address) => {
  const value = Number.parseInt(address, 16);
  expect(sumsOf(oopsText({ code, registers, die, address }))).toEqual([{ shown: value, added: value }]);
});
