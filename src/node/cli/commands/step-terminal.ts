// The interactive front end: a prompt with history and completion. Enter repeats, Ctrl-C gives a new line, Ctrl-D leaves.

import { createInterface } from 'node:readline';
import { outletText } from '../../../frontends/painted-text.ts';
import type { Interpreter } from '../../../frontends/repl/interpreter.ts';

export interface TerminalStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

const PROMPT = '(replay) ';
const HISTORY_SIZE = 1000;

/** Resolves when the user leaves. `history`: newest first; `keep` gets it back at the end. */
export function runTerminal(
  interpreter: Interpreter,
  { input, output }: TerminalStreams,
  history: readonly string[],
  keep: (history: readonly string[]) => void,
): Promise<void> {
  let kept: readonly string[] = history;
  const reader = createInterface({
    input,
    output,
    prompt: PROMPT,
    history: [...history],
    historySize: HISTORY_SIZE,
    removeHistoryDuplicates: true,
    terminal: output.isTTY === true,
    completer: (line: string) => {
      const [found, word] = interpreter.complete(line);
      return [[...found], word];
    },
  });
  return new Promise((resolve) => {
    reader.on('history', (now: readonly string[]) => {
      kept = now;
    });
    reader.on('line', (line) => {
      const { lines, quit } = interpreter.run(line);
      if (lines.length > 0) output.write(outletText(lines));
      if (quit) reader.close();
      else reader.prompt();
    });
    reader.on('SIGINT', () => {
      // Drops what was typed; commands themselves end at once.
      output.write('^C\n');
      reader.write(null, { ctrl: true, name: 'u' });
      reader.prompt();
    });
    reader.on('close', () => {
      keep(kept);
      if (output.isTTY) output.write('\n');
      resolve();
    });
    reader.prompt();
  });
}
