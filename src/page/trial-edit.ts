// What a reader changes to see what would have happened, as text and as an edit of a session.

import { EFLAGS, type FlagName } from '../machine/eflags.ts';
import { GENERAL_REGISTERS } from '../machine/registers.ts';
import { hex32, pageOf, parseHex32, type U32 } from '../machine/u32.ts';
import type { Edit } from '../session/edit.ts';

/** An edit in its short form, which links hold too: `ecx:10`, `zf:1`, `[f21fea80]:0`, `page.9e28e000:open`. */
export type TrialEdit = string;

/** The short form of what was typed (`%ecx = 0x10`, `page 9e28e000 open`); undefined where it is no edit. */
export function trialEditOf(typed: string): TrialEdit | undefined {
  const text = typed.trim().toLowerCase();
  const page = /^page\s+(?:0x)?([0-9a-f]{1,8})\s*=?\s*(open|unmapped)$/.exec(text);
  if (page) return known(`page.${page[1]}:${page[2]}`);
  const [, left = '', right = ''] = /^([^=:]+)\s*[=:]\s*(?:0x)?([0-9a-f]{1,8})$/.exec(text) ?? [];
  const word = /^(?:\*|\[)\s*(?:0x)?([0-9a-f]{1,8})\s*\]?$/.exec(left.trim());
  return known(word ? `[${word[1]}]:${right}` : `${left.trim().replace(/^[%$]/, '')}:${right}`);
}

function known(edit: TrialEdit): TrialEdit | undefined {
  return sessionEditOf(edit) && edit;
}

/** Undefined for whatever is no short form. */
export function sessionEditOf(edit: TrialEdit): Edit | undefined {
  const [, name = '', text = ''] = /^([^:]+):([0-9a-z]+)$/.exec(edit) ?? [];
  const page = /^page\.([0-9a-f]{1,8})$/.exec(name);
  if (page && (text === 'open' || text === 'unmapped'))
    return { kind: 'page', address: pageOf(parseHex32(page[1] ?? '') as U32), state: { kind: text } };
  const value = parseHex32(text);
  if (value === undefined) return undefined;
  const register = GENERAL_REGISTERS.find((each) => each === name);
  if (register !== undefined) return { kind: 'register', register, value };
  const flag = /^[a-z]f$/.test(name) ? EFLAGS[name.toUpperCase() as FlagName] : undefined;
  if (flag !== undefined && value <= 1) return { kind: 'flags', mask: flag, value: value === 0 ? 0 : flag };
  const address = parseHex32(/^\[([0-9a-f]{1,8})\]$/.exec(name)?.[1] ?? '');
  return address === undefined ? undefined : { kind: 'memory', address, bytes: littleEndian(value) };
}

function littleEndian(value: U32): Uint8Array {
  return Uint8Array.from({ length: 4 }, (_, i) => (value >>> (8 * i)) & 0xff);
}

/** `%ecx = 00000010`. */
export function trialEditText(edit: TrialEdit): string {
  const [name = '', value = ''] = edit.split(':');
  if (name.startsWith('page.')) return `page ${name.slice(5)} ${value}`;
  if (name.startsWith('[')) return `${name} = ${hex32(Number.parseInt(value, 16) as U32)}`;
  return name.length === 2
    ? `${name.toUpperCase()} = ${value}`
    : `%${name} = ${hex32(Number.parseInt(value, 16) as U32)}`;
}
