// The value of an expression as a line, with how it is known and what it is.

import type { KnownValue } from '../../../session/known-value.ts';
import { jsonText } from '../../json-text.ts';
import { valueMeaning } from '../../wording/address.ts';
import { unbroken } from '../../wording/unbroken.ts';
import { flagsText, provenanceText } from '../../wording/value.ts';
import { CommandError } from '../command-error.ts';
import { shorten } from '../shorten.ts';
import type { Desk } from './command.ts';
import { valueIn } from './operands.ts';

const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  x: (value) => `0x${value.toString(16)}`,
  d: (value) => String(value | 0),
  u: (value) => String(value),
  t: (value) => value.toString(2),
  o: (value) => `0${value.toString(8)}`,
  c: (value) => `${value & 0xff} ${jsonText(String.fromCharCode(value & 0xff))}`,
};

/** Characters of an expression that are shown before its value. */
const ECHO_LIMIT = 120;

/** `argument`: an expression, a format such as `/d` before it. */
export function printedLine(argument: string, desk: Desk): string {
  const [, letter = 'x', text = ''] = /^(?:\/([a-z])\s*)?(.*)$/.exec(argument.trim()) ?? [];
  const format = FORMATS[letter];
  if (format === undefined) throw new CommandError(`no format /${letter}; there are /x /d /u /t /o /c`);
  const known = valueIn(text, desk);
  const echo = unbroken(shorten(text, ECHO_LIMIT));
  if (known.value === undefined) return `${echo} = ?  (unknown)`;
  const isFlags = /^\s*\$e?flags\s*$/.test(text);
  const meaning = isFlags ? flagsText(known) : letter === 'x' ? meaningOf(known, desk) : '';
  const how = known.provenance === 'observed' && !/[$*{]/.test(text) ? '' : `  (${provenanceText(known)})`;
  return `${echo} = ${format(known.value)}${how}${meaning === '' ? '' : `  ${meaning}`}`;
}

/** The symbol of an address, or where it lies; empty for what is no address. */
export function meaningOf({ value }: KnownValue, { annotations }: Desk): string {
  if (value === undefined || value < 0x1000) return '';
  return annotations.symbol(value) ?? valueMeaning(value, annotations.layout);
}
