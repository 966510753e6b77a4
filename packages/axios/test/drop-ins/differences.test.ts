import http from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError, type AxiosInstance } from 'axios';
import FormDataPackage from 'form-data';
import axiosRetry from '../../src/axios-retry.js';
import { attach } from '../../src/retry-axios.js';
import { errorOf, macrotask } from '../drive.js';
import type { Reply } from '../origin.js';
import { nowhere, serve } from '../set-up.js';
import { waitedBy } from '../waited.js';
import { dropIns } from './drop-ins.js';

const busy = (value: string): Reply => ({ status: 503, headers: { 'retry-after': value } });

/** An adapter that plays a script of statuses, and notes how often it was asked. */
function scripted(...statuses: number[]) {
  return jest.fn(async (config: { validateStatus?: ((status: number) => boolean) | null }) => {
    const status = statuses.shift() ?? 200;
    const response = { status, statusText: '', headers: {}, config, data: '' };
    if (config.validateStatus?.(status)) return response;
    throw new AxiosError('failed', 'ERR_BAD_RESPONSE', config as never, undefined, response as never);
  });
}

describe.each(dropIns)('unlike %s, the drop-in', (_, dropIn) => {
  test.each([
    ['a stream', () => Readable.from(['the body'])],
    [
      'the form-data package',
      () => {
        const form = new FormDataPackage();
        form.append('a', 'b');
        return form;
      },
    ],
  ])('does not send a one-shot body again: %s', async (__, body) => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    const api = dropIn.client({ maxRedirects: 0 });

    expect(await errorOf(api.put(url, body()))).toMatchObject({ response: { status: 503 } });
    expect(requests).toHaveLength(1);
  });

  test('does not wait for it', async () => {
    const { url } = await serve({ status: 503 });
    const api = dropIn.client({ maxRedirects: 0 }, { delayMs: 600_000 });

    expect(await errorOf(api.put(url, Readable.from(['a'])))).toMatchObject({ response: { status: 503 } });
  });

  test('sends a new stream if a callback brings one', async () => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    const api = dropIn.client(
      { maxRedirects: 0 },
      {
        onRetry: ({ config }) => {
          if (config !== undefined) config.data = Readable.from(['again']);
        },
      },
    );

    await api.put(url, Readable.from(['first']));

    expect(requests.map(({ body }) => body)).toEqual(['first', 'again']);
  });

  test('sends a new body with a length of its own', async () => {
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    const api = dropIn.client(
      {},
      {
        onRetry: ({ config }) => {
          if (config !== undefined) config.data = '{"much":"longer"}';
        },
      },
    );

    await api.put(url, { a: 1 });

    expect(requests.map(({ body, headers }) => [body, headers['content-length']])).toEqual([
      ['{"a":1}', '7'],
      ['{"much":"longer"}', '17'],
    ]);
  });

  test.each([[2 ** 31], [Number.POSITIVE_INFINITY]])(
    'retries nothing after a wait that no timer supports: %d ms',
    async (delayMs) => {
      const adapter = scripted(503);
      const api = dropIn.client({ adapter: adapter as never }, { delayMs });

      expect(await errorOf(api.get('/'))).toMatchObject({ response: { status: 503 } });
      expect(adapter).toHaveBeenCalledTimes(1);
    },
  );

  test.each([[Number.NaN], [-5]])('does not wait for %d ms', async (delayMs) => {
    const api = dropIn.client({ adapter: scripted(503) as never }, { delayMs });

    expect(await waitedBy(() => api.get('/'))).toEqual([]);
  });

  test('never retries what the caller has cancelled', async () => {
    const { url, requests } = await serve('silence');
    const wants = jest.fn(() => true);
    const onRetry = jest.fn<() => void>();
    const api = dropIn.client({}, { wants, onRetry });
    const controller = new AbortController();

    const failure = errorOf(api.get(url, { signal: controller.signal }));
    while (requests.length === 0) await macrotask();
    controller.abort();

    expect(await failure).toMatchObject({ code: 'ERR_CANCELED' });
    expect(wants).not.toHaveBeenCalled();
    expect(onRetry).not.toHaveBeenCalled();
  });

  test.each(['a signal', 'a token'])('ends the wait at once when the caller cancels by %s', async (way) => {
    const adapter = scripted(503);
    const api = dropIn.client({ adapter: adapter as never }, { delayMs: 600_000 });
    const controller = new AbortController();
    const source = axios.CancelToken.source();
    const cancel = way === 'a signal' ? { signal: controller.signal } : { cancelToken: source.token };
    const waiting = jest.spyOn(globalThis, 'setTimeout');

    const failure = errorOf(api.get('/', cancel));
    while (waiting.mock.calls.length === 0) await macrotask();
    waiting.mockRestore();
    controller.abort();
    source.cancel();

    expect(axios.isCancel(await failure)).toBe(true);
    expect(adapter).toHaveBeenCalledTimes(1);
  });

  test('leaves no listener on the signal of a request', async () => {
    const { url } = await serve({ status: 503 }, { status: 200 });
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');

    await dropIn.client({}, { delayMs: 1 }).get(url, { signal, cancelToken: axios.CancelToken.source().token });

    expect(added.mock.calls.length).toBeGreaterThan(0);
    // Those that were added `once` may have been taken off as well.
    expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length);
  });

  describe('passes a request once through', () => {
    async function runs(prepare: (api: AxiosInstance, count: () => void) => void): Promise<number> {
      let count = 0;
      const api = axios.create({ adapter: scripted(503, 503, 200) as never });
      prepare(api, () => {
        count += 1;
      });
      await api.get('/');
      return count;
    }

    test.each(['before', 'after'])('request interceptors that were added %s it', async (when) => {
      const count = await runs((api, tell) => {
        if (when === 'after') dropIn.install(api);
        api.interceptors.request.use((config) => {
          tell();
          return config;
        });
        if (when === 'before') dropIn.install(api);
      });

      expect(count).toBe(1);
    });

    test('response interceptors that were added after it', async () => {
      const count = await runs((api, tell) => {
        dropIn.install(api);
        api.interceptors.response.use(
          (response) => {
            tell();
            return { ...response, data: [response.data] };
          },
          (error) => {
            tell();
            return Promise.reject(error);
          },
        );
      });

      expect(count).toBe(1);
    });

    test('its transforms of a body', async () => {
      let transforms = 0;
      const api = dropIn.client({
        adapter: scripted(503, 503, 200) as never,
        transformRequest: [
          (data) => {
            transforms += 1;
            return `${data}!`;
          },
        ],
      });

      await api.put('/', 'a');

      expect(transforms).toBe(1);
    });
  });

  test('retries a failure that validateStatus accepts, and ends with the last answer', async () => {
    const adapter = scripted(503, 429, 500, 502, 200);
    const onRetry = jest.fn<(error: AxiosError) => void>();
    const api = dropIn.client({ adapter: adapter as never, validateStatus: () => true }, { retries: 3, onRetry });

    expect(await api.get('/')).toMatchObject({ status: 502 });
    expect(onRetry.mock.calls.map(([error]) => [error.message, error.code, error.response?.status])).toEqual([
      ['Request failed with status code 503', 'ERR_BAD_RESPONSE', 503],
      ['Request failed with status code 429', 'ERR_BAD_REQUEST', 429],
      ['Request failed with status code 500', 'ERR_BAD_RESPONSE', 500],
    ]);
  });

  test('does not affect other statuses that validateStatus accepts', async () => {
    const adapter = scripted(404);
    const wants = jest.fn(() => true);
    const api = dropIn.client({ adapter: adapter as never, validateStatus: () => true }, { wants });

    expect(await api.get('/')).toMatchObject({ status: 404 });
    expect(wants).not.toHaveBeenCalled();
  });

  test('releases the connection of an answer that is not read', async () => {
    const { url, requests } = await serve((response) => void response.writeHead(503).write('more to come'), {
      status: 200,
      body: 'It worked!',
    });
    const api = dropIn.client({
      responseType: 'stream',
      httpAgent: new http.Agent({ keepAlive: true, maxSockets: 1 }),
    });

    const response = await api.get(url);

    expect(requests).toHaveLength(2);
    expect(await new Response(Readable.toWeb(response.data) as never).text()).toBe('It worked!');
  });

  test('does not change the adapter and the headers in the config', async () => {
    const { url } = await serve({ status: 503 }, { status: 200 });
    const adapter = axios.getAdapter('http');
    const api = dropIn.client({ adapter });

    const response = await api.get(url, { headers: { 'X-Own': 'yes' } });

    expect(response.config.adapter).toBe(adapter);
    expect(response.config.headers).toBeInstanceOf(axios.AxiosHeaders);
    expect(response.config.headers.get('x-own')).toBe('yes');
  });

  test('accepts a config that another interceptor has frozen', async () => {
    const api = axios.create({ adapter: scripted(503, 200) as never });
    dropIn.install(api);
    api.interceptors.request.use((config) => Object.freeze({ ...config }));

    expect((await api.get('/')).status).toBe(200);
  });

  test('works with a fetch adapter as well', async () => {
    const { url, requests } = await serve({ status: 503 }, 'reset', { status: 200, body: '{"a":1}' });

    expect((await dropIn.client({ adapter: 'fetch' }).get(url)).data).toEqual({ a: 1 });
    expect(requests).toHaveLength(3);
  });

  test('retries if no server listens', async () => {
    const onRetry = jest.fn<() => void>();
    const api = dropIn.client({ baseURL: await nowhere() }, { retries: 2, onRetry });

    expect(await errorOf(api.get('/'))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(onRetry).toHaveBeenCalledTimes(2);
  });

  test.each([[undefined], [null], [{}]])('rejects a value that is not an instance: %j', (instance) => {
    expect(() => axiosRetry(instance as never)).toThrow('instance must be one of axios');
    if (instance !== undefined && instance !== null) {
      expect(() => attach(instance as never)).toThrow('instance must be one of axios');
    }
  });
});

describe('unlike axios-retry, the drop-in', () => {
  test('ends the request if Retry-After asks for a wait that no timer supports', async () => {
    const { url, requests } = await serve(busy('3000000'), { status: 200 });
    const api = axios.create();
    axiosRetry(api);

    expect(await errorOf(api.get(url))).toMatchObject({ response: { status: 503 } });
    expect(requests).toHaveLength(1);
  });

  test('counts only retries that it makes', async () => {
    const api = axios.create({ adapter: scripted(503) as never });
    axiosRetry(api, { retryDelay: () => Number.POSITIVE_INFINITY });

    expect(await errorOf(api.get('/'))).toMatchObject({ config: { 'axios-retry': { retryCount: 0 } } });
  });
});

describe('unlike retry-axios, the drop-in', () => {
  /** Waits of a request before its retry. */
  async function waits(retryAfter: string): Promise<number[]> {
    const { url, requests } = await serve(busy(retryAfter), { status: 200 });
    const api = axios.create();
    attach(api);
    const delays = await waitedBy(() => api.get(url));
    expect(requests).toHaveLength(2);
    return delays;
  }

  test.each([
    ['0', []],
    ['Mon, 15 Jun 2020 12:00:00 GMT', []],
    ['Mon Jun 15 12:00:00 2020', []],
    ['soon', [50]],
    ['-1', [50]],
  ])('obeys or ignores Retry-After: %s, but does not end for it', async (value, expected) => {
    expect(await waits(value)).toEqual(expected);
  });

  test('awaits a promise from shouldRetry', async () => {
    const adapter = scripted(503, 200);
    const api = axios.create({ adapter: adapter as never });
    attach(api);
    const shouldRetry = (async () => false) as never;

    expect(await errorOf(api.get('/', { raxConfig: { shouldRetry } }))).toMatchObject({ response: { status: 503 } });
    expect(adapter).toHaveBeenCalledTimes(1);
  });

  test('leaves no timer when onError rejects', async () => {
    const set = jest.spyOn(globalThis, 'setTimeout');
    const cleared = jest.spyOn(globalThis, 'clearTimeout');
    const api = axios.create({ adapter: scripted(503) as never });
    attach(api);
    const onError = () => Promise.reject(new Error('no retry, please'));

    await errorOf(api.get('/', { raxConfig: { retryDelay: 600_000, onError } }));

    expect(set.mock.calls.map(([, ms]) => ms)).toEqual([300_000]);
    expect(cleared.mock.calls).toEqual([[set.mock.results[0]?.value]]);
    set.mockRestore();
    cleared.mockRestore();
  });
});
