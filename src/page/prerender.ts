// What the build runs: the example, worked out by the page's own parts, becomes the markup of the page.

import { pageDocument } from './document.tsx';
import { Examiner } from './examiner.ts';
import type { Example } from './example.ts';
import { type PageModules, startParts } from './runtime.ts';

export { pageDocument };

export function workOut(modules: PageModules, text: string): Example {
  const log = { file: 'example.log', text };
  return { log, entries: [...new Examiner(startParts(modules)).examine(log, 'att')] };
}
