import { afterEach, describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError, AxiosHeaders, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import * as original from 'axios-retry';
import nock from 'nock';
import * as dropIn from '../../src/axios-retry.js';
import { failureOf, mockTheNetwork, networkError, ORIGIN, setUpAnswers } from '../mocked-origin.js';
import { waitedBy } from '../waited.js';

// The set-ups of axios-retry's own tests that behaviour.test.ts does not have: real timers, `axios.create` after the
// fact, errors made by hand, headers as numbers.

mockTheNetwork();
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const get = () => nock(ORIGIN).get('/test');
const fails = () => void get().replyWithError(networkError());
const answers =
  (status: number, body = '') =>
  () =>
    void get().reply(status, body);

function client(...replies: (() => void)[]): AxiosInstance {
  const instance = axios.create();
  setUpAnswers(instance, ...replies);
  return instance;
}

const url = `${ORIGIN}/test`;

/** An error as one makes it by hand. */
function handMade(fields: object): AxiosError {
  return Object.assign(new AxiosError('Error response'), fields);
}

describe.each([
  ['axios-retry', original],
  ['the drop-in', dropIn],
] as const)('%s', (_, library) => {
  const { default: axiosRetry } = library;

  test('resolves if condition and answer are promises', async () => {
    const api = client(fails, answers(200, 'It worked!'));
    axiosRetry(api, { retries: 1, retryCondition: async () => true });

    expect(await api.get(url)).toMatchObject({ status: 200, data: 'It worked!' });
  });

  test('transforms a body once, and keeps the body that was sent in the config', async () => {
    const transform = jest.fn((data: string) => `${data}? NO!`);
    const bodies: unknown[] = [];
    const note = (body: unknown) => bodies.push(body) > 0;
    const api = axios.create({ transformRequest: [transform] });
    setUpAnswers(
      api,
      () => void nock(ORIGIN).post('/test', note).replyWithError(networkError()),
      () => void nock(ORIGIN).post('/test', note).replyWithError(networkError()),
      () => void nock(ORIGIN).post('/test', note).reply(200),
    );
    axiosRetry(api, { retries: 2, retryCondition: () => true });

    const { config } = await api.post(url, 'Am I rendered twice');

    // nock's reading of a form of one word.
    expect(bodies).toEqual(Array(3).fill({ 'Am I rendered twice? NO!': '' }));
    expect(config.data).toBe('Am I rendered twice? NO!');
    expect(transform).toHaveBeenCalledTimes(1);
  });

  test('keeps headers that are not related to retries', async () => {
    const seen: unknown[] = [];
    const api = client(
      () =>
        void get()
          .matchHeader('authorization', 'Bearer token')
          .matchHeader('x-own', 'yes')
          .replyWithError(networkError()),
      () => void get().matchHeader('authorization', 'Bearer token').matchHeader('x-own', 'yes').reply(200),
    );
    api.defaults.headers.common.authorization = 'Bearer token';
    axiosRetry(api, { retries: 1, onRetry: (_count, _error, { headers }) => void seen.push({ ...headers }) });

    expect((await api.get(url, { headers: { 'X-Own': 'yes' } })).status).toBe(200);
    expect(seen).toEqual([expect.objectContaining({ authorization: 'Bearer token', 'X-Own': 'yes' })]);
  });

  test('ends with a timeout if the attempts together take longer', async () => {
    const late = () => void get().delay(25).replyWithError(networkError());
    const tooLate = () => void get().delay(60_000).reply(200);
    const api = client(late, tooLate, answers(200));
    axiosRetry(api, { retries: 3 });

    expect(await failureOf(api.get(url, { timeout: 500 }))).toMatchObject({ code: 'ECONNABORTED' });
  });

  test('gives each attempt the whole timeout with shouldResetTimeout', async () => {
    const late = () => void get().delay(75).replyWithError(networkError());
    const api = client(late, late, answers(200));
    axiosRetry(api, { retries: 3, shouldResetTimeout: true });

    expect((await api.get(url, { timeout: 1_000 })).status).toBe(200);
  });

  test('rejects with an error that has no config, unchanged', async () => {
    const own = new Error('plain');
    const api = client(fails, answers(200));
    const retryCondition = jest.fn(() => true);
    api.interceptors.response.use(null, () => Promise.reject(own));
    axiosRetry(api, { retries: 1, retryCondition });

    expect(await failureOf(api.get(url))).toBe(own);
    expect(own).not.toHaveProperty('config');
    expect(retryCondition).not.toHaveBeenCalled();
  });

  test.each([
    ['null', null],
    ['a text', 'gone'],
    ['nothing', undefined],
  ])('rejects with %s if an interceptor does', async (__, value) => {
    const api = client(fails);
    api.interceptors.response.use(null, () => Promise.reject(value));
    axiosRetry(api, {});
    const end = await api.get(url).then(
      () => 'resolved',
      (error: unknown) => ({ error }),
    );

    // axios-retry itself trips over null and undefined.
    if (library === original && value !== 'gone') expect(end).toMatchObject({ error: { name: 'TypeError' } });
    else expect(end).toEqual({ error: value });
  });

  test.each([[undefined], [Number.NaN], ['none' as never]])('retries nothing with retries: %s', async (retries) => {
    const api = client(answers(503), answers(200));
    const onMaxRetryTimesExceeded = jest.fn<() => void>();
    axiosRetry(api, { retries, onMaxRetryTimesExceeded } as original.IAxiosRetryConfig);

    expect((await failureOf(api.get(url))).response?.status).toBe(503);
    expect(onMaxRetryTimesExceeded).not.toHaveBeenCalled();
  });

  test('accepts a delay as a string of digits', async () => {
    const timeouts: unknown[] = [];
    const clock = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const api = axios.create({
      adapter: async (config) => {
        timeouts.push(config.timeout);
        throw new AxiosError('reset', 'ECONNRESET', config);
      },
    });
    axiosRetry(api, { retries: 1, retryDelay: () => '12' as never });

    const delays = await waitedBy(() => failureOf(api.get('/', { timeout: 100 })));
    clock.mockRestore();

    expect(delays.map(Number)).toEqual([12]);
    expect(timeouts).toEqual([100, 88]);
  });

  test('keeps an answer into which an earlier interceptor has turned a failure', async () => {
    const api = client(answers(503, 'busy'), answers(200));
    api.interceptors.response.use(null, ({ response }) => response);
    const onRetry = jest.fn<() => void>();
    axiosRetry(api, { onRetry });

    expect(await api.get(url)).toMatchObject({ status: 503, data: 'busy' });
    expect(onRetry).not.toHaveBeenCalled();
  });

  describe('changes by onRetry', () => {
    /** The config of each attempt of a GET that is retried once. */
    async function attempts(
      defaults: object,
      config: AxiosRequestConfig,
      onRetry: (config: AxiosRequestConfig, api: AxiosInstance) => void,
    ): Promise<AxiosRequestConfig[]> {
      const seen: AxiosRequestConfig[] = [];
      const api: AxiosInstance = axios.create({
        ...defaults,
        adapter: async (own) => {
          seen.push({ ...own, headers: { ...own.headers } });
          if (seen.length < 2) throw new AxiosError('reset', 'ECONNRESET', own);
          return { status: 200, statusText: '', headers: {}, config: own, data: '' };
        },
      });
      axiosRetry(api, { onRetry: (_count, _error, own) => onRetry(own, api) });
      await api.get('/', config);
      return seen;
    }

    test('are completed by the defaults of the instance', async () => {
      const [, second] = await attempts({}, {}, (_config, api) => {
        api.defaults.headers.common.Authorization = 'Bearer new';
        api.defaults.timeout = 70;
        api.defaults.baseURL = 'http://elsewhere.example';
      });

      expect(second).toMatchObject({
        headers: { Authorization: 'Bearer new' },
        baseURL: 'http://elsewhere.example',
        timeout: 0,
      });
    });

    test('may be less than the defaults have', async () => {
      const defaults = { params: { key: 'k' }, headers: { 'X-Own': 'yes' }, timeout: 9_000 };
      const [, second] = await attempts(defaults, { params: { page: 1 } }, (config) => {
        config.params = { page: 2 };
        config.headers = {};
        delete config.timeout;
      });

      expect(second).toMatchObject({ params: { key: 'k', page: 2 }, headers: { 'X-Own': 'yes' }, timeout: 9_000 });
      expect(second?.headers).toHaveProperty('Accept');
    });

    test('may be the method, in capitals, with its settings', async () => {
      const defaults = { headers: { post: { 'X-Posted': 'yes' } } };
      const [, second] = await attempts(defaults, {}, (config) => {
        config.method = 'POST';
        config.data = 'a=b';
      });

      expect(second).toMatchObject({
        method: 'post',
        data: 'a=b',
        headers: { 'X-Posted': 'yes', 'Content-Type': 'application/x-www-form-urlencoded' },
      });
    });

    test('may be absent: then each attempt is like the first', async () => {
      const defaults = {
        params: { key: 'k' },
        headers: { 'X-Own': 'yes', common: { 'X-Common': 'c' } },
        timeout: 9_000,
      };
      const [first, second] = await attempts(defaults, { params: { page: 1 }, headers: { 'x-own': 'mine' } }, () => {});

      const { timeout: _first, transformRequest: _own, 'axios-retry': _state, ...before } = first ?? {};
      const { timeout: _second, transformRequest: __, 'axios-retry': ___, ...after } = second ?? {};
      expect(after).toEqual(before);
    });
  });

  describe('validateResponse', () => {
    test('retries by its own rule both accepted and rejected answers', async () => {
      const api = client(answers(200, 'should retry!'), fails, answers(200, 'should retry!'), answers(200, 'ok!'));
      let retries = 0;
      axiosRetry(api, {
        retries: 4,
        retryCondition: () => true,
        retryDelay: () => {
          retries += 1;
          return 0;
        },
        validateResponse: ({ status, data }) => status >= 200 && status < 300 && data === 'ok!',
      });

      expect(await api.get(url)).toMatchObject({ status: 200, data: 'ok!' });
      expect(retries).toBe(3);
    });

    test('of the request takes precedence over that of the instance', async () => {
      const api = client(answers(200, 'should retry!'), answers(200, 'ok!'));
      axiosRetry(api, { retries: 0, validateResponse: () => true });
      const own = {
        retries: 2,
        retryCondition: () => true,
        validateResponse: ({ data }: { data: unknown }) => data === 'ok!',
      };

      expect((await api.get(url, { 'axios-retry': own })).data).toBe('ok!');
    });

    test("of null means axios's own rule, which rejects 404", async () => {
      const api = client(answers(404));
      axiosRetry(api, { retries: 0, validateResponse: () => true });

      expect(await failureOf(api.get(url, { 'axios-retry': { validateResponse: null } }))).toMatchObject({
        isAxiosError: true,
        code: 'ERR_BAD_REQUEST',
        response: { status: 404 },
      });
    });
  });

  describe('callbacks', () => {
    test('those of the request take precedence over those of the instance', async () => {
      const api = client(fails, fails, fails);
      const [instances, requests] = [jest.fn<() => void>(), jest.fn<() => void>()];
      axiosRetry(api, {
        retries: 2,
        retryCondition: () => true,
        onRetry: instances,
        onMaxRetryTimesExceeded: instances,
      });

      await failureOf(api.get(url, { 'axios-retry': { onRetry: requests, onMaxRetryTimesExceeded: requests } }));

      expect(instances).not.toHaveBeenCalled();
      expect(requests).toHaveBeenCalledTimes(3);
    });

    test('onRetry may be asynchronous, and change what is sent', async () => {
      const api = client(fails, () => void get().matchHeader('x-token', '1').reply(200));
      axiosRetry(api, {
        retries: 1,
        onRetry: async (count, _error, config) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          (config.headers as unknown as AxiosHeaders)['X-Token'] = `${count}`;
        },
      });

      expect((await api.get(url)).status).toBe(200);
    });

    test('onMaxRetryTimesExceeded may replace the error', async () => {
      class OwnError extends Error {}
      const api = client(fails, fails, fails);
      const told: unknown[] = [];
      axiosRetry(api, {
        retries: 2,
        onMaxRetryTimesExceeded: (error, count) => {
          told.push([error.code, count]);
          throw new OwnError('own');
        },
      });

      expect(await failureOf(api.get(url))).toBeInstanceOf(OwnError);
      expect(told).toEqual([['ECONNRESET', 2]]);
    });
  });

  test('two instances do not affect each other', async () => {
    const first = client(fails, answers(200));
    axiosRetry(first, { retries: 1 });
    expect((await first.get(url)).status).toBe(200);

    const second = client(fails, answers(200));
    axiosRetry(second, { retries: 0 });
    await failureOf(second.get(url));
  });

  test('retries with timers that are faked after it was set up', async () => {
    const api = axios.create({
      adapter: async (config) => {
        throw new AxiosError('reset', 'ECONNRESET', config);
      },
    });
    axiosRetry(api, { retries: 2, retryDelay: () => 10_000 });
    jest.useFakeTimers();
    const failure = failureOf(api.get('/'));
    await jest.advanceTimersByTimeAsync(9_999);
    const onTheWay = jest.getTimerCount();
    await jest.advanceTimersByTimeAsync(10_001);

    expect(await failure).toMatchObject({ code: 'ECONNRESET', config: { 'axios-retry': { retryCount: 2 } } });
    expect(onTheWay).toBe(1);
  });

  test('measures the remaining timeout by fake time', async () => {
    jest.useFakeTimers();
    const api = axios.create({
      adapter: async (config) => {
        throw new AxiosError('reset', 'ECONNRESET', config);
      },
    });
    axiosRetry(api, { retries: 9, retryDelay: () => 400 });
    const failure = failureOf(api.get('/', { timeout: 1_000 }));
    await jest.runAllTimersAsync();

    // Waits of 400 and 400; a third would end after the timeout.
    expect(await failure).toMatchObject({ config: { timeout: 200, 'axios-retry': { retryCount: 3 } } });
  });

  describe('helpers accept errors made by a user', () => {
    test.each([
      ['isNetworkError', new Error('plain'), false],
      ['isNetworkError', handMade({ code: 'ECONNREFUSED' }), true],
      ['isNetworkError', handMade({ code: 'ECONNABORTED' }), false],
      ['isNetworkError', handMade({ code: 'ECONNREFUSED', response: {} }), false],
      ['isRetryableError', handMade({ code: 'ECONNABORTED' }), false],
      ['isRetryableError', handMade({ response: { status: 500 } }), true],
      ['isRetryableError', handMade({ response: { status: 429 } }), true],
      ['isRetryableError', handMade({ response: {} }), false],
      ['isSafeRequestError', handMade({ config: undefined, response: { status: 500 } }), false],
      ['isSafeRequestError', handMade({ config: { method: 'get' }, response: { status: 500 } }), true],
      ['isSafeRequestError', handMade({ config: { method: 'put' }, response: { status: 500 } }), false],
      ['isSafeRequestError', handMade({ config: { method: 'get' }, response: { status: 404 } }), false],
      ['isIdempotentRequestError', handMade({ config: {}, response: { status: 500 } }), false],
      ['isIdempotentRequestError', handMade({ config: { method: 'delete' }, response: { status: 503 } }), true],
      ['isIdempotentRequestError', handMade({ config: { method: 'post' }, response: { status: 503 } }), false],
      ['isNetworkOrIdempotentRequestError', handMade({ code: 'EPIPE', config: { method: 'post' } }), true],
      ['isNetworkOrIdempotentRequestError', handMade({ code: 'ECONNABORTED', config: { method: 'get' } }), false],
    ] as const)('%s: %s is %s', (name, error, expected) => {
      expect(library[name](error as AxiosError)).toBe(expected);
      expect(axiosRetry[name](error as AxiosError)).toBe(expected);
    });

    test.each([
      ['a number', { 'retry-after': 10 }, 10_000],
      ['none of them', {}, 0],
      ['a few words', { 'retry-after': 'a couple minutes' }, 0],
      ['less than nothing', { 'retry-after': '-10' }, 0],
      ['headers of axios', new AxiosHeaders({ 'Retry-After': '10' }), 10_000],
    ])('retryAfter accepts %s', (__, headers, expected) => {
      // AxiosHeaders keep the case that they were given; axios-retry looks for lower case alone.
      const inLowerCase =
        headers instanceof AxiosHeaders && library === original
          ? { 'retry-after': headers.get('retry-after') }
          : headers;
      const error = handMade({ response: { headers: inLowerCase } });

      expect(library.retryAfter(error)).toBe(expected);
      expect(library.linearDelay()(1, error)).toBe(Math.max(100, expected));
      expect(library.DEFAULT_OPTIONS.retryDelay(1, error)).toBe(expected);
    });

    test.each([0, 1, 2, 3, 4, 5, 6])('exponentialDelay(%d) is within a fifth of its power of two', (count) => {
      for (const [delay, floor] of [
        [library.exponentialDelay(count), 2 ** count * 100],
        [library.exponentialDelay(count, undefined, 1_000), 2 ** count * 1_000],
      ] as const) {
        expect(delay).toBeGreaterThanOrEqual(floor);
        expect(delay).toBeLessThanOrEqual(floor * 1.2);
      }
    });

    test('linearDelay has a default for its count, and any factor', () => {
      const delay = library.linearDelay() as (count?: number) => number;
      expect(delay()).toBe(0);
      expect(library.linearDelay(300)(2, undefined)).toBe(600);
      expect(library.linearDelay(undefined)(2, undefined)).toBe(200);
    });
  });
});
