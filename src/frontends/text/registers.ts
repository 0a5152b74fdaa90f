// The registers of a report whose instruction cannot be shown: what the log holds, for the reader to go on with.

import { REGISTER_NAMES } from '../../machine/registers.ts';
import type { ReportJson } from '../json/contract/report.ts';
import { digits } from './number.ts';

const REGISTERS_A_LINE = 4;

/** Empty where an instruction or a fault shows what matters of them, and for the line of a user program, which holds two. */
export function registerLines({ report, snapshot, replay }: ReportJson): readonly string[] {
  if (replay.instruction !== undefined || replay.fault !== undefined || report.kind === 'user-fault') return [];
  const held = REGISTER_NAMES.flatMap((name) => {
    const value = snapshot.registers[name];
    return value === undefined ? [] : [`${`%${name}`.padEnd(7)} ${digits(value)}`];
  });
  const rows = Math.ceil(held.length / REGISTERS_A_LINE);
  const lines = Array.from({ length: rows }, (_, i) =>
    held.slice(i * REGISTERS_A_LINE, (i + 1) * REGISTERS_A_LINE).join('  '),
  );
  return lines.length > 0 ? ['  Registers', ...lines.map((line) => `    ${line}`)] : [];
}
