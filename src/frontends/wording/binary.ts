// What a file with debug information has to do with a report, in words.

import type { BinaryMatch, DifferingByte } from '../../source-places/match.ts';
import type { ReportedBinary, SourceCall, SourcePlace } from '../../source-places/report-sources.ts';

/** A clause without the file's name: `proved: …; made for 6.1.0, as the log`. */
export function binaryText({ match, release, binary, logged }: ReportedBinary): string {
  const made =
    release === 'same'
      ? `; made for ${binary.release}, as the log`
      : release === 'differs'
        ? `; but it was made for ${binary.release}, and the log is of ${logged}`
        : '';
  return `${matchText(match)}${made}`;
}

function matchText(match: BinaryMatch): string {
  switch (match.match) {
    case 'proved': {
      const { compared, patched } = match;
      if (patched === 0) return `proved: all ${compared} code bytes are equal`;
      return `proved: ${compared - patched} of ${compared} code bytes are equal, the others lie where the kernel patches code`;
    }
    case 'ambiguous':
      return `ambiguous: the code fits ${match.places.length} places of it`;
    case 'refused':
      return `refused: ${match.reason === 'layout' ? LAYOUT : differingText(match.unexplained)}`;
    case 'elsewhere':
      return `the fault is not in it: ${ELSEWHERE[match.reason]}`;
    case 'uncompared':
      return UNCOMPARED[match.reason];
  }
}

const LAYOUT = 'no executable part of it has the size and place that the log prints';

const ELSEWHERE: Readonly<Record<Extract<BinaryMatch, { match: 'elsewhere' }>['reason'], string>> = {
  'other-module': 'the log names another module, or none',
  'no-function': 'it has no function of that name and size',
  'other-program': 'the log names another file',
  'outside-mapping': 'EIP lies in no part of a program',
};

const UNCOMPARED: Readonly<Record<Extract<BinaryMatch, { match: 'uncompared' }>['reason'], string>> = {
  'no-symbol': 'not compared: the log names no whole symbol for EIP',
  'no-code': 'taken on trust: the log has no code bytes to compare with it',
  'file-without-code': 'taken on trust: it holds no code to compare with that of the log',
};

/** More would be a list to scroll through: another build differs in most bytes. */
const MOST_BYTES = 4;

function differingText(bytes: readonly DifferingByte[]): string {
  const [only] = bytes;
  const shown = bytes
    .slice(0, MOST_BYTES)
    .map(({ offset, log, file }) => `byte ${offset} is ${hex(log)} in the log and ${hex(file)} in the file`);
  const rest = bytes.length > MOST_BYTES ? `, and ${bytes.length - MOST_BYTES} more differ` : '';
  const isOneBit = bytes.length === 1 && only !== undefined && isPowerOfTwo(only.log ^ only.file);
  return `${shown.join(', ')}${rest}${isOneBit ? '; one bit: the code may have been damaged in memory' : ''}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function isPowerOfTwo(value: number): boolean {
  return value !== 0 && (value & (value - 1)) === 0;
}

/** `swab.h:176:9 (__swab16), inlined at cases.c:99:3 (pull)`. */
export function sourceText(place: SourcePlace): string {
  return [callText(place), ...place.inlined.map((call) => `inlined at ${callText(call)}`)].join(', ');
}

function callText({ file, line, column, function: name }: SourceCall): string {
  return `${file}:${line}${column > 0 ? `:${column}` : ''}${name === undefined ? '' : ` (${name})`}`;
}
