// `node dist/tools/manual/main.js FOLDER`: writes the manual page of the command into FOLDER.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programModel } from '../../src/node/cli/completion/command-model.ts';
import { wholeProgram } from '../../src/node/cli/program.ts';
import { VERSION } from '../../src/node/cli/version.ts';
import { manualPage } from './page.ts';

const [folder = '.'] = process.argv.slice(2);
writeFileSync(join(folder, 'replay.1'), manualPage(programModel(await wholeProgram()), VERSION));
