import type { PolicyOptions } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup, until } from './setup.js';

afterEach(stopServers);

/** A `beforeAttempt` that waits until it is told to go on, and the request that has it. */
function held() {
  const waiting: (() => void)[] = [];
  const beforeAttempt = () => new Promise<void>((resolve) => waiting.push(resolve));
  return {
    asking: { context: { resilience: { beforeAttempt } } },
    isStarted: () => waiting.length > 0,
    goOn: () => waiting.shift()?.(),
  };
}

describe('while beforeAttempt runs', () => {
  test('another call may take the probe of a half-open circuit', async () => {
    const server = await TestServer.start(500, 200);
    const { client, clock, policy } = setup({ breaker: { ...openAfterOne, successesToClose: 1 }, retry: false });
    await failureOf(client(server.url));
    await clock.advance(1_000);
    const { asking, isStarted, goOn } = held();
    const prepared = client(`${server.url}/prepared`, asking);
    await until(isStarted);

    await client(`${server.url}/other`);
    goOn();
    await prepared;

    expect(policy.breaker(server.url).state).toBe('closed');
    expect(server.requests.map(({ path }) => path)).toEqual(['/', '/other', '/prepared']);
  });

  test('another call may take the only slot', async () => {
    const server = await TestServer.start(200);
    const limit: PolicyOptions['limit'] = { kind: 'fixed', concurrency: 1, queue: 0, maxQueueMs: 0 };
    const { client, policy } = setup({ limit, retry: false });
    const { asking, isStarted, goOn } = held();
    const prepared = client(`${server.url}/prepared`, asking);
    await until(isStarted);

    await client(`${server.url}/other`);
    goOn();
    await prepared;

    expect(policy.snapshot().totals).toMatchObject({ calls: 2, attempts: 2, rejected: 0 });
  });

  test('a circuit that opens refuses the attempt, and nothing is sent', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    const { asking, isStarted, goOn } = held();
    const failure = failureOf(client(server.url, asking));
    await until(isStarted);

    policy.breaker(server.url).open();
    goOn();

    expect((await failure).code).toBe('ERR_CIRCUIT_OPEN');
    expect(server.hits).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test("the caller's cancel ends the call, and nothing is sent", async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();
    const { asking, isStarted, goOn } = held();
    const caller = new AbortController();
    const failure = failureOf(client(server.url, { ...asking, signal: caller.signal }));
    await until(isStarted);

    caller.abort();
    goOn();

    expect((await failure).name).toBe('AbortError');
    expect(server.hits).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
    expect(policy.snapshot().totals.attempts).toBe(0);
  });
});

describe('a beforeRedirect hook that makes a request under the same key', () => {
  const redirect = { status: 302, headers: { location: '/there' } };

  test('needs no probe of its own', async () => {
    const server = await TestServer.start(500, redirect, 200, 200);
    const { client, clock, policy } = setup({ breaker: { ...openAfterOne, successesToClose: 1 }, retry: false });
    await failureOf(client(server.url));
    await clock.advance(1_000);
    const getToken = async () => {
      await client(`${server.url}/token`);
    };

    await client(`${server.url}/here`, { hooks: { beforeRedirect: [getToken] } });

    expect(server.requests.map(({ path }) => path)).toEqual(['/', '/here', '/token', '/there']);
    expect(policy.breaker(server.url).state).toBe('closed');
  });

  test('needs no place of its own, on each page of a pagination', async () => {
    const server = await TestServer.start(redirect, 200, { body: [1] }, redirect, 200, { body: [2] });
    const limit: PolicyOptions['limit'] = { kind: 'fixed', concurrency: 1, queue: 0, maxQueueMs: 0 };
    const { client, policy } = setup({ limit, retry: false });
    let tokens = 0;
    const getToken = async () => {
      tokens += 1;
      await client(`${server.url}/token`);
    };
    const pages = client.paginate<number>(`${server.url}/here`, {
      responseType: 'json',
      hooks: { beforeRedirect: [getToken] },
      pagination: {
        paginate: ({ currentItems }) => (currentItems[0] === 1 ? { url: new URL('/here', server.url) } : false),
      },
    });

    const items: number[] = [];
    for await (const item of pages) items.push(item);

    expect([items, tokens, callsUnderWay(policy)]).toEqual([[1, 2], 2, 0]);
  });
});

test('an open circuit refuses a request before beforeAttempt runs', async () => {
  const server = await TestServer.start(200);
  const { client, policy } = setup();
  const { asking, isStarted } = held();
  policy.breaker(server.url).open();

  expect((await failureOf(client(server.url, asking))).code).toBe('ERR_CIRCUIT_OPEN');
  expect(isStarted()).toBe(false);
});

test.each([undefined, null, 0, ''])(
  'a beforeAttempt that throws %p ends the call with an error of got',
  async (thrown) => {
    const server = await TestServer.start(200);
    const { client, policy } = setup({});
    const beforeAttempt = (): Promise<void> => Promise.reject(thrown);
    const error = await failureOf(client(server.url, { context: { resilience: { beforeAttempt } } }));
    const message = thrown === undefined || thrown === null ? { message: `beforeAttempt threw ${thrown}` } : {};
    expect(error).toMatchObject({ name: 'RequestError', ...message });
    expect(server.requests).toHaveLength(0);
    expect(policy.snapshot().totals).toMatchObject({ calls: 1, attempts: 0 });
  },
);
