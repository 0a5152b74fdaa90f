// `node dist/tools/sign-search/main.js FOLDER`: writes the search for the signs of reports into FOLDER.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble, SIGN_SEARCH } from './assemble.ts';

const [folder = '.'] = process.argv.slice(2);
writeFileSync(join(folder, 'sign-search.wasm'), await assemble(SIGN_SEARCH));
