// A repeated instruction that faults has changed registers in the rounds before: what the text says of the instruction in front of it is what
// the CPU's registers held when the first round began, not what the log prints.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseRecordedSteps } from '../../src/scenario/judge/recorded-steps.ts';
import { replayCommand } from './replay-command.ts';

const scenarios = new URL('../../scenarios/', import.meta.url);
const recorded = (readdirSync(scenarios, { recursive: true }) as string[])
  .filter((path) => path.endsWith('recorded.txt'))
  .map((path) => new URL(path.replace('recorded.txt', ''), scenarios))
  .sort();

/** Registers when the instruction at `offset` began its first round; undefined where it had none before the one that faulted. */
function registersAtFirstRound(text: string, offset: number): Readonly<Record<string, number | undefined>> | undefined {
  const parsed = parseRecordedSteps(text);
  if (!('steps' in parsed)) return undefined;
  const before = parsed.steps.findLastIndex((step) => step.offset !== offset);
  return parsed.steps[before + 1]?.registers;
}

it('the text shows no register as it was after those rounds', () => {
  let checked = 0;
  for (const folder of recorded) {
    const log = fileURLToPath(new URL('oops.log', folder));
    const report = JSON.parse(replayCommand(['--json', log]).stdout.split('\n')[0] ?? '') as {
      readonly snapshot: { readonly code?: { readonly eipOffset: number } };
    };
    const { code } = report.snapshot;
    const truth = code && registersAtFirstRound(readFileSync(new URL('recorded.txt', folder), 'utf8'), code.eipOffset);
    if (truth === undefined) continue;
    const { stdout } = replayCommand([log]);
    const lines = stdout.split('\n');
    const last = lines[lines.findIndex((line) => line.startsWith('  ▶ ')) - 1] ?? '';
    for (const [, name = '', value] of last.matchAll(
      /%(e[a-z]{2}) (?:[0-9a-f]{8} → |← (?:\[[^\]]*\] )?)([0-9a-f]{8})/g,
    )) {
      if (truth[name] === undefined) continue;
      expect({ folder: folder.pathname, [name]: value }).toEqual({
        folder: folder.pathname,
        [name]: truth[name].toString(16).padStart(8, '0'),
      });
    }
    checked++;
  }
  expect(checked).toBeGreaterThan(1);
});
