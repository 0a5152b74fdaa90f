// What a reader does with the page, in a real browser: logs come in, the crash is walked, links, text and files go out.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replayCommand } from '../cli/replay-command.ts';
import { HOSTILE_UTF8, leaks } from '../hostile-text.ts';
import { browserAndServer, launchBrowser, missingBrowser, PAGE, SAMPLE, SCENARIOS, servePage } from './browser.ts';

const logOf = (name: string) => readFileSync(join(SCENARIOS, name, 'oops.log'), 'utf8');
const OTHER = logOf('divide-overflow');

describe.skipIf(missingBrowser !== undefined)('the page', () => {
  const at = browserAndServer();
  let context: BrowserContext;
  let page: Page;
  /** What the browser complains of. */
  let complaints: string[];

  beforeEach(async () => {
    context = await at.browser.newContext({
      serviceWorkers: 'block',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page = await open(at.server.address);
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  async function open(address: string): Promise<Page> {
    complaints = [];
    const opened = await context.newPage();
    opened.on('pageerror', (error) => complaints.push(error.message));
    opened.on('console', (message) => {
      if (!message.text().startsWith('Service Worker registration blocked')) complaints.push(message.text());
    });
    await opened.goto(address);
    // The address is written once everything listens.
    await opened.getByText('the address of this page is the link').waitFor();
    return opened;
  }
  const heading = () => page.locator('h2').first().textContent();
  const shows = async (title: RegExp) => page.locator('h2').filter({ hasText: title }).waitFor({ timeout: 10_000 });
  const position = () => page.locator('.position').textContent();
  const fill = (text: string) => page.getByLabel('Paste a crash log').fill(text);

  test('the example can be read before any script', async () => {
    const still = await at.browser.newContext({ javaScriptEnabled: false });
    const plain = await still.newPage();
    await plain.goto(at.server.address);
    expect(await plain.locator('h2').first().textContent()).toMatch(/^kernel page fault in kni_net/);
    expect(await plain.locator('ol.code li').count()).toBeGreaterThan(13);
    await still.close();
  });

  test('a log is typed, pasted anywhere, chosen or dropped', async () => {
    await fill(OTHER);
    await shows(/divide error/);
    expect(await page.title()).toMatch(/^kernel divide error in div64_bad.*: replay$/);
    const transfer = await page.evaluateHandle((text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      return data;
    }, SAMPLE);
    await page.evaluate((clipboardData) => {
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }, transfer);
    await shows(/kernel page fault/);
    await page.locator('input[type=file]').setInputFiles({ name: 'a.log', mimeType: '', buffer: Buffer.from(OTHER) });
    await shows(/divide error/);
    const dropped = await page.evaluateHandle((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'b.log'));
      return data;
    }, SAMPLE);
    await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
    await shows(/kernel page fault/);
    expect(await page.locator('.given').textContent()).toMatch(/^Below: b.log, \d+ lines, 2 reports/);
  });

  test('several reports are a list; what is no report is said', async () => {
    const reports = page.getByRole('navigation', { name: 'Reports of this log' }).getByRole('button');
    expect(await reports.count()).toBe(2);
    await reports.nth(1).click();
    expect(await heading()).toMatch(/^user page fault in kni/);
    await page.keyboard.press('p');
    expect(await heading()).toMatch(/^kernel page fault/);
    await fill('Unable to handle kernel NULL pointer dereference at virtual address 00000000\nPC is at x+0x4/0x8\n');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/no (?:i386 )?crash report|no report/i);
    await fill('nothing of the kind');
    await page.getByText('a report has lines such as').waitFor();
  });

  test('keys walk, ask and answer', async () => {
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      return position();
    };
    expect(await press('ArrowLeft')).toBe('1 before the fault, at f88a5aea');
    expect(await press('k', 'k', 'j')).toMatch(/^2 before the fault/);
    expect(await press('Home')).toMatch(/^13 before the fault/);
    expect(await press('End')).toBe('at the fault');
    await page.getByRole('button', { name: '%ecx' }).click();
    expect(await page.getByRole('heading', { name: 'Where %ecx comes from' }).count()).toBe(1);
    expect(await press('w')).toMatch(/at f88a5aea$/);
    expect(await press('[')).toMatch(/at f88a5ace$/);
    expect(await press(']')).toMatch(/at f88a5aed$|at the fault/);
    await press('Escape');
    expect(await page.getByRole('heading', { name: 'Where %ecx' }).count()).toBe(0);
    await press('?');
    expect(await page.getByRole('dialog').isVisible()).toBe(true);
    await press('Escape', '/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('paste');
    // Keys are text there.
    expect(await press('k')).toBe('at the fault');
  });

  test('the scrubber walks too, and says where it stands', async () => {
    const scrubber = page.getByRole('slider');
    await scrubber.focus();
    await page.keyboard.press('Home');
    expect(await position()).toMatch(/^13 before/);
    expect(await scrubber.getAttribute('aria-valuetext')).toMatch(/^13 before the fault, at f88a5ac2/);
  });

  test('the address is a link to what is shown', async () => {
    await fill(OTHER);
    await shows(/divide error/);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 2 }).first().click();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('button', { name: '%eax' }).click();
    await page.waitForFunction(() => location.hash.includes('ask='));
    const address = page.url();
    expect(address).toMatch(/#z=[\w-]+&back=1&ask=eax\.1$/);
    const before = await position();
    page = await open(address);
    await shows(/divide error/);
    await page.getByRole('heading', { name: 'Where %eax comes from' }).waitFor();
    expect(await position()).toBe(before);
    expect(page.url()).toBe(address);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('The link is copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
  });

  test('a link may leave the call trace out, and keeps the verdict', async () => {
    await fill(SAMPLE);
    await page.waitForFunction(() => location.hash.startsWith('#z='));
    const whole = page.url();
    await page.getByRole('checkbox', { name: 'without the call trace' }).check();
    await page.waitForFunction((length) => location.href.length < length, whole.length);
    page = await open(page.url());
    await shows(/kernel page fault/);
    expect(await page.getByRole('heading', { name: 'Call trace' }).count()).toBe(0);
    expect(await page.locator('.badge').first().textContent()).toBe('reproduced');
  });

  test('a link that is damaged, or that inflates without end, says so', async () => {
    page = await context.newPage();
    await page.goto(`${at.server.address}#z=AAAA____`);
    await page.getByText('The log of this link is damaged').waitFor();
    const bomb = await page.evaluate(async () => {
      const stream = new Blob([new Uint8Array(1 << 26)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
      const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return btoa(text).replace(/\+/g, '-').replace(/\//g, '_');
    });
    await page.evaluate((fragment) => {
      location.hash = `z=${fragment}`;
    }, bomb);
    await page.getByText('larger than 2 MiB').waitFor();
  });

  test('text, HTML and JSON are those of the command', async () => {
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'oops.log', mimeType: '', buffer: Buffer.from(SAMPLE) });
    await page.getByText('Below: oops.log').waitFor();
    const files = { 'oops.log': SAMPLE };
    await page.getByRole('button', { name: 'Copy as text' }).click();
    await page.getByText('The text is copied.').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    const { stdout } = replayCommand(['--width', '100', '--report', '1', 'oops.log'], { files });
    expect(text.trimEnd()).toBe(stdout.trimEnd());
    const saved = async (name: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      return [download.suggestedFilename(), readFileSync(await download.path(), 'utf8')];
    };
    const command = (...args: string[]) => replayCommand([...args, 'oops.log'], { files }).stdout;
    expect(await saved('Save JSON')).toEqual(['oops.json', command('--json')]);
    expect(await saved('Save HTML')).toEqual(['oops.html', command('--html', '-')]);
  });

  test('values are set before an instruction, and what comes of it is compared', async () => {
    const set = async (text: string) => {
      await page.getByLabel(/^Before .*, set$/).fill(text);
      await page.getByRole('button', { name: 'Run on' }).click();
    };
    const outcome = (text: string | RegExp) => page.locator('.trial .sentence').filter({ hasText: text }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await set('nonsense');
    await page.getByText('is no change').waitFor();
    await set('%edi = 5');
    await outcome('It faults as before at f88a5aed: write of 4 bytes to 9e28ea90');
    await set('ecx = 0x10');
    await outcome(/^At f88a5b0f it cannot be followed further/);
    expect(await page.locator('.trial .sentences').innerText()).toContain(
      'after f88a5aea %ecx is ≈00000014, originally 2b024004',
    );
    expect(await page.locator('.tried li').count()).toBeGreaterThan(3);
    await page.waitForFunction(() => location.hash.includes('set='));
    expect(page.url()).toMatch(/#back=1&set=edi:5,ecx:10$/);
    await page.getByRole('button', { name: 'take %ecx = 00000010 back' }).click();
    await outcome('It faults as before');
    page = await open(`${at.server.address}#set=page.9e28e000:open,junk,ecx:zz`);
    await outcome(/^At /);
    expect(await page.locator('.edits li').count()).toBe(1);
  });

  test('memory is shown as it is known at the position', async () => {
    await page.getByText('Every byte that is known').click();
    const row = (address: string) => page.locator('.hex tr').filter({ hasText: address });
    await row('f88a5ac0').waitFor();
    expect(await row('f88a5ac0').innerText()).toMatch(/·· ·· 89 c7 f3 a5 8b 83 {2}d8 .*code\s+printed/);
    expect(await row('9e28ea90').innerText()).toMatch(/×× ×× .*the fault\s+refused/);
    expect(await row('d4b85e10').innerText()).toMatch(/stack\s+printed/);
    await page.keyboard.press('Home');
    await page.getByRole('heading', { name: 'Memory before f88a5ac2' }).waitFor();
    // A store of the lead-up went to an unknown address: what was there before it is assumed, as `replay step` says.
    await row('d4b85e10').filter({ hasText: 'assumed' }).waitFor();
    expect(await row('f88a5ac0').innerText()).toMatch(/printed/);
  });

  test('a report file is read back', async () => {
    const { stdout } = replayCommand(['--html', '-', 'oops.log'], { files: { 'oops.log': OTHER } });
    await page.locator('input[type=file]').setInputFiles({ name: 'r.html', mimeType: '', buffer: Buffer.from(stdout) });
    await shows(/divide error/);
    expect(await page.locator('.overline').textContent()).toContain('oops.log:3');
  });

  test('nothing is asked of any server once the page is there', async () => {
    const paths = new Set(at.server.asked);
    expect([...paths].sort()).toEqual([
      '/',
      '/iced-x86.wasm',
      '/main.js',
      '/style.css',
      '/unicorn-x86.wasm',
      '/worker.js',
    ]);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await fill(OTHER);
    await shows(/divide error/);
    await page.keyboard.press('Escape');
    for (const name of ['Copy as text', 'Save HTML', 'Save JSON', 'Copy link'])
      await page.getByRole('button', { name }).click();
    await page.getByText('The link is copied.').waitFor();
    expect(requests.filter((url) => !url.startsWith('blob:'))).toEqual([]);
  });

  test('the policy refuses other scripts, styles and servers', async () => {
    const refused = await page.evaluate(async () => {
      const directives: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'document.title = "run"';
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      const image = new Image();
      image.src = 'http://127.0.0.1:1/x.png';
      document.body.append(script, style, image);
      await fetch('http://127.0.0.1:1/').catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return directives.sort();
    });
    expect(refused).toEqual(['connect-src', 'img-src', 'script-src-elem', 'style-src-elem']);
    expect(await page.title()).not.toBe('run');
    complaints = [];
  });

  test('markup, control and bidirectional characters of a log stay text', async () => {
    const hostile = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>${HOSTILE_UTF8.replace(/[\r\n\u0085\u2028\u2029]/g, '')}`;
    await fill(
      SAMPLE.replaceAll('rte_kni', `rte_kni${hostile}`)
        .replaceAll('kni_open', `kni_open${hostile}`)
        .replace('Stack:', `Stack: ${hostile}`),
    );
    await page.waitForFunction(() => location.hash.startsWith('#z='));
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).not.toMatch(/^run/);
    const texts = (await page.locator('main').textContent()) ?? '';
    expect(texts).toContain('<img src=x');
    expect(leaks(texts)).toEqual([]);
  });
});

describe.skipIf(missingBrowser !== undefined)('without a network', () => {
  test('the page opens again and examines a log', async () => {
    const [server, browser] = [await servePage(), await launchBrowser()];
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.address);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(async () => (await caches.keys()).length === 1);
    await server.close();
    await page.reload();
    await page.getByLabel('Paste a crash log').fill(OTHER);
    await page.locator('h2').filter({ hasText: 'divide error' }).waitFor();
    await browser.close();
  });

  test('the one file does all of it from the disk', async () => {
    const browser = await launchBrowser();
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`file://${join(PAGE, 'replay.html')}`);
    await page.getByLabel('Paste a crash log').fill(OTHER);
    await page.locator('h2').filter({ hasText: 'divide error' }).waitFor();
    await page.waitForFunction(() => location.hash.startsWith('#z='));
    const [address, download] = [page.url(), page.waitForEvent('download')];
    await page.getByRole('button', { name: 'Save HTML' }).click();
    expect((await download).suggestedFilename()).toBe('pasted.html');
    await page.goto('about:blank');
    await page.goto(address);
    await page.locator('h2').filter({ hasText: 'divide error' }).waitFor();
    expect(complaints).toEqual([]);
    await browser.close();
  });
});
