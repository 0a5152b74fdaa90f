// The tarball that `npm pack` makes, installed as a user installs it, runs identically under every release of Node that is at hand.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installNodes, type NodeRelease, nodesAtHand } from './node-versions/nodes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const scenario = join(root, 'scenarios', 'kni-fifo-put');
const missing = installNodes();
const [builder, ...others] = nodesAtHand() as [NodeRelease, ...NodeRelease[]];

const folder = mkdtempSync(join(tmpdir(), 'replay-package-'));
const packageFolder = join(folder, 'node_modules', 'replay-oops');
const main = join(packageFolder, 'dist', 'cli', 'main.js');

beforeAll(() => {
  const packed = run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root);
  expect(packed.stderr + packed.status).toMatch(/0$/);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const options = ['install', '--ignore-scripts', '--omit=peer', '--prefer-offline', '--no-audit', '--no-fund'];
  expect(run('npm', [...options, `./${tarball}`], folder)).toMatchObject({ status: 0 });
  cpSync(scenario, join(folder, 'scenarios', 'kni-fifo-put'), { recursive: true });
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: readonly string[], cwd = folder, more: object = {}) {
  const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', ...more };
  const { status, signal, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env });
  return { status, signal, stdout, stderr };
}

const LOG = join('scenarios', 'kni-fifo-put', 'oops.log');
const LIBRARY = `
  import { readFileSync } from 'node:fs';
  import { examine, loadParts, readLog, toJson, toText } from 'replay-oops';
  const parts = await loadParts();
  for (const snapshot of readLog(readFileSync(${JSON.stringify(LOG)})).reports) {
    const report = examine(snapshot, parts);
    console.log(JSON.stringify([report.replay.verdict, report.replay.fault, report.explanation.findings]));
    console.log(toText(toJson(report, parts)));
  }`;
/** Each has one result, whatever runs it. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  explain: [main, LOG],
  'explain with options': [main, '--no-lead-up', '--syntax', 'intel', LOG],
  '--json': [main, '--json', LOG],
  '--version': [main, '--version'],
  'no such file': [main, 'nothing.log'],
  step: [main, 'step', '--batch', '-ex', 'rsi', '-ex', 'info registers', LOG],
  test: [main, 'test', '--reporter', 'tap', 'scenarios'],
  library: ['--input-type=module', '-e', LIBRARY],
  'vitest integration without vitest': [
    '--input-type=module',
    '-e',
    `await import('replay-oops/vitest').catch((error) => console.log(error.message));`,
  ],
};
const EXPECTED: Readonly<Record<string, RegExp>> = {
  explain: /reproduced: the replay agrees/,
  'explain with options': /mov +DWORD PTR \[eax\+ecx\*4\],esi/,
  '--json': /"schema":"replay\/1"/,
  '--version': /^\d+\.\d+\.\d+$/m,
  'no such file': /no such file/,
  step: /eax/,
  test: /^ok 1/m,
  library: /"reproduced"/,
  'vitest integration without vitest': /^replay-oops\/vitest needs vitest 3 or later: install it/,
};

/** What the builder gave for each run. */
const given = new Map<string, ReturnType<typeof run>>();

test('the builder runs the package as it should', () => {
  for (const [name, args] of Object.entries(RUNS)) {
    given.set(name, run(builder.path, args));
    const { stdout, stderr, signal } = given.get(name) as ReturnType<typeof run>;
    expect(stdout + stderr, name).toMatch(EXPECTED[name] as RegExp);
    expect(signal).toBe(null);
  }
});

test('a checkout and the package say the same', () => {
  expect(run(builder.path, [main, LOG])).toEqual(run(builder.path, [join(root, 'dist', 'cli', 'main.js'), LOG]));
});

describe.skipIf(missing !== undefined)(
  `other releases of Node${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('there are at least three', () => {
      expect(new Set([builder, ...others].map(({ version }) => version)).size).toBeGreaterThan(3);
    });

    test.each(others)('Node $version gives what the builder gives', async ({ version, path }) => {
      expect(run(path, ['-p', 'process.versions.node']).stdout.trim()).toBe(version);
      for (const [name, args] of Object.entries(RUNS)) expect(run(path, args), name).toEqual(given.get(name));
      expect(await askedByGdb(path)).toEqual(await askedByGdb(builder.path));
    });

    test.each([builder, ...others])(
      'Node $version reads back what it compiled, and nothing of another',
      ({ version, path }) => {
        const XDG_CACHE_HOME = join(folder, 'cache');
        const kept = join(XDG_CACHE_HOME, 'replay-oops');
        const ownEntries = () => readdirSync(kept).filter((name) => name.startsWith(`v${version}-`));
        expect(run(path, [main, LOG], folder, { XDG_CACHE_HOME })).toEqual(given.get('explain'));
        expect(ownEntries()).toHaveLength(1);
        const { mtimeMs } = statSync(join(kept, ownEntries()[0] as string));
        // A form that V8 had refused would have been written anew.
        expect(run(path, [main, LOG], folder, { XDG_CACHE_HOME })).toEqual(given.get('explain'));
        expect(statSync(join(kept, ownEntries()[0] as string)).mtimeMs).toBe(mtimeMs);
      },
    );
  },
);

test.each([builder, ...others].filter(({ version }) => runsVitest(version)))(
  'describeScenarios works in vitest under Node $version',
  ({ path }) => {
    const project = mkdtempSync(join(tmpdir(), 'replay-vitest-'));
    cpSync(packageFolder, join(project, 'node_modules', 'replay-oops'), { recursive: true });
    for (const name of ['vitest', 'iced-x86', 'capstone-wasm', 'yaml'])
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name), 'junction');
    cpSync(join(folder, 'scenarios'), join(project, 'scenarios'), { recursive: true });
    mkdirSync(join(project, 'test'));
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    const script = `import { describeScenarios } from 'replay-oops/vitest';\ndescribeScenarios('scenarios');\n`;
    writeFileSync(join(project, 'test', 'crashes.test.js'), script);
    const { stdout, status } = run(
      path,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', project],
      project,
    );
    rmSync(project, { recursive: true });
    expect(stdout).toMatch(/Tests +1 passed/);
    expect(status).toBe(0);
  },
);

/** Vitest 4 stands on Vite 7, which needs 20.19 or 22.12; the package itself asks for less. */
function runsVitest(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22;
}

/** What gdb's first questions are answered with. */
async function askedByGdb(node: string): Promise<string[]> {
  const server = spawn(node, [main, 'gdb', '--port', '0', '--once', LOG], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const port = await portOf(server);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const answers: string[] = [];
    for (const packet of ['$?#3f', '$g#67', '$bs#d5', '$g#67']) {
      socket.write(packet);
      answers.push(await answer(socket));
    }
    socket.destroy();
    expect(answers[1]).toMatch(/^\$[0-9a-fx]{300,}#/);
    return answers;
  } finally {
    server.kill();
  }
}

function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (text: Buffer): void => {
      said += text.toString();
      const [, port] = /Listening on [^:]+:(\d+)/.exec(said) ?? [];
      if (port !== undefined) resolve(Number(port));
    };
    server.stdout?.on('data', hear);
    server.stderr?.on('data', hear);
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}

/** The next packet, without the acknowledgement before it. */
async function answer(socket: ReturnType<typeof connect>): Promise<string> {
  let text = '';
  while (!/\$[^#]*#[0-9a-f]{2}/.test(text)) text += String((await once(socket, 'data'))[0]);
  socket.write('+');
  return text.replace(/^\++/, '');
}
