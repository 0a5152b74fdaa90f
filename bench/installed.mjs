// The package as a user has it, and the releases of Node to run it under.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What `npm pack` makes of the checkout `root`, unpacked beside the checkout's dependencies, and an empty folder for caches of users. */
export function installPackage(root) {
  const parent = mkdtempSync(join(tmpdir(), 'replay-bench-'));
  const tarball = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', parent], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  execFileSync('tar', ['-xzf', join(parent, tarball), '-C', parent]);
  symlinkSync(join(root, 'node_modules'), join(parent, 'node_modules'), 'junction');
  const caches = join(parent, 'caches');
  mkdirSync(caches);
  return { folder: join(parent, 'package'), caches, remove: () => rmSync(parent, { recursive: true }) };
}

/** This Node, those that test/package-under-node.test.ts installs, and those that REPLAY_NODES names with colons between. */
export function nodesAtHand(root) {
  const folder = join(root, 'test/node-versions/node_modules');
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => /^node-\d/.test(name)) : [];
  const paths = [
    process.execPath,
    ...found.map((name) => join(folder, name, 'bin/node')),
    ...(process.env.REPLAY_NODES ?? '').split(':').filter((path) => path !== ''),
  ];
  return paths.map((path) => ({
    path,
    version: execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim(),
  }));
}
