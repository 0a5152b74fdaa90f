// Listings: one instruction a line with address, bytes and text, and the code around the fault.

import type { ReportJson } from '../json/contract/report.ts';
import { codeName } from './number.ts';
import type { TextStyle } from './style.ts';

const BEFORE = 6;
const AFTER = 3;
const BYTES_SHOWN = 8;

/** The faulting instruction with its bytes. */
export function faultingLine({ replay }: ReportJson, { paint }: TextStyle): readonly string[] {
  const { instruction } = replay;
  if (instruction === undefined) return [];
  const bytes = instruction.bytes.match(/../g) ?? [];
  const shown = bytes.length > BYTES_SHOWN ? `${bytes.slice(0, BYTES_SHOWN).join(' ')} …` : bytes.join(' ');
  return [`  ${codeName(instruction)}  ${paint('quiet', shown)}  ${instruction.text}`];
}

/** The instructions next to the faulting one. What stands before it in memory need not have run before it. */
export function aroundLines({ listing }: ReportJson, { paint, whole }: TextStyle): readonly string[] {
  const at = listing.findIndex(({ role }) => role === 'crash-site');
  if (at < 0 || listing.length === 1) return [];
  const first = whole ? 0 : Math.max(0, at - BEFORE);
  const shown = listing.slice(first, whole ? undefined : at + 1 + AFTER);
  const width = Math.max(...shown.map((instruction) => codeName(instruction).length));
  const lines = shown.map((instruction, i) => {
    const isFaulting = first + i === at;
    const line = `  ${isFaulting ? '▶' : ' '} ${codeName(instruction).padEnd(width)}  ${instruction.text}`;
    return isFaulting ? paint('mark', line) : line;
  });
  return ['  Code around it', ...lines];
}
