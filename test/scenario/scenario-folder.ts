// A folder of scenarios, all on one small log, and the command run in it: what the tests of `replay test` share.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oopsText } from '../oops-text.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A load from address 4. */
export const LOG = oopsText({ code: '31 c0 <8b> 40 04 c3', address: '4' });

export interface ScenarioFolder {
  readonly root: string;
  replay(...args: readonly string[]): { status: number | null; stdout: string; stderr: string };
  /** Writes a scenario on `LOG`. */
  scenario(path: string, yaml: string): void;
  remove(): void;
}

export function createScenarioFolder(): ScenarioFolder {
  const root = mkdtempSync(join(tmpdir(), 'replay-test-'));
  return {
    root,
    replay(...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { cwd: root, encoding: 'utf8' });
      return { status, stdout, stderr };
    },
    scenario(path, yaml) {
      mkdirSync(join(root, path), { recursive: true });
      writeFileSync(join(root, path, 'oops.log'), LOG);
      writeFileSync(join(root, path, 'scenario.yaml'), yaml);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
