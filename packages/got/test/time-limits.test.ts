import { once } from 'node:events';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { isAttemptTimeout, isDeadlineExceeded, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type CancelableRequest, HTTPError, RequestError } from 'got';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, setup, until } from './setup.js';

afterEach(stopServers);

/** Headers and the first half of a body, never the second. */
function halfABody(_request: unknown, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '8' });
  response.write('half');
}

/** Place at which an attempt may hang, and a promise of its getting there. */
const hangs = [
  ['before the headers', 'stall', (server: TestServer) => server.seen(1)],
  ['in the middle of the body', halfABody, (_: TestServer, promise: CancelableRequest) => firstBytes(promise)],
] as const;

function firstBytes(promise: CancelableRequest): Promise<unknown> {
  return new Promise((resolve) => {
    promise.on('downloadProgress', ({ transferred }) => {
      if (transferred > 0) resolve(transferred);
    });
  });
}

describe('totalMs', () => {
  test.each(hangs)('ends a call that hangs %s', async (_, step, hanging) => {
    const server = await TestServer.start(step);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 500 } });

    const promise = client(server.url);
    const failure = failureOf(promise);
    await hanging(server, promise);
    await clock.advance(500);
    const error = await failure;

    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', key: server.url });
    expect(error.message).toMatch(/took longer than 500 ms/);
    expect(isDeadlineExceeded(error)).toBe(true);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'deadline', elapsedMs: 500 });
    expect(clock.pending).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('gives the caller an earlier answer if there was one', async () => {
    const server = await TestServer.start(503, 'stall');
    const { client, clock } = setup({ timeouts: { totalMs: 500 } });

    const failure = failureOf(client(server.url));
    await server.seen(2);
    await clock.advance(500);
    const error = await failure;

    expect(error).toBeInstanceOf(HTTPError);
    expect(error.response?.statusCode).toBe(503);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'deadline' });
  });

  test('resolves with an earlier answer if throwHttpErrors is false', async () => {
    const server = await TestServer.start(503, 'stall');
    const { client, clock } = setup({ timeouts: { totalMs: 500 } });

    const promise = client(server.url, { throwHttpErrors: false });
    await server.seen(2);
    await clock.advance(500);
    const response = await promise;

    expect(response.statusCode).toBe(503);
    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'deadline' });
  });

  test('ends a stream in the middle of its body', async () => {
    const server = await TestServer.start(halfABody);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 500 } });

    const stream = client.stream(server.url);
    const failure = once(stream, 'end').then(undefined, (error: unknown) => error);
    stream.resume();
    await once(stream, 'response');
    await clock.advance(500);
    const error = await failure;

    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', key: server.url });
    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline' });
    expect(reportOf(stream)).toBe(reportOf(error));
    expect(clock.pending).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('ends a stream without a reader', async () => {
    const server = await TestServer.start(200);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 500 } });

    const stream = client.stream(server.url);
    await once(stream, 'response');
    const failure = once(stream, 'error');
    await clock.advance(500);
    const [error] = await failure;

    expect(isDeadlineExceeded(error)).toBe(true);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a wait that does not fit is not begun', async () => {
    const server = await TestServer.start(503);
    const { client } = setup({
      timeouts: { totalMs: 500 },
      retry: { backoff: { kind: 'constant', baseMs: 600, jitter: 'none' } },
    });

    const error = await failureOf(client(server.url));

    expect(server.hits).toBe(1);
    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline' });
  });

  test("a wait of the user's own that does not fit is not begun either", async () => {
    const server = await TestServer.start(503);
    const { client } = setup({ timeouts: { totalMs: 500 } });

    const error = await failureOf(client(server.url, { retry: { calculateDelay: () => 60_000 } }));

    expect(server.hits).toBe(1);
    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline' });
  });

  test("gives the caller the previous answer if a calculateDelay of the user's hangs", async () => {
    const server = await TestServer.start(503);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 500 } });
    let isHanging = false;
    const calculateDelay = (): Promise<number> => {
      isHanging = true;
      return new Promise(() => {});
    };

    const failure = failureOf(client(server.url, { retry: { calculateDelay } }));
    await until(() => isHanging);
    await clock.advance(500);
    const error = await failure;

    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'deadline' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test("ends a stream at once even if a user's hook hangs", async () => {
    const server = await TestServer.start(200);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 500 } });
    const own = client.extend({ hooks: { beforeRequest: [() => new Promise(() => {})] } });

    const failure = once(own.stream(server.url), 'error');
    await until(() => clock.pending > 0);
    await clock.advance(500);
    const [error] = await failure;

    expect(error).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', key: server.url });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test("ends the call while a user's afterResponse hook hangs", async () => {
    const server = await TestServer.start(200);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 500 } });
    let isHanging = false;
    const own = client.extend({
      hooks: {
        afterResponse: [
          () => {
            isHanging = true;
            return new Promise(() => {});
          },
        ],
      },
    });

    const failure = failureOf(own(server.url));
    await until(() => isHanging);
    await clock.advance(500);
    const error = await failure;

    expect(error).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', key: server.url });
    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('may be set for a request', async () => {
    const server = await TestServer.start('stall');
    const { client, clock } = setup();

    const failure = failureOf(client(server.url, { context: { resilience: { timeouts: { totalMs: 100 } } } }));
    await server.seen(1);
    await clock.advance(100);

    expect(await failure).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' });
  });

  test('a call that is answered in time leaves no timer', async () => {
    const server = await TestServer.start(503, 200);
    const { client, clock } = setup({ timeouts: { attemptMs: 400, totalMs: 500 } });

    await client(server.url);

    expect(clock.pending).toBe(0);
  });
});

describe('attemptMs', () => {
  test.each(hangs)('an attempt that hangs %s is retried', async (_, step, hanging) => {
    const server = await TestServer.start(step, 200);
    const { client, clock } = setup({ timeouts: { attemptMs: 500 } });

    const promise = client(server.url);
    await hanging(server, promise);
    await clock.advance(500);
    const response = await promise;

    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
    expect(clock.pending).toBe(0);
  });

  test.each(hangs)(
    'is the error of a call whose last attempt hangs %s, a failure of the server',
    async (_, step, hanging) => {
      const server = await TestServer.start(step);
      const { client, policy, clock } = setup({ timeouts: { attemptMs: 500 }, retry: { maxRetries: 0 } });
      const seen: unknown[] = [];
      policy.on('attempt', ({ verdict, code }) => seen.push({ verdict, code }));

      const promise = client(server.url);
      const failure = failureOf(promise);
      await hanging(server, promise);
      await clock.advance(500);
      const error = await failure;

      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT', key: server.url });
      expect(error.message).toMatch(/took longer than 500 ms/);
      expect(isAttemptTimeout(error)).toBe(true);
      expect(seen).toEqual([{ verdict: 'transient', code: 'ERR_ATTEMPT_TIMEOUT' }]);
      expect(policy.snapshot().keys[server.url]?.breaker?.consecutiveFailures).toBe(1);
    },
  );

  test('ends a request that takes too long to be made', async () => {
    const server = await TestServer.start('stall');
    const { client, clock } = setup({ timeouts: { attemptMs: 500 }, retry: { maxRetries: 0 } });
    let goOn = (): void => {};
    const slow = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const request = (async (url: URL, options: object) => {
      await slow;
      return httpRequest(url, options);
    }) as unknown as typeof httpRequest;

    const failure = failureOf(client(server.url, { request }));
    await until(() => clock.pending > 0);
    await clock.advance(500);
    goOn();

    expect(await failure).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT', key: server.url });
  });

  test('lasts from the attempt’s beginning through all redirects', async () => {
    const server = await TestServer.start({ status: 302, headers: { location: '/next' } }, 'stall');
    const { client, clock } = setup({ timeouts: { attemptMs: 500 }, retry: { maxRetries: 0 } });

    const failure = failureOf(client(server.url));
    await server.seen(2);
    await clock.advance(500);

    expect(await failure).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT' });
  });

  test('with a stream it lasts until the headers', async () => {
    const server = await TestServer.start('stall');
    const { client, policy, clock } = setup({ timeouts: { attemptMs: 500 } });

    const stream = client.stream(server.url);
    const failure = once(stream, 'error');
    await server.seen(1);
    await clock.advance(500);
    const [error] = await failure;

    expect(error).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT', key: server.url });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('with a stream it does not count the body', async () => {
    let finish = (): void => {};
    const server = await TestServer.start((request, response) => {
      halfABody(request, response);
      finish = () => response.end('half');
    });
    const { client, clock } = setup({ timeouts: { attemptMs: 500 } });

    const stream = client.stream(server.url);
    const body = stream.toArray();
    await once(stream, 'response');
    await clock.advance(10_000);
    finish();

    expect(Buffer.concat(await body).toString()).toBe('halfhalf');
  });
});
