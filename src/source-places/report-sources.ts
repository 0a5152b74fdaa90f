// Where in the source a report is, as the files tell it that a user gave: the fault, the steps before it, the call trace.

import type { Snapshot } from '../snapshot/snapshot.ts';
import type { BinaryFile } from './binary-file.ts';
import type { BinaryMatch, SectionPlace } from './match.ts';
import { callsBefore, matchKernelCode } from './match-kernel.ts';
import { matchProgram } from './match-program.ts';

/** `same`: the file was made for the kernel of the log. */
export type ReleaseComparison = 'same' | 'differs' | 'unknown';

export interface ReportedBinary {
  readonly binary: BinaryFile;
  readonly release: ReleaseComparison;
  /** The release that the log prints. */
  readonly logged?: string;
  readonly match: BinaryMatch;
}

/** What puts the code at its place in the file: its bytes, or name and size of a symbol, or the mapping of a program. */
export type SourceBasis = 'bytes' | 'symbol' | 'mapping';

export interface SourceCall {
  readonly file: string;
  readonly line: number;
  /** 0 where the compiler tells none. */
  readonly column: number;
  readonly function?: string;
}

export interface SourcePlace extends SourceCall {
  readonly basis: SourceBasis;
  /** Of an inlined function: where each call of it stands, the innermost first. */
  readonly inlined: readonly SourceCall[];
}

export interface ReportSources {
  readonly binaries: readonly ReportedBinary[];
  readonly fault?: SourcePlace;
  /** Of an instruction, by its offset in the captured code; code that was not proved has none. */
  readonly atCode: (offset: number) => SourcePlace | undefined;
  /** One for each entry of the call trace. */
  readonly trace: readonly (SourcePlace | undefined)[];
}

/** Of several files, the first that knows a place tells it. */
export function sourcesOf(snapshot: Snapshot, files: readonly BinaryFile[]): ReportSources {
  const binaries = files.map((binary) => reportedBinary(snapshot, binary));
  const trusted = binaries.filter(isTrusted);
  const eip = eipInWindow(snapshot);
  const atCode = (offset: number) =>
    firstOf(binaries, ({ binary, match }) => commonSource(binary, moved(placesWithCode(match), offset - eip), 'bytes'));
  const fault = firstOf(binaries, (reported) => faultPlace(snapshot, reported));
  const trace = (snapshot.trace ?? []).map(({ symbol }) =>
    symbol === undefined
      ? undefined
      : firstOf(trusted, ({ binary }) => commonSource(binary, callsBefore(symbol, binary), 'symbol')),
  );
  return { binaries, atCode, trace, ...(fault !== undefined && { fault }) };
}

function reportedBinary(snapshot: Snapshot, binary: BinaryFile): ReportedBinary {
  const logged = snapshot.kernel.release?.value;
  const mapping = snapshot.mapping?.value;
  const eip = snapshot.registers.eip?.value;
  const match =
    mapping !== undefined && eip !== undefined
      ? matchProgram(snapshot, mapping, eip, binary)
      : matchKernelCode(snapshot, binary);
  const isComparable = binary.release !== undefined && logged !== undefined;
  const release = !isComparable ? 'unknown' : binary.release === logged ? 'same' : 'differs';
  return { binary, release, match, ...(logged !== undefined && { logged }) };
}

/** Names and sizes alone are believed of a file that nothing speaks against. */
function isTrusted({ release, match }: ReportedBinary): boolean {
  if (match.match === 'refused') return false;
  return release !== 'differs' || match.match === 'proved' || match.match === 'ambiguous';
}

function faultPlace(snapshot: Snapshot, reported: ReportedBinary): SourcePlace | undefined {
  const { binary, match } = reported;
  const before = isAfterInstruction(snapshot) ? -1 : 0;
  const proved = placesWithCode(match);
  if (proved.length > 0) return commonSource(binary, moved(proved, before), 'bytes');
  if (match.match !== 'uncompared' || !isTrusted(reported)) return undefined;
  return commonSource(binary, moved(match.places, before), snapshot.mapping === undefined ? 'symbol' : 'mapping');
}

/** Those that have exactly the captured code. */
function placesWithCode(match: BinaryMatch): readonly SectionPlace[] {
  if (match.match === 'proved') return [match.place];
  return match.match === 'ambiguous' ? match.places : [];
}

function moved(places: readonly SectionPlace[], distance: number): readonly SectionPlace[] {
  return places.map(({ section, offset }) => ({ section, offset: offset + distance }));
}

/** `int3` and `into` are traps: EIP points after them. */
function isAfterInstruction({ trap }: Snapshot): boolean {
  const vector = trap.vector?.value;
  return vector === 3 || vector === 4;
}

/** The place in the source, if there is one and all of `places` have it: then it does not matter which of them it is. */
function commonSource(
  binary: BinaryFile,
  places: readonly SectionPlace[],
  basis: SourceBasis,
): SourcePlace | undefined {
  const [first, ...others] = places;
  const found = first && sourceOf(binary, first, basis);
  const isCommon = others.every((place) => isSame(found, sourceOf(binary, place, basis)));
  return isCommon ? found : undefined;
}

function isSame(one: SourcePlace | undefined, other: SourcePlace | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const others = [other, ...other.inlined];
  const calls = [one, ...one.inlined];
  return calls.length === others.length && calls.every((call, i) => isSameCall(call, others[i]));
}

function isSameCall(one: SourceCall, other: SourceCall | undefined): boolean {
  return (
    one.file === other?.file &&
    one.line === other.line &&
    one.column === other.column &&
    one.function === other.function
  );
}

function sourceOf({ file, dwarf }: BinaryFile, place: SectionPlace, basis: SourceBasis): SourcePlace | undefined {
  if (place.offset < 0 || place.offset >= place.section.size) return undefined;
  const calls = dwarf.framesAt(file.addressOf(place.section, place.offset)).map((frame) => ({
    ...frame,
    file: frame.file ?? '',
  }));
  const [innermost, ...inlined] = calls;
  if (innermost === undefined || innermost.line === 0 || innermost.file === '') return undefined;
  return { ...innermost, basis, inlined: inlined.filter(({ line, file: name }) => line > 0 && name !== '') };
}

function eipInWindow({ memory }: Snapshot): number {
  const window = memory.find(({ kind }) => kind === 'code-window');
  return window?.kind === 'code-window' ? (window.eipOffset ?? 0) : 0;
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
