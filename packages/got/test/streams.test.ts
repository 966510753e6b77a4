import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isCircuitOpen, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Got, HTTPError, type Request, type RequestError } from 'got';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup, until } from './setup.js';

afterEach(stopServers);

/** A body that is cut short. */
function cutShort(request: { socket: { destroy(): void } }, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '8' });
  response.write('half', () => request.socket.destroy());
}

/** got's name for it: the second since 15. */
const CUT_SHORT = /^ECONNRESET$|^ERR_HTTP_CONTENT_LENGTH_MISMATCH$/;

/** Reads a stream with retries as got's documentation recommends. */
function read(client: Got, url: string, options: object = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const follow = (stream: Request): void => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => resolve(Buffer.concat(chunks).toString()));
      stream.once('error', reject);
      stream.once('retry', (_count: number, _error: RequestError, createRetryStream: () => Request) =>
        follow(createRetryStream()),
      );
    };
    follow(client.stream(url, options));
  });
}

describe('without a retry listener', () => {
  test('a stream that ends is a success', async () => {
    const server = await TestServer.start({ body: 'fine' });
    const { client, policy } = setup();

    const stream = client.stream(server.url);
    const [response] = await once(stream, 'response');
    const body = await stream.toArray();

    expect(Buffer.concat(body).toString()).toBe('fine');
    expect(reportOf(stream)).toMatchObject({ attempts: 1, stopReason: 'success' });
    expect(reportOf(response)).toBe(reportOf(stream));
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { counts: { calls: 1 } } });
  });

  test('it pipes as usual', async () => {
    const server = await TestServer.start({ body: 'fine' });
    const { client, policy } = setup();
    const target = new PassThrough();

    const [chunks] = await Promise.all([target.toArray(), pipeline(client.stream(server.url), target)]);

    expect(Buffer.concat(chunks).toString()).toBe('fine');
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('an upload is sent', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();

    const stream = client.stream.post(server.url);
    stream.end('payload');
    await stream.toArray();

    expect(server.requests[0]).toMatchObject({ method: 'POST', body: 'payload' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a failure is not retried, and uses no budget: there is no reader for a second answer', async () => {
    const server = await TestServer.start({ status: 503, body: 'busy' });
    const { client, policy } = setup();
    const retries: unknown[] = [];
    policy.on('retry', (event) => retries.push(event));
    const before = policy.snapshot().keys[server.url]?.budget?.available;

    const stream = client.stream(server.url);
    stream.resume();
    const [error] = await once(stream, 'error');

    expect(error).toBeInstanceOf(HTTPError);
    expect(error.response.body).toBe('busy');
    expect(server.hits).toBe(1);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'disabled', delaysMs: [] });
    expect(retries).toEqual([]);
    expect(before).toBeUndefined();
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 1 } });
  });

  test('with throwHttpErrors: false a 5xx is streamed, and is a failure of the server', async () => {
    const server = await TestServer.start({ status: 503, body: 'busy' });
    const { client, policy } = setup();

    const stream = client.stream(server.url, { throwHttpErrors: false });
    const body = await stream.toArray();

    expect(Buffer.concat(body).toString()).toBe('busy');
    expect(reportOf(stream)).toMatchObject({ attempts: 1, stopReason: 'disabled', delaysMs: [] });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 1 } });
  });

  test('a body that is cut short is a failure of the server', async () => {
    const server = await TestServer.start(cutShort);
    const { client, policy } = setup();

    const error = await failureOf(client.stream(server.url).toArray());

    expect(error.code).toMatch(CUT_SHORT);
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 1 } });
  });

  test('a stream that is destroyed counts as neither success nor failure', async () => {
    const server = await TestServer.start('stall');
    const { client, policy } = setup();

    const stream = client.stream(server.url);
    await server.seen(1);
    stream.destroy();
    await once(stream, 'close');

    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { counts: { calls: 0 } } });
  });

  test('a stream that its user destroys with a network error is not a failure of the server', async () => {
    const server = await TestServer.start('stall');
    const { client, policy } = setup();

    const stream = client.stream(server.url);
    await server.seen(1);
    stream.destroy(Object.assign(new Error('the other side of the pipe has gone'), { code: 'ECONNRESET' }));
    const [error] = await once(stream, 'error');

    expect(reportOf(error)).toMatchObject({ stopReason: 'cancelled' });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { counts: { calls: 0 } } });
  });

  test('a stream that the caller’s own timeout aborts counts as a failure of the server', async () => {
    const server = await TestServer.start('stall');
    const { client, policy } = setup();

    const [error] = await once(client.stream(server.url, { signal: AbortSignal.timeout(20) }), 'error');

    expect(reportOf(error)).toMatchObject({ stopReason: 'cancelled' });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 1 } });
  });

  test('an aborted stream counts as neither success nor failure', async () => {
    const server = await TestServer.start('stall');
    const { client, policy } = setup();
    const controller = new AbortController();

    const stream = client.stream(server.url, { signal: controller.signal });
    await server.seen(1);
    controller.abort();
    const [error] = await once(stream, 'error');

    expect(error.code).toBe('ERR_ABORTED');
    expect(reportOf(error)).toMatchObject({ stopReason: 'cancelled' });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { counts: { calls: 0 } } });
  });

  test('an error after which the stream continues does not end the call', async () => {
    const server = await TestServer.start({ body: 'fine' });
    const { client } = setup();

    const stream = client.stream(server.url);
    stream.once('error', () => {});
    await once(stream, 'response');
    stream.emit('error', new Error('a write has failed'));

    expect(Buffer.concat(await stream.toArray()).toString()).toBe('fine');
    expect(reportOf(stream)).toMatchObject({ attempts: 1, stopReason: 'success' });
  });

  test('an error without a listener is still thrown', async () => {
    const server = await TestServer.start(404);
    const { client } = setup();

    const stream = client.stream(server.url);
    const thrown = await new Promise<Error>((resolve) => {
      const emit = stream.emit.bind(stream);
      stream.emit = (event: string | symbol, ...args: unknown[]): boolean => {
        try {
          return emit(event as 'error', ...(args as []));
        } catch (error) {
          resolve(error as Error);
          return false;
        }
      };
    });

    // Node wraps what is no Error of its own realm, and the test runner has another.
    expect((thrown as { context?: unknown }).context ?? thrown).toBeInstanceOf(HTTPError);
    expect(stream.listenerCount('error')).toBe(0);
    expect(stream.listenerCount('retry')).toBe(0);
  });
});

describe('with a retry listener', () => {
  test('a stream is retried until it is answered', async () => {
    const server = await TestServer.start(503, 'reset', { body: 'fine' });
    const { client, policy } = setup();
    const reports: unknown[] = [];
    policy.on('call', ({ attempts, stopReason }) => reports.push({ attempts, stopReason }));

    expect(await read(client, server.url)).toBe('fine');

    expect(server.hits).toBe(3);
    expect(reports).toEqual([{ attempts: 3, stopReason: 'success' }]);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('the last answer is returned as got returns it', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup({ retry: { maxRetries: 2 } });

    const error = await failureOf(read(client, server.url));

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(3);
    expect(reportOf(error)).toMatchObject({ attempts: 3, stopReason: 'exhausted' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a body that is cut short is requested again, as often as the policy allows', async () => {
    const server = await TestServer.start(cutShort);
    const { client } = setup({ retry: { maxRetries: 1 } });

    const error = await failureOf(read(client, server.url));

    expect(error.code).toMatch(CUT_SHORT);
    expect(server.hits).toBe(2);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'exhausted' });
  });

  test('a deadline in a later attempt keeps the answer of the earlier', async () => {
    const server = await TestServer.start(503, 'stall');
    const { client, policy, clock } = setup({ timeouts: { totalMs: 500 } });

    const failure = failureOf(read(client, server.url));
    await server.seen(2);
    await clock.advance(500);
    const error = await failure;

    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'deadline' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('an attempt that takes too long is retried', async () => {
    const server = await TestServer.start('stall', { body: 'fine' });
    const { client, clock } = setup({ timeouts: { attemptMs: 500 } });

    const body = read(client, server.url);
    await server.seen(1);
    await clock.advance(500);

    expect(await body).toBe('fine');
    expect(clock.pending).toBe(0);
  });

  test('a listener that makes no new stream ends the call', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup();

    const stream = client.stream(server.url);
    stream.once('retry', () => {});
    stream.resume();
    await once(stream, 'close');

    expect(server.hits).toBe(1);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a slow listener continues with the remaining retries', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup({ retry: { maxRetries: 3 } });

    const error = await new Promise((resolve) => {
      const follow = (stream: Request): void => {
        stream.once('error', resolve);
        stream.once('retry', async (_count: number, _error: unknown, createRetryStream: () => Request) => {
          await once(stream, 'close');
          await until(() => callsUnderWay(policy) === 0);
          follow(createRetryStream());
        });
        stream.resume();
      };
      follow(client.stream(server.url));
    });

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(4);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('the second stream may have its own options', async () => {
    const server = await TestServer.start(503, 200);
    const { client } = setup();

    await new Promise<void>((resolve) => {
      const stream = client.stream(server.url);
      stream.once('retry', (_count: number, _error: unknown, createRetryStream: (options?: object) => Request) => {
        createRetryStream({ headers: { 'x-again': 'yes' } })
          .once('end', resolve)
          .resume();
      });
      stream.resume();
    });

    expect(server.requests.map((request) => request.headers['x-again'])).toEqual([undefined, 'yes']);
  });
});

describe('a half-open circuit', () => {
  test('closes after the headers of a stream, whose body may take longer than any probe', async () => {
    const server = await TestServer.start(503);
    const { client, policy, clock } = setup({ breaker: { ...openAfterOne, successesToClose: 1 } });
    await failureOf(client(server.url));
    await clock.advance(1_000);
    let finish = (): void => {};
    server.play((_request, response) => {
      response.write('half');
      finish = () => response.end('half');
    });

    const stream = client.stream(server.url);
    await once(stream, 'response');

    expect(policy.breaker(server.url).state).toBe('closed');
    finish();
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('halfhalf');
    expect(reportOf(stream)).toMatchObject({ attempts: 1, stopReason: 'success' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('gets its permit back from a stream that is destroyed', async () => {
    const server = await TestServer.start(503);
    const { client, policy, clock } = setup({ breaker: openAfterOne });
    await failureOf(client(server.url));
    await clock.advance(1_000);
    server.play('stall');

    const stream = client.stream(server.url);
    await server.seen(2);
    expect(isCircuitOpen(await failureOf(client(server.url)))).toBe(true);
    stream.destroy();
    await once(stream, 'close');
    server.play(200);

    expect((await client(server.url)).statusCode).toBe(200);
    expect(callsUnderWay(policy)).toBe(0);
  });
});
