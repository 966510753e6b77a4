import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosRequestConfig, CanceledError, type InternalAxiosRequestConfig } from 'axios';
import { type PolicyOptions, reportOf } from '../src/index.js';
import { drive, errorOf, macrotask, told } from './drive.js';
import { scene } from './set-up.js';

/** The two ways in which axios lets a caller cancel. */
const ways = [
  {
    way: 'signal',
    make() {
      const controller = new AbortController();
      const { signal } = controller;
      return {
        config: { signal } as AxiosRequestConfig,
        cancel: () => controller.abort(new Error('enough')),
        listeners: () => getEventListeners(signal, 'abort').length,
      };
    },
  },
  {
    way: 'cancelToken',
    make() {
      const { token, cancel } = axios.CancelToken.source();
      return {
        config: { cancelToken: token } as AxiosRequestConfig,
        cancel: () => cancel('enough'),
        listeners: () => (token as { _listeners?: unknown[] })._listeners?.length ?? 0,
      };
    },
  },
];
const adapters = ['http', 'fetch'] as const;
/** Without and with limits of the policy's own, which make it race each attempt. */
const limits: { readonly name: string; readonly options: PolicyOptions }[] = [
  { name: 'no timeouts', options: {} },
  { name: 'timeouts', options: { timeouts: { attemptMs: 60_000, totalMs: 120_000 } } },
];
const cases = ways.flatMap((way) =>
  adapters.flatMap((adapter) => limits.map((limit) => ({ ...way, adapter, ...limit }))),
);

describe.each(cases)('a cancel by $way, with the $adapter adapter and $name', ({ make, adapter, options }) => {
  test('before the request sends nothing', async () => {
    const { api, requests, policy } = await scene({ adapter }, options, { status: 200 });
    const { config, cancel } = make();
    cancel();

    const error = await errorOf(api.get('/', config));

    expect(axios.isCancel(error)).toBe(true);
    expect(requests).toHaveLength(0);
    expect(policy.snapshot().totals.attempts).toBe(0);
  });

  test('in flight ends the call with the error of axios, and counts neither as success nor as failure', async () => {
    const { api, clock, policy, origin, url } = await scene({ adapter }, options, 'silence');
    const { config, cancel, listeners } = make();

    const call = api.get('/', config);
    await origin.reached(1);
    cancel();
    const error = await errorOf(call);

    expect(error).toBeInstanceOf(CanceledError);
    expect(error).toMatchObject({ code: 'ERR_CANCELED' });
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
    expect(policy.snapshot().keys[url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 0 } });
    expect(origin.requests).toHaveLength(1);
    expect(clock.pending).toBe(0);
    // The fetch adapter takes its listeners off a little later.
    await macrotask();
    expect(listeners()).toBe(0);
  });

  test('in a backoff ends the call at once, without another attempt', async () => {
    const { api, clock, policy, requests } = await scene(
      { adapter },
      { ...options, retry: { backoff: { jitter: 'none' } } },
      { status: 503 },
    );
    const { config, cancel, listeners } = make();

    const call = api.get('/', config);
    await told(policy, 'retry');
    cancel();
    const error = await errorOf(call);

    expect(error).toBeInstanceOf(CanceledError);
    expect(requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
    expect(clock.pending).toBe(0);
    expect(listeners()).toBe(0);
  });

  test('in a cool-down ends the call at once, without an attempt', async () => {
    const { api, clock, policy, requests, url } = await scene(
      { adapter },
      { ...options, retry: { maxRetries: 0 } },
      { status: 429, headers: { 'Retry-After': '5' } },
    );
    await errorOf(api.get('/'));
    await clock.advance(2_000);
    await errorOf(api.get('/'));
    const { config, cancel, listeners } = make();

    const call = api.get('/', config);
    while (policy.snapshot().keys[url]?.coolDown?.waiting !== 1) await macrotask();
    cancel();
    const error = await errorOf(call);

    expect(error).toBeInstanceOf(CanceledError);
    expect(requests).toHaveLength(2);
    expect(reportOf(error)).toMatchObject({ attempts: 0, stopReason: 'cancelled' });
    expect(clock.pending).toBe(0);
    expect(listeners()).toBe(0);
  });

  test('that never comes leaves no listener', async () => {
    const { api, clock } = await scene({ adapter }, options, { status: 503 }, 'reset', { status: 200 });
    const { config, listeners } = make();

    const { status } = await drive(clock, api.get('/', config), 'waits of no time');

    expect(status).toBe(200);
    await macrotask();
    expect(listeners()).toBe(0);
  });
});

test('gives the error that axios gives: with the config for a signal, the reason itself for a token', async () => {
  const { api, origin, policy } = await scene({}, { retry: { backoff: { jitter: 'none' } } }, { status: 503 });
  const controller = new AbortController();
  const { token, cancel } = axios.CancelToken.source();

  const bySignal = errorOf(api.get('/', { signal: controller.signal, resilience: { key: 'signal' } }));
  await told(policy, 'retry');
  controller.abort();
  const byToken = errorOf(api.get('/', { cancelToken: token, resilience: { key: 'token' } }));
  await told(policy, 'retry');
  cancel('enough');

  expect(await bySignal).toMatchObject({ message: 'canceled', config: { url: '/' } });
  expect(await byToken).toBe(token.reason);
  expect(origin.requests).toHaveLength(2);
});

test("keeps the adapter's own error if that ends the attempt: with the request that was under way", async () => {
  const { api, origin } = await scene({}, {}, 'silence');
  const controller = new AbortController();

  const call = errorOf(api.get('/users', { signal: controller.signal }));
  await origin.reached(1);
  controller.abort();

  expect(await call).toMatchObject({ code: 'ERR_CANCELED', config: { url: '/users' }, request: expect.anything() });
});

test('one signal replaces signal, token and timeouts if the policy has any, because two could interfere', async () => {
  const seen: InternalAxiosRequestConfig[] = [];
  const { api } = await scene({}, { timeouts: { attemptMs: 1_000 } });
  const { signal } = new AbortController();
  const { token, cancel } = axios.CancelToken.source();

  const call = errorOf(
    api.get('/', {
      signal,
      cancelToken: token,
      adapter: (config) => {
        seen.push(config);
        return new Promise(() => {});
      },
    }),
  );
  await macrotask();
  cancel('enough');

  expect(await call).toBe(token.reason);
  expect(seen[0]?.cancelToken).toBeUndefined();
  expect(seen[0]?.signal).not.toBe(signal);
  expect(seen[0]?.signal).toMatchObject({ aborted: true });
});

test('a signal and a token may both be given', async () => {
  const { api, origin } = await scene({}, {}, 'silence');
  const { signal } = new AbortController();
  const { token, cancel } = axios.CancelToken.source();

  const call = errorOf(api.get('/', { signal, cancelToken: token }));
  await origin.reached(1);
  cancel('enough');

  expect(await call).toMatchObject({ code: 'ERR_CANCELED', message: 'enough' });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('an answer that comes after the cancel, from an adapter that knows of none, is not retried', async () => {
  const controller = new AbortController();
  let attempts = 0;
  const { api } = await scene({}, {});
  const error = await errorOf(
    api.get('/', {
      signal: controller.signal,
      adapter: async (config) => {
        attempts += 1;
        controller.abort();
        return { status: 503, statusText: '', data: '', headers: {}, config };
      },
    }),
  );

  expect(error).toBeInstanceOf(CanceledError);
  expect(attempts).toBe(1);
});

test.each([[{ signal: null }], [{ signal: false }], [{ cancelToken: null }], [{ cancelToken: false }]])(
  '%j does not cancel, as in axios',
  async (config) => {
    for (const options of limits.map((limit) => limit.options)) {
      const { api, clock } = await scene(
        {},
        options,
        { status: 503 },
        { status: 200 },
        { status: 503 },
        { status: 200 },
      );
      const plain = await drive(clock, api.get('/', config as never), 'waits of no time');
      const beforeAttempt = () => {};
      const own = { ...config, resilience: { beforeAttempt } };
      const prepared = await drive(clock, api.get('/', own as never), 'waits of no time');
      expect([plain, prepared].map((response) => reportOf(response)?.attempts)).toEqual([2, 2]);
    }
  },
);
