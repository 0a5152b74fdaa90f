// `node dist/tools/build/keep-compiled.js BUNDLE LOG`: explains the log, then keeps beside the bundle what V8 compiled of it, for this very
// Node. It is a process of its own, so that what is kept is what a run needs.

import { writeFileSync } from 'node:fs';
import { evaluate } from '../../src/node/runtime/code-cache.ts';
import { besideScript } from '../../src/node/runtime/compiled-places.ts';

const [bundle = '', log = ''] = process.argv.slice(2);
const { exports, compiledForm } = evaluate(bundle);
await (exports as typeof import('../../src/node/cli/command-line.ts')).run([log]);
writeFileSync(besideScript(bundle), compiledForm());
process.exit();
