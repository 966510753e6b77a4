import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@breakwater/core';
import {
  type Behaviour,
  Dice,
  type ModelCall,
  ModelServer,
  type Onward,
  type Reply,
  type Request,
} from '@breakwater/simulator';

/** The header that names the call that a request belongs to. */
export const CALL_HEADER = 'x-simulated-call';

/** Data of a call in the headers of its requests. */
export interface LiveCall {
  readonly call: ModelCall;
  /** Names the random numbers of the call's client. */
  readonly seed: number;
}

/** A server of a scenario that listens on loopback: `node:http` in front, the simulator's model of a server behind. */
export interface ModelHttpServer {
  readonly port: number;
  become(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** Starts a server. While it refuses connections, nothing listens on its port. */
export async function startModelHttpServer(
  name: string,
  clock: Clock,
  calls: ReadonlyMap<string, LiveCall>,
  onward: Onward,
): Promise<ModelHttpServer> {
  const model = new ModelServer(clock, 1, onward);
  const server = createServer((incoming, response) => {
    const live = calls.get(String(incoming.headers[CALL_HEADER]));
    if (live === undefined) incoming.socket.destroy();
    else model.request(requestOf(name, clock.now(), live, incoming, response));
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return {
    port,
    become: (behaviour) => {
      const listens = behaviour.reach !== 'refused';
      if (listens && !server.listening) server.listen(port, '127.0.0.1');
      if (!listens && server.listening) stop();
      model.become(behaviour);
    },
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.once('close', resolve));
      stop();
      await closed;
    },
  };
}

function requestOf(
  server: string,
  nowMs: number,
  { call, seed }: LiveCall,
  incoming: IncomingMessage,
  response: ServerResponse,
): Request {
  call.attemptBegan(server, nowMs);
  return {
    dice: new Dice(seed, call.index, call.attempts),
    route: call.route,
    tenant: call.tenant,
    serviceMs: call.kind?.serviceMs,
    holdMs: call.kind?.holdMs,
    fault: undefined,
    get isAbandoned() {
      return response.destroyed;
    },
    reply: (reply) => send(reply, incoming, response),
  };
}

function send(reply: Reply, incoming: IncomingMessage, response: ServerResponse): void {
  if (response.destroyed) return;
  if ('code' in reply) incoming.socket.resetAndDestroy();
  else response.writeHead(reply.status, reply.headers).end();
}
