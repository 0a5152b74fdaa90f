// `node build/keep-compiled.mjs BUNDLE LOG`: explains the log, then keeps beside the bundle what V8 compiled of it, for this very Node.

import { evaluate } from '../dist/modules/node/runtime/code-cache.js';

const [bundle, log] = process.argv.slice(2);
const { exports, keep } = evaluate(bundle);
await exports.run([log]);
keep();
process.exit();
