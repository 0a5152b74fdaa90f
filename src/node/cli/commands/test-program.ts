// Options of `replay test` and of `replay record`. Loaded only for these commands.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { REPORTERS, type ReporterName } from '../../../frontends/text/scenario-reporters.ts';
import { ReplayError } from '../../../machine/errors.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { type ColourChoice, createOutput } from '../output.ts';
import { recordScenario } from './record-command.ts';
import { chooseScenarios, testScenarios } from './test-command.ts';
import { watchScenarios } from './test-watch.ts';
import { serveAsWorker } from './test-workers.ts';

const DEFAULT_PATH = 'scenarios';

interface TestCommandOptions {
  readonly filter?: readonly string[];
  readonly update?: true;
  readonly bail?: true;
  readonly jobs: number;
  readonly reporter: ReporterName;
  readonly watch?: true;
  readonly worker?: true;
  readonly color: ColourChoice;
}

interface RecordOptionsGiven {
  readonly report?: number;
  readonly why?: string;
  readonly origin?: string;
  readonly golden?: true;
  readonly fromSession?: string;
}

const TEST_HELP = `
Exit code: 0 every scenario passed, 1 at least one failed, 2 wrong usage or a
scenario whose own files are wrong.`;

/** Describes the options of a command that was asked for; `finish` receives the exit code. */
export function describeTest(
  command: Command,
  loadParts: () => Promise<ReplayParts>,
  finish: (exitCode: number) => void,
): void {
  command
    .description('Runs scenarios: crashes with what is expected of them.')
    .argument('[path...]', `scenarios, or directories that hold some (default: ${DEFAULT_PATH})`)
    .option('--filter <text>', 'only scenarios with this in their name; repeatable', collect)
    .option('--update', 'write golden texts and tables that differ')
    .option('--bail', 'stop at the first scenario that does not pass')
    .option('--jobs <n>', 'processes to use', positive, availableParallelism())
    .addOption(new Option('--reporter <form>', 'form of the result').choices(REPORTERS).default('pretty'))
    .option('--watch', 'run again what changes, until you end it')
    .addOption(new Option('--color <when>', 'colour the result').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(new Option('--worker').hideHelp())
    .addHelpText('after', TEST_HELP)
    .action(async (given: string[], chosen: TestCommandOptions) => {
      if (chosen.worker) return serveAsWorker(loadParts);
      const { filter = [], update = false, bail = false, jobs, reporter } = chosen;
      const options = { filter, update, bail, jobs, reporter };
      const paths = given.length > 0 ? given : [DEFAULT_PATH];
      const output = createOutput(chosen.color);
      if (chosen.watch) return watchScenarios(paths, options, output, loadParts);
      finish(await testScenarios(chooseScenarios(paths, options.filter), options, output, loadParts));
    });
}

export function describeRecord(
  command: Command,
  loadParts: () => Promise<ReplayParts>,
  finish: (exitCode: number) => void,
): void {
  command
    .description('Writes a scenario from a log, with what is found today as what is expected.')
    .argument('<log>', 'the crash log')
    .argument('<directory>', 'the scenario to create, such as scenarios/null-list-head')
    .option('--report <n>', 'which report of the log, from 1', positive)
    .option('--why <text>', 'one sentence: what this scenario is kept for')
    .option('--origin <text>', 'where the log comes from')
    .option('--from-session <file>', 'add a diversion that `replay step` saved')
    .option('--golden', 'keep the text that is printed as well')
    .action(async (log: string, directory: string, options: RecordOptionsGiven) => {
      if (existsSync(directory)) {
        throw new ReplayError('usage/invalid', { message: `${directory} exists already; choose another name` });
      }
      const output = createOutput('auto');
      finish(await recordScenario(log, directory, { ...options, golden: options.golden ?? false }, output, loadParts));
    });
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 256) {
    throw new InvalidArgumentError('expected a whole number from 1 to 256');
  }
  return number;
}
