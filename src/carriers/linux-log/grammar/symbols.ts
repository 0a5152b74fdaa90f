// `name+0xoffset/0xsize [module]` and the ways in which 25 years of kernels and tools have written it.

import type { SourceLocation, SymbolReference } from '../../../snapshot/snapshot.ts';

const NAME = '[A-Za-z_.$][\\w.$@-]*';

/** Kernels: `foo_read+0x1c/0x90 [foo]`; the module may carry flags or a build id. */
const HEX = new RegExp(`^(${NAME})\\+0x([0-9a-f]+)/0x([0-9a-f]+)(?: \\[([\\w-]+)(?:[^\\]\\w-][^\\]]*)?\\]?)?$`);
/** klogd writes decimal offsets: `sys_read+160/196`. */
const DECIMAL = new RegExp(`^(${NAME})\\+(\\d+)/(\\d+)(?: \\[([\\w-]+)\\])?$`);
/** Fedora's 2.6.27: `:videobuf_core:videobuf_queue_core_init+0x1b/0xbf`. */
const COLONS = new RegExp(`^:([\\w-]+):(${NAME})\\+0x([0-9a-f]+)/0x([0-9a-f]+)$`);
/** klogd names the module first: `oops:_oops+16/3868`. */
const KLOGD_MODULE = new RegExp(`^([\\w-]+):(${NAME})\\+(\\d+)/(\\d+)$`);
/** ksymoops writes hexadecimal offsets without a prefix: `[ieee1394]nodemgr_probe+27/50`, `bread+27/250`. */
const KSYMOOPS = new RegExp(`^(?:\\[([\\w-]+)\\])?(${NAME})\\+([0-9a-f]+)/([0-9a-f]+)$`);
/** Red Hat 2.4: `rmqueue [kernel] 0x1f9`. */
const RED_HAT = new RegExp(`^(${NAME}) \\[([\\w-]+)\\] 0x([0-9a-f]+)$`);
/** No symbol known: only the number. */
const NUMBER = /^0x[0-9a-f]{1,8}$/;

/** Sizes above 2^31 come from a kernel that picked the wrong neighbour: they are negative. */
function signed(digits: string, radix: 10 | 16): number {
  const value = Number.parseInt(digits, radix);
  return value >= 0x8000_0000 && value <= 0xffff_ffff ? value - 2 ** 32 : value;
}

function reference(
  text: string,
  parts: { name: string; offset: string; size?: string; module?: string | undefined; radix?: 10 | 16 },
): SymbolReference {
  const radix = parts.radix ?? 16;
  return {
    text,
    name: parts.name,
    offset: signed(parts.offset, radix),
    ...(parts.size !== undefined && { size: signed(parts.size, radix) }),
    ...(parts.module !== undefined && parts.module !== 'kernel' && { module: parts.module }),
  };
}

/** The symbol that `text` is as a whole, or undefined. */
export function parseSymbol(text: string): SymbolReference | undefined {
  if (text.length > 512) return undefined;
  return text.includes('+') ? parseOffset(text) : parseHexOffset(text);
}

/** `name+offset/size` in all its forms. */
function parseOffset(text: string): SymbolReference | undefined {
  let match = HEX.exec(text);
  if (match)
    return reference(text, { name: match[1] ?? '', offset: match[2] ?? '', size: match[3] ?? '', module: match[4] });
  match = DECIMAL.exec(text);
  if (match)
    return reference(text, {
      name: match[1] ?? '',
      offset: match[2] ?? '',
      size: match[3] ?? '',
      module: match[4],
      radix: 10,
    });
  match = KLOGD_MODULE.exec(text);
  if (match)
    return reference(text, {
      name: match[2] ?? '',
      offset: match[3] ?? '',
      size: match[4] ?? '',
      module: match[1],
      radix: 10,
    });
  match = COLONS.exec(text);
  return match
    ? reference(text, { name: match[2] ?? '', offset: match[3] ?? '', size: match[4] ?? '', module: match[1] })
    : undefined;
}

/** The forms without `+`. */
function parseHexOffset(text: string): SymbolReference | undefined {
  if (!text.includes('0x')) return undefined;
  const match = RED_HAT.exec(text);
  if (match) return reference(text, { name: match[1] ?? '', offset: match[3] ?? '', module: match[2] });
  return NUMBER.test(text) ? { text } : undefined;
}

/** The symbol in ksymoops' angle brackets, whose offsets are hexadecimal without a prefix. */
export function parseKsymoopsSymbol(text: string): SymbolReference | undefined {
  if (text.length > 512) return undefined;
  const match = KSYMOOPS.exec(text);
  return match
    ? reference(text, { name: match[2] ?? '', offset: match[3] ?? '', size: match[4] ?? '', module: match[1] })
    : undefined;
}

/** `(kernel/exit.c:191 (discriminator 3))`, several places where calls were inlined. */
const SOURCE_PLACE = /^\([^()]{0,200}(?:\([^()]{0,40}\)[^()]{0,200}){0,8}\)?/;
const FIRST_PLACE = /^\(([^\s():]{1,180}):(\d{1,7})(?=[\s)]|$)/;

export interface SourcePlace {
  readonly source?: SourceLocation;
  readonly length: number;
}

/** The parenthesis that decode_stacktrace.sh writes after a name. `source` is absent where it has no `file:line`. */
export function leadingPlace(text: string): SourcePlace | undefined {
  const all = text.startsWith('(') ? SOURCE_PLACE.exec(text)?.[0] : undefined;
  if (all === undefined) return undefined;
  const place = FIRST_PLACE.exec(text);
  return place
    ? { source: { file: place[1] ?? '', line: Number(place[2]) }, length: all.length }
    : { length: all.length };
}

const PLAIN_NAME = /^[A-Za-z_][\w.]{0,120}$/;

/** `load_balance (kernel/sched/fair.c:11258) [mod]`: the place stands for the offset. */
export function leadingPlacedName(text: string): LeadingSymbol | undefined {
  const name = firstWord(text.trimStart());
  if (!PLAIN_NAME.test(name)) return undefined;
  const after = text.trimStart().slice(name.length).trimStart();
  const place = leadingPlace(after);
  if (place?.source === undefined) return undefined;
  const rest = after.slice(place.length).trimStart();
  const module = /^([\w-]{1,60})\]?$|^\[([\w-]{1,60})\]/.exec(rest);
  const symbol: SymbolReference = {
    text: name,
    name,
    ...(module && { module: (module[1] ?? module[2]) as string }),
    source: place.source,
  };
  return { symbol, rest: module ? rest.slice(module[0].length).trimStart() : rest };
}

/** What stands before the first blank. */
export function firstWord(text: string): string {
  return /^\S*/.exec(text)?.[0] ?? '';
}

export interface LeadingSymbol {
  readonly symbol: SymbolReference;
  /** What follows it in the line, trimmed. */
  readonly rest: string;
}

/** The symbol that `text` starts with, with its module: `foo+0x1/0x2 [bar] SS:ESP …`. */
export function leadingSymbol(text: string): LeadingSymbol | undefined {
  const trimmed = text.trimStart();
  const first = firstWord(trimmed);
  const after = trimmed.slice(first.length).trimStart();
  const module = after.startsWith('[') ? /^\[[^\]]{1,120}\]/.exec(after)?.[0] : undefined;
  if (module !== undefined) {
    const offset = /^0x[0-9a-f]{1,8}/.exec(after.slice(module.length).trimStart())?.[0];
    const redHat = offset === undefined ? undefined : parseSymbol(`${first} ${module} ${offset}`);
    const symbol = redHat ?? parseSymbol(`${first} ${module}`);
    if (symbol) {
      const rest = after.slice(module.length).trimStart();
      return { symbol, rest: redHat ? rest.slice(offset?.length).trimStart() : rest };
    }
  }
  const symbol = parseSymbol(first);
  return symbol && { symbol, rest: after };
}
