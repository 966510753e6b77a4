import { reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import got, { HTTPError, ParseError, RequestError, TimeoutError } from 'got';
import { resilience } from '../src/index.js';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup } from './setup.js';

afterEach(stopServers);

describe('retries', () => {
  test('a call is retried until it is answered', async () => {
    const server = await TestServer.start(503, 'reset', { body: { fine: true } });
    const { client, policy } = setup();

    const response = await client(server.url);

    expect(response.statusCode).toBe(200);
    expect(server.hits).toBe(3);
    expect(reportOf(response)).toMatchObject({ attempts: 3, retries: 2, stopReason: 'success', key: server.url });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('it needs no options at all', async () => {
    const server = await TestServer.start(404);
    const client = got.extend(resilience());

    expect(await failureOf(client(server.url))).toBeInstanceOf(HTTPError);
  });

  test('the last answer is returned as got returns it', async () => {
    const server = await TestServer.start(503, 502);
    const { client, policy } = setup({ retry: { maxRetries: 1 } });

    const error = await failureOf(client(server.url));

    expect(error).toBeInstanceOf(HTTPError);
    expect(error).toMatchObject({ code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode: 502 } });
    expect(server.hits).toBe(2);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'exhausted', delaysMs: [0] });
    expect(reportOf(error.response)).toBe(reportOf(error));
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('with throwHttpErrors: false the last answer is what the promise resolves with', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup({ retry: { maxRetries: 1 } });

    const response = await client(server.url, { throwHttpErrors: false });

    expect(response.statusCode).toBe(503);
    expect(server.hits).toBe(2);
    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'exhausted' });
    expect(policy.snapshot().keys[server.url]?.breaker?.counts.failures).toBe(2);
  });

  test('with throwHttpErrors: false and resolveBodyOnly a 5xx still counts as a failure', async () => {
    const server = await TestServer.start({ status: 503, body: 'busy' });
    const { client, policy } = setup({ retry: { maxRetries: 1 } });

    expect(await client(server.url, { throwHttpErrors: false, resolveBodyOnly: true })).toBe('busy');
    expect(server.hits).toBe(2);
    expect(policy.snapshot().keys[server.url]?.breaker?.counts.failures).toBe(2);
  });

  test('a network error is retried, and is finally the error of the call', async () => {
    const server = await TestServer.start('reset');
    const { client } = setup({ retry: { maxRetries: 2 } });

    const error = await failureOf(client(server.url));

    expect(error).toBeInstanceOf(RequestError);
    expect(error.code).toBe('ECONNRESET');
    expect(server.hits).toBe(3);
  });

  test('a failure that a retry cannot cure is not retried', async () => {
    const server = await TestServer.start(404);
    const { client } = setup();

    const error = await failureOf(client(server.url));

    expect(server.hits).toBe(1);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'permanent' });
  });

  test("got's own timeout is that attempt's failure", async () => {
    const server = await TestServer.start('stall', 200);
    const { client } = setup();

    // On a busy machine, so short a timeout might end the attempt that is answered.
    const unlimited = ({ options }: { options: { timeout: { request?: number | undefined } } }) => {
      options.timeout = {};
    };
    const response = await client(server.url, { timeout: { request: 50 }, hooks: { beforeRetry: [unlimited] } });

    expect(response.statusCode).toBe(200);
    expect(reportOf(response)).toMatchObject({ attempts: 2 });
  });

  test("got's own timeout is the error of the call in the end", async () => {
    const server = await TestServer.start('stall');
    const { client, policy } = setup({ retry: { maxRetries: 0 } });

    const error = await failureOf(client(server.url, { timeout: { request: 200 } }));

    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.code).toBe('ETIMEDOUT');
    expect(policy.snapshot().keys[server.url]?.breaker?.consecutiveFailures).toBe(1);
  });

  test('the server gets as many requests as the budget allows, and its answer is the result', async () => {
    const server = await TestServer.start(503);
    const { client } = setup({ budget: { ratio: 0, minRetriesPerSecond: 0.1, windowMs: 10_000 }, breaker: false });

    const error = await failureOf(client(server.url));

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(2);
    expect(reportOf(error)).toMatchObject({ stopReason: 'budget' });
  });

  test('an answer that got accepts is retried if shouldRetry returns true', async () => {
    const server = await TestServer.start({ body: { error: 'later' } }, { body: { fine: true } });
    const { client } = setup({
      retry: {
        shouldRetry: (outcome) =>
          outcome.kind === 'response' && (outcome.body() as { error?: string }).error === 'later' ? true : undefined,
      },
    });

    const response = await client(server.url);

    expect(response.body).toBe('{"fine":true}');
    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
  });

  test('an answer that shouldRetry always retries is finally the result', async () => {
    const server = await TestServer.start({ body: 'never' });
    const { client } = setup({ retry: { maxRetries: 2, shouldRetry: () => true } });

    const response = await client(server.url);

    expect(response.body).toBe('never');
    expect(server.hits).toBe(3);
    expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'exhausted' });
  });
});

describe('the results of got', () => {
  test.each([
    ['json', { fine: true }],
    ['text', '{"fine":true}'],
    ['buffer', Buffer.from('{"fine":true}')],
  ] as const)('.%s() still works', async (method, expected) => {
    const server = await TestServer.start(503, { body: { fine: true } });
    const { client, policy } = setup();

    expect(await client(server.url)[method]()).toEqual(expected);
    expect(server.hits).toBe(2);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('.json() sends got’s accept header with every attempt, and rejects with the last answer', async () => {
    const server = await TestServer.start(503);
    const { client } = setup({ retry: { maxRetries: 1 } });

    const error = await failureOf(client(server.url).json());

    expect(server.requests.map((request) => request.headers.accept)).toEqual(['application/json', 'application/json']);
    expect(reportOf(error)).toMatchObject({ attempts: 2 });
  });

  test('the result of .json() works like any promise', async () => {
    const server = await TestServer.start({ body: { fine: true } });
    const { client } = setup();

    const promise = client(server.url).json();
    const seen = await Promise.all([
      promise,
      promise.then((body) => body),
      promise.finally(() => {}),
      promise.catch(() => {}),
    ]);

    expect(seen).toEqual([{ fine: true }, { fine: true }, { fine: true }, { fine: true }]);
  });

  test('a body that is not JSON is an error of the call, not a failure of the server, and is not retried', async () => {
    const server = await TestServer.start({ body: 'not json' });
    const { client, policy } = setup();

    expect(await failureOf(client(server.url).json())).toBeInstanceOf(ParseError);
    expect(await failureOf(client(server.url, { responseType: 'json' }))).toBeInstanceOf(ParseError);
    expect(server.hits).toBe(2);
    expect(policy.snapshot().keys[server.url]?.breaker?.consecutiveFailures).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('the promise is the one that got made: it has its events and methods', async () => {
    const server = await TestServer.start(503, 200);
    const { client } = setup();
    const events: string[] = [];

    const promise = client(server.url);
    promise.on('request', () => events.push('request'));
    promise.on('response', (response) => events.push(`response ${response.statusCode}`));
    await promise;

    expect(events).toEqual(['request', 'response 503', 'request', 'response 200']);
    expect(promise).toBeInstanceOf(Promise);
    expect(promise.isCanceled).toBe(false);
  });

  test('the promise has got’s own methods and constructor', async () => {
    const server = await TestServer.start(200);
    const { client } = setup();

    const bare = got(server.url);
    const promise = client(server.url);

    for (const name of ['then', 'catch', 'finally', 'constructor'] as const) {
      expect(promise[name]).toBe(bare[name]);
      expect(Object.hasOwn(promise, name)).toBe(false);
    }
    await Promise.all([bare, promise]);
  });

  test('a 413 is retried if it has a hint, as got does', async () => {
    const server = await TestServer.start({ status: 413, headers: { 'retry-after': '0' } }, 413);
    const { client } = setup();

    const error = await failureOf(client.put(server.url, { body: 'payload' }));

    expect(server.hits).toBe(2);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'permanent' });
  });

  test('a redirect is one attempt, whatever its length', async () => {
    const server = await TestServer.start(
      { status: 302, headers: { location: '/a' } },
      { status: 302, headers: { location: '/b' } },
      200,
    );
    const { client, policy } = setup();

    const response = await client(server.url);

    expect(server.requests.map((request) => request.path)).toEqual(['/', '/a', '/b']);
    expect(reportOf(response)).toMatchObject({ attempts: 1 });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ attempts: 1, inFlight: 0 });
  });

  test('a failure at the end of a redirect is retried', async () => {
    const server = await TestServer.start({ status: 302, headers: { location: '/a' } }, 503, 200);
    const { client } = setup();

    const response = await client(server.url);

    expect(server.requests.map((request) => request.path)).toEqual(['/', '/a', '/a']);
    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
  });

  test('too many redirects are permanent', async () => {
    const server = await TestServer.start({ status: 302, headers: { location: '/' } });
    const { client } = setup();

    const error = await failureOf(client(server.url, { maxRedirects: 2 }));

    expect(error.code).toBe('ERR_TOO_MANY_REDIRECTS');
    expect(server.hits).toBe(3);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'permanent' });
  });

  test('an answer from got’s cache is not an attempt, and closes no circuit', async () => {
    const server = await TestServer.start({ headers: { 'cache-control': 'max-age=60' } });
    const { client, policy, clock } = setup({ breaker: openAfterOne });
    const cache = new Map();

    await client(server.url, { cache });
    policy.breaker(server.url).open();
    policy.breaker(server.url).close();
    server.play(503);
    await failureOf(client(`${server.url}/other`, { context: { resilience: { maxRetries: 0 } } }));
    await clock.advance(1_000);
    const cached = await client(server.url, { cache });

    expect(cached.isFromCache).toBe(true);
    expect(reportOf(cached)).toMatchObject({ attempts: 0, stopReason: 'success' });
    expect(policy.breaker(server.url).state).toBe('half-open');
    expect(callsUnderWay(policy)).toBe(0);
    // The permit is back: the next call is the probe.
    server.play(200);
    expect((await client(`${server.url}/probe`)).statusCode).toBe(200);
  });

  test('a cached answer that the server has confirmed is an attempt', async () => {
    const server = await TestServer.start({ headers: { 'cache-control': 'no-cache', etag: '"1"' } }, { status: 304 });
    const { client } = setup();
    const cache = new Map();

    await client(server.url, { cache });
    const confirmed = await client(server.url, { cache });

    expect(confirmed.isFromCache).toBe(true);
    expect(server.hits).toBe(2);
    expect(reportOf(confirmed)).toMatchObject({ attempts: 1, stopReason: 'success' });
  });
});
