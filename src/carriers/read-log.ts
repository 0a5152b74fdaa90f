// Reads a log as a program has it: as text, as bytes, or piece by piece. The command reads files in its own, faster way (node/scan).

import { ALL_CARRIERS, carrierOf } from './all-carriers.ts';
import type { Carrier, ParsedLog, TextReader } from './carrier.ts';

const BYTE_ORDER_MARK = 2;
const NOTHING: ParsedLog = { reports: [], foreign: [], diagnostics: [] };

export interface LogReader {
  /** The next piece of the text, cut anywhere; gives what was completed by it. */
  push(text: string): ParsedLog;
  /** The text is over; gives the rest. */
  end(): ParsedLog;
}

/** Reads a text that comes piece by piece. It never throws, whatever the text. */
export function createLogReader(carriers: readonly Carrier[] = ALL_CARRIERS): LogReader {
  let start = '';
  let carrier: Carrier | undefined;
  let finder: TextReader<unknown> | undefined;

  /** The regions that `text` completes, or none as long as it is open which carrier the log belongs to. */
  function find(text: string, isLast: boolean): readonly unknown[] {
    if (finder) return finder.push(text);
    start += text;
    carrier = carrierOf(start, carriers, isLast);
    finder = carrier?.createFinder();
    return finder?.push(start) ?? [];
  }

  return {
    push(text) {
      const regions = find(text, false);
      return carrier?.read(regions) ?? NOTHING;
    },
    end() {
      const regions = [...find('', true), ...(finder?.end() ?? [])];
      return carrier?.read(regions) ?? NOTHING;
    },
  };
}

/** All reports of a text that is at hand as a whole. It never throws, whatever the text. */
export function parseLog(text: string, carriers: readonly Carrier[] = ALL_CARRIERS): ParsedLog {
  const carrier = carrierOf(text, carriers, true);
  const finder = carrier?.createFinder();
  return (finder && carrier?.read([...finder.push(text), ...finder.end()])) ?? NOTHING;
}

/**
 * Reads every i386 crash report of a whole log.
 *
 * It never throws, whatever the log holds: a damaged report gives what can be read of it, and `diagnostics` says what was odd. A log
 * without a report gives empty lists.
 *
 * @param log Text, or bytes in UTF-8 (invalid bytes are replaced) or in UTF-16LE with its byte-order mark.
 */
export function readLog(log: string | Uint8Array): ParsedLog {
  return parseLog(typeof log === 'string' ? log : decoderFor(log).decode(log));
}

/**
 * Reads a log of any length piece by piece, with bounded memory; the pieces may be cut anywhere, inside of a character too. Gives the
 * reports as soon as their last lines are there, in the order of the log; together the parts say what `readLog` says of the whole.
 *
 * @param pieces Text or bytes, for example `fs.createReadStream(path)`. The encodings are those of `readLog`.
 * @throws Whatever `pieces` throws.
 */
export async function* readLogStream(
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<ParsedLog, void, undefined> {
  const reader = createLogReader();
  const toText = createPieceDecoder();
  for await (const piece of pieces) {
    const part = reader.push(typeof piece === 'string' ? piece : toText.push(piece));
    if (saysSomething(part)) yield part;
  }
  for (const part of [reader.push(toText.end()), reader.end()]) if (saysSomething(part)) yield part;
}

function saysSomething({ reports, foreign, diagnostics }: ParsedLog): boolean {
  return reports.length + foreign.length + diagnostics.length > 0;
}

/** The byte-order mark stays in the text, as the command leaves it there too. */
function decoderFor(start: Uint8Array): TextDecoder {
  const isUtf16 = start[0] === 0xff && start[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { ignoreBOM: true });
}

/** Decodes bytes that come in pieces; the first two bytes decide how, even if they come apart. */
function createPieceDecoder() {
  let start = new Uint8Array();
  let decoder: TextDecoder | undefined;
  return {
    push(bytes: Uint8Array): string {
      if (decoder) return decoder.decode(bytes, { stream: true });
      const taken = BYTE_ORDER_MARK - start.length;
      start = Uint8Array.of(...start, ...bytes.subarray(0, taken));
      if (start.length < BYTE_ORDER_MARK) return '';
      decoder = decoderFor(start);
      return decoder.decode(start, { stream: true }) + decoder.decode(bytes.subarray(taken), { stream: true });
    },
    end(): string {
      return decoder ? decoder.decode() : decoderFor(start).decode(start);
    },
  };
}
