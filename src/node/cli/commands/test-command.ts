// `replay test`: runs scenarios, reports in their order whatever order they end in, and says by its exit code whether all passed.

import { existsSync } from 'node:fs';
import { normalize } from 'node:path';
import { ansi, plain } from '../../../frontends/text/paint.ts';
import { createReporter, type TimedResult } from '../../../frontends/text/scenario-reporters.ts';
import { isReplayError, ReplayError } from '../../../machine/errors.ts';
import { brokenScenario } from '../../../scenario/run-scenario.ts';
import { findScenarios } from '../../files/find-scenarios.ts';
import { EXIT } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { type PartsLoader, ScenarioRunner } from './scenario-runner.ts';
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

/** The report is complete whatever happens: what could not be run is in it, with the reason. */
export async function testScenarios(
  directories: readonly string[],
  options: TestOptions,
  output: Output,
  loader: PartsLoader,
): Promise<number> {
  const reporter = createReporter(options.reporter, output.colour ? ansi : plain);
  const results: TimedResult[] = [];
  const report = (result: TimedResult): void => {
    if (output.interactive) output.status('');
    output.write(reporter.result(result, results.length));
    results.push(result);
    if (output.interactive) output.status(`${results.length} of ${directories.length} scenarios`);
  };
  output.write(reporter.begin);
  const run = options.jobs > 1 && directories.length >= WORTH_A_WORKER ? runInWorkers : runHere;
  try {
    for await (const result of run(directories, options, loader)) {
      report(result);
      if (options.bail && result.status !== 'passed') break;
    }
  } catch (error) {
    if (isReplayError(error) && error.code === 'output/unwritable') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    for (const directory of directories.slice(results.length)) report(brokenScenario(directory, reason));
  }
  if (output.interactive) output.status('');
  output.write(reporter.end(results, directories.length));
  return exitCodeOf(results);
}

async function* runHere(
  directories: readonly string[],
  options: TestOptions,
  loader: PartsLoader,
): AsyncGenerator<TimedResult> {
  const runner = new ScenarioRunner(loader, options);
  for (const directory of directories) yield await runner.run(directory);
}

function exitCodeOf(results: readonly TimedResult[]): number {
  if (results.some(({ status }) => status === 'broken')) return EXIT.unusable;
  return results.some(({ status }) => status === 'failed') ? EXIT.notReproduced : EXIT.reproduced;
}
