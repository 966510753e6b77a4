import { Readable } from 'node:stream';
import { createPolicy, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import got, { HTTPError } from 'got';
import { resilience } from '../src/index.js';
import { stopServers, TestServer } from './server.js';
import { atOnce, callsUnderWay, failureOf, openAfterOne, setup } from './setup.js';

afterEach(stopServers);

/** got's own rules, without its second of waiting. */
const native = {
  retry: { calculateDelay: ({ computedValue }: { computedValue: number }) => Math.min(computedValue, 1) },
};

describe.each([
  ['a policy that is off', { mode: 'off' as const }, {}],
  ['a request that is off', {}, { resilience: { mode: 'off' } }],
  ['a request without resilience', {}, { resilience: false }],
])('%s', (_, options, context) => {
  test('is the same as without a policy: got retries by its own rules', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup({ breaker: openAfterOne, timeouts: { totalMs: 1 }, idempotency: {}, ...options });

    const error = await failureOf(client(server.url, { ...native, context }));
    await failureOf(client.post(server.url, { ...native, context }));

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.requests.map((request) => request.method)).toEqual(['GET', 'GET', 'GET', 'POST']);
    expect(server.requests[3]?.headers['idempotency-key']).toBeUndefined();
    expect(reportOf(error)).toBeUndefined();
    expect(policy.snapshot().totals.calls).toBe(0);
  });

  test('keeps no circuit: a stream succeeds', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup(options);
    policy.breaker(server.url).open();

    expect(Buffer.concat(await client.stream(server.url, { context }).toArray()).toString()).toBe('ok');
  });
});

describe.each([
  ['a policy that observes', { mode: 'observe' as const }, {}],
  ['a request that is observed', {}, { resilience: { mode: 'observe' } }],
  ['a policy that enforces none of its calls', { enforceRate: 0 }, {}],
])('%s', (_, options, context) => {
  test('ends its part of a call whose stream got does not send again', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup(options);

    const body = Readable.from(['once']);
    const error = await failureOf(client.put(server.url, { ...native, context, body }));

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(1);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'disabled' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('lets got retry, and counts each attempt', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup({ retry: { maxRetries: 5 }, ...options });
    const events: unknown[] = [];
    policy.on('attempt', ({ attempt, status }) => events.push(`attempt ${attempt}: ${status}`));
    policy.on('wouldRetry', ({ retry }) => events.push(`would retry ${retry}`));
    policy.on('retry', () => events.push('retry'));

    const error = await failureOf(client(server.url, { ...native, context }));

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(3);
    expect(events).toEqual([
      'attempt 1: 503',
      'would retry 1',
      'attempt 2: 503',
      'would retry 2',
      'attempt 3: 503',
      'would retry 3',
    ]);
    expect(reportOf(error)).toMatchObject({ attempts: 3 });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('calls got’s and the user’s calculateDelay with got’s own value', async () => {
    const server = await TestServer.start(503, 200);
    const { client } = setup(options);
    const seen: number[] = [];
    const calculateDelay = ({ computedValue }: { computedValue: number }) => {
      seen.push(computedValue);
      return 1;
    };

    await client(server.url, { retry: { calculateDelay, noise: 0 }, context });

    expect(seen).toEqual([1_000]);
  });

  test('respects enforceRetryRules, which is got’s own', async () => {
    const server = await TestServer.start(404);
    const { client } = setup(options);
    let asked = 0;
    const calculateDelay = () => {
      asked += 1;
      return 1;
    };

    await failureOf(client(server.url, { retry: { calculateDelay, enforceRetryRules: true }, context }));

    expect(asked).toBe(0);
    expect(server.hits).toBe(1);
  });

  test('refuses nothing, and reports that it would', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup(options);
    const events: unknown[] = [];
    policy.on('wouldReject', ({ reason }) => events.push(reason));
    policy.breaker(server.url).open();

    expect((await client(server.url, { context })).statusCode).toBe(200);
    expect(Buffer.concat(await client.stream(server.url, { context }).toArray()).toString()).toBe('ok');
    expect(events).toEqual(['circuit-open', 'circuit-open']);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('delays nothing, limits nothing, adds no header', async () => {
    const server = await TestServer.start({ status: 429, headers: { 'retry-after': '5' } }, 200);
    const { client, clock } = setup({ timeouts: { attemptMs: 1, totalMs: 1 }, idempotency: {}, ...options });

    await failureOf(client(server.url, { retry: { limit: 0 }, context }));
    const response = await client.post(server.url, { context });

    expect(response.statusCode).toBe(200);
    expect(clock.pending).toBe(0);
    expect(server.requests[1]?.headers['idempotency-key']).toBeUndefined();
  });

  test('counts what a stream brings', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup(options);

    const stream = client.stream(server.url, { context });
    await new Promise((resolve) => stream.once('error', resolve).resume());

    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 1 } });
  });

  test('judges by the answer, whatever shouldRetry returns', async () => {
    const server = await TestServer.start(200);
    const { client } = setup({ retry: { shouldRetry: () => true }, ...options });

    expect((await client(server.url, { context })).statusCode).toBe(200);
    expect(server.hits).toBe(1);
  });
});

test('an idempotency key is not sent for a request that is only observed', async () => {
  const server = await TestServer.start(200);
  const { client } = setup();

  await client.post(server.url, { context: { resilience: { mode: 'observe', idempotencyKey: 'mine' } } });

  expect(server.requests[0]?.headers['idempotency-key']).toBeUndefined();
});

test('a request may be enforced if the policy is off', async () => {
  const server = await TestServer.start(503);
  const client = got.extend(resilience(createPolicy({ ...atOnce, mode: 'off' })));

  const error = await failureOf(client(server.url, { context: { resilience: { mode: 'enforce', maxRetries: 4 } } }));

  expect(server.hits).toBe(5);
  expect(reportOf(error)).toMatchObject({ attempts: 5 });
});
