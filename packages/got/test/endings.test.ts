import { getEventListeners } from 'node:events';
import { gzipSync } from 'node:zlib';
import { reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { CancelableRequest, Response } from 'got';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, setup, until } from './setup.js';

afterEach(stopServers);

/** A hook that waits until the test releases it, and a promise of its call. */
function waiting(): { readonly hook: () => Promise<void>; isCalled: boolean; letGo: () => void } {
  const state = {
    isCalled: false,
    letGo: (): void => {},
    hook: (): Promise<void> => {
      state.isCalled = true;
      return new Promise((resolve) => {
        state.letGo = resolve;
      });
    },
  };
  return state;
}

/** Ways in which a caller gives up. */
const givingUp: [string, (promise: CancelableRequest, controller: AbortController) => void][] = [
  ['cancel()', (promise) => promise.cancel()],
  ['an abort', (_, controller) => controller.abort()],
];

describe.each(givingUp)('%s ends a call at once', (_, giveUp) => {
  test('while a beforeRequest hook of the user’s runs', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    const hook = waiting();
    const controller = new AbortController();

    const options = { hooks: { beforeRequest: [hook.hook] }, signal: controller.signal };
    const promise = client(server.url, options);
    await until(() => hook.isCalled);
    giveUp(promise, controller);
    const error = await failureOf(promise);

    expect(callsUnderWay(policy)).toBe(0);
    expect(reportOf(error)).toMatchObject({ attempts: 0, stopReason: 'cancelled' });
    hook.letGo();
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.hits).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('while an afterResponse hook of the user’s runs', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    const hook = waiting();
    const controller = new AbortController();
    const calls: unknown[] = [];
    policy.on('call', ({ stopReason }) => calls.push(stopReason));

    const promise = client.extend({ hooks: { afterResponse: [(response) => hook.hook().then(() => response)] } })(
      server.url,
      { signal: controller.signal },
    );
    await until(() => hook.isCalled);
    expect(calls).toEqual([]);
    giveUp(promise, controller);
    const error = await failureOf(promise);

    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
    expect(calls).toEqual(['cancelled']);
    hook.letGo();
    expect(callsUnderWay(policy)).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('while a compressed body is read', async () => {
    const body = gzipSync(Buffer.alloc(4_000_000, 'a'));
    const server = await TestServer.start((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': String(body.length) });
      response.end(body);
    });
    const { client, policy } = setup();
    const controller = new AbortController();

    const promise = client(server.url, { signal: controller.signal });
    promise.on('downloadProgress', ({ transferred }) => {
      if (transferred > 0) giveUp(promise, controller);
    });
    const error = await failureOf(promise);

    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { counts: { calls: 0 } } });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

test('cancel() of a call that has ended changes nothing', async () => {
  const server = await TestServer.start(200);
  const { client } = setup();

  const promise = client(server.url);
  const response = await promise;
  promise.cancel();

  expect(promise.isCanceled).toBe(false);
  expect(reportOf(response)).toMatchObject({ attempts: 1, stopReason: 'success' });
});

describe('with an afterResponse hook of the user’s', () => {
  test('a call ends with the last hook, and its answer has the report', async () => {
    const server = await TestServer.start(503, { body: 'fine' });
    const { client, policy } = setup();
    const calls: unknown[] = [];
    policy.on('call', ({ stopReason, attempts }) => calls.push({ stopReason, attempts }));
    const own = client.extend({ hooks: { afterResponse: [async (response) => response] } });

    const response = await own(server.url);

    expect(calls).toEqual([{ stopReason: 'success', attempts: 2 }]);
    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
  });

  test('an answer with which the hook replaces got’s has the report', async () => {
    const server = await TestServer.start({ body: 'fine' });
    const { client } = setup();
    const replace = (response: Response): Response =>
      Object.assign(Object.create(response), { body: 'mine' }) as Response;

    const response = await client.extend({ hooks: { afterResponse: [replace] } })(server.url);

    expect(response.body).toBe('mine');
    expect(reportOf(response)).toMatchObject({ attempts: 1, stopReason: 'success' });
  });

  test('a hook that throws fails the call with its error, and the server counts as alive', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    const own = client.extend({
      hooks: {
        afterResponse: [
          () => {
            throw new Error('not what I wanted');
          },
        ],
      },
    });

    const error = await failureOf(own(server.url));

    expect(error.message).toBe('not what I wanted');
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'permanent' });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 0 } });
  });

  test('a hook that asks for another request gets it, again and again, in one call', async () => {
    const server = await TestServer.start(401, 401, 200);
    const { client, policy } = setup();
    let tokens = 0;
    const own = client.extend({
      hooks: {
        afterResponse: [
          (response, retryWithMergedOptions) => {
            if (response.statusCode !== 401) return response;
            tokens += 1;
            return retryWithMergedOptions({ headers: { authorization: `token ${tokens}` }, preserveHooks: true });
          },
        ],
      },
    });

    const response = await own(server.url);

    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'token 1', 'token 2']);
    expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'success' });
    expect(policy.snapshot().totals).toMatchObject({ calls: 1 });
    expect(callsUnderWay(policy)).toBe(0);
  });
});

test('the user’s own beforeRequest hooks are restored in the options of the next page', async () => {
  const server = await TestServer.start({ body: '[1]' }, { body: '[2]' }, { body: '[]' });
  const { client, policy } = setup({ timeouts: { attemptMs: 1_000, totalMs: 2_000 } });
  const sign = async (): Promise<void> => {};
  const seen: number[] = [];
  const pages = client.extend({ hooks: { beforeRequest: [sign] } }).paginate<number>(server.url, {
    pagination: {
      transform: ({ body }) => JSON.parse(body as string) as number[],
      paginate: ({ response, currentItems }) => {
        const { options } = response.request;
        seen.push(options.hooks.beforeRequest.length);
        return currentItems.length === 0 ? false : options;
      },
    },
  });

  const items: number[] = [];
  for await (const item of pages) items.push(item);

  expect(items).toEqual([1, 2]);
  expect(new Set(seen)).toEqual(new Set([3]));
  expect(callsUnderWay(policy)).toBe(0);
});
