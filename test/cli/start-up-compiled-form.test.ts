// The compiled form that the build makes of the command's bundle helps a start; nothing depends on it, and V8 never sees one that is not this
// Node's own, whole, and of this very script.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../src/node/runtime/code-cache.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sample = join(root, 'scenarios', 'kni-fifo-put', 'oops.log');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-install-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of the built package, installed beside the same dependencies. */
function install(name: string): string {
  const copy = join(folder, name);
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

function replay(installed: string) {
  const main = join(installed, 'dist', 'cli', 'main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, sample], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return { status, stdout, stderr };
}

/** What V8 said of each compiled form that it was given; empty where it was given none. */
function offered(installed: string): string[] {
  const recorder = join(folder, 'recorder.cjs');
  writeFileSync(
    recorder,
    `const vm = require('node:vm');
     const { Script } = vm;
     vm.Script = class extends Script {
       constructor(...words) {
         super(...words);
         if (words[1].cachedData) process.stderr.write('rejected: ' + this.cachedDataRejected + '\\n');
       }
     };`,
  );
  // As an argument of the process `--require` would be one of its options, which a compiled form has to share.
  const main = join(installed, 'dist', 'cli', 'main.js');
  const run = `process.argv.splice(1, 0, ${JSON.stringify(main)});process.execArgv.splice(0);require(${JSON.stringify(recorder)});require(${JSON.stringify(main)})`;
  const { stderr } = spawnSync(process.execPath, ['-e', run, sample], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return stderr.match(/rejected: \w+/g) ?? [];
}

const formOf = (installed: string) => join(installed, 'dist', 'cli', 'replay.js.compiled');

describe('the compiled form of the command', () => {
  it('is accepted by the Node that made it', () => {
    expect(offered(root)).toEqual(['rejected: false']);
  });

  it('may be missing', () => {
    const installed = install('missing');
    rmSync(formOf(installed));
    expect(offered(installed)).toEqual([]);
    expect(replay(installed)).toEqual(replay(root));
  });

  it('is not shown to V8 once the script was edited to the same length', () => {
    const installed = install('edited');
    const script = join(installed, 'dist', 'cli', 'replay.js');
    const text = readFileSync(script, 'latin1');
    const edited = text.replaceAll('How it got here', 'HOW IT GOT HERE');
    expect(edited).not.toBe(text);
    writeFileSync(script, edited, 'latin1');
    expect(offered(installed)).toEqual([]);
    expect(replay(installed).stdout).toBe(replay(root).stdout.replaceAll('How it got here', 'HOW IT GOT HERE'));
  });

  it('is not a part of the package, and a read-only installation works', () => {
    const installed = install('read-only');
    const dist = join(installed, 'dist');
    const entries = () =>
      (readdirSync(dist, { recursive: true }) as string[]).sort().map((name) => {
        const { size, mtimeMs } = statSync(join(dist, name));
        return [name, size, mtimeMs];
      });
    for (const [name] of entries()) chmodSync(join(dist, String(name)), 0o555);
    const before = entries();
    expect(replay(installed)).toEqual(replay(root));
    expect(entries()).toEqual(before);
    for (const [name] of before) chmodSync(join(dist, String(name)), 0o755);
  });
});

describe('a compiled form', () => {
  /** A bundle with its compiled form beside it. */
  function bundle(name: string, text = 'exports.answer = () => 42;\n'): { script: string; form: string } {
    const script = join(folder, `${name}.js`);
    writeFileSync(script, text);
    const form = `${script}.compiled`;
    writeFileSync(form, evaluate(script).compiledForm());
    return { script, form };
  }

  const answer = (script: string) => (evaluate(script).exports as { answer(): number }).answer();

  it('is used by the Node that made it', () => {
    const { script } = bundle('kept');
    expect(evaluate(script).compiled).toBe(true);
    expect(answer(script)).toBe(42);
  });

  it('is refused with any one bit changed', () => {
    const { script, form } = bundle('bits');
    const whole = readFileSync(form);
    for (let bit = 0; bit < 8 * whole.length; bit += 7) {
      const changed = Buffer.from(whole);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      writeFileSync(form, changed);
      expect(evaluate(script).compiled, `bit ${bit}`).toBe(false);
    }
    expect(answer(script)).toBe(42);
  });

  it('is refused cut off, empty, or of another script', () => {
    const { script, form } = bundle('cut');
    const whole = readFileSync(form);
    const other = readFileSync(bundle('other', 'exports.answer = () => 43;\n').form);
    for (const content of [
      whole.subarray(0, -1),
      whole.subarray(0, 8),
      Buffer.alloc(0),
      other,
      Buffer.concat([whole, Buffer.alloc(8)]),
    ]) {
      writeFileSync(form, content);
      expect(evaluate(script).compiled).toBe(false);
      expect(answer(script)).toBe(42);
    }
  });

  it('is refused by another release of Node, though V8 has the same number', () => {
    const { script } = bundle('release');
    expect(evaluate(script, 'v20.12.0 11.3.244.8-node.19').compiled).toBe(false);
  });
});
