// The server of `replay serve`: the built page, and logs of this machine beside it. It listens on the loopback interface alone, only gives,
// and only what was named when it began.

import { randomBytes } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jsonText } from '../../frontends/json-text.ts';

export interface ServedFile {
  readonly name: string;
  readonly type: string;
  readonly body: Uint8Array;
}

export interface PageServerOptions {
  /** The files of the page. Its document is `index.html`. */
  readonly files: readonly ServedFile[];
  /** Paths of logs, as the user named them. */
  readonly logs: readonly string[];
  /** 0 lets the system choose. */
  readonly port: number;
  /** The text of a log as it is now. A rejection is answered with its message. */
  readLog(path: string): Promise<string>;
}

export interface PageServer {
  /** With a part that cannot be guessed: other users of the machine can reach the port too. */
  readonly address: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** Milliseconds between two looks at whether a log has grown. */
const LOOK_EVERY = 1000;
const TEXT = 'text/plain; charset=utf-8';
const SAFETY: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

/** Rejects with Node's error where the port cannot be bound. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const root = `/${randomBytes(16).toString('hex')}/`;
  const listeners = new Set<ServerResponse>();
  let hosts: readonly string[] = [];
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, hosts);
    if (refusal !== undefined) return end(response, refusal, TEXT, '');
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (!path.startsWith(root)) return end(response, 404, TEXT, '');
    void answer(path.slice(root.length), response, options, listeners);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port: options.port }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  // A page elsewhere may have a name that leads here: its requests name that host.
  hosts = [`${LOOPBACK}:${port}`, `localhost:${port}`];
  const stopWatching = watchLogs(options.logs, listeners);
  return {
    address: `http://${LOOPBACK}:${port}${root}`,
    close: () =>
      new Promise((resolve) => {
        stopWatching();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refusalOf({ method, headers }: IncomingMessage, hosts: readonly string[]): number | undefined {
  if (!hosts.includes(headers.host ?? '')) return 403;
  return method === 'GET' || method === 'HEAD' ? undefined : 405;
}

async function answer(
  name: string,
  response: ServerResponse,
  { files, logs, readLog }: PageServerOptions,
  listeners: Set<ServerResponse>,
): Promise<void> {
  const file = files.find((each) => each.name === (name === '' ? 'index.html' : name));
  if (file !== undefined) return end(response, 200, file.type, file.body);
  if (name === 'logs') return end(response, 200, 'application/json', jsonText(logs));
  if (name === 'changes') return listen(response, listeners);
  const log = logs[Number(/^logs\/(\d{1,6})$/.exec(name)?.[1] ?? Number.NaN)];
  if (log === undefined) return end(response, 404, TEXT, '');
  try {
    end(response, 200, TEXT, await readLog(log));
  } catch (error) {
    end(response, 409, TEXT, error instanceof Error ? error.message : String(error));
  }
}

function end(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { ...SAFETY, 'content-type': type }).end(body);
}

/** Server-sent events: each has the number of a log that has changed. */
function listen(response: ServerResponse, listeners: Set<ServerResponse>): void {
  response.writeHead(200, { ...SAFETY, 'content-type': 'text/event-stream' });
  response.write(':\n\n');
  listeners.add(response);
  response.on('close', () => listeners.delete(response));
}

/** By looking: a log may be renamed and made anew, and may be on a network. */
function watchLogs(logs: readonly string[], listeners: ReadonlySet<ServerResponse>): () => void {
  for (const [index, log] of logs.entries())
    watchFile(log, { interval: LOOK_EVERY }, (now, before) => {
      if (now.mtimeMs === before.mtimeMs && now.size === before.size) return;
      for (const response of listeners) response.write(`data: ${index}\n\n`);
    });
  return () => {
    for (const log of logs) unwatchFile(log);
  };
}
