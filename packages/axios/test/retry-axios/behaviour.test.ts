import { describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError } from 'axios';
import nock from 'nock';
import * as original from 'retry-axios';
import type * as dropIn from '../../src/retry-axios.js';
import { failureOf, mockTheNetwork, ORIGIN } from '../mocked-origin.js';
import { waitedBy } from '../waited.js';
import { clientsOf, libraries, replies } from './libraries.js';

mockTheNetwork();

describe.each(libraries)('%s', (_, rax) => {
  const { client, undo } = clientsOf(rax);

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
