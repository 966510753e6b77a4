import { isCircuitOpen, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { RequestError } from 'got';
import type { RequestResilience } from '../src/index.js';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup } from './setup.js';

afterEach(stopServers);

const asking = (resilience: RequestResilience) => ({ context: { resilience } });

test('maxRetries', async () => {
  const server = await TestServer.start(503);
  const { client } = setup();

  await failureOf(client(server.url, asking({ maxRetries: 1 })));

  expect(server.hits).toBe(2);
});

test('key', async () => {
  const server = await TestServer.start(503, 200);
  const { client } = setup({ breaker: openAfterOne });
  const error = await failureOf(client(server.url, asking({ key: 'reports' })));

  expect(reportOf(error)).toMatchObject({ key: 'reports' });
  expect(isCircuitOpen(await failureOf(client(server.url, asking({ key: 'reports' }))))).toBe(true);
  expect((await client(server.url)).statusCode).toBe(200);
});

test('idempotent', async () => {
  const server = await TestServer.start(503);
  const { client } = setup({ retry: { maxRetries: 1 } });

  await failureOf(client.post(server.url, asking({ idempotent: true })));
  const error = await failureOf(client.get(server.url, asking({ idempotent: false })));

  expect(server.requests.map((request) => request.method)).toEqual(['POST', 'POST', 'GET']);
  expect(reportOf(error)).toMatchObject({ stopReason: 'not-idempotent' });
});

test('on the instance, for all its requests', async () => {
  const server = await TestServer.start(503);
  const { client } = setup();

  await failureOf(client.extend(asking({ maxRetries: 1 }))(server.url));

  expect(server.hits).toBe(2);
});

test('keyOf receives method and URL', async () => {
  const server = await TestServer.start(200);
  const { client } = setup({ keyOf: ({ method, url }) => `${method} ${new URL(url ?? '').pathname}` });

  const response = await client.extend({ prefixUrl: server.url }).put('orders', { searchParams: { a: 1 } });

  expect(reportOf(response)).toMatchObject({ key: 'PUT /orders' });
});

describe('beforeAttempt', () => {
  test('runs before every attempt, not for the steps of a redirect, and adds headers', async () => {
    const server = await TestServer.start(503, { status: 302, headers: { location: '/next' } }, 200);
    const { client } = setup();
    const beforeAttempt: RequestResilience['beforeAttempt'] = async (options, attempt) => {
      options.headers['x-changed'] = String(attempt);
      return { 'X-Attempt': String(attempt) };
    };

    await client(server.url, asking({ beforeAttempt }));

    expect(server.requests.map(({ path, headers }) => [path, headers['x-attempt'], headers['x-changed']])).toEqual([
      ['/', '1', '1'],
      ['/', '2', '2'],
      ['/next', '2', '2'],
    ]);
  });

  test('ends the call with its error, and returns the permit', async () => {
    const server = await TestServer.start(503);
    const { client, policy, clock } = setup({ breaker: { ...openAfterOne, successesToClose: 1 } });
    await failureOf(client(server.url));
    await clock.advance(1_000);
    const beforeAttempt = () => {
      throw Object.assign(new Error('no token'), { code: 'ECONNRESET' });
    };

    const error = await failureOf(client(server.url, asking({ beforeAttempt })));

    expect(error.message).toBe('no token');
    expect(server.hits).toBe(1);
    expect(callsUnderWay(policy)).toBe(0);
    server.play(200);
    expect((await client(server.url)).statusCode).toBe(200);
  });

  test('ends the call with its error also if an earlier attempt was answered', async () => {
    const server = await TestServer.start(503);
    const { client } = setup();
    const beforeAttempt = (_: unknown, attempt: number) => {
      if (attempt > 1) throw new Error('no token');
    };

    expect((await failureOf(client(server.url, asking({ beforeAttempt })))).message).toBe('no token');
  });

  test('is not called in mode observe', async () => {
    const server = await TestServer.start(200);
    const { client } = setup();
    const beforeAttempt = () => {
      throw new Error('called');
    };

    expect((await client(server.url, asking({ beforeAttempt, mode: 'observe' }))).statusCode).toBe(200);
  });
});

describe('an invalid option', () => {
  test.each([
    [{ maxRetries: -1 }, 'resilience.maxRetries must be an integer >= 0, got -1'],
    [{ retries: 1 }, 'resilience.retries is not an option; there are maxRetries, key'],
    [{ mode: 'on' }, "resilience.mode must be one of 'enforce', 'observe', 'off', got \"on\""],
    [{ beforeAttempt: true }, 'resilience.beforeAttempt must be a function, got boolean'],
    [{ timeouts: { attemptMs: 2, totalMs: 1 } }, 'attemptMs must be at most'],
    [{ signal: AbortSignal.abort() }, 'resilience.signal is not an option'],
    [true, 'resilience must be an object or false, got true'],
    [null, 'resilience must be an object or false, got null'],
    [[], 'resilience must be an object or false, got an array'],
  ])('rejects the call and names option, rule and value: %j', async (resilience, message) => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    let asked = 0;
    const calculateDelay = () => {
      asked += 1;
      return 1;
    };

    const promise = client(server.url, { context: { resilience }, retry: { calculateDelay } });
    const error = await failureOf(promise);

    expect(error).toBeInstanceOf(RequestError);
    expect(error.message).toContain(message);
    expect(error.cause).toMatchObject({ message: expect.stringContaining(message) });
    expect(server.hits).toBe(0);
    expect(asked).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('fails a stream in the same way', async () => {
    const server = await TestServer.start(200);
    const { client } = setup();

    const stream = client.stream(server.url, { context: { resilience: { maxRetries: -1 } } });
    const error = await new Promise<Error>((resolve) => stream.once('error', resolve));

    expect(error.message).toBe('resilience.maxRetries must be an integer >= 0, got -1');
    expect(server.hits).toBe(0);
  });
});
