import { once } from 'node:events';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { isAttemptTimeout, isDeadlineExceeded, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type CancelableRequest, HTTPError, RequestError } from 'got';
import { type Step, stopServers, TestServer } from './server.js';
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

/** Code of the user's that never comes to an end, and what has called it. */
function hanging(): { readonly hook: () => Promise<never>; readonly isCalled: () => boolean } {
  let isCalled = false;
  const hook = (): Promise<never> => {
    isCalled = true;
    return new Promise(() => {});
  };
  return { hook, isCalled: () => isCalled };
}

/** Every place at which got waits for the user's code, and the server's behaviour before it gets there. */
const places = [
  ['beforeRequest', 200, (hook: () => Promise<never>) => ({ hooks: { beforeRequest: [hook] } })],
  ['beforeAttempt', 200, (hook: () => Promise<never>) => ({ context: { resilience: { beforeAttempt: hook } } })],
  ['afterResponse', 200, (hook: () => Promise<never>) => ({ hooks: { afterResponse: [hook] } })],
  ['beforeRedirect', redirect('/next'), (hook: () => Promise<never>) => ({ hooks: { beforeRedirect: [hook] } })],
  ['beforeRetry', 503, (hook: () => Promise<never>) => ({ hooks: { beforeRetry: [hook] } })],
  ['calculateDelay', 503, (hook: () => Promise<never>) => ({ retry: { calculateDelay: hook } })],
  ['beforeError', 404, (hook: () => Promise<never>) => ({ hooks: { beforeError: [hook] } })],
] as const;

function redirect(location: string): Step {
  return { status: 302, headers: { location } };
}

describe('user code that hangs', () => {
  test.each(places)('totalMs ends a call that hangs in %s', async (_, step, options) => {
    const server = await TestServer.start(step);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 300 } });
    const { hook, isCalled } = hanging();

    const failure = failureOf(client.extend(options(hook))(server.url));
    await until(isCalled);
    await clock.advance(300);
    const error = await failure;

    const hadAnswer = step === 503 || step === 404;
    expect(error.code).toBe(hadAnswer ? 'ERR_NON_2XX_3XX_RESPONSE' : 'ERR_DEADLINE_EXCEEDED');
    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline', elapsedMs: 300 });
    expect(callsUnderWay(policy)).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test.each(places)('totalMs ends a stream that hangs in %s', async (place, step, options) => {
    // With streams there is no afterResponse.
    if (place === 'afterResponse') return;
    const server = await TestServer.start(step);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 300 } });
    const { hook, isCalled } = hanging();

    const stream = client.extend(options(hook)).stream(server.url);
    stream.once('retry', () => {});
    const failure = once(stream, 'error');
    await until(isCalled);
    await clock.advance(300);
    const [error] = await failure;

    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline', elapsedMs: 300 });
    expect(callsUnderWay(policy)).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['a hook before a retry', places[0]],
    ['a beforeAttempt before a retry', places[1]],
  ])('totalMs gives the caller an earlier answer: %s', async (_, [, , options]) => {
    const server = await TestServer.start(503);
    const { client, clock } = setup({ timeouts: { totalMs: 300 } });
    const { hook, isCalled } = hanging();
    let calls = 0;
    const hangsAgain = (): Promise<never> | undefined => (calls++ === 0 ? undefined : hook());

    const failure = failureOf(client.extend(options(hangsAgain as () => Promise<never>))(server.url));
    await until(isCalled);
    await clock.advance(300);
    const error = await failure;

    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline' });
    expect(server.hits).toBe(1);
  });

  test('totalMs ends the call if several hooks share it', async () => {
    const server = await TestServer.start(200);
    const { client, clock } = setup({ timeouts: { totalMs: 300 } });
    const { hook, isCalled } = hanging();
    const quick = async (): Promise<void> => {};

    const failure = failureOf(client.extend({ hooks: { beforeRequest: [quick, () => {}, hook, quick] } })(server.url));
    await until(isCalled);
    await clock.advance(300);

    expect(await failure).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', key: server.url });
    expect(server.hits).toBe(0);
  });

  test('attemptMs ends a call whose beforeRequest hook hangs, and counts against no server', async () => {
    const server = await TestServer.start(200);
    const { client, policy, clock } = setup({ timeouts: { attemptMs: 300 } });
    const { hook, isCalled } = hanging();

    const failure = failureOf(client.extend({ hooks: { beforeRequest: [hook] } })(server.url));
    await until(isCalled);
    await clock.advance(300);
    const error = await failure;

    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT', key: server.url });
    expect(isAttemptTimeout(error)).toBe(true);
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 0 } });
    expect(server.hits).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('attemptMs is the limit of all beforeRequest hooks together', async () => {
    const server = await TestServer.start(200);
    const { client, clock } = setup({ timeouts: { attemptMs: 300 } });
    const slow = (): Promise<void> => new Promise((resolve) => void clock.schedule(resolve, 200));

    const failure = failureOf(client.extend({ hooks: { beforeRequest: [slow, slow] } })(server.url));
    await until(() => clock.pending > 1);
    await clock.advance(200);
    await until(() => clock.pending > 1);
    await clock.advance(100);

    expect(await failure).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT' });
    expect(server.hits).toBe(0);
  });

  test('attemptMs ends a beforeAttempt that hangs, and the next attempt may succeed', async () => {
    const server = await TestServer.start(200);
    const { client, policy, clock } = setup({ timeouts: { attemptMs: 300 } });
    const { hook, isCalled } = hanging();
    const beforeAttempt = (_: unknown, attempt: number) => (attempt === 1 ? hook() : undefined);

    const promise = client(server.url, { context: { resilience: { beforeAttempt } } });
    await until(isCalled);
    await clock.advance(300);
    const response = await promise;

    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
    expect(server.hits).toBe(1);
    expect(callsUnderWay(policy)).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('a hook that ends in time has its effect, and a late one is ignored', async () => {
    const server = await TestServer.start(200);
    const { client, clock } = setup({ timeouts: { attemptMs: 300, totalMs: 300 } });
    const sign = async (options: { headers: Record<string, string | string[] | undefined> }): Promise<void> => {
      await Promise.resolve();
      options.headers['x-signed'] = 'yes';
    };
    let fail = (_: Error): void => {};
    const late = (): Promise<never> =>
      new Promise((_, reject) => {
        fail = reject;
      });

    await client.extend({ hooks: { beforeRequest: [sign] } })(server.url);
    const failure = failureOf(client.extend({ hooks: { beforeRequest: [late] } })(server.url));
    await until(() => clock.pending > 0);
    await clock.advance(300);
    const error = await failure;
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));

    expect(server.requests[0]?.headers['x-signed']).toBe('yes');
    expect(error.code).toMatch(/^ERR_(DEADLINE_EXCEEDED|ATTEMPT_TIMEOUT)$/);
    expect(server.hits).toBe(1);
  });

  test('a hook that fails in time ends the call with its own error', async () => {
    const server = await TestServer.start(200);
    const { client } = setup({ timeouts: { totalMs: 300 } });
    const failing = async (): Promise<never> => {
      throw new Error('no token');
    };

    const error = await failureOf(client.extend({ hooks: { beforeRequest: [failing] } })(server.url));

    expect(error.message).toBe('no token');
    expect(server.hits).toBe(0);
  });
});
