import { describe, expect, jest, test } from '@jest/globals';
import nock from 'nock';
import type * as dropIn from '../../src/retry-axios.js';
import { failureOf, mockTheNetwork } from '../mocked-origin.js';
import { waitedBy } from '../waited.js';
import { clientsOf, libraries, type Reply, replies } from './libraries.js';

mockTheNetwork();

const SOME_DAY = Date.UTC(2026, 5, 15, 12);

describe.each(libraries)('%s', (_, rax) => {
  const { client } = clientsOf(rax);

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
});
