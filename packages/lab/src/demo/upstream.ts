import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Quota } from './quota.js';
import { type Conditions, isPhaseName, type PhaseName } from './scenario.js';
import { WorkQueue } from './work-queue.js';

/** The header by which a request tells in which phase its call began. */
export const phaseHeader = 'x-demo-phase';

/** Record of a server. */
export interface UpstreamState {
  readonly inService: number;
  readonly queued: number;
  /** Requests so far whose calls began in a phase. */
  readonly requests: number;
  /** The same by phase. */
  readonly requestsByPhase: Readonly<Partial<Record<PhaseName, number>>>;
}

export interface Upstream {
  /** Starts to listen on loopback and tells the port. */
  listen(): Promise<number>;
  change(conditions: Conditions): void;
  state(): UpstreamState;
  /** Drops all work, closes every socket. */
  close(): Promise<void>;
}

/** A real server with a finite capacity. */
export function createUpstream(conditions: Conditions, random: () => number = Math.random): Upstream {
  const work = new WorkQueue(conditions, random);
  const requestsByPhase: Partial<Record<PhaseName, number>> = {};
  let requests = 0;
  let down = conditions.down;
  let quota: Quota | undefined;

  const server = createServer((request, response) => {
    const phase = request.headers[phaseHeader];
    if (isPhaseName(phase)) {
      requests += 1;
      requestsByPhase[phase] = (requestsByPhase[phase] ?? 0) + 1;
    }
    if (down) request.socket.resetAndDestroy();
    else answer(request, response);
  });
  // Sockets that idled through an outage are not to be closed under a client that is about to use them.
  server.keepAliveTimeout = 600_000;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    const admission = quota?.take(performance.now());
    if (admission?.taken === false) {
      reply(response, 429, { 'Retry-After': String(Math.ceil(admission.retryAfterMs / 1_000)) });
    } else if (!work.submit(() => reply(response, 200))) {
      reply(response, 503);
    }
  };

  const change = (next: Conditions): void => {
    work.change(next);
    quota = next.quota && new Quota(next.quota, performance.now());
    down = next.down;
    if (!down) return;
    work.drop();
    server.closeAllConnections();
  };
  change(conditions);

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
    change,
    state: () => ({
      inService: work.inService,
      queued: work.queued,
      requests,
      requestsByPhase: { ...requestsByPhase },
    }),
    close: () =>
      new Promise((resolve) => {
        work.drop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function reply(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  // The client may have gone long since.
  if (response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify({ status }));
}
