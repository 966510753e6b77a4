import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosError } from 'axios';
import {
  isAttemptTimeout,
  isCircuitOpen,
  isCoolDown,
  isDeadlineExceeded,
  isLimited,
  isResilienceError,
  reportOf,
} from '../src/index.js';
import { drive, errorOf, told } from './drive.js';
import { nowhere, scene } from './set-up.js';

describe('the last real answer is the result', () => {
  test('as the error object that axios made, with the config of the request', async () => {
    const { api, clock } = await scene(
      {},
      { retry: { maxRetries: 2 } },
      { status: 500, body: 'first' },
      { status: 502, body: 'second' },
      { status: 503, body: '{"last":true}', headers: { 'X-Last': 'yes' } },
    );
    const dispatched: unknown[] = [];
    api.interceptors.request.use((config) => {
      dispatched.push(config);
      return config;
    });

    const error = (await errorOf(drive(clock, api.get('/')))) as unknown as AxiosError;

    expect(error).toBeInstanceOf(axios.AxiosError);
    expect(error).toMatchObject({ code: 'ERR_BAD_RESPONSE', message: 'Request failed with status code 503' });
    expect(error.response).toMatchObject({ status: 503, data: { last: true } });
    expect(error.response?.headers).toMatchObject({ 'x-last': 'yes' });
    expect(error.config).toBe(dispatched[0]);
    expect(error.response?.config).toBe(dispatched[0]);
    expect(error.request.res.statusCode).toBe(503);
  });

  test('as the response object itself, with the config of the request', async () => {
    const { api, clock } = await scene({}, {}, { status: 503 }, { status: 201, body: 'made' });
    const dispatched: unknown[] = [];
    api.interceptors.request.use((config) => {
      dispatched.push(config);
      return config;
    });

    const response = await drive(clock, api.put('/', 'x'));

    expect(response).toMatchObject({ status: 201, data: 'made' });
    expect(response.config).toBe(dispatched[0]);
  });

  test('even if the attempts have opened the circuit', async () => {
    const { api, clock, policy, requests, url } = await scene(
      {},
      { breaker: { consecutiveFailures: 2 } },
      { status: 500 },
    );

    const error = await errorOf(drive(clock, api.get('/')));

    expect(error.response).toMatchObject({ status: 500 });
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'circuit-open' });
    expect(requests).toHaveLength(2);
    expect(policy.breaker(url).state).toBe('open');
  });

  test('even if the deadline ends a later attempt', async () => {
    const { api, clock, origin, policy } = await scene(
      {},
      { timeouts: { totalMs: 1_000 }, retry: { backoff: { jitter: 'none' } } },
      { status: 503, body: 'busy' },
      'silence',
    );
    const call = errorOf(api.get('/'));
    await told(policy, 'retry');
    await clock.advance(100);
    await origin.reached(2);
    await clock.advance(900);

    const error = await call;

    expect(error.response).toMatchObject({ status: 503, data: 'busy' });
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'deadline', elapsedMs: 1_000, delaysMs: [100] });
    expect(clock.pending).toBe(0);
  });

  test('even if a Retry-After does not fit', async () => {
    const { api, requests } = await scene({}, {}, { status: 503, headers: { 'Retry-After': '31' } });

    const error = await errorOf(api.get('/'));

    expect(error.response).toMatchObject({ status: 503 });
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'retry-after' });
    expect(requests).toHaveLength(1);
  });
});

describe('if no attempt could answer, the caller gets an AxiosError', () => {
  test('for an open circuit', async () => {
    const { api, policy, requests, url } = await scene(
      {},
      { retry: false, breaker: { consecutiveFailures: 1, openMs: 5_000, maxOpenMs: 5_000 } },
      { status: 500 },
    );
    const tripped = await errorOf(api.get('/'));

    const error = await errorOf(api.get('/users/1', { headers: { 'X-A': 'b' } }));

    expect(axios.isAxiosError(error)).toBe(true);
    expect(error).toBeInstanceOf(axios.AxiosError);
    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', key: url, retryAfterMs: 5_000, name: 'AxiosError' });
    expect(error.message).toContain(`circuit "${url}" is open`);
    expect(error.config).toMatchObject({ url: '/users/1', baseURL: url });
    expect(error.response).toBeUndefined();
    expect(error.cause).toMatchObject({
      name: 'CircuitOpenError',
      cause: { name: 'AxiosError', code: tripped.code, status: 500 },
    });
    expect(isCircuitOpen(error)).toBe(true);
    expect(isResilienceError(error)).toBe(true);
    expect(reportOf(error)).toMatchObject({ attempts: 0, stopReason: 'circuit-open', key: url });
    expect(policy.snapshot().totals.rejected).toBe(1);
    expect(requests).toHaveLength(1);
  });

  test('that can be logged as JSON, without its cause', async () => {
    const { api } = await scene({}, { retry: false, breaker: { consecutiveFailures: 1 } }, { status: 500 });
    await errorOf(api.get('/'));

    const error = await errorOf(api.get('/'));

    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', name: 'AxiosError' });
    expect(Object.keys(error)).not.toContain('cause');
  });

  test('for a cool-down that lasts too long', async () => {
    const { api, clock, requests } = await scene({}, {}, { status: 429, headers: { 'Retry-After': '100' } });
    await errorOf(api.get('/'));
    await clock.advance(2_000);
    await errorOf(api.get('/'));

    const error = await errorOf(api.get('/'));

    expect(error).toMatchObject({ isAxiosError: true, code: 'ERR_COOL_DOWN', retryAfterMs: 100_000 });
    expect(isCoolDown(error)).toBe(true);
    expect(requests).toHaveLength(2);
  });

  test.each([1_000, '1000'])(
    'for a cool-down that lasts longer than the timeout of the request, %p',
    async (timeout) => {
      const hint = { status: 429, headers: { 'Retry-After': '5' } };
      const { api, clock, requests } = await scene({}, { retry: { maxRetries: 0 } }, hint);
      await errorOf(api.get('/'));
      await clock.advance(2_000);
      await errorOf(api.get('/'));

      const error = await errorOf(api.get('/', { timeout: timeout as number }));

      expect(error).toMatchObject({ isAxiosError: true, code: 'ERR_COOL_DOWN', retryAfterMs: 5_000 });
      expect(requests).toHaveLength(2);
    },
  );

  test('for a limit', async () => {
    const { api, origin } = await scene({}, { limit: { kind: 'fixed', concurrency: 1, queue: 0 } }, 'silence');
    const controller = new AbortController();
    const first = errorOf(api.get('/', { signal: controller.signal }));
    await origin.reached(1);

    const error = await errorOf(api.get('/', { resilience: { maxRetries: 0 } }));

    expect(error).toMatchObject({ isAxiosError: true, code: 'ERR_LIMITED' });
    expect(isLimited(error)).toBe(true);
    controller.abort();
    await first;
  });

  test("for an attempt's own timeout, when that is the last answer", async () => {
    const { api, clock, origin, url, policy } = await scene(
      {},
      { timeouts: { attemptMs: 500 }, retry: { maxRetries: 1 } },
      'silence',
    );
    const call = errorOf(api.get('/'));
    await origin.reached(1);
    await clock.advance(500);
    await clock.advance(0);
    await origin.reached(2);
    await clock.advance(500);

    const error = await call;

    expect(error).toMatchObject({ isAxiosError: true, code: 'ERR_ATTEMPT_TIMEOUT', key: url });
    expect(error.config).toMatchObject({ baseURL: url });
    expect(isAttemptTimeout(error)).toBe(true);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'exhausted' });
    expect(policy.snapshot().keys[url]?.breaker?.counts.failures).toBe(2);
  });

  test('for a deadline, when no attempt has answered; the request is aborted', async () => {
    const { api, clock, origin, url } = await scene({}, { timeouts: { totalMs: 700 } }, 'silence');
    const call = errorOf(api.get('/'));
    await origin.reached(1);
    await clock.advance(700);

    const error = await call;

    expect(error).toMatchObject({ isAxiosError: true, code: 'ERR_DEADLINE_EXCEEDED', key: url });
    expect(isDeadlineExceeded(error)).toBe(true);
    while (origin.sockets.size > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('reportOf', () => {
  test('finds the report by the final response, and by the final error and its response', async () => {
    const { api, clock, url } = await scene(
      {},
      { retry: { maxRetries: 1, backoff: { jitter: 'none' } } },
      { status: 503 },
      { status: 404 },
      { status: 200 },
    );

    const error = await errorOf(drive(clock, api.get('/')));
    const response = await drive(clock, api.get('/'));

    expect(reportOf(error)).toEqual({
      attempts: 2,
      retries: 1,
      elapsedMs: 100,
      waitedMs: 100,
      key: url,
      stopReason: 'permanent',
      delaysMs: [100],
    });
    expect(reportOf(error.response)).toBe(reportOf(error));
    expect(reportOf(response)).toMatchObject({ attempts: 1, stopReason: 'success' });
  });

  test('finds the report of a network error', async () => {
    const { api, clock } = await scene({ baseURL: await nowhere() }, { retry: { maxRetries: 1 } });

    expect(reportOf(await errorOf(drive(clock, api.get('/'))))).toMatchObject({ attempts: 2, stopReason: 'exhausted' });
  });

  test('adds nothing to the error, the response or their config', async () => {
    const { api, clock } = await scene({}, { retry: { maxRetries: 1 } }, { status: 503 });
    const bare = await errorOf(axios.create({ baseURL: api.defaults.baseURL as string }).get('/'));

    const error = await errorOf(drive(clock, api.get('/')));

    const keysOf = (value: unknown) => Reflect.ownKeys(value as object);
    expect(keysOf(error)).toEqual(keysOf(bare));
    expect(keysOf(error.response)).toEqual(keysOf(bare.response));
    expect(new Set(keysOf(error.config))).toEqual(new Set(keysOf(bare.config)));
  });
});

test('the key is the origin of the full URL, however it is composed', async () => {
  const { api, policy, url } = await scene({}, { retry: false }, { status: 200 });

  await api.get('/a');
  await api.get('b?c=d', { baseURL: `${url}/base/` });
  await api.get(`${url}/e`, { baseURL: 'http://elsewhere.invalid' });

  expect(Object.keys(policy.snapshot().keys)).toEqual([url]);
});
