// `replay serve [LOG…]`: the page, on logs of this machine. Loaded only for this command.

import { type Command, InvalidArgumentError } from 'commander';
import { ReplayError } from '../../../machine/errors.ts';
import { loadPage } from '../../runtime/page-files.ts';
import { startPageServer } from '../../servers/page-server.ts';
import { EXIT } from '../exit-codes.ts';
import { createOutput } from '../output.ts';
import { openInBrowser } from './open-browser.ts';
import { STANDARD_INPUT, wholeLog } from './whole-log.ts';

interface ServeOptions {
  readonly port: number;
  readonly open: boolean;
}

const SERVE_HELP = `
The page works everything out in the browser. This command only gives it the
page and the logs that are named, on the loopback interface, under an address
that cannot be guessed; it ends with Ctrl-C. A log that grows is read again.`;

/** `finish` receives the exit code. */
export function describeServe(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Shows crashes in the browser: walk them, ask where values came from.')
    .argument('[logs...]', 'crash logs to show')
    .option('--port <n>', 'TCP port; 0 lets the system choose', portNumber, 0)
    .option('--open', 'open the browser', false)
    .addHelpText('after', SERVE_HELP)
    .action(async (logs: string[], options: ServeOptions) => finish(await serve(logs, options)));
}

async function serve(logs: readonly string[], { port, open }: ServeOptions): Promise<number> {
  const output = createOutput('never');
  if (logs.includes(STANDARD_INPUT))
    throw new ReplayError('usage/invalid', { message: 'serve reads its logs again and again, which - cannot be' });
  // What cannot be read is told now, and not in the browser.
  for (const log of logs) await wholeLog(log);
  const server = await startPageServer({ files: loadPage(), logs, port, readLog: wholeLog }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const reason = code === 'EADDRINUSE' ? 'the port is in use; choose another with --port' : code;
    throw new ReplayError('usage/invalid', { message: `cannot listen on port ${port}: ${reason}` });
  });
  output.write([`Open ${server.address} in a browser; Ctrl-C ends it.`]);
  if (open) openInBrowser(server.address, output.error);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await server.close();
  return EXIT.reproduced;
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return Number(text);
}
