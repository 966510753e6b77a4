import { describe, expect, jest, test } from '@jest/globals';
import type { AxiosError } from 'axios';
import nock from 'nock';
import type * as dropIn from '../../src/retry-axios.js';
import { failureOf, mockTheNetwork, ORIGIN } from '../mocked-origin.js';
import { clientsOf, libraries, type Reply, replies } from './libraries.js';

mockTheNetwork();

describe.each(libraries)('%s', (_, rax) => {
  const { client } = clientsOf(rax);

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
});
