// Runs the programs that make the products.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a script under this Node; throws unless it ends well. What it prints is passed on. */
export async function runScript(script: string, ...options: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [status, signal] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${script} ended with ${status ?? signal}`);
}
