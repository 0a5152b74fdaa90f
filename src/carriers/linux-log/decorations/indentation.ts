// Pasted reports are indented as a whole. What all lines around a line have in front is taken off; what is left belongs to the line.

import { type LogLine, type Stage, withText } from './log-line.ts';

/** Lines before and after that are looked at: more than the longest row of lines that a kernel itself indents. */
const REACH = 12;

function indentation(text: string): number {
  return text.length - text.trimStart().length;
}

export const stripIndentation: Stage = (lines) => {
  const depths = lines.map(({ text }) => indentation(text));
  return lines.map((line, index): LogLine => {
    if (depths[index] === 0) return line;
    let common = depths[index] ?? 0;
    for (let i = Math.max(0, index - REACH); i <= Math.min(depths.length - 1, index + REACH); i++)
      common = Math.min(common, depths[i] ?? 0);
    return common === 0 ? line : withText(line, line.text.slice(common));
  });
};
