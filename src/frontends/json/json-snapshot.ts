// What the log says, in JSON.

import { bytesText } from '../../machine/byte-text.ts';
import type { U32 } from '../../machine/u32.ts';
import type { Replay } from '../../replay/replay-types.ts';
import { codeWindowOf, stackWordsOf } from '../../snapshot/memory.ts';
import type { Snapshot, Sourced, SymbolReference, TraceEntry, UserMapping } from '../../snapshot/snapshot.ts';
import { loggedFaultText } from '../wording/logged-fault.ts';
import type { ReportJson } from './contract/report.ts';
import { half, present, word } from './json-values.ts';

function sourced<T, R>(value: Sourced<T> | undefined, convert: (value: T) => R): R | undefined {
  return value === undefined ? undefined : convert(value.value);
}

function values<T, R>(
  record: Readonly<Partial<Record<string, Sourced<T>>>>,
  convert: (value: T) => R,
): Record<string, R> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => (value ? [[name, convert(value.value)]] : [])),
  );
}

function nonEmpty<T extends object>(object: T): T | undefined {
  return Object.keys(object).length > 0 ? object : undefined;
}

/** The error code that the replayed fault pushes, where the log prints none. */
function inferredErrorCode(snapshot: Snapshot, replay: Replay): U32 | undefined {
  const { fault, verdict } = replay;
  if (snapshot.trap.errorCode !== undefined || verdict !== 'reproduced' || fault?.kind !== 'page-fault')
    return undefined;
  return fault.errorCode;
}

type SnapshotJson = ReportJson['snapshot'];

const same = <T>(value: T): T => value;

function wordOrNone(value: U32 | undefined): string | undefined {
  return value === undefined ? undefined : word(value);
}

function codeToJson(snapshot: Snapshot): SnapshotJson['code'] {
  const code = codeWindowOf(snapshot);
  return code && present({ start: wordOrNone(code.start), bytes: bytesText(code.bytes), eipOffset: code.eipOffset });
}

function stackToJson(snapshot: Snapshot): SnapshotJson['stack'] {
  const stack = stackWordsOf(snapshot);
  return stack && present({ start: wordOrNone(stack.start), words: stack.words.map(word) });
}

function trapToJson(snapshot: Snapshot, replay: Replay): SnapshotJson['trap'] {
  const { trap } = snapshot;
  const inferredCode = inferredErrorCode(snapshot, replay);
  return present({
    vector: sourced(trap.vector, same),
    errorCode: sourced(trap.errorCode, half) ?? (inferredCode === undefined ? undefined : half(inferredCode)),
    faultAddress: sourced(trap.faultAddress, word),
    ordinal: sourced(trap.ordinal, same),
    endTrace: sourced(trap.endTrace, same),
    location: sourced(trap.location, (at) =>
      present({ file: at.file, filePointer: wordOrNone(at.filePointer), line: at.line }),
    ),
    inferred: inferredFields(trap, inferredCode !== undefined),
    text: loggedFaultText(snapshot),
  });
}

function mappingToJson({ file, start, size, fileOffset }: UserMapping): SnapshotJson['mapping'] {
  return present({ file, start: word(start), size: word(size), fileOffset: wordOrNone(fileOffset) });
}

function entryToJson({ address, symbol, reliable }: TraceEntry) {
  return present({ address: wordOrNone(address), symbol: symbol?.text, source: sourcePlace(symbol), reliable });
}

/** Without `places`, which are not part of what the log says. */
export function snapshotToJson(snapshot: Snapshot, replay: Replay): Omit<ReportJson['snapshot'], 'places'> {
  const { task, kernel } = snapshot;
  return present({
    registers: values(snapshot.registers, word),
    segments: values(snapshot.segments, half),
    control: values(snapshot.control, word),
    debug: nonEmpty(values(snapshot.debug, word)),
    code: codeToJson(snapshot),
    codeUnavailable: sourced(snapshot.codeUnavailable, same),
    stack: stackToJson(snapshot),
    trap: trapToJson(snapshot, replay),
    mode: sourced(snapshot.mode, same),
    headline: sourced(snapshot.headline, same),
    symbol: sourced(snapshot.symbol, (symbol) => symbol.text),
    source: sourcePlace(snapshot.symbol?.value),
    kernel: sourced(kernel.release, same),
    build: sourced(kernel.build, same),
    hardware: sourced(kernel.hardware, same),
    options: sourced(kernel.options, same),
    kernelOffset: sourced(kernel.offset, same),
    task: sourced(task.comm, same),
    pid: sourced(task.pid, same),
    uid: sourced(task.uid, same),
    cpu: sourced(task.cpu, same),
    taint: sourced(task.taint, same),
    taskAddress: sourced(task.task, word),
    threadInfo: sourced(task.threadInfo, word),
    pageTable: nonEmpty(values({ ...snapshot.pageTable }, (entry) => `0x${entry}`)),
    modules: sourced(snapshot.modules, (modules) => modules.map((module) => present({ ...module }))),
    mapping: sourced(snapshot.mapping, mappingToJson),
    trace: snapshot.trace?.map(entryToJson),
    remarks: snapshot.remarks?.map((line) => line.value),
    closing: snapshot.closing.length > 0 ? snapshot.closing.map((line) => line.value) : undefined,
  });
}

/** `file:line` as a tool printed it. */
function sourcePlace(symbol: SymbolReference | undefined): string | undefined {
  return symbol?.source && `${symbol.source.file}:${symbol.source.line}`;
}

/** Names of the trap's fields that the log implies without printing them. */
function inferredFields(
  trap: Snapshot['trap'],
  codeInferred: boolean,
): readonly ('vector' | 'errorCode' | 'faultAddress')[] | undefined {
  const names = (['vector', 'errorCode', 'faultAddress'] as const).filter(
    (name) => trap[name]?.inferred !== undefined || (name === 'errorCode' && codeInferred),
  );
  return names.length > 0 ? names : undefined;
}
