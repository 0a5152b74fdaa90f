// The types of the library: one file for each entry, rolled up of the declarations of all modules, which are no part of the interface.

import { resolve } from 'node:path';

/** Where tsc writes the declaration of each module. */
const MODULES = 'dist/modules';
const LIBRARY = 'dist/lib';
/** What `rollUpDeclarations` writes, of all that is in `LIBRARY`. */
export const DECLARATIONS = /\.d\.ts$/;

const PORTABLE = resolve(MODULES, 'index.d.ts');
/** `node.d.ts` has what Node adds, and refers to `index.d.ts` for the rest: a type exists once. */
const ENTRIES: readonly (readonly [file: string, module: string])[] = [
  ['index.d.ts', 'index.d.ts'],
  ['node.d.ts', 'node/index.d.ts'],
  ['vitest.d.ts', 'vitest.d.ts'],
];

export async function rollUpDeclarations(): Promise<void> {
  // Both load TypeScript, which a build that has nothing to roll up should not wait for.
  const { rollup } = await import('rollup');
  const { dts } = await import('rollup-plugin-dts');
  for (const [file, module] of ENTRIES) {
    const input = resolve(MODULES, module);
    const bundle = await rollup({
      input,
      external: (id) => input !== PORTABLE && resolve(MODULES, 'node', id) === resolve(MODULES, 'index.ts'),
      plugins: [dts()],
      onwarn: ({ message }) => {
        throw new Error(`${file}: ${message}`);
      },
    });
    await bundle.write({ file: `${LIBRARY}/${file}`, format: 'es', paths: () => './index.js' });
    await bundle.close();
  }
}
