import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosInstance, type AxiosStatic } from 'axios';
import axiosRetry from '../src/axios-retry.js';
import { attachResilience, isCircuitOpen, reportOf } from '../src/index.js';
import { drive, errorOf, steadyPolicy } from './drive.js';
import type { Reply } from './origin.js';
import { nowhere, serve } from './set-up.js';

const require = createRequire(import.meta.url);
const load = (name: string): AxiosStatic => require(name) as AxiosStatic;

const BAD: Reply = { status: 503 };
const GOOD: Reply = { status: 200, body: '{"ok":true}', headers: { 'Content-Type': 'application/json' } };
const copies: readonly (readonly [string, AxiosStatic])[] = [
  ['the CommonJS build', load('axios')],
  ['1.7', load('axios-1.7')],
  ['0.27', load('axios-0.27')],
];

test('the copies differ from the one that this package loads', () => {
  const classes = [axios, ...copies.map(([, copy]) => copy)].map(({ AxiosError }) => AxiosError);
  expect(new Set(classes).size).toBe(4);
  expect(copies.map(([, { VERSION }]) => VERSION.slice(0, 4))).toEqual([axios.VERSION.slice(0, 4), '1.7.', '0.27']);
});

describe.each(copies)('an app whose axios is another copy, %s', (_, copy) => {
  const attached = (client: AxiosInstance, options = {}) => {
    const { policy, clock } = steadyPolicy(options);
    attachResilience(client, policy);
    return { policy, clock };
  };

  test("sends by the app's own adapter and parses once", async () => {
    const origin = await serve(BAD, GOOD);
    const api = copy.create({ baseURL: origin.url, headers: { 'X-App': 'yes' } });
    const { clock } = attached(api);

    const response = await drive(clock, api.put('/a', { a: 1 }, { params: { q: 'é' } }));

    expect(response.data).toEqual({ ok: true });
    expect(origin.requests).toEqual(
      Array.from({ length: 2 }, () => expect.objectContaining({ method: 'PUT', url: '/a?q=%C3%A9', body: '{"a":1}' })),
    );
    for (const { headers } of origin.requests) {
      expect(headers).toMatchObject({ 'user-agent': `axios/${copy.VERSION}`, 'x-app': 'yes' });
    }
    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
    expect(response.config.headers).toMatchObject({ 'User-Agent': `axios/${copy.VERSION}` });
  });

  test("throws the app's own error for an answer and for no connection", async () => {
    const origin = await serve(BAD);
    const api = copy.create({ baseURL: origin.url });
    const { clock } = attached(api, { retry: { maxRetries: 1 } });
    let config: unknown;
    api.interceptors.request.use((sent) => {
      config = sent;
      return sent;
    });

    const answered = await errorOf(drive(clock, api.get('/')));
    expect(answered).toBeInstanceOf(copy.AxiosError);
    expect(answered).toMatchObject({ message: 'Request failed with status code 503', response: { status: 503 } });
    expect(answered.config).toBe(config);
    expect(reportOf(answered)).toMatchObject({ attempts: 2, stopReason: 'exhausted' });

    const refused = await errorOf(drive(clock, api.get(await nowhere())));
    expect(refused).toBeInstanceOf(copy.AxiosError);
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    expect(reportOf(refused)).toMatchObject({ attempts: 2 });
  });

  test("has the policy's refusals and option errors as the app's own errors", async () => {
    const origin = await serve(GOOD);
    const api = copy.create({ baseURL: origin.url });
    const { policy } = attached(api);
    policy.breaker(origin.url).open();

    const refused = await errorOf(api.get('/'));
    expect(refused).toBeInstanceOf(copy.AxiosError);
    expect(copy.isAxiosError(refused)).toBe(true);
    expect(isCircuitOpen(refused)).toBe(true);

    const wrong = await errorOf(api.get('/', { resilience: { maxRetries: -1 } } as object));
    expect(wrong).toBeInstanceOf(copy.AxiosError);
    expect(wrong.message).toContain('maxRetries');
    expect(origin.requests).toHaveLength(0);
  });

  test.each(['during an attempt', 'during a wait'])('cancels as the app expects it %s', async (when) => {
    const origin = await serve(when === 'during an attempt' ? 'silence' : BAD);
    const api = copy.create({ baseURL: origin.url });
    const { clock, policy } = attached(api);
    const controller = new AbortController();
    const isWaiting = new Promise<void>((resolve) => policy.on('retry', () => setImmediate(resolve)));
    const call = errorOf(api.get('/', { signal: controller.signal }));
    await (when === 'during an attempt' ? origin.reached(1) : isWaiting);
    controller.abort();

    const error = await call;
    expect(error).toBeInstanceOf(copy.CanceledError);
    expect(copy.isCancel(error)).toBe(true);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
    expect(clock.pending).toBe(0);
  });

  test('retries by the drop-in for axios-retry with its own adapter and headers', async () => {
    const origin = await serve(BAD, GOOD);
    const api = copy.create({ baseURL: origin.url, headers: { 'X-App': 'yes' } });
    axiosRetry(api as never, { retries: 2 });

    await expect(api.get('/a')).resolves.toMatchObject({ data: { ok: true } });
    expect(origin.requests.map(({ headers }) => [headers['user-agent'], headers['x-app']])).toEqual([
      [`axios/${copy.VERSION}`, 'yes'],
      [`axios/${copy.VERSION}`, 'yes'],
    ]);
  });

  test("fails by the drop-in for axios-retry with the app's own error", async () => {
    const origin = await serve(BAD);
    const api = copy.create({ baseURL: origin.url });
    axiosRetry(api as never, { retries: 1 });

    const error = await errorOf(api.get('/a'));
    expect(error).toBeInstanceOf(copy.AxiosError);
    expect(error).toMatchObject({ response: { status: 503 } });
    const accepting = await api.get('/a', { validateStatus: () => true });
    expect(accepting.status).toBe(503);
  });
});

test('adds nothing to a request of another copy that its interceptors have removed', async () => {
  const origin = await serve(GOOD);
  const api = load('axios-1.7').create({ baseURL: origin.url, headers: { common: { 'X-Common': 'yes' } } });
  attachResilience(api);
  api.interceptors.request.use((config) => {
    config.headers.delete('X-Common');
    return config;
  });

  await api.post('/', 'text', { headers: { 'Content-Type': 'text/plain' } });
  expect(origin.requests[0]?.headers).not.toHaveProperty('x-common');
  expect(origin.requests[0]).toMatchObject({ body: 'text', headers: { 'content-type': 'text/plain' } });
});

test('an app’s own `create` that attaches a policy to each new instance works', async () => {
  const copy = load('axios-1.7');
  const origin = await serve(GOOD);
  const api = copy.create({ baseURL: origin.url });
  const { create } = api as unknown as AxiosStatic;
  let attached = 0;
  (api as unknown as { create: unknown }).create = () => {
    const child = create();
    attachResilience(child);
    child.interceptors.response.use(() => Promise.reject(new Error('of the app')));
    attached += 1;
    return child;
  };
  attachResilience(api);
  await expect(api.get('/')).resolves.toMatchObject({ data: { ok: true } });
  expect(attached).toBe(1);
});

test('a mock that lacks most of an instance can be attached to', () => {
  const mock = {
    defaults: { adapter: () => Promise.reject(new Error('not sent')) },
    interceptors: { request: { use: () => 0, eject: () => {} } },
    getUri: () => '/',
  };
  expect(() => attachResilience(mock).detach()).not.toThrow();
});

test('an instance that is too old is rejected with a clear message', () => {
  const api = load('axios-0.26').create();
  expect(() => attachResilience(api)).toThrow(
    new TypeError('instance must be one of axios 0.27.2 or later, this one is older'),
  );
  expect(() => axiosRetry(api as never, {})).toThrow(TypeError);
});
