// Debian's Chromium and a server for the built page, for the tests that look at it as a reader does.

import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

export const PAGE = fileURLToPath(new URL('../../dist/page/', import.meta.url));
export const SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url));
export const SAMPLE = readFileSync(join(SCENARIOS, 'kni-fifo-put/oops.log'), 'utf8');

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const chromiumPath = PLACES.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());

/** Why the page cannot be looked at here; undefined where it can. It is printed, as a test that was skipped says no reason. */
export const missingBrowser = chromiumPath === undefined ? 'no Chromium (Debian: chromium)' : undefined;
if (missingBrowser !== undefined) console.warn(`The tests of the page are skipped: ${missingBrowser}.`);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
};

export interface PageServer {
  readonly address: string;
  /** The paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Serves the folder as any static host would: no headers of its own but the type. */
export async function servePage(): Promise<PageServer> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    asked.push(path);
    const name = path === '/' ? 'index.html' : path.slice(1);
    try {
      const body = readFileSync(join(PAGE, name));
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A browser and a server for the tests of one `describe`: they are there once its tests run. */
export function browserAndServer(): { readonly browser: Browser; readonly server: PageServer } {
  let browser: Browser | undefined;
  let server: PageServer | undefined;
  beforeAll(async () => {
    server = await servePage();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return {
    get browser() {
      return started(browser);
    },
    get server() {
      return started(server);
    },
  };
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('it is there once the tests run');
  return part;
}
