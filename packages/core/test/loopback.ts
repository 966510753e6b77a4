import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';

/** A server on a free port of the loopback address, and the connections it has. */
export interface Loopback {
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
}

const open = new Set<{ readonly server: Server; readonly sockets: Set<Socket> }>();

/** Lets any kind of server listen. `closeLoopback` ends it, with all its connections. */
export async function listen(server: Server): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // The end of a connection shows on the client's side.
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  open.add({ server, sockets });
  return { port: (server.address() as AddressInfo).port, sockets };
}

/** A server that does something to each connection once a first byte has come. */
export function listenRaw(misbehave: (socket: Socket) => void): Promise<Loopback> {
  return listen(createServer((socket) => socket.once('data', () => misbehave(socket))));
}

/** Returns a port on which no server listens any more. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  const { port } = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Ends all servers and connections; over when they are. */
export async function closeLoopback(): Promise<void> {
  for (const { server, sockets } of open) {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
  open.clear();
}
