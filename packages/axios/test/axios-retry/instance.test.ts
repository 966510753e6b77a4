import http from 'node:http';
import { describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError, type AxiosRequestConfig } from 'axios';
import nock from 'nock';
import { failureOf, mockTheNetwork, ORIGIN } from '../mocked-origin.js';
import { client, fails, get, libraries, stateOf, works } from './both-libraries.js';

mockTheNetwork();

describe.each(libraries)('%s', (_, axiosRetry) => {
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
