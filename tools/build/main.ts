// `node dist/tools/build/main.js`: brings everything in dist up to date, and prints what it had to make.

import { PRODUCTS } from './products.ts';
import type { Product } from './stamp.ts';
import { bringUpToDate, removeLeftovers } from './stamp.ts';

const STAMPS = 'dist/tools/stamps';

async function bring(product: Product): Promise<void> {
  const start = performance.now();
  if (await bringUpToDate(product, STAMPS))
    console.log(`${product.name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

for (const folder of ['dist/cli', 'dist/lib', 'dist/runtime', 'dist/source']) removeLeftovers(folder, PRODUCTS.flat());
for (const row of PRODUCTS) await Promise.all(row.map(bring));
