// The socket: one client at a time, on the loopback interface unless the user names another address.

import { createServer, type Server, type Socket } from 'node:net';
import type { DebugTarget } from '../../session/debug-target.ts';
import type { Annotations } from '../annotations.ts';
import { GdbConnection } from './gdb-connection.ts';
import { GdbStub } from './gdb-stub.ts';

export interface GdbServerOptions {
  readonly target: DebugTarget;
  readonly annotations: Annotations;
  /** An address of this machine; loopback unless the user asked for another. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Told of clients that come, go and are turned away. */
  report(message: string): void;
  /** Called when a client has left. */
  onIdle?(): void;
}

export interface GdbServer {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Rejects with Node's error where the address cannot be bound. */
export function startGdbServer(options: GdbServerOptions): Promise<GdbServer> {
  const sockets = new Set<Socket>();
  let client: Socket | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that vanishes is a client that left.
    socket.on('error', () => undefined);
    if (client !== undefined) {
      options.report('a second client was turned away: one session has one machine');
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
    server.listen({ host: options.host, port: options.port }, () => {
      server.removeListener('error', reject);
      resolve(opened(server, sockets, options));
    });
  });
}

/** Every client starts at the crash site, as the log left it. */
function serve(socket: Socket, { target, annotations, report, onIdle }: GdbServerOptions, left: () => void): void {
  socket.setNoDelay(true);
  target.travel?.rewindToCrash();
  const connection = new GdbConnection(new GdbStub(target, annotations), {
    write: (bytes) => void socket.write(bytes),
    end: () => socket.end(),
  });
  report('gdb is connected');
  socket.on('data', (bytes: Buffer) => connection.receive(bytes));
  socket.on('close', () => {
    connection.close();
    left();
    report('gdb has left');
    onIdle?.();
  });
}

function opened(server: Server, sockets: ReadonlySet<Socket>, { host, port }: GdbServerOptions): GdbServer {
  const address = server.address();
  return {
    host,
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
