// The main path in another browser: the example, a pasted log, a walk, the link, the one file.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PAGE, SCENARIOS, servePage } from './browser.ts';
import { Firefox, missingFirefox } from './firefox.ts';

const LOG = readFileSync(join(SCENARIOS, 'divide-overflow/oops.log'), 'utf8');
const HEADING = 'return document.querySelector("h2").textContent';
const PASTE = `const field = document.getElementById("paste");
  field.value = arguments[0];
  field.dispatchEvent(new Event("input", { bubbles: true }));`;

test.skipIf(missingFirefox !== undefined)('Firefox examines a log, walks it and opens its link', async () => {
  const [server, firefox] = [await servePage(), await Firefox.launch()];
  try {
    for (const address of [server.address, `file://${join(PAGE, 'replay.html')}`]) {
      await firefox.send('WebDriver:Navigate', { url: address });
      expect(await firefox.run(HEADING)).toMatch(/^kernel page fault in kni_net/);
      await firefox.until('return document.querySelector(".link-line").textContent.includes("is the link")');
      await firefox.run(PASTE, LOG);
      await firefox.until(`${HEADING}.includes("divide error")`);
      await firefox.run(
        'document.activeElement.blur(); document.dispatchEvent(new KeyboardEvent("keydown", { key: "k" }))',
      );
      const link = await firefox.until('return /#z=.*&back=1$/.test(location.href) && location.href');
      await firefox.send('WebDriver:Navigate', { url: 'about:blank' });
      await firefox.send('WebDriver:Navigate', { url: link });
      await firefox.until(`${HEADING}.includes("divide error")`);
      expect(await firefox.until('return document.querySelector(".position")?.textContent')).toMatch(/^1 before/);
    }
  } finally {
    await firefox.close();
    await server.close();
  }
});
