import { once } from 'node:events';
import { constants, createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { RequestError } from 'got';
import { certificate } from './certificate.js';
import { callsUnderWay, failureOf, setup, until } from './setup.js';

type Step = (stream: ServerHttp2Stream) => void;

const servers: { readonly server: Http2SecureServer; readonly sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
});

/** A server that plays a script over HTTP/2, its last step for ever. */
async function serve(...steps: Step[]): Promise<{ readonly url: string; readonly hits: () => number }> {
  let hits = 0;
  const sockets = new Set<Socket>();
  const server = createSecureServer({ key: certificate.key, cert: certificate.cert });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('sessionError', () => {});
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    const step = steps[Math.min(hits, steps.length - 1)];
    hits += 1;
    step?.(stream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push({ server, sockets });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, hits: () => hits };
}

const fine: Step = (stream) => {
  stream.respond({ ':status': 200 });
  stream.end('fine');
};

const overHttp2 = { http2: true, https: { certificateAuthority: certificate.cert } } as const;

/** Ways in which a server ends a stream without an answer. */
const endings: [string, Step][] = [
  ['a reset with CANCEL', (stream) => stream.close(constants.NGHTTP2_CANCEL)],
  ['a reset with NO_ERROR', (stream) => stream.close(constants.NGHTTP2_NO_ERROR)],
  ['a reset with INTERNAL_ERROR', (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)],
  ['a reset with REFUSED_STREAM', (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM)],
  ['a reset with ENHANCE_YOUR_CALM', (stream) => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM)],
  ['a destroyed session', (stream) => stream.session?.destroy()],
  [
    'a session destroyed for an error',
    (stream) => stream.session?.destroy(undefined, constants.NGHTTP2_PROTOCOL_ERROR),
  ],
  ['GOAWAY and a session that goes', (stream) => goAway(stream, constants.NGHTTP2_NO_ERROR)],
  ['GOAWAY for an error', (stream) => goAway(stream, constants.NGHTTP2_INTERNAL_ERROR)],
];

function goAway(stream: ServerHttp2Stream, code: number): void {
  const { session } = stream;
  session?.goaway(code, 0);
  setImmediate(() => session?.destroy());
}

describe.each(endings)('over HTTP/2, %s', (_, ending) => {
  test('is a network failure, and is retried', async () => {
    const server = await serve(ending, fine);
    const { client, policy } = setup();
    const seen: string[] = [];
    policy.on('attempt', ({ verdict }) => seen.push(verdict));

    const response = await client(server.url, overHttp2);

    expect(response.body).toBe('fine');
    expect(seen.at(-1)).toBe('success');
    expect(new Set(seen.slice(0, -1))).toEqual(new Set(['transient']));
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('is a failure of the server, and finally the error of the call', async () => {
    const server = await serve(ending);
    const { client, policy } = setup({ retry: { maxRetries: 0 } });

    const error = await failureOf(client(server.url, overHttp2));

    expect(error).toBeInstanceOf(RequestError);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'exhausted' });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 1 } });
  });
});

test('over HTTP/2, a POST whose stream is ended is not sent again', async () => {
  const server = await serve((stream) => stream.close(constants.NGHTTP2_CANCEL));
  const { client } = setup();

  const error = await failureOf(client.post(server.url, { ...overHttp2, json: {} }));

  expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'not-idempotent' });
  expect(server.hits()).toBe(1);
});

test('over HTTP/2, totalMs ends a call that hangs', async () => {
  const server = await serve(() => {});
  const { client, policy, clock } = setup({ timeouts: { totalMs: 300 } });

  const failure = failureOf(client(server.url, overHttp2));
  await until(() => server.hits() === 1);
  await clock.advance(300);

  expect(await failure).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', key: server.url });
  expect(callsUnderWay(policy)).toBe(0);
  expect(clock.pending).toBe(0);
});

test('over HTTP/2, a caller’s abort counts neither as success nor as failure', async () => {
  const server = await serve(() => {});
  const { client, policy } = setup();
  const controller = new AbortController();

  const failure = failureOf(client(server.url, { ...overHttp2, signal: controller.signal }));
  await until(() => server.hits() === 1);
  controller.abort();

  expect(reportOf(await failure)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
  expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { counts: { calls: 0 } } });
});
