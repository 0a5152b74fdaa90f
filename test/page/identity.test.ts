// The page works out what the command does: for every scenario the same JSON, byte for byte.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jsonText } from '../../src/frontends/json-text.ts';
import type { FromWorker } from '../../src/page/protocol.ts';
import { replayCommand } from '../cli/replay-command.ts';
import { browserAndServer, missingBrowser, SCENARIOS } from './browser.ts';

const logs = readdirSync(SCENARIOS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ file: `${name}.log`, text: readFileSync(join(SCENARIOS, name, 'oops.log'), 'utf8') }));

describe.skipIf(missingBrowser !== undefined)('in a browser', () => {
  const at = browserAndServer();

  test('every scenario gives the JSON of the command', async () => {
    const page = await at.browser.newPage();
    await page.goto(at.server.address);
    const found = await page.evaluate(examineAll, logs);
    await page.close();
    const files = Object.fromEntries(logs.map(({ file, text }) => [file, text]));
    const { stdout } = replayCommand(['--json', ...Object.keys(files)], { files });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(100);
    const texts = found.map((json) => jsonText(JSON.parse(json)));
    expect(texts.length).toBe(lines.length);
    // Where the first difference is says more than two whole reports.
    const different = lines.flatMap((line, i) => firstDifference(line, texts[i] ?? ''));
    expect(different).toEqual([]);
  });
});

function firstDifference(command: string, page: string): readonly string[] {
  if (command === page) return [];
  const [, file = ''] = /"file":"([^"]*)"/.exec(command) ?? [];
  const at = Array.from(command).findIndex((character, i) => character !== page[i]);
  return [`${file}: ${command.slice(at - 60, at + 60)} | ${page.slice(at - 60, at + 60)}`];
}

/** Runs in the page: asks a worker of its own for every log. */
async function examineAll(given: readonly { readonly file: string; readonly text: string }[]): Promise<string[]> {
  const compile = async (file: string) => WebAssembly.compileStreaming(fetch(file));
  const worker = new Worker('worker.js');
  const [engine, iced] = await Promise.all([compile('unicorn-x86.wasm'), compile('iced-x86.wasm')]);
  worker.postMessage({ kind: 'start', modules: { engine, iced } });
  const found: string[] = [];
  for (const [number, log] of given.entries())
    await new Promise<void>((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        const { answer } = data;
        if (answer.kind === 'entry')
          found.push(JSON.stringify('report' in answer.entry ? answer.entry.report : answer));
        else resolve();
      };
      worker.postMessage({ kind: 'ask', number, question: { kind: 'examine', log, syntax: 'att' } });
    });
  return found;
}
