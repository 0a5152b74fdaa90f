// The engine as the build makes it: the published file, corrected and evaluated. One per test file, as loading it takes a tenth of a second.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { correctEngineSource } from '../../src/emulator/unicorn/corrections.ts';
import type { UnicornModule } from '../../src/emulator/unicorn/unicorn-module.ts';

/** The text that npm delivers. */
export function readEngineSource(): string {
  return readFileSync(createRequire(import.meta.url).resolve('@specy/x86/dist/x86/deps/unicorn-x86.min.js'), 'latin1');
}

export function evaluateEngine(corrected: string): UnicornModule {
  return new Script(corrected, { filename: 'unicorn-x86.js' }).runInThisContext()();
}

export function loadEngine(): UnicornModule {
  return evaluateEngine(correctEngineSource(readEngineSource()));
}
