// The captured code in JSON: what its places are called, its instructions, the crash site.

import type { Instruction } from '../../decoder/instruction.ts';
import type { ExaminedReport } from '../../examination/examined-report.ts';
import { bytesText } from '../../machine/byte-text.ts';
import { type U32, wrapU32 } from '../../machine/u32.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Timeline } from '../../session/timeline.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { instructionText, placeOf } from '../wording/place.ts';
import type { ReportJson } from './contract/report.ts';
import { type JsonStyle, valueToJson, word } from './json-values.ts';

/** The address, or the name where the address is our own. */
export function codePlace(
  address: U32,
  snapshot: Snapshot,
  replay: Replay,
): { readonly address?: string; readonly place?: string } {
  return replay.codeBase === 'synthetic' ? { place: placeOf(address, snapshot, replay) } : { address: word(address) };
}

/** `only`: offsets of the instructions that are wanted; without it all are. */
export function listingToJson(
  report: ExaminedReport,
  style: JsonStyle,
  only?: ReadonlySet<number>,
): ReportJson['listing'] {
  const { window, machine } = report.replay;
  if (window === undefined || machine === undefined) return [];
  const offsetOf = ({ address }: Instruction) => wrapU32(address - machine.codeStart);
  const ran = new Set(report.leadUp?.steps.map(({ offset }) => offset));
  const skipped = new Set(report.leadUp?.notExecuted);
  const all = [...window.before, ...(window.faulting ? [window.faulting] : []), ...window.after];
  const wanted = only === undefined ? all : all.filter((instruction) => only.has(offsetOf(instruction)));
  return wanted.map((instruction) => {
    const offset = offsetOf(instruction);
    const role =
      instruction === window.faulting
        ? 'crash-site'
        : ran.has(offset)
          ? 'lead-up'
          : skipped.has(offset)
            ? 'not-run'
            : 'outside';
    return {
      ...codePlace(instruction.address, report.snapshot, report.replay),
      offset,
      bytes: bytesText(instruction.bytes),
      text: instructionText(instruction, report.snapshot, report.replay, style),
      role,
    };
  });
}

export function crashSiteToJson(report: ExaminedReport, timeline: Timeline): ReportJson['crashSite'] {
  const { machine, codeBase } = report.replay;
  const site = timeline.positions.at(-1);
  if (machine === undefined || site === undefined) return undefined;
  const registers = Object.entries(site.registers()).filter(([name]) => name !== 'eip' || codeBase !== 'synthetic');
  return {
    offset: wrapU32(site.address - machine.codeStart),
    ...codePlace(site.address, report.snapshot, report.replay),
    registers: Object.fromEntries(registers.map(([name, value]) => [name, valueToJson(value, 4)])),
  };
}
