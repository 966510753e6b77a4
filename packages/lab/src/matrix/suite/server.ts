import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answer to one request: a status, an answer, a connection that breaks, silence, or something by hand. */
export type Reply =
  | number
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'reset'
  | 'silence'
  | ((response: ServerResponse) => void);

/** A server on loopback that plays a script, its last reply for ever. */
export interface Server {
  readonly url: string;
  readonly requests: readonly Received[];
  /** Resolves once it has got so many requests in all. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startServer(...replies: readonly Reply[]): Promise<Server> {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // Its client has gone.
    }
    const { method = '', url = '', headers } = request;
    const reply = replies[Math.min(requests.length, replies.length - 1)] ?? 200;
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    server.emit('received');
    answer(reply, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
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

function answer(reply: Reply, response: ServerResponse): void {
  if (typeof reply === 'function') reply(response);
  else if (reply === 'reset') response.socket?.resetAndDestroy();
  else if (typeof reply === 'number') response.writeHead(reply, JSON_TYPE).end(`{"status":${reply}}`);
  else if (reply !== 'silence') response.writeHead(reply.status, reply.headers).end(reply.body);
}

const JSON_TYPE = { 'content-type': 'application/json' };
