import { describe, expect, jest, test } from '@jest/globals';
import type { AxiosError } from 'axios';
import nock from 'nock';
import { failureOf, mockTheNetwork, ORIGIN } from '../mocked-origin.js';
import { clientsOf, libraries, replies } from './libraries.js';

mockTheNetwork();

describe.each(libraries)('%s', (_, rax) => {
  const { client } = clientsOf(rax);

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
});
