import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosRequestConfig } from 'axios';
import { attachResilience, type PolicyOptions, reportOf } from '../src/index.js';
import { drive, errorOf } from './drive.js';
import type { Reply } from './origin.js';
import { nowhere, scene } from './set-up.js';

/** An instance that tells what its policy made of each attempt: its verdict, and the status or code. */
async function setUp(config: AxiosRequestConfig, options: PolicyOptions, ...replies: Reply[]) {
  const made = await scene(config, { retry: { maxRetries: 1 }, ...options }, ...replies);
  const { policy, url } = made;
  const verdicts: unknown[][] = [];
  policy.on('attempt', ({ verdict, status, code }) => verdicts.push([verdict, status ?? code]));
  return { ...made, verdicts, breaker: () => policy.snapshot().keys[url]?.breaker };
}

const midBody: Reply = (response) => {
  response.writeHead(200, { 'Content-Length': '100' });
  response.write('beginning', () => response.socket?.resetAndDestroy());
};
const loop: Reply = (response) => {
  response.writeHead(302, { Location: '/' }).end();
};

describe.each(['http', 'fetch'] as const)('with the %s adapter', (adapter) => {
  test('a reset before the headers is transient', async () => {
    const { api, clock, verdicts, requests } = await setUp({ adapter }, {}, 'reset', { status: 200 });

    await drive(clock, api.get('/'));

    expect(requests).toHaveLength(2);
    expect(verdicts[0]?.[0]).toBe('transient');
    expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(verdicts[0]?.[1]);
  });

  test('a reset in mid-body is transient, even after a status of 200', async () => {
    const { api, clock, verdicts, requests } = await setUp({ adapter }, {}, midBody, { status: 200, body: 'whole' });

    const { data } = await drive(clock, api.get('/'));

    expect(data).toBe('whole');
    expect(requests).toHaveLength(2);
    expect(verdicts.map(([verdict]) => verdict)).toEqual(['transient', 'success']);
    expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(verdicts[0]?.[1]);
  });

  test("a reset in mid-body counts as a failure, and has axios's own error", async () => {
    const { api, clock, breaker } = await setUp({ adapter }, {}, midBody);

    const error = await errorOf(drive(clock, api.get('/')));

    expect(axios.isAxiosError(error)).toBe(true);
    expect(error.message).toBe(adapter === 'http' ? 'stream has been aborted' : 'terminated');
    expect(breaker()).toMatchObject({ consecutiveFailures: 1, counts: { failures: 2 } });
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'exhausted' });
    if (adapter === 'http') expect(reportOf(error.response)).toBe(reportOf(error));
  });

  test('a refused connection is transient, and even a POST is sent again: nothing had been sent', async () => {
    const { api, clock, verdicts } = await setUp({ adapter, baseURL: await nowhere() }, {});

    const error = await errorOf(drive(clock, api.post('/', 'body')));

    expect(error.code).toBe(adapter === 'http' ? 'ECONNREFUSED' : 'ERR_NETWORK');
    expect(verdicts).toEqual([
      ['transient', 'ECONNREFUSED'],
      ['transient', 'ECONNREFUSED'],
    ]);
  });

  test("axios's own timeout is transient", async () => {
    // No attempt is answered: on a busy machine, so short a timeout might end one that is.
    const { api, clock, verdicts } = await setUp({ adapter, timeout: 30 }, {}, 'silence');

    await errorOf(drive(clock, api.get('/')));

    const timedOut = ['transient', adapter === 'http' ? 'ECONNABORTED' : 'ETIMEDOUT'];
    expect(verdicts).toEqual([timedOut, timedOut]);
  });

  test('too many redirects are permanent', async () => {
    const { api, clock, verdicts, breaker } = await setUp({ adapter, maxRedirects: 2 }, {}, loop);

    await errorOf(drive(clock, api.get('/')));

    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]?.[0]).toBe('permanent');
    expect(breaker()).toMatchObject({ consecutiveFailures: 0 });
  });

  test.each(['http://', 'ftp://localhost/', 'http://localhost:port/'])(
    'a URL without a server is permanent, and fails as without a policy: %s',
    async (url) => {
      const { api, clock, verdicts } = await setUp({ adapter }, {}, { status: 200 });
      const bare = await errorOf(axios.get(url, { adapter }));

      const error = await errorOf(drive(clock, api.get(url)));

      expect(error.message).toBe(bare.message);
      expect(error.constructor).toBe(bare.constructor);
      expect(verdicts.map(([verdict]) => verdict)).toEqual(['permanent']);
    },
  );

  test('an answer longer than maxContentLength is permanent, and not a failure of the server', async () => {
    const { api, clock, verdicts, breaker } = await setUp(
      { adapter, maxContentLength: 5 },
      {},
      { status: 200, body: 'too long' },
    );

    const error = await errorOf(drive(clock, api.get('/')));

    expect(error.message).toBe('maxContentLength size of 5 exceeded');
    expect(verdicts).toEqual([['permanent', 'ERR_BAD_RESPONSE']]);
    expect(breaker()).toMatchObject({ consecutiveFailures: 0 });
  });

  test('a redirect that must not be followed is an answer: no retry, no failure', async () => {
    const { api, clock, verdicts, requests } = await setUp({ adapter, maxRedirects: 0 }, {}, loop);

    const error = await errorOf(drive(clock, api.get('/')));

    expect(error.response).toMatchObject({ status: 302 });
    expect(requests).toHaveLength(1);
    expect(verdicts).toEqual([['success', 302]]);
  });

  test('an answer is judged by its status if validateStatus accepts everything', async () => {
    const { api, clock, requests } = await setUp(
      { adapter, validateStatus: () => true },
      {},
      { status: 503 },
      { status: 404, body: 'gone' },
    );

    const response = await drive(clock, api.get('/'));

    expect(response).toMatchObject({ status: 404, data: 'gone' });
    expect(requests).toHaveLength(2);
    expect(reportOf(response)).toMatchObject({ stopReason: 'permanent' });
  });

  test('an answer is judged by its status if validateStatus rejects everything', async () => {
    const { api, clock, requests } = await setUp(
      { adapter, validateStatus: () => false },
      {},
      { status: 200, body: '' },
    );

    const error = await errorOf(drive(clock, api.get('/')));

    expect(error.response).toMatchObject({ status: 200 });
    expect(requests).toHaveLength(1);
  });

  test('an answer that cannot be parsed is not retried: axios parses after the last attempt', async () => {
    const { api, clock, verdicts } = await setUp(
      { adapter, responseType: 'json', transitional: { silentJSONParsing: false } },
      {},
      { status: 200, body: '{' },
    );

    const error = await errorOf(drive(clock, api.get('/')));

    expect(error.name).toBe('SyntaxError');
    expect(verdicts).toEqual([['success', 200]]);
    expect(reportOf(error.response)).toMatchObject({ attempts: 1 });
  });

  test('a name that cannot be resolved is transient', async () => {
    const { clock, api, verdicts } = await setUp({ adapter }, {}, { status: 200 });
    const cause = Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
    const lookup = (_host: string, _options: object, callback: (error: Error) => void) => callback(cause);
    const env = { fetch: () => Promise.reject(new TypeError('fetch failed', { cause })) };

    await errorOf(drive(clock, api.post('http://nowhere.invalid/', '', { lookup, env } as object)));

    expect(verdicts).toEqual([
      ['transient', 'ENOTFOUND'],
      ['transient', 'ENOTFOUND'],
    ]);
  });

  test('Retry-After is obeyed, in any case of its name', async () => {
    const { api, clock, policy } = await setUp(
      { adapter },
      {},
      { status: 429, headers: { 'RETRY-AFTER': '7' } },
      { status: 200 },
    );
    const delays: number[] = [];
    policy.on('retry', ({ delayMs, reason }) => delays.push(delayMs) && expect(reason).toBe('throttled'));

    await drive(clock, api.get('/'));

    expect(delays).toEqual([7_000]);
    expect(clock.now()).toBe(7_000);
  });
});

describe('methods', () => {
  test.each([
    ['POST', 1, 'not-idempotent'],
    ['PATCH', 1, 'not-idempotent'],
    ['GET', 2, 'exhausted'],
    ['PUT', 2, 'exhausted'],
    ['delete', 2, 'exhausted'],
  ])('%s is sent %i times to a server that answers with 503', async (method, times, stopReason) => {
    const { api, clock, requests } = await setUp({}, {}, { status: 503 });

    const error = await errorOf(drive(clock, api.request({ method, url: '/' })));

    expect(requests).toHaveLength(times);
    expect(reportOf(error)).toMatchObject({ stopReason });
  });

  test('POST is sent again if the call is marked as repeatable', async () => {
    const { api, clock, requests } = await setUp({}, {}, { status: 503 });

    await errorOf(drive(clock, api.post('/', {}, { resilience: { idempotent: true } })));

    expect(requests).toHaveLength(2);
  });
});

test('an answer of a custom adapter that is not a response is passed on', async () => {
  const api = axios.create({ adapter: () => Promise.resolve(undefined as never) });
  attachResilience(api);
  const bare = await errorOf(axios.get('/', { adapter: () => Promise.resolve(undefined as never) }));

  expect((await errorOf(api.get('/'))).message).toBe(bare.message);
});

test('an error of unknown kind from a custom adapter is permanent, and is passed on unchanged', async () => {
  let attempts = 0;
  const broken = new Error('out of paper');
  const api = axios.create({
    adapter: () => {
      attempts += 1;
      throw broken;
    },
  });
  attachResilience(api);

  expect(await errorOf(api.get('/'))).toBe(broken);
  expect(attempts).toBe(1);
  expect(reportOf(broken)).toMatchObject({ stopReason: 'permanent', key: 'default' });
});
