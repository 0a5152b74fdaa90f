// Whole reports of every era, against their printed facts. `npx vitest -u` rewrites the `.facts` files; read the difference.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseLog } from '../../../src/carriers/read-log.ts';
import { printLog } from './print-report.ts';

const folder = new URL('../../vectors/snapshot-reports/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.log'));

test.each(names)('%s is read completely', async (name) => {
  const printed = printLog(parseLog(readFileSync(new URL(name, folder), 'utf8')));
  await expect(`${printed}\n`).toMatchFileSnapshot(new URL(name.replace(/\.log$/, '.facts'), folder).pathname);
});

test('the sample log gives its oops and its user fault', async () => {
  const log = readFileSync(new URL('../../../scenarios/kni-fifo-put/oops.log', import.meta.url), 'utf8');
  await expect(`${printLog(parseLog(log))}\n`).toMatchFileSnapshot(new URL('sample.facts', folder).pathname);
});
