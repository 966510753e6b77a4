import { CircuitOpenError, isCircuitOpen, isCoolDown, isLimited, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import got, { HTTPError, RequestError } from 'got';
import { isResilienceError, resilience } from '../src/index.js';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup, until } from './setup.js';

afterEach(stopServers);

describe('before a first attempt', () => {
  test('an open circuit refuses the call without a request, as a RequestError with the reason', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup({ breaker: openAfterOne });
    const tripping = await failureOf(client(server.url));

    const error = await failureOf(client(server.url));

    expect(tripping).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(1);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', key: server.url, retryAfterMs: expect.any(Number) });
    expect(error.cause).toBeInstanceOf(CircuitOpenError);
    expect(isCircuitOpen(error)).toBe(true);
    expect(isResilienceError(error)).toBe(true);
    expect(isResilienceError(tripping)).toBe(false);
    expect(reportOf(error)).toMatchObject({ attempts: 0, stopReason: 'circuit-open' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test.each(['json', 'text', 'buffer'] as const)('.%s() rejects with the refusal', async (method) => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    policy.breaker(server.url).open();

    expect(await failureOf(client(server.url)[method]())).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    expect(server.hits).toBe(0);
  });

  test('throwHttpErrors: false does not prevent a refusal from being thrown: there is no answer', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    policy.breaker(server.url).open();

    expect(isCircuitOpen(await failureOf(client(server.url, { throwHttpErrors: false })))).toBe(true);
  });

  test("the user's beforeError hooks receive the refusal with all its fields", async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    policy.breaker(server.url).open();
    const seen: unknown[] = [];
    const own = client.extend({
      hooks: {
        beforeError: [
          (error) => {
            seen.push({ code: error.code, key: (error as { key?: string }).key });
            return error;
          },
        ],
      },
    });

    await failureOf(own(server.url));

    expect(seen).toEqual([{ code: 'ERR_CIRCUIT_OPEN', key: server.url }]);
  });

  test("the user's calculateDelay is not called for a refusal", async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    policy.breaker(server.url).open();
    let asked = 0;
    const calculateDelay = () => {
      asked += 1;
      return 1;
    };

    expect(isCircuitOpen(await failureOf(client(server.url, { retry: { calculateDelay } })))).toBe(true);
    expect(asked).toBe(0);
  });

  test('a call waits for the end of a cool-down that another call has started', async () => {
    const busy = { status: 429, headers: { 'retry-after': '2' } };
    const server = await TestServer.start(busy, busy, 200);
    const { client, clock } = setup({ retry: { maxRetries: 0 } });
    await failureOf(client(server.url));
    await clock.advance(2_000);
    await failureOf(client(server.url));

    const promise = client(server.url);
    await until(() => clock.pending > 0);
    await clock.advance(1_999);
    expect(server.hits).toBe(2);
    await clock.advance(1);
    const response = await promise;

    expect(response.statusCode).toBe(200);
    expect(reportOf(response)).toMatchObject({ attempts: 1, waitedMs: 2_000 });
  });

  test('a cool-down that a call may not wait for refuses it', async () => {
    const server = await TestServer.start({ status: 429, headers: { 'retry-after': '60' } });
    const { client, clock } = setup();
    await failureOf(client(server.url));
    await clock.advance(2_000);
    await failureOf(client(server.url));

    const error = await failureOf(client(server.url));

    expect(server.hits).toBe(2);
    expect(error).toMatchObject({ code: 'ERR_COOL_DOWN', key: server.url, retryAfterMs: 60_000 });
    expect(isCoolDown(error)).toBe(true);
  });

  test('a cool-down that lasts longer than timeout.request refuses the call at once', async () => {
    const server = await TestServer.start({ status: 429, headers: { 'retry-after': '4' } });
    const { client, clock } = setup({ retry: { maxRetries: 0 } });
    await failureOf(client(server.url));
    await clock.advance(2_000);
    await failureOf(client(server.url));

    const error = await failureOf(client(server.url, { timeout: { request: 500 } }));

    expect(server.hits).toBe(2);
    expect(error).toMatchObject({ code: 'ERR_COOL_DOWN', retryAfterMs: 4_000 });
    expect(clock.pending).toBe(0);
  });

  test('a full bulkhead refuses', async () => {
    const server = await TestServer.start('stall');
    const { client, policy } = setup({ limit: { kind: 'fixed', concurrency: 1, queue: 0 } });
    const first = client(server.url);
    await server.seen(1);

    const error = await failureOf(client(server.url));

    expect(error).toMatchObject({ code: 'ERR_LIMITED', key: server.url });
    expect(isLimited(error)).toBe(true);
    first.cancel();
    await failureOf(first);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a refused stream emits the same error', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    policy.breaker(server.url).open();

    const stream = client.stream(server.url);
    const error = await new Promise<Error>((resolve) => stream.once('error', resolve));

    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', key: server.url });
    expect(reportOf(error)).toMatchObject({ stopReason: 'circuit-open' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a half-open circuit admits one call, and closes for all when that has been answered', async () => {
    const server = await TestServer.start(503);
    const { client, policy, clock } = setup({ breaker: { ...openAfterOne, successesToClose: 1 } });
    await failureOf(client(server.url));
    await clock.advance(1_000);
    server.play('stall');

    const probe = client(server.url);
    await server.seen(2);
    expect(isCircuitOpen(await failureOf(client(server.url)))).toBe(true);
    probe.cancel();
    await failureOf(probe);
    server.play(200);
    await client(server.url);

    expect(policy.breaker(server.url).state).toBe('closed');
  });

  test('two instances that share a policy share its breakers', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup({ breaker: openAfterOne });
    const other = got.extend({ headers: { 'x-client': 'other' } }, resilience(policy));
    await failureOf(client(server.url));

    expect(isCircuitOpen(await failureOf(other(server.url)))).toBe(true);
    expect(server.hits).toBe(1);
  });
});

describe('between attempts', () => {
  test('the breaker’s opening ends the retries, and the call ends like the attempt that opened it', async () => {
    const server = await TestServer.start(503);
    const { client } = setup({ breaker: { consecutiveFailures: 2, failureRate: false } });

    const error = await failureOf(client(server.url));

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(2);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'circuit-open' });
  });

  test.each([
    ['an answer', 503, 'ERR_NON_2XX_3XX_RESPONSE'],
    ['a network error', 'reset', 'ECONNRESET'],
  ] as const)('a refused retry gives the caller the previous attempt: %s', async (_, step, code) => {
    const server = await TestServer.start(step);
    const { client, policy } = setup();
    const own = client.extend({ hooks: { beforeRetry: [() => policy.breaker(server.url).open()] } });

    const error = await failureOf(own(server.url));

    expect(server.hits).toBe(1);
    expect(error.code).toBe(code);
    expect(isCircuitOpen(error)).toBe(false);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'circuit-open' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a refused retry with throwHttpErrors: false resolves with the previous attempt', async () => {
    const server = await TestServer.start({ status: 503, body: { busy: true } });
    const { client, policy } = setup();
    const own = client.extend({
      throwHttpErrors: false,
      hooks: { beforeRetry: [() => policy.breaker(server.url).open()] },
    });

    const response = await own(server.url);
    expect(response.statusCode).toBe(503);
    expect(reportOf(response)).toMatchObject({ attempts: 1, stopReason: 'circuit-open' });

    policy.breaker(server.url).close();
    expect(await own(server.url).json()).toEqual({ busy: true });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test("the user's beforeError hooks receive the answer, not the refusal", async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup();
    const seen: unknown[] = [];
    const own = client.extend({
      hooks: {
        beforeRetry: [() => policy.breaker(server.url).open()],
        beforeError: [
          (error) => {
            seen.push(error.code);
            return error;
          },
        ],
      },
    });

    await failureOf(own(server.url));

    expect(seen).toEqual(['ERR_NON_2XX_3XX_RESPONSE']);
  });

  test('a refused retry of a stream gives its user the previous attempt', async () => {
    const server = await TestServer.start({ status: 503, body: 'busy' });
    const { client, policy } = setup();
    const own = client.extend({ hooks: { beforeRetry: [() => policy.breaker(server.url).open()] } });

    const error = await new Promise<HTTPError>((resolve) => {
      const follow = (stream: ReturnType<typeof own.stream>) => {
        stream.once('retry', (_count: number, _error: unknown, createRetryStream: () => typeof stream) =>
          follow(createRetryStream()),
        );
        stream.once('error', resolve as (error: Error) => void);
        stream.resume();
      };
      follow(own.stream(server.url));
    });

    expect(error).toBeInstanceOf(HTTPError);
    expect(error.response.body).toBe('busy');
    expect(server.hits).toBe(1);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'circuit-open' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a Retry-After that does not fit ends the call with the answer that carried it', async () => {
    const server = await TestServer.start({ status: 503, headers: { 'retry-after': '3600' } });
    const { client } = setup();

    const error = await failureOf(client(server.url));

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(1);
    expect(reportOf(error)).toMatchObject({ stopReason: 'retry-after' });
  });

  test.each(['junk', '-1', '1.5'])('an invalid Retry-After (%s) causes no wait', async (hint) => {
    const server = await TestServer.start({ status: 503, headers: { 'retry-after': hint } }, 200);
    const { client } = setup();

    const response = await client(server.url);

    expect(reportOf(response)).toMatchObject({ attempts: 2, delaysMs: [0] });
  });
});
