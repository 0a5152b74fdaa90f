// `replay test`: runs scenarios, reports in their order whatever order they end in, and says by its exit code whether all passed.

import { existsSync } from 'node:fs';
import { normalize } from 'node:path';
import { ansi, plain } from '../../../frontends/text/paint.ts';
import { printGolden } from '../../../frontends/text/scenario-golden.ts';
import { createReporter } from '../../../frontends/text/scenario-reporters.ts';
import { SCENARIO_WORDS } from '../../../frontends/wording/scenario-words.ts';
import { ReplayError } from '../../../machine/errors.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { runScenario, type ScenarioResult } from '../../../scenario/run-scenario.ts';
import { findScenarios } from '../../../scenario/scenario-files.ts';
import { EXIT } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { TestOptions } from './test-options.ts';
import { runInWorkers } from './test-workers.ts';

/** Fewer scenarios are done before a second process has started. */
const WORTH_A_WORKER = 200;

/** The scenarios under `paths`, each once. Throws ReplayError 'usage/invalid' where there are none. */
export function chooseScenarios(paths: readonly string[], filter: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    if (!existsSync(path)) {
      throw new ReplayError('usage/invalid', {
        message: `${path}: there is no such file or directory (\`replay record\` writes a scenario)`,
      });
    }
    const directories = findScenarios(path);
    if (directories.length === 0) {
      const message = `${path}: no scenario there; a scenario is a directory with a scenario.yaml (\`replay record\` writes one)`;
      throw new ReplayError('usage/invalid', { message });
    }
    for (const directory of directories) found.add(normalize(directory).replace(/(.)\/+$/, '$1'));
  }
  const chosen = [...found].filter(
    (directory) => filter.length === 0 || filter.some((part) => directory.toLowerCase().includes(part.toLowerCase())),
  );
  if (chosen.length === 0) {
    const message = `none of the ${found.size} scenarios has ${filter.map((part) => `"${part}"`).join(' or ')} in its name`;
    throw new ReplayError('usage/invalid', { message });
  }
  return chosen;
}

export async function testScenarios(
  directories: readonly string[],
  options: TestOptions,
  output: Output,
  loadParts: () => Promise<ReplayParts>,
): Promise<number> {
  const reporter = createReporter(options.reporter, output.colour ? ansi : plain);
  const results: ScenarioResult[] = [];
  output.write(reporter.begin);
  const run = options.jobs > 1 && directories.length >= WORTH_A_WORKER ? runInWorkers : runHere;
  for await (const result of run(directories, options, loadParts)) {
    if (output.interactive) output.status('');
    output.write(reporter.result(result, results.length));
    results.push(result);
    if (output.interactive) output.status(`${results.length} of ${directories.length} scenarios`);
    if (options.bail && result.status !== 'passed') break;
  }
  if (output.interactive) output.status('');
  output.write(reporter.end(results, directories.length));
  return exitCodeOf(results);
}

async function* runHere(
  directories: readonly string[],
  { update }: TestOptions,
  loadParts: () => Promise<ReplayParts>,
): AsyncGenerator<ScenarioResult> {
  const parts = await loadParts();
  for (const directory of directories)
    yield runScenario(directory, { parts, printGolden, words: SCENARIO_WORDS, update });
}

function exitCodeOf(results: readonly ScenarioResult[]): number {
  if (results.some(({ status }) => status === 'broken')) return EXIT.unusable;
  return results.some(({ status }) => status === 'failed') ? EXIT.notReproduced : EXIT.reproduced;
}
