import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { SELF_SIGNED } from '../../core/test/self-signed.js';
import { startRedis } from './redis-server.js';

/** A server that does not do what the store needs. */
export interface RefusingServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Ways in which a server refuses. */
export const refusingServers: Readonly<Record<string, () => Promise<RefusingServer>>> = {
  'scripts renamed': () => withoutCommands('EVALSHA', 'EVAL'),
  'messages renamed': () => withoutCommands('SUBSCRIBE', 'PUBLISH'),
  'hashes renamed': () => withoutCommands('HSET', 'HGETALL'),
  // A server in protected mode serves loopback clients, so this one only sends the error of that mode.
  'protected mode': () =>
    plain((socket) => socket.end('-DENIED Redis is running in protected mode because protected mode is enabled.\r\n')),
  'a password that was not given': async () => {
    const { stop, url } = await startRedis(undefined, '--requirepass', 'secret');
    return { url, stop };
  },
  'TLS refused': async () => {
    const { stop, url } = await startRedis();
    return { url: url.replace('redis:', 'rediss:'), stop };
  },
  'TLS demanded': async () => {
    const sockets = new Set<Socket>();
    return listening(
      createTlsServer(SELF_SIGNED).on('connection', (socket) => sockets.add(socket)),
      'redis',
      sockets,
    );
  },
  'a certificate that is not trusted': async () => {
    const sockets = new Set<Socket>();
    return listening(
      createTlsServer(SELF_SIGNED).on('connection', (socket) => sockets.add(socket)),
      'rediss',
      sockets,
    );
  },
};

async function withoutCommands(...commands: readonly string[]): Promise<RefusingServer> {
  const { stop, url } = await startRedis(
    undefined,
    ...commands.flatMap((command) => ['--rename-command', command, '']),
  );
  return { url, stop };
}

function plain(onSocket: (socket: Socket) => void): Promise<RefusingServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).resume();
    onSocket(socket);
  });
  return listening(server, 'redis', sockets);
}

async function listening(server: Server, protocol: string, sockets: ReadonlySet<Socket>): Promise<RefusingServer> {
  server.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
