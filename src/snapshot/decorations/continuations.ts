// Lines that a mailer or a terminal broke in two are put together again.

import { isCodeContinuation } from '../grammar/code-line.ts';
import { joinLines, type LogLine, type Stage } from '../log-line.ts';
import { headLength } from './heads.ts';

export const joinContinuations: Stage = (lines) => {
  const out: LogLine[] = [];
  for (const line of lines) {
    const before = out.at(-1);
    if (before && headLength(line.text) === 0 && /\bCode: /.test(before.text) && isCodeContinuation(line.text))
      out[out.length - 1] = joinLines(before, line, ' ');
    else out.push(line);
  }
  return out;
};
