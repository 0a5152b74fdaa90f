// The call trace: raw addresses in 2.4, `[<c0101112>] ? sym+0x3d/0x70 [mod]` to 4.9, `? sym+0x3d/0x70 [mod]` since, klogd's `[sym+51/64]`.

import { parseHex32, type U32 } from '../../../machine/u32.ts';
import type { Fact, TraceFact } from '../assembly/fact.ts';
import type { Family } from './family.ts';
import { firstWord, leadingPlace, leadingPlacedName, leadingSymbol, parseSymbol } from './symbols.ts';

const CAPTION = /^(?:call )?trace: ?/i;
const ADDRESS = /^\[?<([0-9a-f]{8})>\]?/i;
const STACK_MARK = /^<\/?(?:IRQ|EOI|TASK|SOFTIRQ|NMI|ENTRY_TRAMPOLINE|EOE|UNK|[A-Z]{3,12})>/;
/** RT kernels end an entry with the frame size, Red Hat 2.4 with the stack address: ` (28)`, ` (0xdfa1b2c4))`. */
const TAIL = /^\((?:-?\d{1,8}|0x[0-9a-f]{1,8})\)\)?/;
const LOOSE_NAME = /^[A-Za-z_][\w.]{1,120}$/;

interface Scan {
  readonly entries: TraceFact[];
  /** False as soon as something was met that a trace does not hold. */
  clean: boolean;
}

/** One symbol with its question mark. `loose` accepts a name without an offset; after an address the place in the source may stand for it. */
function takeSymbol(
  text: string,
  loose: boolean,
  behindAddress = false,
): { entry: TraceFact; rest: string } | undefined {
  let rest = text;
  const reliable = !(rest.startsWith('?') && /^\?\s/.test(rest));
  if (!reliable) rest = rest.slice(1).trimStart();
  const found = leadingSymbol(rest) ?? (behindAddress ? leadingPlacedName(rest) : undefined);
  if (found) return { entry: { symbol: found.symbol, reliable }, rest: found.rest };
  if (!loose) return undefined;
  const name = firstWord(rest);
  if (!LOOSE_NAME.test(name)) return undefined;
  let after = rest.slice(name.length).trimStart();
  const place = leadingPlace(after);
  if (place === undefined && after !== '') return undefined;
  if (place !== undefined) after = after.slice(place.length).trimStart();
  const module = /^([\w-]{1,60})\]?$|^\[([\w-]{1,60})\]/.exec(after)?.[2];
  return {
    entry: {
      symbol: {
        text: name,
        name,
        ...(module !== undefined && { module }),
        ...(place?.source && { source: place.source }),
      },
      reliable,
    },
    rest: '',
  };
}

function scan(text: string, loose: boolean): Scan {
  const result: Scan = { entries: [], clean: true };
  let rest = text.trim();
  for (let budget = 0; rest !== '' && budget < 64; budget++) {
    const first = rest.charAt(0);
    const address = first === '[' || first === '<' ? ADDRESS.exec(rest) : null;
    const mark = first === '<' && !address ? STACK_MARK.exec(rest) : null;
    const tail = first === '(' ? TAIL.exec(rest) : null;
    if (mark || tail) rest = rest.slice((mark ?? tail)?.[0].length);
    else if (address) {
      rest = rest.slice(address[0].length).trimStart();
      const value = parseHex32(address[1] ?? '') as U32;
      const named = rest.startsWith('[') || rest.startsWith('<') ? undefined : takeSymbol(rest, false, true);
      result.entries.push({
        address: value,
        reliable: named?.entry.reliable ?? true,
        ...(named?.entry.symbol && { symbol: named.entry.symbol }),
      });
      rest = named?.rest ?? rest;
    } else if (first === '[') {
      const close = rest.indexOf(']');
      const symbol = close < 0 ? undefined : parseSymbol(rest.slice(1, close).replace(/ /g, ''));
      if (!symbol) return { ...result, clean: false };
      rest = rest.slice(close + 1).trimStart();
      // A klogd entry may be followed by the same symbol as the kernel wrote it.
      const again = takeSymbol(rest, false);
      result.entries.push(again?.entry ?? { symbol, reliable: true });
      rest = again?.rest ?? rest;
    } else {
      const named = takeSymbol(rest, loose);
      if (named) {
        result.entries.push(named.entry);
        rest = named.rest;
      } else {
        const last = result.entries.at(-1);
        const place = last ? leadingPlace(rest) : undefined;
        if (last === undefined || place === undefined) return { ...result, clean: false };
        if (place.source && last.symbol && !last.symbol.source)
          result.entries.splice(-1, 1, { ...last, symbol: { ...last.symbol, source: place.source } });
        rest = rest.slice(place.length);
      }
    }
    rest = rest.trimStart();
  }
  return result;
}

function toFacts(found: Scan): Fact[] {
  return found.entries.length > 0 ? [{ kind: 'trace', entries: found.entries }] : [{ kind: 'noise' }];
}

/** Under the heading: names without offsets count too. */
export function readTraceEntries(text: string): readonly Fact[] {
  const found = scan(text, true);
  if (found.clean) return toFacts(found);
  return found.entries.length > 0
    ? [
        ...toFacts(found),
        { kind: 'problem', code: 'unknown-line', message: 'the end of this trace line is not understood' },
      ]
    : [];
}

function readTraceCaption(text: string): readonly Fact[] {
  const caption = CAPTION.exec(text);
  if (!caption) return [];
  const entries = text.length > caption[0].length ? readTraceEntries(text.slice(caption[0].length)) : [];
  return [{ kind: 'section', section: 'trace' }, ...entries];
}

/** Anywhere: lines that can be nothing else. */
function readTraceLine(text: string): readonly Fact[] {
  if (text.startsWith('<') && STACK_MARK.exec(text)?.[0] === text.trim()) return [{ kind: 'noise' }];
  const found = scan(text, false);
  if (found.entries.length === 0) return [];
  if (found.clean) return toFacts(found);
  return ADDRESS.test(text)
    ? [
        ...toFacts(found),
        { kind: 'problem', code: 'unknown-line', message: 'the end of this trace line is not understood' },
      ]
    : [];
}

export const TRACE_CAPTIONS: Family = {
  read: readTraceCaption,
  starts: 'tr ca',
  words: [/Call Trace/],
  begins: [/Call /],
};

export const TRACE_LINES: Family = {
  read: readTraceLine,
  holds: ['+', '<', '0x'],
  words: [/\[<[0-9a-f]{8}/, /\+0x/, /\+\d+\/\d+\]/],
};
