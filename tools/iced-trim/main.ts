// `node dist/tools/iced-trim/main.js FOLDER`: writes the trimmed script of iced-x86, its module and its licence into FOLDER.

import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MODULE_ID, trimIced } from './trim-iced.ts';

/** The sources that say what is used of the package. */
const SOURCES = 'src/decoder/iced';
const [folder = '.'] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const packageFile = require.resolve('iced-x86');
const packageFolder = dirname(packageFile);
const sources = readdirSync(SOURCES)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(SOURCES, name), 'utf8'));
const { script, wasm } = await trimIced(
  {
    script: readFileSync(packageFile, 'utf8'),
    wasm: readFileSync(join(packageFolder, 'iced_x86_bg.wasm')),
    namespace: require(packageFile),
  },
  sources.join('\n'),
);
writeFileSync(join(folder, 'iced_x86_bg.wasm'), wasm);
writeFileSync(join(folder, 'iced-x86.mjs'), asModule(script));
copyFileSync(join(packageFolder, 'LICENSE.txt'), join(folder, 'LICENSE.iced-x86'));

/**
 * The script as a function of the compiled module that it requires. It also requires `util`, for two classes that are globals today.
 */
function asModule(commonJs: string): string {
  return `export function startIced(compiled) {
  const module = { exports: {} };
  (function (require) {${commonJs}})((id) => (id === '${MODULE_ID}' ? compiled : globalThis));
  return module.exports;
}
`;
}
