// Options of `replay test` and of `replay record`. Loaded only for these commands.

import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { REPORTERS, type ReporterName } from '../../../frontends/text/scenario-reporters.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { type ColourChoice, createOutput } from '../output.ts';
import { recordScenario } from './record-command.ts';
import type { PartsLoader } from './scenario-runner.ts';
import { chooseScenarios, testScenarios } from './test-command.ts';
import { watchScenarios } from './test-watch.ts';
import { serveAsWorker } from './test-workers.ts';

const DEFAULT_PATH = 'scenarios';
const DEFAULT_TIMEOUT = 60;
const LONGEST_TIMEOUT = 86_400;

interface TestCommandOptions {
  readonly filter?: readonly string[];
  readonly update?: true;
  readonly bail?: true;
  readonly jobs: number;
  readonly timeout: number;
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
scenario whose own files are wrong, that did not end within its time, or whose
process died. It is the same when the reader of the result leaves early, as in
\`replay test | head\`.

Files of a scenario stay inside its directory. scenario.yaml may have 256 KiB,
a log, a golden text or a recording 4 MiB.`;

/** Describes the options of a command that was asked for; `finish` receives the exit code. */
export function describeTest(command: Command, loader: PartsLoader, finish: (exitCode: number) => void): void {
  command
    .description('Runs scenarios: crashes with what is expected of them.')
    .argument('[path...]', `scenarios, or directories that hold some (default: ${DEFAULT_PATH})`)
    .option('--filter <text>', 'only scenarios with this in their name; repeatable', collect)
    .option('--update', 'write golden texts and tables that differ')
    .option('--bail', 'stop at the first scenario that does not pass')
    .addOption(
      new Option('--jobs <n>', 'processes to use')
        .argParser(positive)
        .default(availableParallelism(), 'as many as the machine runs at once'),
    )
    .option('--timeout <seconds>', 'time for one scenario', seconds, DEFAULT_TIMEOUT)
    .addOption(new Option('--reporter <form>', 'form of the result').choices(REPORTERS).default('pretty'))
    .option('--watch', 'run again what changes, until you end it')
    .addOption(new Option('--color <when>', 'colour the result').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(new Option('--worker').hideHelp())
    .addHelpText('after', TEST_HELP)
    .action(async (given: string[], chosen: TestCommandOptions) => {
      if (chosen.worker) return serveAsWorker(loader);
      const { filter = [], update = false, bail = false, jobs, timeout, reporter } = chosen;
      const options = { filter, update, bail, jobs, timeout, reporter };
      const paths = given.length > 0 ? given : [DEFAULT_PATH];
      // Whether all passed is in the exit code, which someone waits for even if no one reads on.
      const output = createOutput(chosen.color, undefined, process.env, chosen.watch ? 'end' : 'carry on');
      if (chosen.watch) return watchScenarios(paths, options, output, loader);
      finish(await testScenarios(chooseScenarios(paths, options.filter), options, output, loader));
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

function seconds(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number <= LONGEST_TIMEOUT)) {
    throw new InvalidArgumentError(`expected seconds, above 0 and up to ${LONGEST_TIMEOUT}`);
  }
  return number;
}
