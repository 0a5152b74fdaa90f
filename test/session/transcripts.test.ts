// Each file of transcripts/ is a story: commands after `> ` and what they answered. UPDATE_TRANSCRIPTS=1 writes the answers of today.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Interpreter } from '../../src/frontends/repl/interpreter.ts';
import { sessionOf } from './session-of.ts';

const folder = new URL('./transcripts/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
const PROMPT = '> ';

async function replayed(script: string): Promise<string> {
  const lines = script.split('\n');
  const log = lines.find((line) => line.startsWith('log: '))?.slice('log: '.length) ?? '';
  const { session, annotations } = await sessionOf(log);
  const saved: string[] = [];
  const interpreter = new Interpreter({
    target: session,
    annotations,
    source: { log, report: 1 },
    writeFile: (path, text) => void saved.push(`[${path}]`, ...text.trimEnd().split('\n')),
  });
  const first = lines.findIndex((line) => line.startsWith(PROMPT));
  const story = lines.slice(0, first);
  for (const line of lines.slice(first)) {
    // Lines between commands that begin with # are the story.
    if (line.startsWith('#')) story.push('', line);
    if (!line.startsWith(PROMPT)) continue;
    const outcome = interpreter.run(line.slice(PROMPT.length));
    story.push(line, ...outcome.lines.map((text) => `  ${text}`.trimEnd()), ...saved.splice(0));
  }
  return `${story.join('\n')}\n`;
}

test('there are transcripts', () => {
  expect(files.length).toBeGreaterThan(5);
});

test.each(files)('%s goes as written', async (file) => {
  const path = new URL(file, folder);
  const text = readFileSync(path, 'utf8');
  const actual = await replayed(text);
  if (process.env.UPDATE_TRANSCRIPTS === '1') writeFileSync(path, actual);
  else expect(actual).toBe(text);
});
