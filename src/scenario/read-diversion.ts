// Reads a diversion that `replay step` saved (schema replay-diversion/1) as a variation: what was changed, and where.

import { ReplayError } from '../machine/errors.ts';
import { isGeneralRegister } from '../machine/registers.ts';
import { parseHex32, type U32 } from '../machine/u32.ts';
import type { Overrides, Variation } from './format/scenario-shape.ts';

export interface SavedDiversion {
  /** The number of the report, counted from 1. */
  readonly report: number;
  readonly variation: Variation;
}

const SCHEMA = 'replay-diversion/1';
/** The most bytes of one change, and the most characters that are shown of one that is refused. */
const MOST_BYTES = 4096;
const SHOWN = 200;

/** Reads a saved diversion. Throws ReplayError 'usage/invalid' for another file, and for changes that a variation cannot hold. */
export function readDiversion(text: string, file: string): SavedDiversion {
  const saved = parseJson(text, file);
  if (saved.schema !== SCHEMA) throw wrong(file, `it is no diversion of \`replay step\` (schema ${SCHEMA})`);
  const position = saved.position as { readonly address?: unknown } | undefined;
  const address = hexWord(position?.address);
  if (address === undefined || typeof saved.report !== 'number' || !Array.isArray(saved.edits)) {
    throw wrong(file, 'report, position or edits are missing');
  }
  const registers: [NonNullable<Overrides['registers']>[number][0], U32][] = [];
  const memory: [U32, Uint8Array][] = [];
  const pages: NonNullable<Overrides['pages']>[number][] = [];
  for (const edit of saved.edits as readonly unknown[]) {
    if (!isRecord(edit)) throw wrong(file, 'an edit is no object');
    if (edit.after !== 0) {
      throw wrong(file, 'something was changed after the diversion had begun to run; a variation changes at its start');
    }
    const name = typeof edit.register === 'string' ? edit.register : '';
    const value = hexWord(edit.value);
    const start = hexWord(edit.memory);
    const bytes = hexBytes(edit.bytes);
    const page = hexWord(edit.page);
    if (isGeneralRegister(name) && value !== undefined) registers.push([name, value]);
    else if (start !== undefined && bytes !== undefined) memory.push([start, bytes]);
    else if (page !== undefined && (edit.state === 'open' || edit.state === 'unmapped')) pages.push([page, edit.state]);
    else throw wrong(file, `a variation cannot hold the change ${JSON.stringify(edit).slice(0, SHOWN)}`);
  }
  const set = {
    ...(registers.length > 0 && { registers }),
    ...(memory.length > 0 && { memory }),
    ...(pages.length > 0 && { pages }),
  };
  return { report: saved.report, variation: { name: 'saved from a session', from: { address }, set } };
}

function parseJson(text: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    throw wrong(file, 'it is not JSON');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A word or a few in one edit: what a session changes at once. */
function hexBytes(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length === 0 || value.length > 2 * MOST_BYTES) return undefined;
  return /^(?:[0-9a-f]{2})+$/i.test(value)
    ? Uint8Array.from(value.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : undefined;
}

function hexWord(value: unknown): U32 | undefined {
  return typeof value === 'string' && value.startsWith('0x') ? parseHex32(value.slice(2)) : undefined;
}

function wrong(file: string, reason: string): ReplayError {
  return new ReplayError('usage/invalid', { message: `${file}: ${reason}` });
}
