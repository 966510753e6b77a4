import { afterEach, describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import nock from 'nock';
import * as original from 'retry-axios';
import * as dropIn from '../../src/retry-axios.js';
import { failureOf, mockTheNetwork, networkError, ORIGIN } from '../mocked-origin.js';
import { waitedBy } from '../waited.js';

mockTheNetwork();

const SOME_DAY = Date.UTC(2026, 5, 15, 12);

/** Answer to a request to the root: a status, or the code of an error. */
type Reply =
  | number
  | string
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> };

function replies(method: string, ...script: Reply[]): void {
  for (const reply of script) {
    const interceptor = nock(ORIGIN).intercept('/', method.toUpperCase());
    if (typeof reply === 'string') interceptor.replyWithError(networkError(reply));
    else if (typeof reply === 'number') interceptor.reply(reply, reply < 400 ? 'toast' : '');
    else interceptor.reply(reply.status, reply.body, reply.headers);
  }
}

describe.each([
  ['retry-axios', original],
  ['the drop-in', dropIn],
] as const)('%s', (_, rax) => {
  const undo: (() => void)[] = [];
  afterEach(() => {
    for (const take of undo.splice(0)) take();
    jest.restoreAllMocks();
  });

  /** An instance with retries, and no waiting unless its options ask for it. */
  function client(raxConfig: dropIn.RetryConfig = {}, config: AxiosRequestConfig = {}): AxiosInstance {
    const instance = axios.create({ baseURL: ORIGIN, ...config } as object);
    instance.defaults.raxConfig = { backoffType: 'static', retryDelay: 0, ...raxConfig };
    const id = rax.attach(instance);
    undo.push(() => rax.detach(id, instance));
    return instance;
  }

  test('has the same exports as retry-axios', () => {
    expect(Object.keys(rax).sort()).toEqual(Object.keys(original).sort());
  });

  test('has its defaults, and shows them in the config', async () => {
    replies('get', 500, 500, 500, 500);
    const api = axios.create({ baseURL: ORIGIN });
    rax.attach(api);
    let error: AxiosError | undefined;

    const delays = await waitedBy(async () => {
      error = await failureOf(api.get('/'));
    });

    expect(delays).toEqual([50, 150, 350]);
    expect(rax.getConfig(error as AxiosError)).toMatchObject({
      currentRetryAttempt: 3,
      retry: 3,
      retriesRemaining: 0,
      retryDelay: 100,
      backoffType: 'exponential',
      checkRetryAfter: true,
      maxRetryAfter: 300_000,
      httpMethodsToRetry: ['GET', 'HEAD', 'PUT', 'OPTIONS', 'DELETE'],
      statusCodesToRetry: [
        [100, 199],
        [429, 429],
        [500, 599],
      ],
    });
  });

  describe('retry', () => {
    test('retries, and resolves with the answer', async () => {
      replies('get', 500, 500, { status: 200, body: '{"a":1}' });

      const response = await client().get('/');

      expect(response.data).toEqual({ a: 1 });
      expect(response.config.raxConfig).toMatchObject({ currentRetryAttempt: 2, retriesRemaining: 1 });
    });

    test.each([[0], [1], [5]])('is made %d times', async (retry) => {
      replies('get', ...Array(7).fill(500));

      const error = await failureOf(client({ retry }).get('/'));

      expect(rax.getConfig(error)).toMatchObject({ currentRetryAttempt: retry, retry });
      expect(nock.pendingMocks()).toHaveLength(7 - 1 - retry);
    });

    test('ends with the last error', async () => {
      replies('get', 500, 502, 'ECONNRESET', { status: 504, body: '{"a":1}' });

      const error = await failureOf(client().get('/'));

      expect(error).toMatchObject({
        message: 'Request failed with status code 504',
        response: { status: 504, data: { a: 1 } },
      });
    });

    test('may be set on the request', async () => {
      replies('get', 500, 500, 200);

      expect((await client({ retry: 0 }).get('/', { raxConfig: { retry: 2 } })).status).toBe(200);
    });

    test('does not change the caller’s own config', async () => {
      replies('get', 500, 200);
      const raxConfig = { retry: 1 };

      await client().get('/', { raxConfig });

      expect(raxConfig).toEqual({ retry: 1 });
    });
  });

  describe('what is retried', () => {
    test.each<[string, string, Reply, number]>([
      ['a GET with 500', 'get', 500, 2],
      ['a GET with 429', 'get', 429, 2],
      ['not a GET with 404', 'get', 404, 1],
      ['not a GET with 408', 'get', 408, 1],
      ['a PUT with 503', 'put', 503, 2],
      ['a HEAD with 503', 'head', 503, 2],
      ['a DELETE with 503', 'delete', 503, 2],
      ['an OPTIONS with 503', 'options', 503, 2],
      ['not a POST with 503', 'post', 503, 1],
      ['not a PATCH with 503', 'patch', 503, 1],
      ['a GET with a reset', 'get', 'ECONNRESET', 2],
      ['a GET that found no host', 'get', 'ENOTFOUND', 2],
      ['a GET that timed out', 'get', 'ETIMEDOUT', 2],
      ['a GET whose connection was aborted', 'get', 'ECONNABORTED', 2],
      ['not a POST with a reset', 'post', 'ECONNRESET', 1],
    ])('is %s', async (__, method, reply, attempts) => {
      replies(method, reply, reply, reply);

      await failureOf(client({ retry: 1 }).request({ url: '/', method }));

      expect(nock.pendingMocks()).toHaveLength(3 - attempts);
    });

    test('is a timeout', async () => {
      nock(ORIGIN).get('/').delay(2_000).reply(200);
      replies('get', 200);

      const onRetryAttempt = async ({ code, config }: AxiosError) => {
        expect(code).toBe('ECONNABORTED');
        if (config !== undefined) config.timeout = 0;
      };
      expect((await client({ onRetryAttempt }, { timeout: 5 }).get('/')).status).toBe(200);
    });

    test('is the list of httpMethodsToRetry, with their bodies', async () => {
      const bodies: unknown[] = [];
      const note = (body: unknown) => bodies.push(body) > 0;
      nock(ORIGIN).post('/', note).reply(500).post('/', note).reply(200);

      await client({ httpMethodsToRetry: ['POST'] }).post('/', { a: 1 });

      expect(bodies).toEqual([{ a: 1 }, { a: 1 }]);
    });

    test('is the list of statusCodesToRetry', async () => {
      const api = client({
        statusCodesToRetry: [
          [400, 403],
          [410, 410],
        ],
      });
      replies('get', 400, 403, 410, 200);
      expect((await api.get('/')).status).toBe(200);

      replies('get', 500);
      expect((await failureOf(api.get('/'))).response?.status).toBe(500);
      replies('get', 404);
      expect((await failureOf(api.get('/'))).response?.status).toBe(404);
    });

    test('may be a list that axios has turned into an object', async () => {
      replies('get', 404, 200);
      const raxConfig = { statusCodesToRetry: { 0: [404, 404] }, httpMethodsToRetry: { 0: 'GET' } };

      expect((await client(raxConfig as unknown as dropIn.RetryConfig).get('/')).status).toBe(200);
    });
  });

  describe('shouldRetry', () => {
    test('decides in place of the rules', async () => {
      replies('post', 404, 200);
      const shouldRetry = jest.fn<(error: AxiosError) => boolean>(() => true);

      await client({ shouldRetry }).post('/');

      expect(shouldRetry).toHaveBeenCalledTimes(1);
      expect(shouldRetry.mock.calls[0]?.[0]).toMatchObject({ response: { status: 404 } });
    });

    test('can forbid a retry', async () => {
      replies('get', 500, 200);

      expect((await failureOf(client({ shouldRetry: () => false }).get('/'))).response?.status).toBe(500);
    });

    test('is not called when no retry is left', async () => {
      replies('get', 500, 500, 500, 500);
      const shouldRetry = jest.fn(() => true);

      await failureOf(client({ retry: 2, shouldRetry }).get('/'));

      expect(shouldRetry).toHaveBeenCalledTimes(2);
    });

    test('sees the progress of the request, with a parsed answer', async () => {
      const body = '{"code":7}';
      replies('get', { status: 500, body }, { status: 500, body }, 200);
      const seen: unknown[] = [];

      await client({
        shouldRetry: (error) => {
          const { currentRetryAttempt, retry, errors } = rax.getConfig(error) ?? {};
          seen.push([currentRetryAttempt, retry, errors?.length, error.response?.data]);
          return true;
        },
      }).get('/');

      expect(seen).toEqual([
        [0, 3, 1, { code: 7 }],
        [1, 3, 2, { code: 7 }],
      ]);
    });

    test('may use the rules', async () => {
      const shouldRetry = (error: AxiosError) => error.response?.status === 404 || rax.shouldRetryRequest(error);
      replies('get', 404, 500, 400);

      expect((await failureOf(client({ shouldRetry }).get('/'))).response?.status).toBe(400);
    });
  });

  describe('backoff', () => {
    async function delaysOf(raxConfig: dropIn.RetryConfig, script: Reply[] = [500, 500, 500, 200]): Promise<number[]> {
      replies('get', ...script);
      return waitedBy(() => client(raxConfig).get('/'));
    }

    test.each<[string, dropIn.RetryConfig, number[]]>([
      ['exponential', { backoffType: 'exponential', retryDelay: 1_000 }, [500, 1_500, 3_500]],
      ['exponential by default', { backoffType: undefined as never, retryDelay: 100 }, [50, 150, 350]],
      ['static', { backoffType: 'static', retryDelay: 3_000 }, [3_000, 3_000, 3_000]],
      ['linear, whatever retryDelay says', { backoffType: 'linear', retryDelay: 7 }, [1_000, 2_000, 3_000]],
      ['capped', { backoffType: 'linear', maxRetryDelay: 1_500 }, [1_000, 1_500, 1_500]],
      [
        'exponential and capped',
        { backoffType: 'exponential', retryDelay: 1_000, maxRetryDelay: 600 },
        [500, 600, 600],
      ],
    ])('is %s', async (__, raxConfig, expected) => {
      expect(await delaysOf(raxConfig)).toEqual(expected);
    });

    test.each<[dropIn.RetryConfig['jitter'], number[]]>([
      ['none', [50, 150, 350]],
      ['full', [12.5, 37.5, 87.5]],
      ['equal', [31.25, 93.75, 218.75]],
    ])('takes jitter: %s', async (jitter = 'none', expected) => {
      jest.spyOn(Math, 'random').mockReturnValue(0.25);

      expect(await delaysOf({ backoffType: 'exponential', retryDelay: 100, jitter })).toEqual(expected);
    });

    test('takes no jitter if it is static', async () => {
      expect(await delaysOf({ backoffType: 'static', retryDelay: 100, jitter: 'full' })).toEqual([100, 100, 100]);
    });
  });

  describe('Retry-After', () => {
    const busy = (value: string, status = 503) => ({ status, headers: { 'retry-after': value } });

    test('is waited for, in seconds', async () => {
      replies('get', busy('5', 429), 200);

      expect(await waitedBy(() => client({ retryDelay: 70 }).get('/'))).toEqual([5_000]);
    });

    test('is waited for, as a date', async () => {
      const now = jest.spyOn(Date, 'now').mockReturnValue(SOME_DAY);
      replies('get', busy(new Date(SOME_DAY + 7_000).toUTCString()), 200);

      expect(await waitedBy(() => client().get('/'))).toEqual([7_000]);
      now.mockRestore();
    });

    test('is not cut by maxRetryDelay', async () => {
      replies('get', busy('5'), 200);

      expect(await waitedBy(() => client({ maxRetryDelay: 70 }).get('/'))).toEqual([5_000]);
    });

    test.each<[string, dropIn.RetryConfig]>([
      ['301', {}],
      ['2', { maxRetryAfter: 1_000 }],
    ])('ends the request if it is longer than maxRetryAfter: %s', async (value, raxConfig) => {
      replies('get', busy(value), 200);

      const error = await failureOf(client(raxConfig).get('/'));

      expect(error.response?.status).toBe(503);
      expect(rax.getConfig(error)).toMatchObject({ currentRetryAttempt: 0 });
      expect(nock.pendingMocks()).toHaveLength(1);
    });

    test('may be as long as maxRetryAfter', async () => {
      replies('get', busy('2'), 200);

      expect(await waitedBy(() => client({ maxRetryAfter: 2_000 }).get('/'))).toEqual([2_000]);
    });

    test('is ignored with checkRetryAfter: false', async () => {
      replies('get', busy('5000'), 200);

      expect(await waitedBy(() => client({ checkRetryAfter: false, retryDelay: 70 }).get('/'))).toEqual([70]);
    });
  });

  describe('onError', () => {
    test('is called with each error that leads to a retry', async () => {
      replies('get', 500, 502, 200);
      const onError = jest.fn<(error: AxiosError) => Promise<void>>(async () => {});

      await client({ onError }).get('/');

      expect(onError.mock.calls.map(([error]) => error.response?.status)).toEqual([500, 502]);
    });

    test('is not called if nothing is retried', async () => {
      replies('get', 404);
      const onError = jest.fn<(error: AxiosError) => void>();

      await failureOf(client({ onError }).get('/'));

      expect(onError).not.toHaveBeenCalled();
    });

    test('is called before the wait is over, onRetryAttempt after it', async () => {
      replies('get', 500, 200);
      const events: string[] = [];
      const real = globalThis.setTimeout;
      jest.spyOn(globalThis, 'setTimeout').mockImplementation(((task: () => void, ms: number) =>
        real(() => {
          if (ms > 0) events.push('the wait is over');
          task();
        }, 0)) as typeof setTimeout);

      await client({
        retryDelay: 70,
        onError: () => void events.push('onError'),
        onRetryAttempt: async () => void events.push('onRetryAttempt'),
      }).get('/');

      expect(events).toEqual(['onError', 'the wait is over', 'onRetryAttempt']);
    });

    test('replaces the error if it rejects', async () => {
      replies('get', 500, 200);
      const onError = () => Promise.reject(new Error('no retry, please'));

      expect(await failureOf(client({ onError }).get('/'))).toMatchObject({ message: 'no retry, please' });
      expect(nock.pendingMocks()).toHaveLength(1);
    });
  });

  describe('onRetryAttempt', () => {
    test('is called before each retry, which waits for it', async () => {
      replies('get', 500, 500, 200);
      const seen: unknown[] = [];

      await client({
        onRetryAttempt: async (error) => {
          await new Promise((resolve) => setImmediate(resolve));
          const { currentRetryAttempt, retriesRemaining } = rax.getConfig(error) ?? {};
          seen.push([currentRetryAttempt, retriesRemaining, nock.pendingMocks().length]);
        },
      }).get('/');

      expect(seen).toEqual([
        [1, 2, 2],
        [2, 1, 1],
      ]);
    });

    test('replaces the error if it rejects', async () => {
      replies('get', 500, 200);
      const onRetryAttempt = () => Promise.reject(new Error('no retry, please'));

      expect(await failureOf(client({ onRetryAttempt }).get('/'))).toMatchObject({ message: 'no retry, please' });
      expect(nock.pendingMocks()).toHaveLength(1);
    });

    test('may change the request', async () => {
      replies('get', 401);
      nock(ORIGIN, { reqheaders: { authorization: 'Bearer new' } })
        .get('/other')
        .query({ page: 2 })
        .reply(200, 'toast');

      const response = await client({
        statusCodesToRetry: [[401, 401]],
        onRetryAttempt: async ({ config }) => {
          if (config === undefined) return;
          config.headers.Authorization = 'Bearer new';
          config.url = '/other';
          config.params = { page: 2 };
        },
      }).get('/', { headers: { Authorization: 'Bearer old' } });

      expect(response.data).toBe('toast');
    });
  });

  describe('errors', () => {
    test('has the errors of all attempts, the first one first', async () => {
      replies('get', 500, 'ECONNRESET', 503);

      const error = await failureOf(client({ retry: 2 }).get('/'));

      const errors = rax.getConfig(error)?.errors ?? [];
      expect(errors.map(({ code, response }) => response?.status ?? code)).toEqual([500, 'ECONNRESET', 503]);
      expect(errors[2]).toBe(error);
    });

    test('has one if nothing was retried', async () => {
      replies('get', 404);

      const error = await failureOf(client().get('/'));

      expect(rax.getConfig(error)?.errors).toEqual([error]);
    });

    test('does not prevent an error from being converted to JSON', async () => {
      replies('get', 500, 500);

      const error = await failureOf(client({ retry: 1 }).get('/'));

      const { raxConfig } = JSON.parse(JSON.stringify(error.config));
      expect(raxConfig).toMatchObject({ currentRetryAttempt: 1 });
      expect(raxConfig).not.toHaveProperty('errors');
    });

    test('of each attempt keep the state of the request at that time', async () => {
      replies('get', 500, 500, 500);

      const error = await failureOf(client({ retry: 2 }).get('/'));

      const { errors = [] } = rax.getConfig(error) ?? {};
      expect(errors.map((each) => rax.getConfig(each)?.currentRetryAttempt)).toEqual([1, 2, 2]);
      expect(errors.map((each) => rax.getConfig(each)?.errors?.length)).toEqual([1, 2, 3]);
    });
  });

  describe('attach and detach', () => {
    test('attach uses axios itself without an argument', async () => {
      replies('get', 500, 200);
      const id = rax.attach();
      undo.push(() => rax.detach(id));

      const response = await axios.get(ORIGIN, { raxConfig: { retryDelay: 0 } });

      expect(response.data).toBe('toast');
      expect(typeof id).toBe('number');
    });

    test('detach ends it', async () => {
      const id = rax.attach();
      rax.detach(id);
      replies('get', 500, 200);

      const error = await failureOf(axios.get(ORIGIN));

      expect(error.response?.status).toBe(500);
      expect(rax.getConfig(error)).toBeUndefined();
    });

    test('does not affect other instances', async () => {
      const other = axios.create({ baseURL: ORIGIN });
      client();
      replies('get', 500, 200);

      expect((await failureOf(other.get('/'))).response?.status).toBe(500);
    });

    test('the interceptor may be ejected by its id', async () => {
      const api = axios.create({ baseURL: ORIGIN });
      api.interceptors.response.eject(rax.attach(api));
      replies('get', 500, 200);

      expect((await failureOf(api.get('/'))).response?.status).toBe(500);
    });
  });

  test('shows earlier interceptors every failure, and how many retries remain', async () => {
    const seen: unknown[] = [];
    const api = axios.create({ baseURL: ORIGIN });
    api.interceptors.response.use(null, (error) => {
      seen.push(rax.getConfig(error)?.retriesRemaining);
      return Promise.reject(error);
    });
    rax.attach(api);
    replies('get', 500, 500, 500);

    await failureOf(api.get('/', { raxConfig: { retry: 2, retryDelay: 0 } }));

    expect(seen).toEqual([undefined, 1, 0]);
  });

  test('ignores a cancel', async () => {
    nock(ORIGIN).get('/').delay(2_000).reply(500);
    const source = axios.CancelToken.source();
    const shouldRetry = jest.fn(() => true);
    const failure = failureOf(client({ shouldRetry }).get('/', { cancelToken: source.token }));
    setImmediate(() => source.cancel('enough'));

    const error = await failure;

    expect(axios.isCancel(error)).toBe(true);
    expect(error.message).toBe('enough');
    expect(shouldRetry).not.toHaveBeenCalled();
  });

  test('adds a config to an error without one', async () => {
    const api = axios.create({ baseURL: ORIGIN });
    api.interceptors.response.use(null, () => Promise.reject(new Error('of my own')));
    rax.attach(api);
    replies('get', 500, 200);

    const error = await failureOf(api.get('/'));

    expect(error.message).toBe('of my own');
    expect(rax.getConfig(error)).toMatchObject({ currentRetryAttempt: 0, retry: 3, errors: [error] });
  });

  test('getConfig returns undefined for an error without a config', () => {
    expect(rax.getConfig(new Error('plain') as AxiosError)).toBeUndefined();
    expect(rax.getConfig(undefined as unknown as AxiosError)).toBeUndefined();
  });

  test('shouldRetryRequest uses the raxConfig that it finds', () => {
    const error = new AxiosError('failed', 'ECONNRESET', { method: 'get' } as never);
    const given = (raxConfig?: dropIn.RetryConfig) => Object.assign(error, { config: { method: 'get', raxConfig } });

    expect(rax.shouldRetryRequest(given())).toBe(false);
    expect(rax.shouldRetryRequest(given({ retry: 0, httpMethodsToRetry: ['GET'] }))).toBe(false);
    expect(rax.shouldRetryRequest(given({ retry: 1, httpMethodsToRetry: ['GET'] }))).toBe(true);
    expect(rax.shouldRetryRequest(given({ retry: 1, httpMethodsToRetry: ['PUT'] }))).toBe(false);
    expect(rax.shouldRetryRequest(given({ retry: 1, currentRetryAttempt: 1, httpMethodsToRetry: ['GET'] }))).toBe(
      false,
    );
    expect(rax.shouldRetryRequest(given({ httpMethodsToRetry: ['GET'] }))).toBe(false);
  });
});
