import { describe, expect, jest, test } from '@jest/globals';
import axios, { type AxiosInstance, type InternalAxiosRequestConfig } from 'axios';
import { attachResilience, createChild, createPolicy, reportOf, resilienceOf } from '../src/index.js';
import { drive, errorOf, steadyPolicy } from './drive.js';
import { serve } from './set-up.js';

/** The interceptors that are on an instance. */
function interceptorsOf(api: AxiosInstance): number {
  return (api.interceptors.request.handlers ?? []).filter((handler) => handler !== null).length;
}

describe('attachResilience', () => {
  test('retries requests of a call site that does not know about it', async () => {
    const { url, requests } = await serve({ status: 503, headers: { connection: 'close' } }, 'reset', {
      status: 200,
      body: '{"id":1}',
    });
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: url });
    attachResilience(api, policy);

    const response = await drive(clock, api.get('/users/1'));

    expect(response.data).toEqual({ id: 1 });
    expect(requests).toHaveLength(3);
    expect(reportOf(response)).toMatchObject({ attempts: 3, retries: 2, stopReason: 'success', key: url });
  });

  test.each([
    ['axios(config)', (api: AxiosInstance) => api({ url: '/' })],
    ['axios(url)', (api: AxiosInstance) => api('/')],
    ['axios.request', (api: AxiosInstance) => api.request({ url: '/' })],
    ['axios.get', (api: AxiosInstance) => api.get('/')],
  ])('covers every style of call: %s', async (_, send) => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: url });
    attachResilience(api, policy);

    await drive(clock, send(api));

    expect(requests).toHaveLength(2);
  });

  test('makes a policy of its own from options, or from none, each with its own breakers', () => {
    const first = attachResilience(axios.create());
    const second = attachResilience(axios.create(), { name: 'billing', retry: { maxRetries: 1 } });

    expect(first.policy.settings.retry).toMatchObject({ maxRetries: 3 });
    expect(second.policy).toMatchObject({ name: 'billing', settings: { retry: { maxRetries: 1 } } });
    expect(first.policy.settings.store).not.toBe(second.policy.settings.store);
  });

  test('rejects invalid options at once, and keeps the attached policy', () => {
    const api = axios.create();
    const handle = attachResilience(api);

    expect(() => attachResilience(api, { retry: { maxRetries: -1 } })).toThrow(
      'retry.maxRetries must be an integer >= 0, got -1',
    );
    expect(resilienceOf(api)).toBe(handle);
  });

  test.each([[undefined], [null], [{}]])('rejects a value that is not an instance: %j', (instance) => {
    expect(() => attachResilience(instance as never)).toThrow('instance must be one of axios');
  });

  test('works on the static axios too', async () => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    const { policy, clock } = steadyPolicy();
    const { detach } = attachResilience(axios, policy);

    await drive(clock, axios.get(url));
    detach();

    expect(requests).toHaveLength(2);
    expect(interceptorsOf(axios)).toBe(0);
  });

  test('separates an instance in two policies, and joins two instances in one', async () => {
    const { url } = await serve({ status: 500 });
    const { policy } = steadyPolicy({ retry: false, breaker: { consecutiveFailures: 2 } });
    const one = axios.create({ baseURL: url });
    const other = axios.create({ baseURL: url });
    const third = axios.create({ baseURL: url });
    attachResilience(one, policy);
    attachResilience(other, policy);
    attachResilience(third, { retry: false });

    await errorOf(one.get('/'));
    await errorOf(other.get('/'));

    expect(await errorOf(one.get('/'))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    expect(await errorOf(other.get('/'))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    expect(await errorOf(third.get('/'))).toMatchObject({ response: { status: 500 } });
  });

  test('does not change the interceptors and the adapter of the instance', async () => {
    const api = axios.create();
    const { adapter } = api.defaults;
    attachResilience(api);

    expect(api.defaults.adapter).toBe(adapter);
    expect(interceptorsOf(api)).toBe(1);
  });

  test('resolves adapters that the config names, singly or in a list', async () => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    for (const adapter of ['http', 'fetch', ['xhr', 'http'], undefined] as const) {
      const before = requests.length;
      const { policy, clock } = steadyPolicy();
      const api = axios.create({ baseURL: url, adapter: adapter as 'http', validateStatus: () => true });
      attachResilience(api, policy);
      await drive(clock, api.get('/'));
      expect(requests.length).toBeGreaterThan(before);
    }
    expect(requests).toHaveLength(5);
  });

  test('finds the adapter of axios itself if neither instance nor request has one', async () => {
    const { url, requests } = await serve({ status: 200 });
    const api = axios.create({ baseURL: url });
    delete api.defaults.adapter;
    attachResilience(api);

    const response = await api.get('/');

    expect(requests).toHaveLength(1);
    expect(response.config.adapter).toBeUndefined();
  });

  test('gives an unknown adapter the error that axios gives it', async () => {
    const bare = await errorOf(axios.get('http://localhost', { adapter: 'carrier-pigeon' }));
    const api = axios.create();
    attachResilience(api);

    const error = await errorOf(api.get('http://localhost', { adapter: 'carrier-pigeon' }));

    expect(error.message).toBe(bare.message);
    expect(axios.isAxiosError(error)).toBe(true);
  });

  test('sends in the same turn as axios alone does', () => {
    let sent = 0;
    const api = axios.create({
      adapter: () => {
        sent += 1;
        return new Promise(() => {});
      },
    });
    attachResilience(api);

    api.get('/');

    expect(sent).toBe(1);
  });

  test('accepts a config that another interceptor has frozen', async () => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: url });
    attachResilience(api, policy);
    api.interceptors.request.use((config) => Object.freeze(config));

    await drive(clock, api.get('/'));

    expect(requests).toHaveLength(2);
  });

  test('lets axios report an interceptor that returns nothing', async () => {
    const forget = () => undefined as unknown as InternalAxiosRequestConfig;
    const bare = axios.create();
    bare.interceptors.request.use(forget);
    const api = axios.create();
    attachResilience(api);
    api.interceptors.request.use(forget);

    expect((await errorOf(api.get('/'))).message).toBe((await errorOf(bare.get('/'))).message);
  });
});

describe('attaching twice', () => {
  test('replaces the policy, and multiplies nothing', async () => {
    const { url, requests } = await serve({ status: 503 });
    const { policy, clock } = steadyPolicy({ retry: { maxRetries: 2 } });
    const api = axios.create({ baseURL: url });
    attachResilience(api);
    const second = attachResilience(api, policy);

    await errorOf(drive(clock, api.get('/')));

    expect(requests).toHaveLength(3);
    expect(interceptorsOf(api)).toBe(1);
    expect(resilienceOf(api)).toBe(second);
  });

  test('makes detaching the first handle do nothing', async () => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: url });
    const first = attachResilience(api);
    const second = attachResilience(api, policy);

    first.detach();
    await drive(clock, api.get('/'));

    expect(requests).toHaveLength(2);
    expect(resilienceOf(api)).toBe(second);
  });
});

test('two builds of this package, ESM and CommonJS, count as one', async () => {
  const { url, requests } = await serve({ status: 503 });
  const { policy, clock } = steadyPolicy({ retry: { maxRetries: 2 } });
  const api = axios.create({ baseURL: url });
  const first = attachResilience(api);
  jest.resetModules();
  const other = await import('../src/index.js');
  const aborted = await errorOf(api.get('/', { signal: AbortSignal.abort() }));
  const { signal: _, ...config } = aborted.config as InternalAxiosRequestConfig;

  other.attachResilience(api, policy);
  await errorOf(drive(clock, api.request(config)));

  expect(other.attachResilience).not.toBe(attachResilience);
  expect(requests).toHaveLength(3);
  expect(interceptorsOf(api)).toBe(1);
  expect(resilienceOf(api)).not.toBe(first);
});

describe('detach', () => {
  test('detaches the policy, once', async () => {
    const { url, requests } = await serve({ status: 503 });
    const api = axios.create({ baseURL: url });
    const other = (config: InternalAxiosRequestConfig) => config;
    const { detach } = attachResilience(api);
    api.interceptors.request.use(other);

    detach();
    detach();

    await errorOf(api.get('/'));
    expect(requests).toHaveLength(1);
    expect(resilienceOf(api)).toBeUndefined();
    expect(interceptorsOf(api)).toBe(1);
  });

  test('lets a request whose attempt is under way end as usual', async () => {
    const { url, requests, reached } = await serve({ status: 503 }, { status: 503 }, { status: 200, body: 'ok' });
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: url });
    const { detach } = attachResilience(api, policy);

    const call = api.get('/');
    await reached(1);
    detach();
    const response = await drive(clock, call);

    expect(response.data).toBe('ok');
    expect(requests).toHaveLength(3);
  });

  test('removes nothing else after all interceptors were cleared', () => {
    const api = axios.create();
    const { detach } = attachResilience(api);
    api.interceptors.request.clear();
    // Older releases give the same id to the next one.
    const { request } = api.interceptors;
    const ejected: number[] = [];
    request.eject = (id) => ejected.push(id);
    request.use((config) => config);

    detach();

    expect(ejected).toEqual([]);
  });

  test('allows attaching again', async () => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: url });
    attachResilience(api, policy).detach();
    attachResilience(api, policy);

    await drive(clock, api.get('/'));

    expect(requests).toHaveLength(2);
  });
});

describe('children', () => {
  test('of instance.create() have no policy: axios copies no interceptors', async () => {
    const api = axios.create();
    attachResilience(api);

    expect(resilienceOf(api.create())).toBeUndefined();
  });

  test('of createChild share the policy of their parent', async () => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: url, headers: { 'X-Parent': 'yes' } });
    attachResilience(api, policy);
    const child = createChild(api, { headers: { 'X-Child': 'yes' } });

    await drive(clock, child.get('/'));

    expect(requests).toHaveLength(2);
    expect(requests[1]?.headers).toMatchObject({ 'x-parent': 'yes', 'x-child': 'yes' });
    expect(resilienceOf(child)?.policy).toBe(policy);
  });

  test('of createChild are required if there is a policy to share', () => {
    expect(() => createChild(axios.create())).toThrow('parent must be an instance that a policy is attached to');
  });
});

describe('a config that is sent again', () => {
  test('goes through the policy once, and through an adapter that was never wrapped', async () => {
    const { url, requests } = await serve({ status: 503 });
    const { policy, clock } = steadyPolicy({ retry: { maxRetries: 1 } });
    const api = axios.create({ baseURL: url });
    attachResilience(api, policy);
    const error = await errorOf(drive(clock, api.get('/')));
    const config = error.config as InternalAxiosRequestConfig;
    expect(config.adapter).toEqual(axios.defaults.adapter);

    await errorOf(drive(clock, api.request(config)));

    expect(requests).toHaveLength(4);
  });

  test('is wrapped once if it had not reached an adapter', async () => {
    const { url, requests } = await serve({ status: 503 });
    const { policy, clock } = steadyPolicy({ retry: { maxRetries: 1 } });
    const api = axios.create({ baseURL: url });
    attachResilience(api, policy);
    const aborted = await errorOf(api.get('/', { signal: AbortSignal.abort() }));
    const { signal: _, ...config } = aborted.config as InternalAxiosRequestConfig;

    await errorOf(drive(clock, api.request(config)));

    expect(requests).toHaveLength(2);
  });

  test('from a response interceptor that renews a token works as usual', async () => {
    const { url, requests } = await serve({ status: 401 }, { status: 503 }, { status: 200, body: 'in' });
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: url });
    attachResilience(api, policy);
    api.interceptors.response.use(undefined, (error) => {
      if (error.response?.status !== 401) throw error;
      return api.request({ ...error.config, headers: { ...error.config.headers, Authorization: 'Bearer new' } });
    });

    const response = await drive(clock, api.post('/', { a: 1 }, { resilience: { idempotent: true } }));

    expect(response.data).toBe('in');
    expect(requests.map(({ headers, body }) => [headers.authorization, body])).toEqual([
      [undefined, '{"a":1}'],
      ['Bearer new', '{"a":1}'],
      ['Bearer new', '{"a":1}'],
    ]);
  });
});

test('a policy that was made separately serves a function beside an instance', async () => {
  const { url } = await serve({ status: 500 });
  const policy = createPolicy({ retry: false, breaker: { consecutiveFailures: 1 } });
  const api = axios.create({ baseURL: url });
  attachResilience(api, policy);

  await errorOf(api.get('/', { resilience: { key: 'shared' } }));

  await expect(policy.execute(() => 'never', { key: 'shared' })).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
});

test('attaching before each call keeps the policy, and so the state of its breaker', async () => {
  const api = axios.create({ baseURL: 'http://127.0.0.1:9' });
  const options = () =>
    ({ name: 'billing', retry: false, breaker: { consecutiveFailures: 2, consecutiveForMs: 0 } }) as const;
  const call = () => {
    const { policy } = attachResilience(api, options());
    return api.get('/').catch(() => policy.breaker('http://127.0.0.1:9').state);
  };
  expect([await call(), await call(), await call()]).toEqual(['closed', 'open', 'open']);
});

test('other options replace the policy, and a policy that is attached again is the same', () => {
  const api = axios.create();
  const first = attachResilience(api, { name: 'a' });
  const second = attachResilience(api, { name: 'b' });
  expect(second.policy).not.toBe(first.policy);
  expect(attachResilience(api, second.policy).policy).toBe(second.policy);
  second.detach();
  expect(attachResilience(api, { name: 'b' }).policy).not.toBe(second.policy);
});
