// Runs the built command as a user does.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const main = join(root, 'dist', 'cli', 'main.js');

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandInput {
  readonly stdin?: string | Uint8Array;
  /** Files to create, by name; the command runs in their directory. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** `replay args…`, in a directory of its own that holds `files`, without any colour setting of the caller. */
export function replayCommand(args: readonly string[], input: CommandInput = {}): CommandResult {
  const directory = mkdtempSync(join(tmpdir(), 'replay-'));
  try {
    for (const [name, content] of Object.entries(input.files ?? {})) writeFileSync(join(directory, name), content);
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
      cwd: directory,
      input: input.stdin ?? '',
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', ...input.environment },
      maxBuffer: 1 << 28,
    });
    return { status, stdout, stderr };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
