// Where the command writes: results to standard output, everything else to standard error.

import { type ReaderLeaves, StandardStream } from '../files/standard-stream.ts';

export interface Output {
  /** True where results may be coloured. */
  readonly colour: boolean;
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

/** See no-color.org: any non-empty NO_COLOR switches colour off unless `--color=always` asks for it. */
export function createOutput(
  choice: ColourChoice,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  whenReaderLeaves: ReaderLeaves = 'end',
): Output {
  const stdout = new StandardStream(1, whenReaderLeaves);
  const stderr = new StandardStream(2);
  const wanted = choice === 'auto' && stdout.isTTY && !environment.NO_COLOR && environment.TERM !== 'dumb';
  return {
    colour: choice === 'always' || wanted,
    get interactive() {
      return stderr.isTTY;
    },
    write: (lines) => stdout.write(lines),
    diagnostic: (place, message) => stderr.write([`${place}: ${message}`]),
    error: (message) => stderr.write([`replay: ${message}`]),
    status: (text) => stderr.status(text),
  };
}
