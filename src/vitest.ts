// The scenarios of a project as tests of its own vitest run: `describeScenarios('scenarios')`.

import { printGolden } from './frontends/scenario-golden.ts';
import { plain } from './frontends/text/paint.ts';
import { detailLines } from './frontends/text/scenario-result.ts';
import { SCENARIO_WORDS } from './frontends/wording/scenario-words.ts';
import { ReplayError } from './machine/errors.ts';
import { findScenarios } from './node/files/find-scenarios.ts';
import { openScenario } from './node/files/scenario-directory.ts';
import { loadParts } from './node/runtime/load-parts.ts';
import type { ReplayParts } from './replay/replay.ts';
import { runScenario } from './scenario/run-scenario.ts';

const { beforeAll, describe, expect, test } = await importVitest();

/** One test for each scenario at or under `path`; a path without one is a failing test. */
export function describeScenarios(path: string): void {
  describe(path, () => {
    let parts: ReplayParts;
    beforeAll(async () => {
      parts = await loadParts();
    });
    const directories = findScenarios(path);
    if (directories.length === 0) {
      test('has scenarios', () => {
        expect.fail(`${path}: no scenario there; a scenario is a directory with a scenario.yaml`);
      });
    }
    test.each(directories)('%s', (directory) => {
      const options = { parts, printGolden, words: SCENARIO_WORDS, update: false };
      const result = runScenario(directory, openScenario(directory), options);
      if (result.status !== 'passed') expect.fail(`\n${detailLines(result, plain).join('\n')}`);
    });
  });
}

async function importVitest(): Promise<typeof import('vitest')> {
  try {
    return await import('vitest');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new ReplayError('vitest/missing', {}, { cause: error });
  }
}
