import { describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError, type AxiosRequestConfig } from 'axios';
import nock from 'nock';
import { failureOf, mockTheNetwork } from '../mocked-origin.js';
import { waitedBy } from '../waited.js';
import { answers, client, fails, get, libraries, stateOf, works } from './both-libraries.js';

mockTheNetwork();

describe.each(libraries)('%s', (_, axiosRetry) => {
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
});
