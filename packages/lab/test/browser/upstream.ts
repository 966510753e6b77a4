import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answer to one request; a preflight is always answered well. */
export type Reply =
  | number
  | 'reset'
  | 'silence'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An API on another origin than the page, that plays a script, its last reply for ever. */
export interface Upstream {
  readonly url: string;
  /** Without preflights. */
  readonly requests: readonly Received[];
  /** Resolves once it has got so many requests in all. */
  reached(count: number): Promise<void>;
  /** Resolves once a request that it has not answered has been given up. */
  abandoned(): Promise<void>;
  close(): Promise<void>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*',
  'access-control-max-age': '600',
};

export async function startUpstream(...replies: readonly Reply[]): Promise<Upstream> {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    if (method === 'OPTIONS') {
      response.writeHead(204, CORS).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.once('close', () => {
      if (!response.writableEnded) server.emit('abandoned');
    });
    const reply = replies[Math.min(requests.length, replies.length - 1)] ?? 200;
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    server.emit('received');
    answer(reply, response);
  });
  return {
    url: await listen(server),
    requests,
    async reached(count) {
      while (requests.length < count) await once(server, 'received');
    },
    async abandoned() {
      await once(server, 'abandoned');
    },
    close: () => stop(server),
  };
}

function answer(reply: Reply, response: ServerResponse): void {
  if (reply === 'silence') return;
  if (reply === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, headers = {}, body = '{}' } = typeof reply === 'number' ? { status: reply } : reply;
  // Browsers themselves send a request again if a connection breaks at its second use.
  response.writeHead(status, { ...CORS, connection: 'close', 'content-type': 'application/json', ...headers });
  response.end(body);
}

/** The server of the page itself. */
export async function startSite(script: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url === '/lab.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    else response.writeHead(204).end();
  });
  return { url: await listen(server), close: () => stop(server) };
}

const PAGE = '<!doctype html><meta charset="utf-8"><title>Lab</title><script src="/lab.js"></script>';

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
