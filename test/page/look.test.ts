// Whether everybody can read the page: axe finds nothing in either theme, nothing is wider than the window, rows are large enough to hit.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { browserAndServer, missingBrowser, SCENARIOS } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WIDTHS = [320, 768, 1280, 1920];
/** One of each kind: a long lead-up, no replay, a program's fault, a contradiction, warnings, an x87 listing. */
const LOGS = [
  'copy-over-guard-page',
  'no-code-line',
  'user-store',
  'edited-vector',
  'oops-under-a-warning',
  'x87-load',
];

/** How the page comes into each state. */
const STATES: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'the example': async () => undefined,
  'a question': async (page) => {
    await page.getByRole('button', { name: '%ecx' }).click();
    await page.keyboard.press('Home');
  },
  'a trial and memory': async (page) => {
    await page.getByLabel(/^Before .*, set$/).fill('ecx = 10');
    await page.keyboard.press('Enter');
    await page.getByText('Every byte that is known').click();
    await page.locator('.trial .sentence').waitFor();
    await page.locator('.hex').waitFor();
  },
  'a message': (page) => page.getByLabel('Paste a crash log').fill('nothing of the kind'),
  help: (page) => page.keyboard.press('?'),
  ...Object.fromEntries(
    LOGS.map((name) => [
      name,
      (page: Page) =>
        page.getByLabel('Paste a crash log').fill(readFileSync(join(SCENARIOS, name, 'oops.log'), 'utf8')),
    ]),
  ),
};

describe.skipIf(missingBrowser !== undefined)('how the page looks', () => {
  const at = browserAndServer();
  async function stateOf(name: string, page: Page): Promise<void> {
    await page.goto(at.server.address);
    await page.getByText('the address of this page is the link').waitFor();
    await STATES[name]?.(page);
    if (LOGS.includes(name)) await page.getByText('Below: pasted.log').waitFor();
    if (name === 'a message') await page.getByRole('alert').waitFor();
  }

  test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme', async (colorScheme) => {
    // It is put in past the policy, which forbids it.
    const page = await at.browser.newPage({ colorScheme, bypassCSP: true });
    for (const name of Object.keys(STATES)) {
      await stateOf(name, page);
      await page.addScriptTag({ content: axe });
      const { violations, passes } = await page.evaluate(
        (tags) =>
          (globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run({
            runOnly: { type: 'tag', values: tags },
          }),
        TAGS,
      );
      const said = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
      );
      expect(said, name).toEqual([]);
      expect(passes.length).toBeGreaterThan(20);
    }
    await page.close();
  });

  test.each(WIDTHS)('nothing is wider than a window of %d', async (width) => {
    const page = await at.browser.newPage({ viewport: { width, height: 800 } });
    for (const name of Object.keys(STATES)) {
      await stateOf(name, page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
    }
    await page.close();
  });
});
