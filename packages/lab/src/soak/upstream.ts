import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { parsePath, type Step } from './steps.js';

/** Servers on loopback that obey the path of a request. */
export interface Upstream {
  readonly ports: readonly number[];
  /** Connections that are open. */
  connections(): number;
  requests(): number;
  /** Forgets how far each script has come. */
  forget(): void;
  close(): Promise<void>;
}

const LEAVES_AFTER_MS = 3;

export async function startUpstream(hosts: number): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const progress = new Map<string, number>();
  let requests = 0;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    requests += 1;
    const script = parsePath(request.url ?? '');
    if (script === undefined) {
      response.writeHead(400).end();
      return;
    }
    const at = progress.get(script.id) ?? 0;
    progress.set(script.id, at + 1);
    const step = script.steps[Math.min(at, script.steps.length - 1)] ?? 'ok';
    // Reads the whole request before it answers, as servers do.
    request.on('error', () => {});
    request.resume().once('end', () => play(step, request, response));
  };

  const servers = Array.from({ length: hosts }, () => createServer({ keepAliveTimeout: 0 }, answer));
  for (const server of servers) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    connections: () => sockets.size,
    requests: () => requests,
    forget: () => progress.clear(),
    close: async () => {
      await Promise.all(servers.map(closed));
    },
  };
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

const TEXT = JSON.stringify({ answer: 42, filler: 'x'.repeat(200) });
const COMPRESSED = gzipSync(TEXT);
const PIECE = 'x'.repeat(4_000);
const PIECES = 10;

function play(step: Step, { url = '', socket }: IncomingMessage, response: ServerResponse): void {
  switch (step) {
    case 'ok':
      end(response, 200);
      return;
    case 'gzip':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
      response.end(COMPRESSED);
      return;
    case 'big':
      response.writeHead(200);
      for (let piece = 0; piece < PIECES; piece += 1) response.write(PIECE);
      response.end();
      return;
    case 'gone':
      end(response, 404);
      return;
    case 'broken':
      end(response, 500);
      return;
    case 'busy':
      end(response, 503);
      return;
    case 'busy-now':
      end(response, 503, { 'Retry-After': '0' });
      return;
    case 'busy-soon':
      end(response, 503, { 'Retry-After-Ms': '2' });
      return;
    case 'busy-long':
      end(response, 503, { 'Retry-After': '600' });
      return;
    case 'throttled':
      end(response, 429, { 'Retry-After-Ms': '2' });
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'reset-headers':
      socket.write('HTTP/1.1 200 OK\r\nContent-Le', () => socket.resetAndDestroy());
      return;
    case 'reset-body':
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy());
      return;
    case 'cut-chunk':
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf');
      return;
    case 'cut-gzip':
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(COMPRESSED.subarray(0, COMPRESSED.length / 2));
      return;
    case 'garbage':
      socket.end('this is no HTTP\r\n\r\n');
      return;
    case 'redirect':
      response.writeHead(302, { Location: url }).end();
      return;
    case 'stall':
      return;
    case 'stall-body':
      response.writeHead(200, { 'Content-Length': '100' }).write('half');
      return;
    case 'leave':
      response.writeHead(200, { 'Content-Length': '100' }).write('half');
      setTimeout(() => socket.resetAndDestroy(), LEAVES_AFTER_MS);
      return;
  }
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(TEXT);
}
