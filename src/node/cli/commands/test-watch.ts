// `replay test --watch`: runs everything once, then what changes, until the user ends it.

import { watch } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { ReplayParts } from '../../../replay/replay.ts';
import type { Output } from '../output.ts';
import { chooseScenarios, testScenarios } from './test-command.ts';
import type { TestOptions } from './test-options.ts';

/** Editors write a file in several steps. */
const QUIET_MS = 100;

export async function watchScenarios(
  paths: readonly string[],
  options: TestOptions,
  output: Output,
  loadParts: () => Promise<ReplayParts>,
): Promise<never> {
  await testScenarios(chooseScenarios(paths, options.filter), options, output, loadParts);
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const rerun = async (): Promise<void> => {
    const files = [...changed];
    changed.clear();
    const touched = chooseScenarios(paths, options.filter).filter((directory) =>
      files.some((file) => isInside(resolve(directory), file)),
    );
    if (touched.length > 0) await testScenarios(touched, options, output, loadParts);
  };
  for (const path of paths) {
    watch(path, { recursive: true }, (_event, name) => {
      changed.add(resolve(path, name ?? ''));
      clearTimeout(timer);
      timer = setTimeout(() => {
        running = running.then(rerun).catch((error: unknown) => {
          output.error(error instanceof Error ? error.message : String(error));
        });
      }, QUIET_MS);
    });
  }
  output.error('watching; Ctrl-C ends it');
  return new Promise<never>(() => undefined);
}

function isInside(directory: string, file: string): boolean {
  const way = relative(directory, file);
  return way !== '..' && !way.startsWith(`..${sep}`);
}
