// `node dist/tools/unicorn-wasm/main.js FOLDER`: writes the engine module and its licence into FOLDER.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { correctEngineSource } from '../../src/emulator/unicorn/corrections.ts';
import { writeEngineModule } from './write-engine-module.ts';

const [folder = '.'] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const enginePackage = dirname(require.resolve('@specy/x86/package.json'));
const published = readFileSync(join(enginePackage, 'dist/x86/deps/unicorn-x86.min.js'), 'latin1');
writeFileSync(join(folder, 'unicorn-x86.wasm'), writeEngineModule(correctEngineSource(published)));
copyFileSync(join(enginePackage, 'LICENSE'), join(folder, 'LICENSE.unicorn'));
