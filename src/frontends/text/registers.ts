// The registers of a report, each with what its value is.

import { GENERAL_REGISTERS } from '../../machine/registers.ts';
import type { ReportJson } from '../json/contract/report.ts';
import { digits } from './number.ts';
import type { TextStyle } from './style.ts';

/** Columns that two registers with their remarks need side by side. */
const TWO_COLUMNS = 110;

/** Empty for the line of a user program, which holds two of them, and says so in its title. */
export function registerLines({ report, snapshot, registerRemarks }: ReportJson, style: TextStyle): readonly string[] {
  if (report.kind === 'user-fault') return [];
  const remarks = new Map<string, string>(registerRemarks.map(({ register, text }) => [register, text]));
  const cells = [...GENERAL_REGISTERS, 'eip', 'eflags'].flatMap((name) => {
    const value = snapshot.registers[name];
    return value === undefined ? [] : [{ head: `${`%${name}`.padEnd(7)} ${digits(value)}`, remark: remarks.get(name) }];
  });
  if (cells.length === 0) return [];
  const columns = style.width >= TWO_COLUMNS ? 2 : 1;
  const rows = Math.ceil(cells.length / columns);
  const room = Math.floor((style.width - 4) / columns);
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => cells[row + column * rows])
      .filter((cell) => cell !== undefined)
      .map(({ head, remark = '' }, i, { length }) => {
        const gap = i < length - 1 ? ' '.repeat(Math.max(0, room - head.length - 2 - remark.length)) : '';
        return remark === '' ? `${head}  ${gap}` : `${head}  ${style.paint('quiet', remark)}${gap}`;
      })
      .join('')
      .trimEnd(),
  );
  return ['  Registers', ...lines.map((line) => `    ${line}`)];
}
