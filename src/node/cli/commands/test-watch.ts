// `replay test --watch`: runs everything once, then what changes, until the user ends it.

import { statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { ReplayError } from '../../../machine/errors.ts';
import { systemReason } from '../../files/system-reason.ts';
import { type TreeListener, watchDirectories } from '../../files/watch-directories.ts';
import type { Output } from '../output.ts';
import type { PartsLoader } from './scenario-runner.ts';
import { chooseScenarios, testScenarios } from './test-command.ts';
import type { TestOptions } from './test-options.ts';

/** Editors write a file in several steps. */
const QUIET_MS = 100;

/** A root that is deleted is told, and waited for until it is back. */
export async function watchScenarios(
  paths: readonly string[],
  options: TestOptions,
  output: Output,
  loader: PartsLoader,
): Promise<never> {
  const first = chooseScenarios(paths, options.filter);
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const run = async (directories: readonly string[]): Promise<void> => {
    if (directories.length > 0) await testScenarios(directories, options, output, loader);
  };
  let running = Promise.resolve();
  const rerun = async (): Promise<void> => {
    const files = [...changed];
    changed.clear();
    await run(
      chooseScenarios(paths, options.filter).filter((directory) => files.some((file) => concerns(directory, file))),
    );
  };
  const later = (action: () => Promise<void>): void => {
    running = running.then(action).catch((error: unknown) => {
      output.error(error instanceof Error ? error.message : String(error));
    });
  };
  // Before the first run, so that what is edited meanwhile is not missed.
  watchRoots(paths, {
    changed(path) {
      changed.add(path);
      clearTimeout(timer);
      timer = setTimeout(() => later(rerun), QUIET_MS);
    },
    gone: (root) => output.error(`${root} is not there any more; waiting for it to come back`),
    unwatched: (path, reason) => output.error(`${path}: not all of it is watched: ${reason}`),
  });
  await run(first);
  output.error('watching; Ctrl-C ends it');
  return new Promise<never>(() => undefined);
}

function watchRoots(paths: readonly string[], listener: TreeListener): void {
  const roots = paths.map((path) => (statSync(path).isDirectory() ? path : dirname(path)));
  try {
    watchDirectories(roots, listener);
  } catch (cause) {
    throw new ReplayError(
      'usage/invalid',
      { message: `cannot watch ${roots.join(', ')}: ${systemReason(cause)}` },
      { cause },
    );
  }
}

/** The change is in the scenario, or of a directory around it, which may be another one now. */
function concerns(directory: string, changed: string): boolean {
  const scenario = resolve(directory);
  return isInside(scenario, changed) || isInside(changed, scenario);
}

function isInside(directory: string, file: string): boolean {
  const way = relative(directory, file);
  return way !== '..' && !way.startsWith(`..${sep}`);
}
