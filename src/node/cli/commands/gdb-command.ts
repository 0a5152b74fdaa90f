// `replay gdb LOG`: serves a crash to gdb. Loaded only for this command.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { startGdbServer } from '../../../frontends/gdb/gdb-server.ts';
import { ReplayError } from '../../../machine/errors.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { EXIT } from '../exit-codes.ts';
import { openLog } from './open-log.ts';

interface GdbOptions {
  readonly report?: number;
  readonly port: number;
  readonly host: string;
  readonly syntax: 'att' | 'intel';
  readonly once: boolean;
}

const LOOPBACK = '127.0.0.1';
const DEFAULT_PORT = 1234;

const GDB_HELP = `
In gdb:
  set architecture i386
  target remote localhost:${DEFAULT_PORT}
  reverse-stepi, reverse-continue, stepi, x/5i $pc, info registers, watch
  monitor help

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
    .option('--host <address>', 'address to listen on; others than loopback let anyone in', LOOPBACK)
    .option('--report <n>', 'the report to serve, from 1', portNumber)
    .option('--once', 'end when the first client leaves', false)
    .addOption(new Option('--syntax <syntax>', 'assembler syntax').choices(['att', 'intel']).default('att'))
    .addHelpText('after', GDB_HELP)
    .action(async (log: string, options: GdbOptions) => finish(await serve(log, options, loadParts)));
}

async function serve(log: string, options: GdbOptions, loadParts: () => Promise<ReplayParts>): Promise<number> {
  const { session, annotations } = await openLog(log, options, loadParts);
  const say = (message: string) => void process.stderr.write(`replay: ${message}\n`);
  let idle: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    idle = resolve;
  });
  const { host, port } = options;
  const server = await startGdbServer({
    target: session,
    annotations,
    host,
    port,
    report: say,
    ...(options.once && { onIdle: () => idle() }),
  }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new ReplayError('usage/invalid', {
      message: `cannot listen on ${host}:${port}: ${LISTEN_ERRORS[code] ?? code}`,
    });
  });
  process.stdout.write(
    `Listening on ${server.host}:${server.port}; in gdb: target remote ${server.host}:${server.port}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => idle());
  await left;
  await server.close();
  return EXIT.reproduced;
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; choose another with --port',
  EACCES: 'not allowed; choose a port above 1023',
  EADDRNOTAVAIL: 'no address of this machine',
};

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  }
  return Number(text);
}
