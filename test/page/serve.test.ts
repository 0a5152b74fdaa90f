// `replay serve`: the page with logs of this machine beside it.

import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replayCommand } from '../cli/replay-command.ts';
import { launchBrowser, missingBrowser, SAMPLE, SCENARIOS } from './browser.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const OTHER = readFileSync(join(SCENARIOS, 'divide-overflow/oops.log'), 'utf8');

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-serve-'));
  writeFileSync(join(folder, 'a.log'), OTHER);
  writeFileSync(join(folder, 'b.log'), SAMPLE);
});
afterEach(() => {
  child?.kill();
  rmSync(folder, { recursive: true });
});

/** The address that the command prints. */
function serve(...args: string[]): Promise<string> {
  child = spawn(process.execPath, [main, 'serve', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child?.on('exit', () => reject(new Error('it ended')));
    child?.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const [address] = /http:\S+/.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
}

function statusOf(
  address: string,
  options: { readonly method?: string; readonly host?: string } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', host } = options;
    request(address, { method, ...(host !== undefined && { headers: { host } }) }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

test('only what was named is given, to whoever knows the address, by reading alone', async () => {
  const address = await serve('a.log');
  const { origin } = new URL(address);
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
  expect(await statusOf(address)).toBe(200);
  expect(await (await fetch(`${address}logs/0`)).text()).toBe(OTHER);
  expect(await statusOf(address, { host: 'attacker.example' })).toBe(403);
  expect(await statusOf(address, { method: 'POST' })).toBe(405);
  for (const path of ['', '/', '/logs/0', '/index.html']) expect(await statusOf(`${origin}${path}`), path).toBe(404);
  for (const path of ['logs/1', 'logs/-1', 'logs/00x', '..%2fb.log', 'b.log', 'offline.js', 'replay.html'])
    expect(await statusOf(`${address}${path}`), path).toBe(404);
  rmSync(join(folder, 'a.log'));
  expect(await statusOf(`${address}logs/0`)).toBe(409);
});

test('a log that cannot be read is told at once', () => {
  const { status, stderr } = replayCommand(['serve', 'nowhere.log']);
  expect([status, stderr]).toEqual([2, expect.stringContaining('nowhere.log')]);
});

test.skipIf(missingBrowser !== undefined)('the browser shows the logs, and reads again one that grows', async () => {
  const address = await serve('a.log', 'b.log');
  const browser = await launchBrowser();
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(address);
  await page.locator('h2').filter({ hasText: 'divide error' }).waitFor();
  const logs = page.getByRole('navigation', { name: 'Logs of this machine' }).getByRole('button');
  await logs.nth(1).click();
  await page.locator('h2').filter({ hasText: 'kernel page fault' }).waitFor();
  const reports = page.getByRole('navigation', { name: 'Reports of this log' }).getByRole('button');
  expect(await reports.count()).toBe(2);
  await page.keyboard.press('ArrowLeft');
  appendFileSync(join(folder, 'b.log'), OTHER);
  await reports.nth(2).waitFor();
  expect(await page.locator('.position').textContent()).toMatch(/^1 before the fault/);
  expect(complaints).toEqual([]);
  await browser.close();
});
