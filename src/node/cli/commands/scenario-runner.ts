// Runs scenarios one after the other in this process, each within its time.

import { printGolden } from '../../../frontends/scenario-golden.ts';
import type { TimedResult } from '../../../frontends/text/scenario-reporters.ts';
import { SCENARIO_WORDS } from '../../../frontends/wording/scenario-words.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { brokenScenario, runScenario } from '../../../scenario/run-scenario.ts';
import { openScenario } from '../../files/scenario-directory.ts';
import { withinTime } from './time-limit.ts';

export interface RunnerOptions {
  readonly update: boolean;
  /** Seconds for one scenario. */
  readonly timeout: number;
}

export interface PartsLoader {
  /** The parts of this run, loaded by the first who asks. */
  once(): Promise<ReplayParts>;
  /** Others, with an engine of their own. */
  fresh(): Promise<ReplayParts>;
}

export class ScenarioRunner {
  readonly #loader: PartsLoader;
  readonly #options: RunnerOptions;
  #parts: Promise<ReplayParts> | undefined;
  #load: () => Promise<ReplayParts>;

  constructor(loader: PartsLoader, options: RunnerOptions) {
    this.#loader = loader;
    this.#options = options;
    this.#load = () => loader.once();
  }

  /** Rejects only where the parts cannot be loaded. */
  async run(directory: string): Promise<TimedResult> {
    this.#parts ??= this.#load();
    const parts = await this.#parts;
    const { timeout, update } = this.#options;
    const start = performance.now();
    const finished = withinTime(timeout, () =>
      runScenario(directory, openScenario(directory), { parts, printGolden, words: SCENARIO_WORDS, update }),
    );
    const seconds = (performance.now() - start) / 1000;
    if (finished !== 'too-late') return { ...finished.value, seconds };
    // The engine was stopped in the middle of an instruction.
    this.#parts = undefined;
    this.#load = () => this.#loader.fresh();
    return { ...brokenScenario(directory, tooLate(timeout)), seconds };
  }
}

export function tooLate(timeout: number): string {
  return `it did not end within ${timeout} seconds; \`--timeout\` allows more`;
}
