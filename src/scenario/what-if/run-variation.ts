// Runs a variation: what changes, what then happens, and whether the scenario expects that.

import type { ExaminedReport } from '../../examination/examined-report.ts';
import { exceptionInfo } from '../../machine/faults.ts';
import { hex32, PAGE_SIZE, pageOf, type U32, u32 } from '../../machine/u32.ts';
import type { KnownValue } from '../../session/known-value.ts';
import type { Session } from '../../session/session.ts';
import type { OutcomeExpectation, Overrides, Sweep, Variation } from '../format/scenario-shape.ts';
import type { Place } from '../format/values.ts';
import { type Comparison, contentBytes, hex, hexBytes, holds, same } from '../judge/mismatch.ts';
import type { ScenarioWords } from '../scenario-words.ts';
import { addressOf, editsOf } from './edits.ts';
import { firstRunnablePosition, runWhatIf, type WhatIf } from './run-what-if.ts';

/** The most values of one sweep. */
export const SWEEP_LIMIT = 1024;

export interface VariationResult {
  readonly name: string;
  /** The table of a sweep: one line for each value, headings first. */
  readonly table?: string;
  /** The result of a single run; it is a text if the run could not begin. */
  readonly result?: WhatIf | string;
}

/** The report that a variation is run on. */
export interface VariationContext {
  readonly report: ExaminedReport;
  /** It is absent if the report has nothing to run. */
  readonly session: Session | undefined;
  readonly words: ScenarioWords;
}

export function runVariation(
  variation: Variation,
  context: VariationContext,
  path: string,
  comparison: Comparison,
): VariationResult {
  const { report, session } = context;
  const { name, sweep, expect, set = {} } = variation;
  const codeStart = codeStartOf(report);
  const run = variationRunner(variation, report, session);
  if (sweep === undefined) {
    const result = run(set);
    if (expect) judgeOutcome(expect, result, codeStart, `${path}.expect`, comparison, context);
    return { name, result };
  }
  const values = sweepValues(sweep);
  if (values.length > SWEEP_LIMIT) {
    holds(comparison, `${path}.sweep`, false, `at most ${SWEEP_LIMIT} values`, `${values.length} values`);
    return { name };
  }
  const results = values.map((value) => run(withValue(set, sweep, value)));
  if (expect) {
    results.forEach((result, i) => {
      const prefix = `with ${hex(values[i] as U32)}: `;
      judgeOutcome(expect, result, codeStart, `${path}.expect`, comparison, context, prefix);
    });
  }
  const table = tableOf(sweep, values, results);
  if (variation.table !== undefined) {
    holds(comparison, `${path}.table`, variation.table.trimEnd() === table, variation.table.trimEnd(), table);
  }
  return { name, table };
}

/** Runs what a variation changes from where it begins; gives a text where it cannot begin. `session`: absent where nothing can be run. */
export function variationRunner(
  { from, set, sweep }: Variation,
  report: ExaminedReport,
  session: Session | undefined,
): (overrides: Overrides) => WhatIf | string {
  if (session === undefined) return () => 'there is no instruction that could be run';
  const codeStart = codeStartOf(report);
  const changesMemory = set?.memory !== undefined || sweep?.memory !== undefined;
  const start = startOf(from ?? (changesMemory ? 'lead-up' : 'fault'), report, session, codeStart);
  return (overrides) => (typeof start === 'string' ? start : runWhatIf(session, start, editsOf(overrides, codeStart)));
}

function codeStartOf({ replay }: ExaminedReport): U32 {
  return replay.machine?.codeStart ?? u32(0);
}

/** Gives the position that a variation begins at, or a text if it cannot begin. */
function startOf(
  from: 'fault' | 'lead-up' | Place,
  { leadUp }: ExaminedReport,
  session: Session,
  codeStart: U32,
): number | string {
  const { positions } = session.travel;
  const crashSite = positions.length - 1;
  const address = typeof from === 'string' ? undefined : addressOf(from, codeStart);
  if (from === 'fault' || address === positions[crashSite]?.address) return crashSite;
  if (!leadUp?.proved) return 'there is no lead-up that was proved by running it';
  const found = address === undefined ? firstRunnablePosition(session) : lastIndexAt(positions, address);
  return found ?? 'no step of the lead-up can be run with what is known';
}

function lastIndexAt(positions: Session['travel']['positions'], address: U32): number | undefined {
  const index = positions.findLastIndex((position) => position.address === address);
  return index < 0 ? undefined : index;
}

function judgeOutcome(
  expected: OutcomeExpectation,
  result: WhatIf | string,
  codeStart: U32,
  path: string,
  comparison: Comparison,
  { words }: VariationContext,
  prefix = '',
): void {
  const at = (name: string) => `${path}.${name}`;
  if (typeof result === 'string') {
    holds(comparison, at('outcome'), false, prefix + expected.outcome, `cannot be run: ${result}`);
    return;
  }
  const { fault, access } = result;
  const reason = result.stop && words.stop(result.stop);
  const found = reason === undefined ? result.outcome : `${result.outcome} (${reason})`;
  holds(comparison, at('outcome'), result.outcome === expected.outcome, prefix + expected.outcome, found);
  same(comparison, at('at'), expected.at && addressOf(expected.at, codeStart), result.at, hex);
  same(comparison, at('vector'), expected.vector, fault && exceptionInfo(fault.kind).vector);
  same(comparison, at('errorCode'), expected.errorCode, fault?.errorCode, hex);
  same(comparison, at('address'), expected.address, addressReached(result), hex);
  same(comparison, at('access'), expected.access, access?.access);
  same(comparison, at('size'), expected.size, access?.size);
  same(comparison, at('steps'), expected.steps, result.steps);
  same(comparison, at('restsOnAssumed'), expected.restsOnAssumed, result.restsOnAssumed);
  same(comparison, at('stored'), expected.stored && hexBytes(contentBytes(expected.stored)), storedBytes(result));
  for (const [name, value] of expected.registers ?? []) {
    same(comparison, at(`registers.${name}`), value, knownValue(result.registers[name]), hex);
  }
  if (expected.samePageAs !== undefined) {
    const address = addressReached(result);
    const isSame = address !== undefined && pageOf(address) === pageOf(expected.samePageAs);
    const page = `an address from ${hex(pageOf(expected.samePageAs))}, ${PAGE_SIZE} bytes`;
    holds(comparison, at('samePageAs'), isSame, page, address === undefined ? 'no access' : hex(address));
  }
  if (expected.reason !== undefined) {
    const isGiven = reason?.includes(expected.reason) === true;
    holds(comparison, at('reason'), isGiven, `… ${expected.reason} …`, reason ?? 'no reason');
  }
}

/** Gives undefined if a part of it is unknown. */
function knownValue({ value, knownBits }: KnownValue): U32 | undefined {
  return knownBits === undefined ? value : undefined;
}

/** Gives the address that CR2 would hold, or the start of the access that completed. */
function addressReached({ fault, access }: WhatIf): U32 | undefined {
  return fault?.kind === 'page-fault' ? fault.linearAddress : access?.linearAddress;
}

function storedBytes({ access }: WhatIf): string | undefined {
  return access?.access === 'write' && access.bytes ? hexBytes(access.bytes) : undefined;
}

function sweepValues({ values, range }: Sweep): readonly U32[] {
  if (values) return values;
  if (range === undefined) return [];
  const step = range.step ?? 1;
  const result: U32[] = [];
  for (let value = range.from as number; value <= range.to && result.length <= SWEEP_LIMIT; value += step) {
    result.push(u32(value));
  }
  return result;
}

function withValue(set: Overrides, { register, memory }: Sweep, value: U32): Overrides {
  if (register !== undefined) return { ...set, registers: [...(set.registers ?? []), [register, value]] };
  return memory === undefined ? set : { ...set, memory: [...(set.memory ?? []), [memory, value]] };
}

function tableOf({ register, memory }: Sweep, values: readonly U32[], results: readonly (WhatIf | string)[]): string {
  const name = register !== undefined ? `%${register}` : memory !== undefined ? `[${hex32(memory)}]` : '';
  const rows = results.map((result, i) => [hex32(values[i] as U32), ...cells(result)]);
  const all = [[name, 'outcome', 'at', 'access', 'address'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(result: WhatIf | string): readonly string[] {
  if (typeof result === 'string') return [result];
  const { fault, access, restsOnAssumed } = result;
  const what = fault && fault.kind !== 'page-fault' ? `#${exceptionInfo(fault.kind).vector}` : (access?.access ?? '-');
  const address = addressReached(result);
  const mark = restsOnAssumed ? ' (assumed)' : '';
  return [result.outcome, hex32(result.at), what, address === undefined ? `-${mark}` : `${hex32(address)}${mark}`];
}
