// `replay source --binary FILE LOG`: the source lines of a crash and nothing else. It replays nothing.

import type { Command } from 'commander';
import { readLog } from '../../../carriers/read-log.ts';
import { binaryText, sourceText } from '../../../frontends/wording/binary.ts';
import { evidencePlace } from '../../../frontends/wording/evidence.ts';
import { ReplayError } from '../../../machine/errors.ts';
import type { Snapshot } from '../../../snapshot/snapshot.ts';
import { type ReportSources, sourcesOf } from '../../../source-places/report-sources.ts';
import { logName } from '../../files/input.ts';
import { EXIT } from '../exit-codes.ts';
import { createOutput } from '../output.ts';
import { openBinaries } from './binary-files.ts';
import { wholeLog } from './whole-log.ts';

/** `finish` receives the exit code. */
export function describeSource(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Shows the source lines of a crash, from files with debug information whose code is that of the log.')
    .argument('<log>', 'crash log; - is standard input')
    .requiredOption(
      '--binary <file>',
      'module, kernel, object or program with debug information; repeatable',
      (path: string, before: readonly string[] = []) => [...before, path],
    )
    .action(async (log: string, { binary }: { readonly binary: readonly string[] }) => finish(await show(log, binary)));
}

/** 0 where every report has its source line; 1 where one has none. */
async function show(log: string, paths: readonly string[]): Promise<number> {
  const output = createOutput('never');
  const binaries = openBinaries(paths);
  const { reports } = readLog(await wholeLog(log));
  if (reports.length === 0) throw new ReplayError('input/no-report', { path: logName(log), hint: '' });
  let exitCode: number = EXIT.reproduced;
  for (const snapshot of reports) {
    const sources = sourcesOf(snapshot, binaries);
    if (sources.fault === undefined) exitCode = EXIT.notReproduced;
    const title = `${evidencePlace(logName(log), snapshot.evidence)}  ${snapshot.symbol?.value.text ?? snapshot.kind}`;
    output.write([title, ...linesOf(snapshot, sources)]);
  }
  return exitCode;
}

function linesOf({ trace = [] }: Snapshot, { binaries, fault, trace: places }: ReportSources): readonly string[] {
  const isHere = binaries.some(({ match }) => match.match === 'proved');
  return [
    ...binaries.map((reported) => `  ${reported.binary.path}: ${binaryText(reported)}`),
    ...(fault === undefined ? (isHere ? [NO_LINES] : []) : [`    at ${sourceText(fault)}`]),
    ...trace.flatMap(({ symbol, reliable }, i) => {
      const place = places[i];
      return place === undefined ? [] : [`    ${reliable ? ' ' : '?'} ${symbol?.text}  ${sourceText(place)}`];
    }),
  ];
}

const NO_LINES = '    it has no line for this place: was it built with debug information?';
