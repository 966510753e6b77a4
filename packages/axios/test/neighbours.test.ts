import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosInstance } from 'axios';
import { setupCache } from 'axios-cache-interceptor';
import rateLimit from 'axios-rate-limit';
import { attachResilience, isCircuitOpen, type PolicyOptions, reportOf } from '../src/index.js';
import { drive, errorOf, steadyPolicy } from './drive.js';
import type { Reply } from './origin.js';
import { serve } from './set-up.js';

const BAD: Reply = { status: 503 };
const GOOD: Reply = { status: 200, body: '{"id":1}', headers: { 'Content-Type': 'application/json' } };

describe('axios-cache-interceptor that was set up before attaching', () => {
  async function cached(options: PolicyOptions, ...replies: readonly Reply[]) {
    const origin = await serve(...replies);
    const { policy, clock } = steadyPolicy(options);
    const api = setupCache(axios.create({ baseURL: origin.url }));
    attachResilience(api, policy);
    return { api, clock, origin, policy };
  }

  test('a fresh answer is not refused by an open circuit, and is no attempt', async () => {
    const { api, origin, policy } = await cached({}, GOOD);
    await api.get('/a');
    policy.breaker(origin.url).open();

    const response = await api.get('/a');
    expect(response).toMatchObject({ cached: true, status: 200, data: { id: 1 } });
    expect(reportOf(response)).toBeUndefined();
    expect(isCircuitOpen(await errorOf(api.get('/b')))).toBe(true);
    expect(policy.snapshot().totals).toMatchObject({ calls: 2, attempts: 1 });
    expect(origin.requests).toHaveLength(1);
  });

  test('requests that wait for the same answer share its retries', async () => {
    const { api, clock, origin, policy } = await cached({}, BAD, GOOD);
    const responses = await drive(clock, Promise.all([api.get('/a'), api.get('/a'), api.get('/a')]));
    expect(responses.map(({ data }) => data)).toEqual([{ id: 1 }, { id: 1 }, { id: 1 }]);
    expect(policy.snapshot().totals).toMatchObject({ calls: 1, attempts: 2 });
    expect(origin.requests).toHaveLength(2);
  });

  test('an old answer is used if the circuit refuses the request', async () => {
    const old = { 'Cache-Control': 'max-age=0', ETag: '"1"', 'Content-Type': 'application/json' };
    const { api, origin, policy } = await cached({}, { status: 200, body: '{"id":1}', headers: old });
    await api.get('/a');
    policy.breaker(origin.url).open();
    await expect(api.get('/a', { cache: { staleIfError: true } })).resolves.toMatchObject({ data: { id: 1 } });
    expect(origin.requests).toHaveLength(1);
  });

  test('a failure is retried and not cached', async () => {
    const { api, clock, origin } = await cached({ retry: { maxRetries: 1 } }, BAD, BAD, GOOD);
    expect(await errorOf(drive(clock, api.get('/a')))).toMatchObject({ response: { status: 503 } });
    await expect(drive(clock, api.get('/a'))).resolves.toMatchObject({ data: { id: 1 } });
    expect(origin.requests).toHaveLength(3);
  });
});

test('axios-cache-interceptor that was set up after attaching has its fresh answers refused', async () => {
  const origin = await serve(GOOD);
  const { policy } = steadyPolicy();
  const client = axios.create({ baseURL: origin.url });
  attachResilience(client, policy);
  const api = setupCache(client);
  await api.get('/a');
  policy.breaker(origin.url).open();
  expect(isCircuitOpen(await errorOf(api.get('/a')))).toBe(true);
});

describe('axios-rate-limit', () => {
  const FEW = { maxRequests: 2, perMilliseconds: 3_600_000 } as const;

  /** Sends requests of which the limiter holds back some for an hour. Nothing keeps the process alive but its timer. */
  async function sent(api: AxiosInstance, attempts: () => number, requests: number): Promise<void> {
    for (let request = 0; request < requests; request += 1) void api.get('/').catch(() => {});
    while (attempts() < 2) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  test.each(['before', 'after'])(
    '%s attaching, delays requests, and the policy counts those that are sent',
    async (when) => {
      const origin = await serve(GOOD);
      const { policy } = steadyPolicy();
      const api = axios.create({ baseURL: origin.url });
      if (when === 'after') attachResilience(api, policy);
      const limited = rateLimit(api, FEW);
      if (when === 'before') attachResilience(api, policy);
      try {
        await sent(api, () => origin.requests.length, 4);
        expect(policy.snapshot().totals).toMatchObject({ calls: 2, attempts: 2 });
      } finally {
        limited.setRateLimitOptions({ maxRequests: 9, perMilliseconds: 1 });
      }
    },
  );

  test('counts each retry if the policy is around the limited instance', async () => {
    const origin = await serve(BAD);
    const { policy, clock } = steadyPolicy({ retry: { maxRetries: 5 } });
    const limited = rateLimit(axios.create({ baseURL: origin.url }), FEW);
    try {
      const call = drive(
        clock,
        policy.execute(() => limited.get('/'), { key: origin.url }),
      );
      call.catch(() => {});
      await origin.reached(2);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(origin.requests).toHaveLength(2);
      limited.setRateLimitOptions({ maxRequests: 100, perMilliseconds: 1 });
      expect(await errorOf(call)).toMatchObject({ response: { status: 503 } });
      expect(origin.requests).toHaveLength(6);
    } finally {
      limited.setRateLimitOptions({ maxRequests: 9, perMilliseconds: 1 });
    }
  });
});
