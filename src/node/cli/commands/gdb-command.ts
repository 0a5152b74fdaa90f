// `replay gdb LOG`: serves a crash to gdb. Loaded only for this command.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { ReplayError } from '../../../machine/errors.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { isLoopback, LOOPBACK, startGdbServer } from '../../servers/gdb-server.ts';
import { EXIT } from '../exit-codes.ts';
import { createOutput } from '../output.ts';
import { openLog } from './open-log.ts';

interface GdbOptions {
  readonly report?: number;
  readonly port: number;
  readonly host: string;
  readonly syntax: 'att' | 'intel';
  readonly once: boolean;
}

const DEFAULT_PORT = 1234;

const GDB_HELP = `
In gdb:
  set architecture i386
  target remote localhost:${DEFAULT_PORT}
  reverse-stepi, reverse-continue, stepi, x/5i $pc, info registers, watch
  monitor help           how values are known, where they came from, callers

gdb's own bt gets the stack words of the log: its first caller is right where
%ebp is a frame pointer, the next ones are guesses, as the log has no code of
the callers. monitor where has the callers that the log shows, with names.

What the log does not tell is unavailable or cannot be read, never zero.
Setting a register or memory begins a diversion; the timeline stays as it is.`;

/** `finish` receives the exit code. */
export function describeGdb(
  command: Command,
  loadParts: () => Promise<ReplayParts>,
  finish: (exitCode: number) => void,
): void {
  command
    .description('Serves a crash to gdb, forwards and backwards, over its remote protocol.')
    .argument('<log>', 'crash log; - is standard input')
    .option('--port <n>', 'TCP port; 0 lets the system choose', portNumber, DEFAULT_PORT)
    .option('--host <address>', 'address to listen on; any but a loopback address lets others in, and warns', LOOPBACK)
    .option('--report <n>', 'the report to serve, from 1', portNumber)
    .option('--once', 'end when the first client leaves', false)
    .addOption(new Option('--syntax <syntax>', 'assembler syntax').choices(['att', 'intel']).default('att'))
    .addHelpText('after', GDB_HELP)
    .action(async (log: string, options: GdbOptions) => finish(await serve(log, options, loadParts)));
}

async function serve(log: string, options: GdbOptions, loadParts: () => Promise<ReplayParts>): Promise<number> {
  const { session, annotations } = await openLog(log, options, loadParts);
  const output = createOutput('never');
  let idle: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    idle = resolve;
  });
  const { port } = options;
  const server = await startGdbServer({
    target: session,
    annotations,
    host: options.host,
    port,
    report: output.error,
    ...(options.once && { onIdle: () => idle() }),
  }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new ReplayError('usage/invalid', {
      message: `cannot listen on ${options.host}:${port}: ${LISTEN_ERRORS[code] ?? code}`,
    });
  });
  if (!isLoopback(server.address)) {
    output.error(
      `warning: ${server.address} is no loopback address; whoever reaches it can read this crash and take the session`,
    );
  }
  output.write([`Listening on ${server.host}:${server.port}; in gdb: target remote ${server.host}:${server.port}`]);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => idle());
  await left;
  await server.close();
  return EXIT.reproduced;
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; choose another with --port',
  EACCES: 'not allowed; choose a port above 1023',
  EADDRNOTAVAIL: 'no address of this machine',
  ENOTFOUND: 'no host of that name',
  EAI_AGAIN: 'the name cannot be looked up now; give an address',
};

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  }
  return Number(text);
}
