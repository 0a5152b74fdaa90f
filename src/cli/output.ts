// Where the command writes: results to standard output, everything else to standard error.

export interface Output {
  /** True where results may be coloured. */
  readonly colour: boolean;
  /** True where a person watches standard error. */
  readonly interactive: boolean;
  write(text: string): void;
  /** `file:line: message`, for what was odd in a log. */
  diagnostic(file: string, line: number, message: string): void;
  /** `replay: message`, for what the user must mend. */
  error(message: string): void;
  /** Replaces the status line of the terminal; an empty text takes it away. */
  status(text: string): void;
}

export type ColourChoice = 'auto' | 'always' | 'never';

/** A stream that Node may hand over: a terminal, a pipe or a file. */
interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** See no-color.org: any non-empty NO_COLOR switches colour off unless `--color=always` asks for it. */
export function createOutput(
  stdout: Stream,
  stderr: Stream,
  choice: ColourChoice,
  environment: Readonly<Record<string, string | undefined>>,
): Output {
  const wanted = stdout.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
  return {
    colour: choice === 'always' || (choice === 'auto' && wanted),
    interactive: stderr.isTTY === true,
    write: (text) => void stdout.write(text),
    diagnostic: (file, line, message) => void stderr.write(`${file}:${line}: ${message}\n`),
    error: (message) => void stderr.write(`replay: ${message}\n`),
    status: (text) => void stderr.write(`\r\u001b[K${text}`),
  };
}
