// A diversion that `replay step` saved (schema replay-diversion/1) as a variation: what was changed, and where.

import { ReplayError } from '../machine/errors.ts';
import { isGeneralRegister } from '../machine/registers.ts';
import { parseHex32, type U32 } from '../machine/u32.ts';
import type { Overrides, Variation } from './format/scenario-shape.ts';

export interface SavedDiversion {
  /** Counted from 1. */
  readonly report: number;
  readonly variation: Variation;
}

const SCHEMA = 'replay-diversion/1';

/** Throws ReplayError 'usage/invalid' for another file, and for changes that a variation cannot hold. */
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
  for (const edit of saved.edits as readonly Record<string, unknown>[]) {
    if (edit.after !== 0) {
      throw wrong(file, 'something was changed after the diversion had begun to run; a variation changes at its start');
    }
    const name = typeof edit.register === 'string' ? edit.register : '';
    const value = hexWord(edit.value);
    const start = hexWord(edit.memory);
    const page = hexWord(edit.page);
    if (isGeneralRegister(name) && value !== undefined) registers.push([name, value]);
    else if (start !== undefined && typeof edit.bytes === 'string')
      memory.push([start, Buffer.from(edit.bytes, 'hex')]);
    else if (page !== undefined && (edit.state === 'open' || edit.state === 'unmapped')) pages.push([page, edit.state]);
    else throw wrong(file, `a variation cannot hold the change ${JSON.stringify(edit)}`);
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
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw wrong(file, 'it is not JSON');
  }
}

function hexWord(value: unknown): U32 | undefined {
  return typeof value === 'string' && value.startsWith('0x') ? parseHex32(value.slice(2)) : undefined;
}

function wrong(file: string, reason: string): ReplayError {
  return new ReplayError('usage/invalid', { message: `${file}: ${reason}` });
}
