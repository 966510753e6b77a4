import { afterEach, describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import nock from 'nock';
import * as original from 'retry-axios';
import * as dropIn from '../../src/retry-axios.js';
import { failureOf, mockTheNetwork, networkError, ORIGIN } from '../mocked-origin.js';
import { waitedBy } from '../waited.js';

// The set-ups of retry-axios's own tests that behaviour.test.ts does not have: axios itself, a config that is used
// again, timers that are faked.

mockTheNetwork();

const answers = (...statuses: number[]) => {
  for (const status of statuses)
    nock(ORIGIN)
      .get('/')
      .reply(status, status === 200 ? 'toast' : '');
};

describe.each([
  ['retry-axios', original],
  ['the drop-in', dropIn],
] as const)('%s', (_, rax) => {
  let interceptorId: number | undefined;
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    if (interceptorId !== undefined) rax.detach(interceptorId);
    interceptorId = undefined;
  });

  /** An instance whose attempts fail in this way, or so often, and record their config. */
  function scripted(raxConfig: dropIn.RetryConfig, ...failures: ((config: AxiosRequestConfig) => unknown)[]) {
    const seen: AxiosRequestConfig[] = [];
    const api: AxiosInstance = axios.create({
      adapter: async (config) => {
        seen.push({ ...config, headers: { ...config.headers } });
        const failure = failures.shift();
        if (failure !== undefined) throw failure(config);
        return { status: 200, statusText: '', headers: {}, config, data: '' };
      },
    });
    api.defaults.raxConfig = { retryDelay: 0, ...raxConfig };
    rax.attach(api);
    return { api, seen };
  }

  const reset = (config: AxiosRequestConfig) => new AxiosError('reset', 'ECONNRESET', config as never);

  test('may be attached to axios itself', async () => {
    answers(500, 200);
    interceptorId = rax.attach();

    expect((await axios({ url: ORIGIN })).data).toBe('toast');
  });

  test('does not retry a POST, but adds its state', async () => {
    nock(ORIGIN).post('/').reply(500);
    interceptorId = rax.attach();

    expect(rax.getConfig(await failureOf(axios.post(ORIGIN)))).toMatchObject({ currentRetryAttempt: 0 });
  });

  test('keeps the base URL', async () => {
    answers(500, 200);
    interceptorId = rax.attach();

    expect((await axios.get('/', { baseURL: ORIGIN })).data).toBe('toast');
  });

  test('accepts 0 for retry and for retryDelay', async () => {
    answers(500, 500);
    interceptorId = rax.attach();

    const none = await failureOf(axios({ url: ORIGIN, raxConfig: { retry: 0 } }));
    const soon = await failureOf(axios({ url: ORIGIN, raxConfig: { retryDelay: 0, retry: 0 } }));

    expect(rax.getConfig(none)).toMatchObject({ retry: 0, currentRetryAttempt: 0 });
    expect(rax.getConfig(soon)).toMatchObject({ retryDelay: 0 });
  });

  test('begins to count again if a config is used again', async () => {
    answers(500, 500, 200, 500, 500, 200);
    interceptorId = rax.attach();
    const config = { url: ORIGIN, raxConfig: { retry: 2, retryDelay: 0 } };

    expect((await axios(config)).config.raxConfig).toMatchObject({ currentRetryAttempt: 2 });
    expect((await axios(config)).config.raxConfig).toMatchObject({ currentRetryAttempt: 2 });
    expect(config.raxConfig).toEqual({ retry: 2, retryDelay: 0 });
  });

  test.each(['ENOTFOUND', 'ETIMEDOUT', 'ECONNREFUSED'])('retries %s', async (code) => {
    nock(ORIGIN).get('/').replyWithError(networkError(code));
    answers(200);
    interceptorId = rax.attach();

    expect((await axios.get(ORIGIN, { raxConfig: { retryDelay: 0 } })).data).toBe('toast');
  });

  test('calls back for a retry synchronously too', async () => {
    answers(500, 200);
    interceptorId = rax.attach();
    const seen: unknown[] = [];
    const onRetryAttempt = (error: AxiosError) => void seen.push(rax.getConfig(error)?.currentRetryAttempt);

    await axios({ url: ORIGIN, raxConfig: { retryDelay: 0, onRetryAttempt: onRetryAttempt as never } });

    expect(seen).toEqual([1]);
  });

  test.each<[string, Record<string, string>, dropIn.RetryConfig, number]>([
    ['the seconds of Retry-After', { 'Retry-After': '5' }, { retryDelay: 10_000, backoffType: 'static' }, 5_000],
    ['maxRetryDelay', {}, { retryDelay: 10_000, maxRetryDelay: 5_000, backoffType: 'exponential' }, 5_000],
    ['the delay', {}, { retryDelay: 7_000, backoffType: 'static' }, 7_000],
  ])('waits for %s by timers that are faked', async (__, headers, raxConfig, waitMs) => {
    const { api, seen } = scripted({}, (config) => {
      const response = {
        status: 429,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      };
      return new AxiosError('busy', 'ERR_BAD_REQUEST', config as never, undefined, response as never);
    });
    jest.useFakeTimers();
    const told = new Promise<void>((resolve) => {
      raxConfig.onError = () => resolve();
    });

    const response = api.get('/', { raxConfig });
    await told;
    await jest.advanceTimersByTimeAsync(waitMs - 1);
    const before = seen.length;
    await jest.advanceTimersByTimeAsync(1);

    expect([before, (await response).status]).toEqual([1, 200]);
  });

  test('a date of Retry-After is measured by the faked clock', async () => {
    jest.useFakeTimers({ now: Date.UTC(2026, 5, 15, 12) });
    const { api, seen } = scripted({}, (config) => {
      const headers = { 'retry-after': new Date(Date.now() + 5_000).toUTCString() };
      return new AxiosError('busy', 'ERR_BAD_REQUEST', config as never, undefined, { status: 429, headers } as never);
    });

    const response = api.get('/');
    await jest.advanceTimersByTimeAsync(4_999);
    const before = seen.length;
    await jest.advanceTimersByTimeAsync(1);

    expect([before, (await response).status]).toEqual([1, 200]);
  });

  test('does not retry for ever if shouldRetry always returns true', async () => {
    const { api, seen } = scripted({ retry: 2, shouldRetry: () => true }, ...Array(9).fill(reset));

    await failureOf(api.post('/'));

    expect(seen).toHaveLength(3);
  });

  test('accepts null for a missing callback', async () => {
    const raxConfig = { shouldRetry: null, onError: null, onRetryAttempt: null } as unknown as dropIn.RetryConfig;
    const { api, seen } = scripted(raxConfig, reset);

    await api.get('/');

    expect(seen).toHaveLength(2);
  });

  test.each([
    [{ backoffType: 'EXPONENTIAL' }, [50, 150]],
    [{ jitter: 'some' }, [50, 150]],
    [{ jitter: null }, [50, 150]],
  ])('uses the default for an unknown value: %j', async (raxConfig, expected) => {
    const { api } = scripted({ ...(raxConfig as dropIn.RetryConfig), retryDelay: 100 }, reset, reset);

    expect(await waitedBy(() => api.get('/'))).toEqual(expected);
  });

  test.each(['shouldRetry', 'onError', 'onRetryAttempt'])('adds nothing to an error that %s throws', async (name) => {
    const own = new Error('of my own');
    const { api } = scripted(
      {
        [name]: () => {
          throw own;
        },
      },
      reset,
    );

    expect(await failureOf(api.get('/'))).toBe(own);
    expect(own).not.toHaveProperty('config');
  });

  test('adds its state to an error without a config with which a retry ends', async () => {
    const { api } = scripted({}, reset, () => new Error('plain'));

    expect(rax.getConfig(await failureOf(api.get('/')))).toMatchObject({ currentRetryAttempt: 0, retry: 3 });
  });

  test('keeps an answer into which an earlier interceptor has turned a failure, on a retry too', async () => {
    const api = axios.create({ baseURL: ORIGIN });
    let failures = 0;
    api.interceptors.response.use(null, (error) => {
      failures += 1;
      return failures === 2 ? error.response : Promise.reject(error);
    });
    rax.attach(api);
    answers(500, 503, 200);

    expect((await api.get('/', { raxConfig: { retryDelay: 0 } })).status).toBe(503);
  });

  test('completes from the defaults what onRetryAttempt removes, and lower-cases its method', async () => {
    const { api, seen } = scripted(
      {
        onRetryAttempt: async ({ config }) => {
          if (config === undefined) return;
          config.params = { page: 2 };
          config.headers = {} as never;
          config.method = 'PUT';
          api.defaults.headers.common.Authorization = 'Bearer new';
        },
      },
      reset,
    );
    api.defaults.params = { key: 'k' };
    api.defaults.headers.common['X-Own'] = 'yes';

    await api.get('/', { params: { page: 1 } });

    expect(seen[1]).toMatchObject({
      method: 'put',
      params: { key: 'k', page: 2 },
      headers: { 'X-Own': 'yes', Authorization: 'Bearer new' },
    });
  });

  test('retries again when it is attached again', async () => {
    const api = axios.create({ baseURL: ORIGIN });
    rax.detach(rax.attach(api), api);
    const id = rax.attach(api);
    answers(500, 200);

    expect((await api.get('/', { raxConfig: { retryDelay: 0 } })).data).toBe('toast');
    rax.detach(id, api);
    answers(500);
    expect((await failureOf(api.get('/'))).response?.status).toBe(500);
  });
});
