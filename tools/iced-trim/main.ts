// `node dist/tools/iced-trim/main.js FOLDER SOURCE…`: writes the trimmed script of iced-x86, its module and its licence into FOLDER. The
// sources, files or folders of them, say what is used of the package.

import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MODULE_ID, trimIced } from './trim-iced.ts';

const [folder = '.', ...places] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const packageFile = require.resolve('iced-x86');
const packageFolder = dirname(packageFile);
const sources = places
  .flatMap((place) => (place.endsWith('.ts') ? [place] : readdirSync(place).map((name) => join(place, name))))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'));
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
