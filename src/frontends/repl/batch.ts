// Scripts: `--batch`, `-x FILE` and `-ex COMMAND`, in the order in which they were given.

import type { Interpreter } from './interpreter.ts';

export interface ScriptLine {
  readonly text: string;
  /** A script file ends at its first failure, as in gdb; single commands go on. */
  readonly origin: { readonly file: string; readonly line: number } | 'command';
}

export interface ScriptResult {
  readonly failed: boolean;
  readonly quit: boolean;
}

export function runScript(
  lines: Iterable<ScriptLine>,
  interpreter: Interpreter,
  output: { write(lines: readonly string[]): void; error(text: string): void },
): ScriptResult {
  let failed = false;
  let brokenFile: string | undefined;
  for (const { text, origin } of lines) {
    if (origin !== 'command' && origin.file === brokenFile) continue;
    if (text.trim() === '') continue;
    const outcome = interpreter.run(text);
    if (outcome.failed) {
      failed = true;
      const place = origin === 'command' ? '' : `${origin.file}:${origin.line}: `;
      output.error(`${place}${outcome.lines.join(' ')}`);
      if (origin !== 'command') brokenFile = origin.file;
    } else if (outcome.lines.length > 0) {
      output.write(outcome.lines);
    }
    if (outcome.quit) return { failed, quit: true };
  }
  return { failed, quit: false };
}
