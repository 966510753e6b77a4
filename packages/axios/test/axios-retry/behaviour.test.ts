import http from 'node:http';
import { describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import original, { DEFAULT_OPTIONS as originalDefaults } from 'axios-retry';
import nock from 'nock';
import dropIn, { DEFAULT_OPTIONS, type IAxiosRetryConfigExtended } from '../../src/axios-retry.js';
import { failureOf, mockTheNetwork, networkError, ORIGIN, setUpAnswers } from '../mocked-origin.js';
import { waitedBy } from '../waited.js';

mockTheNetwork();

const get = () => nock(ORIGIN).get('/test');
const post = () => nock(ORIGIN).post('/test');
const fails = (code?: string) => () => void get().replyWithError(networkError(code));
const answers =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  () =>
    void get().reply(status, body, headers);
const works = answers(200, 'It worked!');

const stateOf = (carrier: { readonly config?: unknown } | undefined) =>
  (carrier?.config as { 'axios-retry'?: IAxiosRetryConfigExtended } | undefined)?.['axios-retry'];

/** An instance whose requests are answered in this order. */
function client(...replies: (() => void)[]): AxiosInstance {
  const instance = axios.create({ baseURL: ORIGIN });
  setUpAnswers(instance, ...replies);
  return instance;
}

// The same tests run on both libraries: that is the point of the drop-in.
describe.each([
  ['axios-retry', original],
  ['the drop-in', dropIn],
])('%s', (_, axiosRetry) => {
  describe('with a good answer', () => {
    test('resolves with it', async () => {
      const api = client(works);
      axiosRetry(api, { retries: 0 });

      expect(await api.get('/test')).toMatchObject({ status: 200, data: 'It worked!' });
    });

    test('puts the state into the config of the response', async () => {
      const api = client(fails(), works);
      axiosRetry(api);

      const response = await api.get('/test');

      expect(stateOf(response)).toMatchObject({ retries: 3, retryCount: 1, lastRequestTime: expect.any(Number) });
    });
  });

  describe('retries, retryCondition', () => {
    test('calls retryCondition with the error', async () => {
      const api = client(fails(), works);
      const retryCondition = jest.fn<(error: AxiosError) => boolean>(() => false);
      axiosRetry(api, { retries: 1, retryCondition });

      const error = await failureOf(api.get('/test'));

      expect(retryCondition.mock.calls).toEqual([[error]]);
      expect(error).toMatchObject({ isAxiosError: true, code: 'ECONNRESET' });
    });

    test('passes a parsed answer to retryCondition, retryDelay and onRetry', async () => {
      const seen: unknown[] = [];
      const see = (error: AxiosError) => void seen.push(error.response?.data);
      const api = client(answers(503, '{"code":7}'), answers(503, '{"code":8}'), works);
      axiosRetry(api, {
        retryCondition: (error) => {
          see(error);
          return true;
        },
        retryDelay: (_count, error) => {
          see(error);
          return 0;
        },
        onRetry: (_count, error) => see(error),
      });

      await api.get('/test');

      expect(seen).toEqual([...Array(3).fill({ code: 7 }), ...Array(3).fill({ code: 8 })]);
    });

    test('resolves with the answer of the retry', async () => {
      const api = client(fails(), works);
      axiosRetry(api, { retries: 1, retryCondition: () => true });

      expect((await api.get('/test')).status).toBe(200);
    });

    test('parses the answer of a retry', async () => {
      const api = client(fails(), answers(200, '{"a":1}'));
      axiosRetry(api);

      const response = await api.get('/test');

      expect(response.data).toEqual({ a: 1 });
      expect(response.headers).toBeInstanceOf(axios.AxiosHeaders);
    });

    test('transforms the body once', async () => {
      const bodies: unknown[] = [];
      const note = (body: unknown) => {
        bodies.push(body);
        return true;
      };
      const instance = axios.create({
        baseURL: ORIGIN,
        transformRequest: [(data: { a: string }) => JSON.stringify({ ...data, times: 'once' }), (data) => `${data}!`],
      });
      setUpAnswers(
        instance,
        () => void nock(ORIGIN).post('/test', note).replyWithError(networkError()),
        () => void nock(ORIGIN).post('/test', note).reply(200),
      );
      axiosRetry(instance, { retries: 1, retryCondition: () => true });

      await instance.post('/test', { a: 'b' }, { headers: { 'content-type': 'text/plain' } });

      expect(bodies).toEqual(Array(2).fill('{"a":"b","times":"once"}!'));
    });

    test('sends the same headers again', async () => {
      const sent: Record<string, unknown>[] = [];
      const reply = (status: number) => () =>
        void post().reply(function () {
          sent.push(this.req.headers);
          return [status, ''];
        });
      const api = client(reply(503), reply(503), reply(200));
      axiosRetry(api, { retryCondition: () => true });

      await api.post('/test', { a: 1 }, { headers: { 'X-Own': 'yes' }, auth: { username: 'u', password: 'p' } });

      expect(sent).toHaveLength(3);
      expect(sent[0]).toMatchObject({ 'x-own': 'yes', 'content-length': '7', 'content-type': 'application/json' });
      expect(sent[0]).toHaveProperty('authorization');
      expect(sent[1]).toEqual(sent[0]);
      expect(sent[2]).toEqual(sent[0]);
    });

    test('sends the same query again', async () => {
      const paths: string[] = [];
      const reply = (status: number) => () =>
        void nock(ORIGIN)
          .get('/test')
          .query({ a: 1 })
          .reply((uri) => {
            paths.push(uri);
            return [status];
          });
      const api = client(reply(500), reply(500), reply(200));
      axiosRetry(api);

      await api.get('/test', { params: { a: 1 } });

      expect(paths).toEqual(Array(3).fill('/test?a=1'));
    });

    test.each([[0], [-1]])('rejects with the error of the request with retries: %d', async (retries) => {
      const api = client(fails(), works);
      axiosRetry(api, { retries, retryCondition: () => true });

      expect(await failureOf(api.get('/test'))).toMatchObject({ code: 'ECONNRESET' });
    });

    test('rejects with the last error when there are more errors than retries', async () => {
      const api = client(fails(), fails('ECONNREFUSED'), works);
      axiosRetry(api, { retries: 1, retryCondition: () => true });

      const error = await failureOf(api.get('/test'));

      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
      expect(stateOf(error)?.retryCount).toBe(1);
    });

    test('rejects with the last answer', async () => {
      const api = client(answers(500), answers(502), answers(503, '{"a":1}'), answers(504));
      axiosRetry(api, { retries: 2 });

      const error = await failureOf(api.get('/test'));

      expect(error).toMatchObject({
        message: 'Request failed with status code 503',
        code: 'ERR_BAD_RESPONSE',
        response: { status: 503, data: { a: 1 } },
      });
      expect(error.response?.config).toBe(error.config);
    });

    test('does not retry if the condition returns false', async () => {
      const api = client(fails(), works);
      axiosRetry(api, { retries: 1, retryCondition: () => false });

      expect(await failureOf(api.get('/test'))).toMatchObject({ code: 'ECONNRESET' });
    });

    test('does not retry when an earlier interceptor rejects with an error that has no config', async () => {
      const api = client(fails(), works);
      const own = new Error('of my own');
      api.interceptors.response.use(null, () => Promise.reject(own));
      axiosRetry(api, { retries: 1, retryCondition: () => true });

      expect(await failureOf(api.get('/test'))).toBe(own);
    });

    test('retries an answer that an earlier interceptor turned into a failure', async () => {
      const api = client(answers(200, '{"failed":true}'), answers(200, '{"failed":false}'));
      api.interceptors.response.use((response) => {
        if (!response.data.failed) return response;
        throw new AxiosError('failed after all', 'E_OWN', response.config, response.request, response);
      });
      axiosRetry(api, { retryCondition: ({ code }) => code === 'E_OWN' });

      expect((await api.get('/test')).data).toEqual({ failed: false });
    });

    test('lets an earlier interceptor turn a failure into an answer', async () => {
      const api = client(fails(), fails(), works);
      let failures = 0;
      api.interceptors.response.use(null, (error) => {
        failures += 1;
        return failures === 2 ? { data: 'good enough' } : Promise.reject(error);
      });
      axiosRetry(api);

      expect((await api.get('/test')).data).toBe('good enough');
    });

    test.each<[string, () => Promise<boolean>, number]>([
      ['retries when the condition resolves with true', () => Promise.resolve(true), 200],
      [
        'retries when the condition resolves with what is not false',
        () => Promise.resolve(undefined as unknown as boolean),
        200,
      ],
      ['does not when it resolves with false', () => Promise.resolve(false), 500],
      ['does not when it rejects', () => Promise.reject(new Error('no idea')), 500],
    ])('%s', async (__, retryCondition, status) => {
      const api = client(answers(500), works);
      axiosRetry(api, { retries: 1, retryCondition });

      const response = await api.get('/test').catch((error: AxiosError) => error.response);

      expect(response?.status).toBe(status);
    });

    test('rejects with the error of a condition that throws', async () => {
      const api = client(fails(), works);
      axiosRetry(api, {
        retryCondition: () => {
          throw new Error('what a condition');
        },
      });

      expect(await failureOf(api.get('/test'))).toMatchObject({ message: 'what a condition' });
    });

    test.each<[string, number | string, string, number]>([
      ['a GET with a network error', 'ECONNRESET', 'get', 2],
      ['a POST with a network error', 'ECONNRESET', 'post', 2],
      ['a GET that found no host', 'ENOTFOUND', 'get', 2],
      ['not a POST that found no host', 'ENOTFOUND', 'post', 1],
      ['a GET with 500', 500, 'get', 2],
      ['a GET with 429', 429, 'get', 2],
      ['a GET with 599', 599, 'get', 2],
      ['not a GET with 404', 404, 'get', 1],
      ['a HEAD with 503', 503, 'head', 2],
      ['an OPTIONS with 503', 503, 'options', 2],
      ['a PUT with 503', 503, 'put', 2],
      ['a DELETE with 503', 503, 'delete', 2],
      ['not a POST with 503', 503, 'post', 1],
      ['not a PATCH with 503', 503, 'patch', 1],
    ])('retries %s by default', async (__, failure, method, attempts) => {
      let seen = 0;
      const reply = () => {
        const interceptor = nock(ORIGIN).intercept('/test', method.toUpperCase());
        if (typeof failure === 'string') interceptor.replyWithError(networkError(failure));
        else interceptor.reply(failure);
      };
      const api = client(reply, reply);
      api.interceptors.response.use(null, (error) => {
        seen += 1;
        return Promise.reject(error);
      });
      axiosRetry(api, { retries: 1 });

      await failureOf(api.request({ url: '/test', method }));

      expect(seen).toBe(attempts);
    });
  });

  describe('the config of a request', () => {
    test('overrides the options of the instance', async () => {
      const api = client(fails(), fails(), works);
      axiosRetry(api, { retries: 0 });

      expect((await api.get('/test', { 'axios-retry': { retries: 2 } })).status).toBe(200);
    });

    test('can forbid retries', async () => {
      const api = client(fails(), works);
      axiosRetry(api, { retries: 3 });

      const error = await failureOf(api.get('/test', { 'axios-retry': { retries: 0 } }));

      expect(stateOf(error)).toMatchObject({ retries: 0, retryCount: 0 });
    });

    test('may stand in the defaults of the instance', async () => {
      const api = client(fails(), fails(), works);
      (api.defaults as AxiosRequestConfig)['axios-retry'] = { retries: 2 };
      axiosRetry(api, { retries: 0 });

      expect((await api.get('/test')).status).toBe(200);
    });

    test('keeps what is set before the first attempt', async () => {
      const api = client(fails(), works);
      axiosRetry(api, { retries: 5 });

      const error = await failureOf(api.get('/test', { 'axios-retry': { retries: 5, retryCount: 5 } }));

      expect(stateOf(error)?.retryCount).toBe(5);
    });

    test('has no retries left when it is sent again by the caller', async () => {
      const api = client(fails(), fails(), works);
      axiosRetry(api, { retries: 1 });
      const error = await failureOf(api.get('/test'));

      expect((await api.request(error.config ?? {})).status).toBe(200);
      expect(nock.isDone()).toBe(true);
    });

    test('is not written to if it is the caller’s', async () => {
      const api = client(fails(), works);
      axiosRetry(api);
      const config = { 'axios-retry': { retries: 1 } };

      await api.get('/test', config);

      expect(config).toEqual({ 'axios-retry': { retries: 1 } });
    });

    test('shows interceptors the progress of the request', async () => {
      const counts: unknown[] = [];
      const api = client(fails(), fails(), works);
      const count = (carrier: { config?: unknown }) => void counts.push(stateOf(carrier)?.retryCount);
      api.interceptors.response.use(
        (response) => {
          count(response);
          return response;
        },
        (error) => {
          count(error);
          return Promise.reject(error);
        },
      );
      axiosRetry(api);

      await api.get('/test');

      expect(counts).toEqual([0, 1, 2]);
    });
  });

  describe('timeout', () => {
    /** The timeout of each attempt, of which the nth takes so many ms. */
    async function timeoutsOf(
      options: object,
      config: object,
      ...durations: number[]
    ): Promise<(number | undefined)[]> {
      const timeouts: (number | undefined)[] = [];
      const clock = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
      const api = axios.create({
        adapter: async (own) => {
          timeouts.push(own.timeout);
          clock.mockReturnValue(Date.now() + (durations.shift() ?? 0));
          throw new AxiosError('reset', 'ECONNRESET', own);
        },
      });
      axiosRetry(api, { retries: 3, ...options });
      try {
        await waitedBy(() => failureOf(api.get('/', config)));
      } finally {
        clock.mockRestore();
      }
      return timeouts;
    }

    test('is one for all attempts and waits', async () => {
      const options = { retryDelay: () => 10 };

      expect(await timeoutsOf(options, { timeout: 100 }, 20, 30, 5)).toEqual([100, 70, 30, 15]);
    });

    test('ends the retries when it is used up', async () => {
      expect(await timeoutsOf({}, { timeout: 100 }, 50, 50)).toEqual([100, 50]);
    });

    test('belongs to each attempt with shouldResetTimeout', async () => {
      const options = { shouldResetTimeout: true };

      expect(await timeoutsOf(options, { timeout: 100 }, 90, 90, 90)).toEqual([100, 100, 100, 100]);
    });

    test('does not apply if the request has none', async () => {
      expect(await timeoutsOf({}, {}, 90, 90)).toEqual([0, 0, 0, 0]);
    });

    test('is not retried by default', async () => {
      const api = client(() => void get().delay(2_000).reply(200), works);
      axiosRetry(api, { retries: 1 });

      expect(await failureOf(api.get('/test', { timeout: 5 }))).toMatchObject({ code: 'ECONNABORTED' });
    });

    test('is retried if the condition wants it and the next attempt has its own', async () => {
      const api = client(() => void get().delay(2_000).reply(200), works);
      axiosRetry(api, {
        retries: 1,
        shouldResetTimeout: true,
        retryCondition: () => true,
        onRetry: (_count, _error, config) => {
          expect(config.timeout).toBe(5);
          config.timeout = 0;
        },
      });

      expect((await api.get('/test', { timeout: 5 })).status).toBe(200);
    });
  });

  describe('retryDelay', () => {
    test('is none by default', async () => {
      const api = client(fails(), fails(), works);
      axiosRetry(api);

      expect(await waitedBy(() => api.get('/test'))).toEqual([]);
    });

    test('is that of Retry-After by default', async () => {
      const api = client(answers(503, '', { 'retry-after': '7' }), works);
      axiosRetry(api);

      expect(await waitedBy(() => api.get('/test'))).toEqual([7_000]);
    });

    test('is called with the number of the retry and the error', async () => {
      const api = client(fails(), fails('ECONNREFUSED'), fails('EPIPE'), fails());
      const retryDelay = jest.fn<(count: number, error: AxiosError) => number>((count) => count * 11);
      axiosRetry(api, { retries: 3, retryDelay });

      const delays = await waitedBy(() => failureOf(api.get('/test')));

      expect(delays).toEqual([11, 22, 33]);
      expect(retryDelay.mock.calls.map(([count, { code }]) => [count, code])).toEqual([
        [1, 'ECONNRESET'],
        [2, 'ECONNREFUSED'],
        [3, 'EPIPE'],
      ]);
    });

    test('may be one of the helpers', async () => {
      jest.spyOn(Math, 'random').mockReturnValue(0.5);
      const api = client(fails(), fails(), fails(), works);
      axiosRetry(api, { retryDelay: axiosRetry.exponentialDelay });
      expect(await waitedBy(() => api.get('/test'))).toEqual([220, 440, 880]);
      jest.restoreAllMocks();

      const other = client(fails(), fails(), works);
      axiosRetry(other, { retryDelay: axiosRetry.linearDelay(30) });
      expect(await waitedBy(() => other.get('/test'))).toEqual([30, 60]);
    });
  });

  describe('onRetry', () => {
    test('is called before each retry with count, error and config', async () => {
      const api = client(fails(), fails('ECONNREFUSED'), works);
      const onRetry = jest.fn<(count: number, error: AxiosError, config: AxiosRequestConfig) => void>();
      axiosRetry(api, { retries: 2, onRetry });

      await api.get('/test');

      expect(onRetry.mock.calls.map(([count, { code }]) => [count, code])).toEqual([
        [1, 'ECONNRESET'],
        [2, 'ECONNREFUSED'],
      ]);
      for (const [count, error, config] of onRetry.mock.calls) {
        expect(config).toBe(error.config);
        expect(stateOf({ config })).toMatchObject({ retryCount: count });
      }
    });

    test('is not called if nothing is retried', async () => {
      const api = client(works);
      const onRetry = jest.fn<() => void>();
      axiosRetry(api, { onRetry });
      await api.get('/test');
      const other = client(answers(404));
      axiosRetry(other, { onRetry });
      await failureOf(other.get('/test'));

      expect(onRetry).not.toHaveBeenCalled();
    });

    test('is called before the wait, which begins when it is over', async () => {
      const api = client(fails(), works);
      const events: string[] = [];
      axiosRetry(api, {
        retryDelay: () => 5,
        onRetry: async () => {
          events.push('called');
          await new Promise((resolve) => setImmediate(resolve));
          events.push('over');
        },
      });
      const real = globalThis.setTimeout;
      jest.spyOn(globalThis, 'setTimeout').mockImplementation(((task: () => void, ms: number) => {
        if (ms > 0) events.push(`waits ${ms}`);
        return real(task, 0);
      }) as typeof setTimeout);

      await api.get('/test');
      jest.restoreAllMocks();

      expect(events).toEqual(['called', 'over', 'waits 5']);
    });

    test('may be set on the request', async () => {
      const api = client(fails(), works);
      const onRetry = jest.fn<() => void>();
      const other = jest.fn<() => void>();
      axiosRetry(api, { onRetry: other });

      await api.get('/test', { 'axios-retry': { onRetry } });

      expect(onRetry).toHaveBeenCalledTimes(1);
      expect(other).not.toHaveBeenCalled();
    });

    test('may change the request', async () => {
      const paths: string[] = [];
      const api = client(answers(503), () => {
        nock(ORIGIN)
          .post('/other', 'new body')
          .matchHeader('x-token', 'new')
          .query({ page: 2 })
          .reply((uri) => {
            paths.push(uri);
            return [200, 'It worked!'];
          });
      });
      axiosRetry(api, {
        onRetry: (_count, _error, config) => {
          config.url = '/other';
          config.method = 'post';
          config.data = 'new body';
          config.params = { page: 2 };
          config.headers = { ...config.headers, 'X-Token': 'new' };
        },
      });

      expect((await api.get('/test')).data).toBe('It worked!');
      expect(paths).toEqual(['/other?page=2']);
    });

    test.each<[string, () => Promise<void> | void]>([
      [
        'throws',
        () => {
          throw new Error('no retry, please');
        },
      ],
      ['rejects', () => Promise.reject(new Error('no retry, please'))],
    ])('replaces the error if it %s', async (__, onRetry) => {
      const api = client(fails(), works);
      axiosRetry(api, { onRetry });

      expect(await failureOf(api.get('/test'))).toMatchObject({ message: 'no retry, please' });
      expect(nock.isDone()).toBe(false);
    });
  });

  describe('onMaxRetryTimesExceeded', () => {
    test('is called once, with the last error and the count', async () => {
      const api = client(fails(), fails('EPIPE'), works);
      const onMaxRetryTimesExceeded = jest.fn<(error: AxiosError, count: number) => void>();
      axiosRetry(api, { retries: 1, onMaxRetryTimesExceeded });

      const error = await failureOf(api.get('/test'));

      expect(onMaxRetryTimesExceeded.mock.calls).toEqual([[error, 1]]);
      expect(error.code).toBe('EPIPE');
    });

    test('is called with retries: 0', async () => {
      const api = client(answers(404));
      const onMaxRetryTimesExceeded = jest.fn<() => void>();
      axiosRetry(api, { retries: 0, onMaxRetryTimesExceeded });

      await failureOf(api.get('/test'));

      expect(onMaxRetryTimesExceeded).toHaveBeenCalledTimes(1);
    });

    test('is not called if a retry succeeded, or none was wanted', async () => {
      const onMaxRetryTimesExceeded = jest.fn<() => void>();
      const api = client(fails(), works);
      axiosRetry(api, { retries: 1, onMaxRetryTimesExceeded });
      await api.get('/test');
      const other = client(answers(404));
      axiosRetry(other, { retries: 1, onMaxRetryTimesExceeded });
      await failureOf(other.get('/test'));

      expect(onMaxRetryTimesExceeded).not.toHaveBeenCalled();
    });

    test('replaces the error if it throws, and is awaited', async () => {
      const api = client(fails(), fails());
      axiosRetry(api, {
        retries: 1,
        onMaxRetryTimesExceeded: async (error, count) => {
          await new Promise((resolve) => setImmediate(resolve));
          throw Object.assign(new Error('that was it'), { count, cause: error });
        },
      });

      expect(await failureOf(api.get('/test'))).toMatchObject({ message: 'that was it', count: 1 });
    });
  });

  describe('validateResponse', () => {
    test('turns an answer that it rejects into an error, whatever its status', async () => {
      const api = client(answers(200, '{"a":1}'));
      axiosRetry(api, { retries: 0, validateResponse: () => false });

      const error = await failureOf(api.get('/test'));

      expect(error).toMatchObject({ isAxiosError: true, response: { status: 200, data: { a: 1 } } });
    });

    test('resolves with an answer that it accepts, whatever its status', async () => {
      const api = client(answers(500), answers(404, 'not there'));
      axiosRetry(api, { retries: 1, validateResponse: ({ status }) => status === 404 });

      expect(await api.get('/test')).toMatchObject({ status: 404, data: 'not there' });
    });

    test('is called for every attempt, with a parsed answer', async () => {
      const seen: unknown[] = [];
      const api = client(answers(200, '{"done":false}'), answers(202, '{"done":true}'));
      axiosRetry(api, {
        retryCondition: () => true,
        validateResponse: ({ status, data }) => {
          seen.push([status, data]);
          return data.done;
        },
      });

      expect((await api.get('/test')).status).toBe(202);
      expect(seen).toEqual([
        [200, { done: false }],
        [202, { done: true }],
      ]);
    });

    test('may be set on the request, or removed', async () => {
      const api = client(answers(200), answers(201));
      axiosRetry(api, { retries: 0, validateResponse: () => false });

      expect((await api.get('/test', { 'axios-retry': { validateResponse: null } })).status).toBe(200);
      const own = { validateResponse: ({ status }: { status: number }) => status === 201 };
      expect((await api.get('/test', { 'axios-retry': own })).status).toBe(201);
    });

    test('is not called if there is no answer', async () => {
      const api = client(fails(), answers(200));
      axiosRetry(api, { validateResponse: ({ status }) => status === 200 });

      expect((await api.get('/test')).status).toBe(200);
    });
  });

  describe('cancelling', () => {
    test.each(['an abort', 'a token'])('ends a request under way by %s', async (way) => {
      const api = client(() => void get().delay(2_000).reply(200));
      axiosRetry(api, { retries: 1, retryCondition: axiosRetry.isNetworkError });
      const controller = new AbortController();
      const source = axios.CancelToken.source();

      const failure = failureOf(
        api.get('/test', way === 'an abort' ? { signal: controller.signal } : { cancelToken: source.token }),
      );
      setImmediate(() => {
        controller.abort();
        source.cancel();
      });

      expect(axios.isCancel(await failure)).toBe(true);
    });

    test('ends the wait', async () => {
      const api = client(fails(), works);
      const controller = new AbortController();
      axiosRetry(api, { retries: 1, retryDelay: () => 600_000 });

      const failure = failureOf(api.get('/test', { signal: controller.signal, timeout: 0 }));
      const waiting = jest.spyOn(globalThis, 'setTimeout');
      while (waiting.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
      controller.abort();

      expect(await failure).toMatchObject({ code: 'ERR_CANCELED', config: { url: '/test' } });
      waiting.mockRestore();
    });

    test('prevents a retry when it comes in onRetry', async () => {
      const api = client(fails(), works);
      const controller = new AbortController();
      axiosRetry(api, { retries: 1, retryDelay: () => 600_000, onRetry: () => controller.abort() });

      expect(await failureOf(api.get('/test', { signal: controller.signal }))).toMatchObject({ code: 'ERR_CANCELED' });
      expect(nock.isDone()).toBe(false);
    });
  });

  describe('the instance', () => {
    test('may be axios itself', async () => {
      fails()();
      const { requestInterceptorId, responseInterceptorId } = axiosRetry(axios, {
        retries: 1,
        onRetry: () => works(),
      });

      expect((await axios.get(`${ORIGIN}/test`)).status).toBe(200);
      axios.interceptors.request.eject(requestInterceptorId);
      axios.interceptors.response.eject(responseInterceptorId);
    });

    test('is restored when both interceptors are ejected', async () => {
      const api = client(fails(), works);
      const { requestInterceptorId, responseInterceptorId } = axiosRetry(api);
      api.interceptors.request.eject(requestInterceptorId);
      api.interceptors.response.eject(responseInterceptorId);

      const error = await failureOf(api.get('/test'));

      expect(error.code).toBe('ECONNRESET');
      expect(stateOf(error)).toBeUndefined();
    });

    test('retries nothing when the response interceptor is ejected', async () => {
      const api = client(fails(), works);
      api.interceptors.response.eject(axiosRetry(api).responseInterceptorId);

      const error = await failureOf(api.get('/test'));

      expect(stateOf(error)).toMatchObject({ retries: 3, retryCount: 0 });
    });

    test('still retries when the request interceptor is ejected', async () => {
      const api = client(fails(), fails(), works);
      api.interceptors.request.eject(axiosRetry(api).requestInterceptorId);

      expect((await api.get('/test')).status).toBe(200);
    });

    test('may have retries set up twice; those set up last decide', async () => {
      const api = client(fails(), fails(), fails(), works);
      axiosRetry(api, { retries: 1 });
      axiosRetry(api, { retries: 2 });

      const error = await failureOf(api.get('/test'));

      expect(stateOf(error)).toMatchObject({ retries: 2, retryCount: 2 });
    });

    test('keeps its agents', async () => {
      const httpAgent = new http.Agent({ keepAlive: true });
      const own = new http.Agent();
      const seen: unknown[] = [];
      const api = axios.create({
        httpAgent,
        adapter: async (config) => {
          seen.push(config.httpAgent);
          throw new AxiosError('reset', 'ECONNRESET', config);
        },
      });
      axiosRetry(api, { retries: 1 });

      await failureOf(api.get('/'));
      await failureOf(api.get('/', { httpAgent: own }));

      expect(seen).toEqual([httpAgent, httpAgent, own, own]);
    });

    test('keeps the rest of the config', async () => {
      const seen: unknown[] = [];
      const api = axios.create({
        adapter: async (config) => {
          const { responseType, maxRedirects, withCredentials, metadata } = config as typeof config & {
            metadata: object;
          };
          seen.push({ responseType, maxRedirects, withCredentials, metadata });
          throw new AxiosError('reset', 'ECONNRESET', config);
        },
      });
      axiosRetry(api, { retries: 2 });

      const config = { responseType: 'text', maxRedirects: 2, withCredentials: true, metadata: { id: 7 } } as const;
      await failureOf(api.get('/', config as AxiosRequestConfig));

      expect(seen).toEqual([config, config, config]);
    });
  });
});

test('the defaults are those of axios-retry', () => {
  const shape = (options: object) => Object.entries(options).map(([name, value]) => [name, typeof value, `${value}`]);
  const plain = ['retries', 'shouldResetTimeout', 'validateResponse'];
  const only = (options: object) => shape(options).filter(([name = '']) => plain.includes(name));

  expect(only(DEFAULT_OPTIONS)).toEqual(only(originalDefaults));
  expect(Object.keys(DEFAULT_OPTIONS).sort()).toEqual(Object.keys(originalDefaults).sort());
});
