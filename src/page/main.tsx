// The page in a browser: it takes over the markup of the build, and connects events, worker, keys and address.

import { hydrate } from 'preact';
import { DATA_ID } from '../frontends/report/embedded.ts';
import { Controller } from './controller.tsx';
import { APP_ID, type Example } from './example.ts';
import { beginModules, isWholeFile, startWorker } from './modules.ts';
import { isServed } from './served-logs.ts';
import { WorkerClient } from './worker-client.ts';

const modules = beginModules();
modules.catch(() => undefined);
const worker = startWorker().then((started) => new WorkerClient(started, modules));
const example = JSON.parse(document.getElementById(DATA_ID)?.textContent ?? '') as Example;
const root = document.getElementById(APP_ID);
if (root !== null) hydrate(<Controller example={example} isWhole={isWholeFile()} worker={worker} />, root);
if ('serviceWorker' in navigator && /^https?:$/.test(location.protocol) && !isServed())
  // Without it the page works, but not offline.
  navigator.serviceWorker.register('offline.js').catch(() => undefined);
