// Where the command writes: results to standard output, everything else to standard error.

import { USUAL_WIDTH } from '../../frontends/text/style.ts';
import { type ReaderLeaves, StandardStream } from '../files/standard-stream.ts';

export interface Output {
  /** True where results may be coloured. */
  readonly colour: boolean;
  /** Columns of a line of a result: those of the terminal, 80 where there is none. */
  readonly width: number;
  /** True where a terminal shows nothing but ASCII. */
  readonly ascii: boolean;
  /** True where a person watches standard error. */
  readonly interactive: boolean;
  /** Lines of a result. */
  write(lines: readonly string[]): void;
  /** `place: message`, for what was odd in the input. */
  diagnostic(place: string, message: string): void;
  /** `replay: message`, for what the user must mend. */
  error(message: string): void;
  /** Replaces the status line of the terminal; an empty text takes it away. */
  status(text: string): void;
}

export type ColourChoice = 'auto' | 'always' | 'never';

export function createOutput(
  choice: ColourChoice,
  width?: number,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  whenReaderLeaves: ReaderLeaves = 'end',
): Output {
  const stdout = new StandardStream(1, whenReaderLeaves);
  const stderr = new StandardStream(2);
  return {
    colour: choice === 'always' || (choice === 'auto' && isColourWanted(environment, stdout)),
    get width() {
      return width ?? stdout.columns ?? USUAL_WIDTH;
    },
    get ascii() {
      return isAscii(environment, stdout);
    },
    get interactive() {
      return stderr.isTTY;
    },
    write: (lines) => stdout.write(lines),
    diagnostic: (place, message) => stderr.write([`${place}: ${message}`]),
    error: (message) => stderr.write([`replay: ${message}`]),
    status: (text) => stderr.status(text),
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What `auto` means. A non-empty NO_COLOR switches colour off (no-color.org); FORCE_COLOR and CLICOLOR_FORCE switch it on where there is no
 * terminal either (force-color.org, bixense.com/clicolors), and `0` is their no.
 */
function isColourWanted(environment: Environment, stdout: { readonly isTTY: boolean }): boolean {
  const { NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (CLICOLOR_FORCE && CLICOLOR_FORCE !== '0') return true;
  return stdout.isTTY && TERM !== 'dumb' && CLICOLOR !== '0';
}

/** By the locale, as POSIX orders its variables. A file or pipe gets UTF-8 where none is set: it may be read anywhere. */
function isAscii({ LC_ALL, LC_CTYPE, LANG }: Environment, stdout: { readonly isTTY: boolean }): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return locale ? !/utf-?8/i.test(locale) : stdout.isTTY;
}
