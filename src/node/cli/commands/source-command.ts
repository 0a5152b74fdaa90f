// `replay source --binary FILE LOG`: the source lines of a crash, from a module, kernel or object with debug information. Loaded only for
// this command.

import { inflateSync } from 'node:zlib';
import type { Command } from 'commander';
import { Dwarf, type SourceFrame } from '../../../binary/dwarf/position.ts';
import type { ElfFile } from '../../../binary/elf/elf.ts';
import { openElf } from '../../../binary/elf/elf-file.ts';
import { moduleRelease } from '../../../binary/elf/identity.ts';
import { type CodeMatch, functionsOf, matchCode } from '../../../binary-match/match-code.ts';
import { readLog } from '../../../carriers/read-log.ts';
import { evidencePlace } from '../../../frontends/wording/evidence.ts';
import { ReplayError } from '../../../machine/errors.ts';
import { codeWindowOf } from '../../../snapshot/memory.ts';
import type { Snapshot, SymbolReference } from '../../../snapshot/snapshot.ts';
import { openFileSource } from '../../files/file-source.ts';
import { logChunks, logName } from '../../files/input.ts';
import { systemReason } from '../../files/system-reason.ts';
import { EXIT } from '../exit-codes.ts';
import { createOutput } from '../output.ts';

interface Binary {
  readonly path: string;
  readonly file: ElfFile;
  readonly dwarf: Dwarf;
  readonly release?: string;
}

/** `finish` receives the exit code. */
export function describeSource(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Shows the source lines of a crash, from files with debug information whose code is that of the log.')
    .argument('<log>', 'crash log; - is standard input')
    .requiredOption('--binary <file...>', 'module, kernel or object with debug information')
    .action(async (log: string, { binary }: { readonly binary: readonly string[] }) => finish(await show(log, binary)));
}

/** 0 where every report has its source line; 1 where one has none. */
async function show(log: string, paths: readonly string[]): Promise<number> {
  const output = createOutput('never');
  const binaries = paths.map(openBinary);
  let text = '';
  for await (const chunk of logChunks(log)) {
    text += chunk;
    if (text.length > LARGEST_LOG)
      throw new ReplayError('input/unreadable', { path: logName(log), reason: 'it is larger than 64 MiB' });
  }
  const { reports } = readLog(text);
  if (reports.length === 0) throw new ReplayError('input/no-report', { path: logName(log), hint: '' });
  let exitCode: number = EXIT.reproduced;
  for (const snapshot of reports) {
    const found = binaries.map((binary) => linesFor(snapshot, binary));
    if (!found.some(({ isFound }) => isFound)) exitCode = EXIT.notReproduced;
    const title = `${evidencePlace(logName(log), snapshot.evidence)}  ${snapshot.symbol?.value.text ?? snapshot.kind}`;
    output.write([title, ...found.flatMap(({ lines }) => lines)]);
  }
  return exitCode;
}

const LARGEST_LOG = 1 << 26;

function openBinary(path: string): Binary {
  try {
    const { file, diagnostics } = openElf(openFileSource(path), { inflate });
    const [first] = diagnostics;
    if (file === undefined)
      throw new ReplayError('input/unreadable', { path, reason: REFUSALS[first?.code ?? ''] ?? 'it is no ELF file' });
    const release = moduleRelease(file);
    return { path, file, dwarf: new Dwarf(file), ...(release !== undefined && { release }) };
  } catch (error) {
    if (error instanceof ReplayError) throw error;
    throw new ReplayError('input/unreadable', { path, reason: systemReason(error) }, { cause: error });
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  'elf/not-elf': 'it is no ELF file',
  'elf/not-i386': 'it is an ELF file for another processor; the log is of i386',
};

function inflate(bytes: Uint8Array, size: number): Uint8Array | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: size });
  } catch {
    return undefined;
  }
}

interface Found {
  readonly lines: readonly string[];
  readonly isFound: boolean;
}

function linesFor(snapshot: Snapshot, binary: Binary): Found {
  const match = matchOf(snapshot, binary.file);
  const head = `  ${binary.path}: ${matchText(match, snapshot)}${releaseText(snapshot, binary)}`;
  if (match?.match !== 'proved') return { lines: [head, ...traceLines(snapshot, binary)], isFound: false };
  const { section, offset } = match.place;
  const frames = binary.dwarf.framesAt(binary.file.addressOf(section, offset));
  const isFound = frames.some(({ line }) => line > 0);
  const fault = isFound
    ? frames.map((frame, i) => `    ${i === 0 ? 'at' : '  inlined into'} ${frameText(frame)}`)
    : [NO_LINES];
  return { lines: [head, ...fault, ...traceLines(snapshot, binary)], isFound };
}

const NO_LINES = '    it has no line for this place: was it built with debug information?';

function matchOf(snapshot: Snapshot, file: ElfFile): CodeMatch | undefined {
  const code = codeWindowOf(snapshot);
  const { name, offset, size } = snapshot.symbol?.value ?? {};
  if (code?.eipOffset === undefined || name === undefined || offset === undefined || size === undefined)
    return undefined;
  return matchCode(file, { symbol: name, offset, size, bytes: code.bytes, at: code.eipOffset });
}

function matchText(match: CodeMatch | undefined, snapshot: Snapshot): string {
  const count = codeWindowOf(snapshot)?.bytes.length ?? 0;
  switch (match?.match) {
    case undefined:
      return 'the report has no code bytes or no whole symbol to compare with';
    case 'proved':
      return `the code is that of the log: ${count - match.place.patched} of ${count} bytes are equal, ${match.place.patched === 0 ? 'all that there are' : 'the others lie where the kernel patches code'}`;
    case 'ambiguous':
      return `the code fits ${match.places.length} places, so no line is told`;
    case 'refused':
      return `refused: ${match.places[0]?.unexplained.length ?? 0} bytes of the function differ for no reason that the file names`;
    case 'elsewhere':
      return 'it has no function of that name and size';
  }
}

/** The code proves the code: another build can have the same bytes. */
function releaseText({ kernel }: Snapshot, { release }: Binary): string {
  const logged = kernel.release?.value;
  if (release === undefined || logged === undefined) return '';
  return release === logged
    ? `; both are of ${release}`
    : `; but it was built for ${release}, and the log is of ${logged}`;
}

function traceLines({ trace = [] }: Snapshot, binary: Binary): readonly string[] {
  return trace.flatMap(({ symbol, reliable }) => {
    const frames = symbol === undefined ? [] : returnFrames(symbol, binary);
    const [first] = frames;
    return first === undefined
      ? []
      : [`    ${reliable ? ' ' : '?'} ${symbol?.text}  ${frames.map(frameText).join(', in ')}`];
  });
}

/** A return address is after its call, so the byte before it is asked for. */
function returnFrames({ name, offset, size }: SymbolReference, { file, dwarf }: Binary): readonly SourceFrame[] {
  if (name === undefined || offset === undefined || size === undefined || offset === 0) return [];
  const [first, ...more] = functionsOf(file, { symbol: name, offset: offset - 1, size });
  if (first === undefined || more.length > 0) return [];
  return dwarf.framesAt(file.addressOf(first.section, first.start + offset - 1)).filter(({ line }) => line > 0);
}

function frameText({ function: name, file = '?', line, column }: SourceFrame): string {
  return `${file}:${line}${column > 0 ? `:${column}` : ''}${name === undefined ? '' : ` (${name})`}`;
}
