// Runs the programs that make the products.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a script under this Node; throws unless it ends well. What it prints is passed on; of a `quiet` one only the error has it. */
export async function runScript(script: string, options: readonly string[], quiet = false): Promise<void> {
  const stdio = quiet ? (['ignore', 'ignore', 'pipe'] as const) : (['ignore', 'inherit', 'inherit'] as const);
  const child = spawn(process.execPath, [script, ...options], { stdio: [...stdio] });
  let messages = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    messages += text;
  });
  const [status, signal] = await once(child, 'close');
  if (status !== 0) throw new Error(`${script} ended with ${status ?? signal} ${messages}`);
}
