import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answer to one request: an answer, a connection that breaks, silence, or something by hand. */
export type Reply =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'reset'
  | 'silence'
  | ((response: ServerResponse, request: Received) => void);

/** A server on loopback that plays a script; its last reply is repeated for ever. */
export interface Origin {
  readonly url: string;
  readonly requests: readonly Received[];
  /** Number of connections so far. */
  readonly connections: number;
  /** The connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
  /** Resolves once it has got so many requests in all. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startOrigin(...replies: readonly Reply[]): Promise<Origin> {
  const requests: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
    const reply = replies[Math.min(requests.length, replies.length - 1)] ?? { status: 200 };
    requests.push(received);
    server.emit('received');
    answer(reply, response, received);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sockets,
    get connections() {
      return connections;
    },
    async reached(count) {
      while (requests.length < count) await once(server, 'received');
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(reply: Reply, response: ServerResponse, request: Received): void {
  if (typeof reply === 'function') reply(response, request);
  else if (reply === 'reset') response.socket?.resetAndDestroy();
  else if (reply !== 'silence') response.writeHead(reply.status, reply.headers).end(reply.body);
}
