// The socket of `replay gdb`: one client at a time, on the loopback interface unless the user names another address.

import { createServer, type Server, type Socket } from 'node:net';
import type { Annotations } from '../../frontends/annotations.ts';
import { GdbConnection } from '../../frontends/gdb/gdb-connection.ts';
import { GdbStub } from '../../frontends/gdb/gdb-stub.ts';
import type { DebugTarget } from '../../session/debug-target.ts';

export interface GdbServerOptions {
  readonly target: DebugTarget;
  readonly annotations: Annotations;
  /** An address or a name of this machine; loopback unless the user asked for another. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Milliseconds in which a client has to begin; gdb does at once. */
  readonly patience?: number;
  /** Told of clients that come, go and are turned away. */
  report(message: string): void;
  /** Called when a client of the protocol has left. */
  onIdle?(): void;
}

export interface GdbServer {
  readonly host: string;
  /** What the system bound for `host`. */
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

export const LOOPBACK = '127.0.0.1';
const PATIENCE = 10_000;
/** A client that is turned away again and again is told so often, and then no more. */
const TOLD_OFTEN = 20;

/** Rejects with Node's error where the address cannot be bound. An empty host is loopback: Node would take it for every address. */
export function startGdbServer(options: GdbServerOptions): Promise<GdbServer> {
  const host = options.host.trim() === '' ? LOOPBACK : options.host.trim();
  const sockets = new Set<Socket>();
  let client: Socket | undefined;
  let turnedAway = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that vanishes is a client that left.
    socket.on('error', () => undefined);
    if (client !== undefined) {
      if (turnedAway++ < TOLD_OFTEN) options.report('a second client was turned away: one session has one machine');
      socket.destroy();
      return;
    }
    client = socket;
    serve(socket, options, () => {
      client = undefined;
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: options.port }, () => {
      server.removeListener('error', reject);
      resolve(opened(server, sockets, { host, port: options.port }));
    });
  });
}

/** True for addresses that only this machine reaches (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}

/** Every client starts at the crash site, as the log left it. */
function serve(socket: Socket, options: GdbServerOptions, left: () => void): void {
  const { target, annotations, report, onIdle, patience = PATIENCE } = options;
  socket.setNoDelay(true);
  target.travel?.rewindToCrash();
  const connection = new GdbConnection(new GdbStub(target, annotations), {
    write: (bytes) => socket.write(bytes),
    end: () => socket.end(),
  });
  let isKnown = false;
  const cutOff = (why: string): void => {
    report(`a client was cut off: ${why}`);
    socket.destroy();
  };
  const waiting = setTimeout(() => cutOff(`it sent nothing for ${patience / 1000} s`), patience);
  socket.on('data', (bytes: Buffer) => {
    clearTimeout(waiting);
    connection.receive(bytes);
    if (connection.firstByte === 'foreign') {
      if (!socket.destroyed) cutOff('it does not speak the remote protocol of gdb');
      return;
    }
    if (!isKnown) report('gdb is connected');
    isKnown = true;
    if (connection.isBlocked) socket.pause();
  });
  socket.on('drain', () => {
    connection.resume();
    if (!connection.isBlocked) socket.resume();
  });
  socket.on('close', () => {
    clearTimeout(waiting);
    connection.close();
    left();
    if (!isKnown) return;
    report('gdb has left');
    onIdle?.();
  });
}

function opened(
  server: Server,
  sockets: ReadonlySet<Socket>,
  { host, port }: { readonly host: string; readonly port: number },
): GdbServer {
  const bound = server.address();
  const isInternet = typeof bound === 'object' && bound !== null;
  return {
    host,
    address: isInternet ? bound.address : host,
    port: isInternet ? bound.port : port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
