// How long the page takes in Chromium: cold navigation to the explained example, a further log, an edit; and its memory over many logs.
// Every navigation has a browser context of its own, without a cache. `npm run bench:page` builds first.

import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';

const PAGE = 'dist/page';
const NAVIGATIONS = 15;
const MANY_LOGS = 1000;
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

const logs = readdirSync('scenarios', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => readFileSync(join('scenarios', name, 'oops.log'), 'utf8'));

const server = createServer(({ url }, response) => {
  const name = url === '/' ? 'index.html' : (url ?? '').slice(1);
  try {
    response
      .writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'text/plain' })
      .end(readFileSync(join(PAGE, name)));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});

const paints = [];
const ready = [];
for (let i = 0; i < NAVIGATIONS; i++) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address, { waitUntil: 'commit' });
  // The worker has the example's reports too: everything is loaded, compiled and has run.
  await page.waitForFunction(() => performance.getEntriesByName('example-examined').length > 0);
  const time = await page.evaluate(() =>
    ['first-contentful-paint', 'example-examined'].map((name) => performance.getEntriesByName(name)[0]?.startTime),
  );
  paints.push(time[0]);
  ready.push(time[1]);
  await context.close();
}

const page = await (await browser.newContext()).newPage();
await page.goto(address);
const examined = await page.evaluate(examineAll, { logs, rounds: 1 });
const memory = await page.evaluate(examineAll, { logs, rounds: Math.ceil(MANY_LOGS / logs.length) });
await browser.close();
server.close();

/** In the page, with a worker of its own: milliseconds for each log after the first, and bytes of JavaScript before and after. */
async function examineAll({ logs: given, rounds }) {
  const worker = new Worker('worker.js');
  const [engine, iced] = await Promise.all(
    ['unicorn-x86.wasm', 'iced-x86.wasm'].map((file) => WebAssembly.compileStreaming(fetch(file))),
  );
  worker.postMessage({ kind: 'start', modules: { engine, iced } });
  const times = [];
  let number = 0;
  const heaps = [];
  for (let round = 0; round < rounds; round++) {
    for (const text of given) {
      const start = performance.now();
      await new Promise((resolve) => {
        worker.onmessage = ({ data }) => data.answer.kind !== 'entry' && resolve();
        worker.postMessage({
          kind: 'ask',
          number: number++,
          question: { kind: 'examine', log: { file: 'a', text }, syntax: 'att' },
        });
      });
      times.push(performance.now() - start);
    }
    heaps.push(performance.memory?.usedJSHeapSize ?? 0);
  }
  worker.terminate();
  return { times: times.slice(1), heaps };
}

const sorted = (values) => [...values].sort((a, b) => a - b);
const share = (values, part) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))].toFixed(0);
console.log(`first paint of the example: median ${share(paints, 0.5)} ms (n = ${paints.length})`);
console.log(
  `cold navigation to the example, examined by the worker: median ${share(ready, 0.5)} ms, third quartile ${share(ready, 0.75)} ms`,
);
console.log(
  `a further log: median ${share(examined.times, 0.5)} ms, 95 % ${share(examined.times, 0.95)} ms, longest ${share(examined.times, 1)} ms`,
);
console.log(
  `${memory.times.length + 1} logs, the page's JavaScript: ${(memory.heaps[0] / 1e6).toFixed(1)} MB after the first round, ${(memory.heaps.at(-1) / 1e6).toFixed(1)} MB after the last`,
);
