import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request at the upstream. */
export interface Arrival {
  readonly pid: number;
  readonly atMs: number;
  readonly response: ServerResponse;
}

/** Upstream of a fleet: a real server that answers as the test sets, and records its callers. */
export interface Upstream {
  readonly url: string;
  readonly arrivals: Arrival[];
  /** Sets the answer from now on. With `hold` the test answers. */
  mode: 'fine' | 'failing' | 'hold';
  stop(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    arrivals.push({ pid: Number(request.headers['x-process']), atMs: performance.now(), response });
    if (upstream.mode !== 'hold') answer(response, upstream.mode === 'fine' ? 200 : 500);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrivals,
    mode: 'fine',
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return upstream;
}

export function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(String(status));
}
