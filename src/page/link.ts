// The link that holds what the page shows: the log, deflated, and where the reader stands. All of it is in the fragment, which no browser
// sends to a server.

import type { Asked, PlaceJson } from '../frontends/view/walk.ts';
import { sessionEditOf, type TrialEdit } from './trial-edit.ts';

/** What a fragment says. Every part may be absent. */
export interface LinkedPlace {
  /** The text of the log. */
  readonly text?: string;
  /** The report, from 1. */
  readonly report?: number;
  /** Instructions before the fault. A later version may rebuild more of them, so it is counted from the end. */
  readonly back?: number;
  readonly ask?: { readonly place: PlaceJson; readonly back: number };
  /** What was set, to see what comes of it. */
  readonly set?: readonly TrialEdit[];
}

/** A link holds no more of them. */
const MOST_EDITS = 32;

/** Bytes of the log that a link may hold: a short text can inflate to gigabytes. */
const LARGEST_TEXT = 1 << 21;
/** Characters of a fragment that are read at all. */
const LONGEST_FRAGMENT = 1 << 20;

/** The fragment without `#`. The order of its parts is fixed. */
export async function fragmentOf({ text, report, back, ask, set = [] }: LinkedPlace): Promise<string> {
  const parts = [
    ...(text === undefined ? [] : [`z=${await deflated(text)}`]),
    ...(report === undefined || report === 1 ? [] : [`r=${report}`]),
    ...(back === undefined || back === 0 ? [] : [`back=${back}`]),
    ...(ask === undefined ? [] : [`ask=${askText(ask)}`]),
    ...(set.length === 0 ? [] : [`set=${set.join(',')}`]),
  ];
  return parts.join('&');
}

/** Rejects with a sentence where the log of the link cannot be read; other parts that say nothing are left out. */
export async function readFragment(fragment: string): Promise<LinkedPlace> {
  if (fragment.length > LONGEST_FRAGMENT) throw new Error('The link is too long to be read.');
  const parts = new Map(
    fragment
      .replace(/^#/, '')
      .split('&')
      .map((part): [string, string] => {
        const at = part.indexOf('=');
        return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      }),
  );
  const packed = parts.get('z');
  const [report, back] = [wholeNumber(parts.get('r')), wholeNumber(parts.get('back'))];
  const ask = askOf(parts.get('ask'));
  const set = editsOf(parts.get('set'));
  return {
    ...(packed !== undefined && packed !== '' && { text: await inflated(packed) }),
    ...(report !== undefined && report > 0 && { report }),
    ...(back !== undefined && { back }),
    ...(ask && { ask }),
    ...(set.length > 0 && { set }),
  };
}

function editsOf(text = ''): readonly TrialEdit[] {
  // Some programs escape brackets.
  const edits = text.replace(/%5b/gi, '[').replace(/%5d/gi, ']').split(',').slice(0, MOST_EDITS);
  return edits.filter((edit) => sessionEditOf(edit) !== undefined);
}

/** `ecx` at the fault, `ecx.4` four instructions before it, `f21fea80:4` for four bytes of memory. */
function askText({ place, back }: NonNullable<LinkedPlace['ask']>): string {
  const { register, address, size } = place;
  const name = register ?? `${(address ?? '').replace(/^0x/, '')}:${size ?? 4}`;
  return back === 0 ? name : `${name}.${back}`;
}

function askOf(text: string | undefined): LinkedPlace['ask'] {
  const [, register, address, size, back] =
    /^(?:(e(?:[abcd]x|[sd]i|[sb]p))|([0-9a-f]{1,8}):([1-4]))(?:\.(\d{1,5}))?$/.exec(text ?? '') ?? [];
  if (register === undefined && address === undefined) return undefined;
  const place = register === undefined ? { address: `0x${address}`, size: Number(size) } : { register };
  return { place: place as PlaceJson, back: Number(back ?? 0) };
}

export function linkedAsk({ place, position }: Asked, site: number): NonNullable<LinkedPlace['ask']> {
  return { place, back: site - position };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

async function deflated(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let characters = '';
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

async function inflated(packed: string): Promise<string> {
  const damaged = new Error('The log of this link is damaged: perhaps its end was cut off when it was copied.');
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const characters = atob(packed.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      pieces.push(piece.value);
      length += piece.value.length;
      if (length <= LARGEST_TEXT) continue;
      await reader.cancel();
      break;
    }
  } catch {
    throw damaged;
  }
  if (length > LARGEST_TEXT)
    throw new Error('The log of this link is larger than 2 MiB, which is more than a link may hold.');
  return new Blob(pieces as Uint8Array<ArrayBuffer>[]).text();
}
