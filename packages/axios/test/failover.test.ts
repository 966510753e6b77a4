import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosInstance } from 'axios';
import type { PolicyOptions } from '../src/index.js';
import { attachResilience, type BeforeAttempt, isCircuitOpen, type Policy, reportOf } from '../src/index.js';
import { drive, errorOf, steadyPolicy } from './drive.js';
import type { Origin, Reply } from './origin.js';
import { nowhere, serve } from './set-up.js';

const BAD: Reply = { status: 503 };
const GOOD: Reply = { status: 200 };

async function pair(first: readonly Reply[], second: readonly Reply[], options: PolicyOptions = {}) {
  const [primary, secondary] = [await serve(...first), await serve(...second)];
  const { policy, clock } = steadyPolicy(options);
  const api = axios.create({ baseURL: primary.url });
  attachResilience(api, policy);
  return { api, clock, policy, primary, secondary };
}

const counts = (policy: Policy, key: string) => policy.snapshot().keys[key]?.breaker?.counts;

describe.each<[string, (secondary: Origin) => BeforeAttempt]>([
  [
    'baseURL',
    ({ url }) =>
      (config, attempt) => {
        if (attempt > 1) config.baseURL = url;
      },
  ],
  [
    'url',
    ({ url }) =>
      async (config, attempt) => {
        if (attempt > 1) config.url = `${url}/a`;
      },
  ],
])('beforeAttempt sends the retry elsewhere by config.%s', (_, hook) => {
  test('each attempt counts for the server that it was sent to', async () => {
    const { api, clock, policy, primary, secondary } = await pair([BAD], [GOOD]);
    const response = await drive(clock, api.get('/a', { resilience: { beforeAttempt: hook(secondary) } }));

    expect([primary, secondary].map(({ requests }) => requests.map(({ url }) => url))).toEqual([['/a'], ['/a']]);
    expect(counts(policy, primary.url)).toMatchObject({ calls: 1, failures: 1 });
    expect(counts(policy, secondary.url)).toMatchObject({ calls: 1, failures: 0 });
    expect(reportOf(response)).toMatchObject({ attempts: 2, key: secondary.url });
    const { keys, totals } = policy.snapshot();
    expect(totals).toMatchObject({ calls: 1, attempts: 2, retries: 1 });
    expect([keys[primary.url]?.inFlight, keys[secondary.url]?.inFlight]).toEqual([0, 0]);
  });

  test("the second server's open circuit refuses the retry, and the first server's answer is the result", async () => {
    const { api, clock, policy, secondary } = await pair([BAD], [GOOD]);
    policy.breaker(secondary.url).open();
    const error = await errorOf(drive(clock, api.get('/a', { resilience: { beforeAttempt: hook(secondary) } })));
    expect(error).toMatchObject({ response: { status: 503 } });
    expect(reportOf(error)).toMatchObject({ attempts: 1, key: secondary.url, stopReason: 'circuit-open' });
    expect(secondary.requests).toHaveLength(0);
  });

  test('a key that the user has named holds for all attempts', async () => {
    const { api, clock, policy, secondary } = await pair([BAD], [GOOD]);
    await drive(clock, api.get('/a', { resilience: { key: 'mine', beforeAttempt: hook(secondary) } }));
    expect(Object.keys(policy.snapshot().keys)).toEqual(['mine']);
    expect(counts(policy, 'mine')).toMatchObject({ calls: 2, failures: 1 });
  });

  test("the policy's keyOf receives the URL of each attempt", async () => {
    const keyOf = ({ url }: { readonly url: string | undefined }) => `port ${new URL(url ?? '').port}`;
    const { api, clock, policy, primary, secondary } = await pair([BAD], [GOOD], { keyOf });
    await drive(clock, api.get('/a', { resilience: { beforeAttempt: hook(secondary) } }));
    const ports = [primary, secondary].map(({ url }) => `port ${new URL(url).port}`);
    expect(Object.keys(policy.snapshot().keys).sort()).toEqual(ports.sort());
  });

  test('the retry does not wait for a slot under the limit of the first server', async () => {
    const limit = { kind: 'fixed', concurrency: 1, queue: 0 } as const;
    const { api, clock, policy, primary, secondary } = await pair([BAD, 'silence'], [GOOD], { limit });
    const cancel = new AbortController();
    const isWaiting = new Promise<void>((resolve) => policy.on('retry', () => resolve()));
    const call = api.get('/a', { resilience: { beforeAttempt: hook(secondary) } });
    await isWaiting;
    const other = errorOf(api.get('/b', { signal: cancel.signal }));
    await primary.reached(2);
    await expect(drive(clock, call)).resolves.toMatchObject({ status: 200 });
    cancel.abort();
    await other;
  });
});

test('the first attempt may be sent elsewhere too', async () => {
  const { api, policy, primary, secondary } = await pair([BAD], [GOOD]);
  const response = await api.get('/', {
    resilience: {
      beforeAttempt: (config) => {
        config.baseURL = secondary.url;
      },
    },
  });
  expect(reportOf(response)).toMatchObject({ attempts: 1, key: secondary.url });
  const { keys } = policy.snapshot();
  expect(keys[primary.url]).toMatchObject({ calls: 0, attempts: 0 });
  expect(keys[secondary.url]).toMatchObject({ calls: 1, attempts: 1 });
});

test('a failover continues while the circuit of the first server is open', async () => {
  const { api, clock, policy, primary, secondary } = await pair([BAD], [GOOD], { breaker: { consecutiveFailures: 2 } });
  const beforeAttempt: BeforeAttempt = (config, attempt) => {
    if (attempt > 1 || policy.breaker(primary.url).state === 'open') config.baseURL = secondary.url;
  };
  const get = (client: AxiosInstance) => client.get('/', { resilience: { beforeAttempt } });
  const responses = [];
  for (let call = 0; call < 4; call += 1) responses.push(await drive(clock, get(api)));
  expect(responses.map((response) => reportOf(response)?.key)).toEqual(responses.map(() => secondary.url));
  expect(responses.map((response) => reportOf(response)?.attempts)).toEqual([2, 2, 1, 1]);
  expect(primary.requests).toHaveLength(2);
});

test('an attempt that cannot be connected counts for the place that was tried', async () => {
  const dead = await nowhere();
  const { api, clock, policy, primary } = await pair([GOOD], [GOOD], { retry: { maxRetries: 1 } });
  const error = await errorOf(
    drive(
      clock,
      api.post('/', 'a', {
        resilience: {
          beforeAttempt: (config) => {
            config.baseURL = dead;
          },
        },
      }),
    ),
  );
  expect(isCircuitOpen(error)).toBe(false);
  expect(reportOf(error)).toMatchObject({ attempts: 2, key: dead });
  expect(counts(policy, dead)).toMatchObject({ failures: 2 });
  expect(counts(policy, primary.url)).toMatchObject({ failures: 0 });
});

describe('a request that beforeAttempt sends elsewhere', () => {
  const sentTo = (url: string, from = 1): { resilience: { beforeAttempt: BeforeAttempt } } => ({
    resilience: {
      beforeAttempt: (config, attempt) => {
        if (attempt >= from) config.baseURL = url;
      },
    },
  });

  test('starts and obeys the cool-down of the server that it is sent to, and of no other', async () => {
    const later: Reply = { status: 429, headers: { 'retry-after': '100' } };
    const { api, clock, policy, primary, secondary } = await pair([GOOD], [later]);
    for (let call = 0; call < 2; call += 1) {
      await errorOf(api.get('/', sentTo(secondary.url)));
      await clock.advance(2_000);
    }

    const error = await errorOf(api.get('/', sentTo(secondary.url)));

    expect(error).toMatchObject({ code: 'ERR_COOL_DOWN', key: secondary.url });
    expect(secondary.requests).toHaveLength(2);
    const { keys } = policy.snapshot();
    expect(keys[secondary.url]?.coolDown?.remainingMs).toBeGreaterThan(0);
    expect(keys[primary.url]?.coolDown?.remainingMs).toBe(0);
    expect((await api.get('/')).status).toBe(200);
  });

  test('takes each retry from the budget of the server whose answer it follows', async () => {
    const budget = { ratio: 0, minRetriesPerSecond: 1, windowMs: 5_000 };
    const options = { budget, breaker: false, retry: { maxRetries: 3 } } as const;
    const { api, clock, policy, primary, secondary } = await pair([BAD], [BAD], options);

    await errorOf(drive(clock, api.get('/', sentTo(secondary.url, 2))));

    const { keys } = policy.snapshot();
    const left = [primary, secondary].map(({ url }) => keys[url]?.budget?.available);
    expect([primary.requests.length, secondary.requests.length]).toEqual([1, 3]);
    expect(left).toEqual([4, 3]);
  });
});
