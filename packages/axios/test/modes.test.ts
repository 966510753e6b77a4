import { describe, expect, test } from '@jest/globals';
import axios, { type InternalAxiosRequestConfig } from 'axios';
import { attachResilience, createPolicy, reportOf } from '../src/index.js';
import { errorOf } from './drive.js';
import { scene, serve } from './set-up.js';

describe.each(['observe', 'off'] as const)('mode %s', (mode) => {
  test('makes one attempt, with the error of axios, and adds nothing to what is sent', async () => {
    const { api, requests, url } = await scene({}, { mode, idempotency: {} }, { status: 503, body: 'busy' });
    const bare = axios.create({ baseURL: url });
    const ran: unknown[] = [];
    const resilience = { idempotencyKey: 'order-1', beforeAttempt: () => void ran.push('beforeAttempt') };

    const error = await errorOf(api.post('/', { a: 1 }, { resilience }));
    const expected = await errorOf(bare.post('/', { a: 1 }));

    expect(requests[0]).toEqual(requests[1]);
    expect(requests).toHaveLength(2);
    expect(ran).toEqual([]);
    expect(error).toMatchObject({ message: expected.message, code: expected.code });
    expect(error.response).toMatchObject({ status: 503, data: 'busy' });
  });

  test('gives the adapter the config of the request itself, its signal and token untouched', async () => {
    const { policy } = await scene({}, { mode, timeouts: { attemptMs: 100 } });
    const seen: InternalAxiosRequestConfig[] = [];
    const dispatched: unknown[] = [];
    const adapter = async (config: InternalAxiosRequestConfig) => {
      seen.push(config);
      return { status: 200, statusText: 'OK', headers: {}, data: '', config };
    };
    const api = axios.create({ adapter });
    attachResilience(api, policy);
    api.interceptors.request.use((config) => {
      dispatched.push(config);
      return config;
    });
    const { signal } = new AbortController();
    const { token } = axios.CancelToken.source();

    await api.get('/', { signal, cancelToken: token });

    expect(seen[0]).toBe(dispatched[0]);
    expect(seen[0]).toMatchObject({ adapter });
    expect(seen[0]?.signal).toBe(signal);
    expect(seen[0]?.cancelToken).toBe(token);
  });

  test("rejects nothing, whatever the breaker's state", async () => {
    const { api, requests, policy, url } = await scene(
      {},
      { mode, breaker: { consecutiveFailures: 1 } },
      { status: 500 },
    );
    policy.breaker(url).open();

    for (const _ of [1, 2, 3]) expect((await errorOf(api.get('/'))).response).toMatchObject({ status: 500 });

    expect(requests).toHaveLength(3);
  });
});

describe('mode observe', () => {
  test('counts, and reports what would have been done', async () => {
    const { api, policy } = await scene({}, { mode: 'observe', breaker: { consecutiveFailures: 2 } }, { status: 500 });
    const events: string[] = [];
    policy.on('wouldRetry', () => events.push('wouldRetry'));
    policy.on('wouldReject', () => events.push('wouldReject'));

    for (const _ of [1, 2, 3]) await errorOf(api.get('/'));

    expect(events).toEqual(['wouldRetry', 'wouldReject']);
    expect(policy.snapshot().totals).toMatchObject({ calls: 3, attempts: 3, retries: 0, rejected: 0 });
  });

  test('counts a cancelled request as cancelled', async () => {
    const { api, policy, origin } = await scene({}, { mode: 'observe' }, 'silence');
    const { token, cancel } = axios.CancelToken.source();
    const verdicts: string[] = [];
    policy.on('attempt', ({ verdict }) => verdicts.push(verdict));

    const call = errorOf(api.get('/', { cancelToken: token }));
    await origin.reached(1);
    cancel();
    await call;

    expect(verdicts).toEqual(['cancelled']);
  });

  test('applies to the share of calls that enforceRate does not enforce', async () => {
    const numbers = [0.9, 0.1];
    const random = () => numbers.shift() ?? 0;
    const { api, requests } = await scene(
      {},
      { enforceRate: 0.5, random, idempotency: { generate: () => 'key' }, retry: { maxRetries: 0 } },
      { status: 503 },
    );

    await errorOf(api.post('/'));
    await errorOf(api.post('/'));

    expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined, 'key']);
  });
});

describe('mode off', () => {
  test('counts nothing and limits nothing, unless a request asks for more', async () => {
    const { url, requests } = await serve({ status: 503 });
    const policy = createPolicy({ mode: 'off', retry: { maxRetries: 1, backoff: { baseMs: 0, throttledBaseMs: 0 } } });
    const api = axios.create({ baseURL: url });
    attachResilience(api, policy);

    expect(reportOf(await errorOf(api.get('/')))).toBeUndefined();
    expect(policy.snapshot().totals.calls).toBe(0);
    await errorOf(api.get('/', { resilience: { mode: 'enforce' } }));

    expect(requests).toHaveLength(3);
  });

  test('accepts invalid request options: switching a policy off must not fail calls', async () => {
    const { api } = await scene({}, { mode: 'off' }, { status: 200 });

    expect((await api.get('/', { resilience: { maxRetries: -1 } })).status).toBe(200);
  });
});
