import { describe, expect, jest, test } from '@jest/globals';
import type { AxiosError, AxiosRequestConfig } from 'axios';
import nock from 'nock';
import { failureOf, mockTheNetwork, ORIGIN } from '../mocked-origin.js';
import { answers, client, fails, libraries, stateOf, works } from './both-libraries.js';

mockTheNetwork();

describe.each(libraries)('%s', (_, axiosRetry) => {
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
});
