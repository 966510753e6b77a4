import { type Policy, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Got } from 'got';
import type { BeforeAttempt } from '../src/index.js';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup } from './setup.js';

afterEach(stopServers);

async function pair(options = {}) {
  const [primary, secondary] = [await TestServer.start(503), await TestServer.start(200)];
  return { ...setup(options), primary, secondary };
}

const counts = (policy: Policy, key: string) => policy.snapshot().keys[key]?.breaker?.counts;

describe.each<[string, (client: Got, url: string) => Got]>([
  [
    'beforeAttempt',
    (client, url) => {
      const beforeAttempt: BeforeAttempt = (options, attempt) => {
        if (attempt > 1) options.url = new URL(`${url}/a`);
      };
      return client.extend({ context: { resilience: { beforeAttempt } } });
    },
  ],
  [
    'beforeRetry',
    (client, url) =>
      client.extend({
        hooks: {
          beforeRetry: [
            ({ options }) => {
              options.url = new URL(`${url}/a`);
            },
          ],
        },
      }),
  ],
  [
    'beforeRequest',
    (client, url) => {
      let requests = 0;
      const hook = (options: { url?: unknown }): void => {
        requests += 1;
        if (requests > 1) options.url = new URL(`${url}/a`);
      };
      return client.extend({ hooks: { beforeRequest: [hook] } });
    },
  ],
])('%s sends the retry elsewhere', (_, failover) => {
  test('each attempt counts for the server that it was sent to', async () => {
    const { client, policy, primary, secondary } = await pair();
    const response = await failover(client, secondary.url).get(`${primary.url}/a`);
    expect([primary.hits, secondary.hits]).toEqual([1, 1]);
    expect(counts(policy, primary.url)).toMatchObject({ calls: 1, failures: 1 });
    expect(counts(policy, secondary.url)).toMatchObject({ calls: 1, failures: 0 });
    expect(reportOf(response)).toMatchObject({ attempts: 2, key: secondary.url });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test("the second server's open circuit refuses the retry, and the first server's answer is the result", async () => {
    const { client, policy, primary, secondary } = await pair();
    policy.breaker(secondary.url).open();
    const error = await failureOf(failover(client, secondary.url).get(`${primary.url}/a`));
    expect(error.response?.statusCode).toBe(503);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'circuit-open' });
    expect(secondary.hits).toBe(0);
  });

  test('a key that the user has named holds for all attempts', async () => {
    const { client, policy, primary, secondary } = await pair();
    const api = failover(client, secondary.url);
    const { resilience } = api.defaults.options.context as { resilience?: object };
    await api.get(`${primary.url}/a`, { context: { resilience: { ...resilience, key: 'mine' } } });
    expect(Object.keys(policy.snapshot().keys)).toEqual(['mine']);
  });
});

test('a prefixUrl that beforeAttempt changes is followed', async () => {
  const { client, policy, primary, secondary } = await pair();
  const beforeAttempt: BeforeAttempt = (options) => {
    (options as { prefixUrl?: string }).prefixUrl = secondary.url;
  };
  const api = client.extend({ prefixUrl: primary.url, context: { resilience: { beforeAttempt } } });
  expect(reportOf(await api.get('a'))).toMatchObject({ key: secondary.url });
  expect(secondary.requests).toMatchObject([{ path: '/a' }]);
  expect(policy.snapshot().keys[primary.url]).toMatchObject({ calls: 0, attempts: 0 });
});

test('a failover continues while the circuit of the first server is open', async () => {
  const breaker = { ...openAfterOne, consecutiveFailures: 2 };
  const { client, policy, primary, secondary } = await pair({ breaker });
  const beforeAttempt: BeforeAttempt = (options, attempt) => {
    if (attempt > 1 || policy.breaker(primary.url).state === 'open') options.url = new URL(secondary.url);
  };
  const reports = [];
  for (let call = 0; call < 4; call += 1) {
    reports.push(reportOf(await client.get(primary.url, { context: { resilience: { beforeAttempt } } })));
  }
  expect(reports.map((report) => [report?.key, report?.attempts])).toEqual([2, 2, 1, 1].map((n) => [secondary.url, n]));
  expect(primary.hits).toBe(2);
});

test('a retry after a redirect counts for the place that the redirect led to', async () => {
  const target = await TestServer.start(503, 200);
  const entrance = await TestServer.start({ status: 302, headers: { location: `${target.url}/b` } });
  const { client, policy } = setup();
  const response = await client.get(entrance.url);
  expect([entrance.hits, target.hits]).toEqual([1, 2]);
  expect(reportOf(response)).toMatchObject({ attempts: 2, key: target.url });
  expect(counts(policy, entrance.url)).toMatchObject({ calls: 1, failures: 1 });
});

describe('a request that beforeAttempt sends elsewhere', () => {
  const sentTo = (url: string, from = 1): { context: { resilience: { beforeAttempt: BeforeAttempt } } } => ({
    context: {
      resilience: {
        beforeAttempt: (options, attempt) => {
          if (attempt >= from) options.url = new URL(url);
        },
      },
    },
  });

  test('starts and obeys the cool-down of the server that it is sent to, and of no other', async () => {
    const { client, clock, policy, primary, secondary } = await pair();
    primary.play(200);
    secondary.play({ status: 429, headers: { 'retry-after': '100' } });
    for (let call = 0; call < 2; call += 1) {
      await failureOf(client(primary.url, sentTo(secondary.url)));
      await clock.advance(2_000);
    }

    const error = await failureOf(client(primary.url, sentTo(secondary.url)));

    expect(error).toMatchObject({ code: 'ERR_COOL_DOWN', key: secondary.url });
    expect(secondary.hits).toBe(2);
    const { keys } = policy.snapshot();
    expect(keys[secondary.url]?.coolDown?.remainingMs).toBeGreaterThan(0);
    expect(keys[primary.url]?.coolDown?.remainingMs).toBe(0);
    expect((await client(primary.url)).statusCode).toBe(200);
  });

  test('takes each retry from the budget of the server whose answer it follows', async () => {
    const budget = { ratio: 0, minRetriesPerSecond: 1, windowMs: 5_000 };
    const { client, policy, primary, secondary } = await pair({ budget, breaker: false, retry: { maxRetries: 3 } });
    primary.play(503);
    secondary.play(503);

    await failureOf(client(primary.url, sentTo(secondary.url, 2)));

    const { keys } = policy.snapshot();
    expect([primary.hits, secondary.hits]).toEqual([1, 3]);
    expect([primary, secondary].map(({ url }) => keys[url]?.budget?.available)).toEqual([4, 3]);
  });
});
