import { type PolicyOptions, reportOf } from '@breakwater/core';
import { describe, expect, test } from '@jest/globals';
import { drive, errorOf, macrotask } from './drive.js';
import { type Scene, scene } from './set-up.js';

const opensAtOnce: PolicyOptions = { retry: false, breaker: { consecutiveFailures: 1, successesToClose: 1 } };

/** A scene whose circuit has opened and may be probed. */
async function halfOpen(): Promise<Scene> {
  const all = await scene({}, opensAtOnce, { status: 500 }, { status: 200, body: 'ok' });
  await errorOf(all.api.get('/'));
  await all.clock.advance(all.policy.snapshot().keys[all.url]?.breaker?.openRemainingMs ?? 0);
  return all;
}

/** A `beforeAttempt` that waits until it is told to go on. */
function held() {
  let goOn = (): void => {};
  let started = (): void => {};
  const isStarted = new Promise<void>((resolve) => {
    started = resolve;
  });
  const beforeAttempt = () =>
    new Promise<void>((resolve) => {
      goOn = resolve;
      started();
    });
  return { beforeAttempt, isStarted, goOn: () => goOn() };
}

describe('while beforeAttempt runs', () => {
  test('another call may take the probe of a half-open circuit', async () => {
    const { api, clock, policy, requests, url } = await halfOpen();
    const { beforeAttempt, isStarted, goOn } = held();
    const prepared = api.get('/prepared', { resilience: { beforeAttempt } });
    await isStarted;

    const other = await drive(clock, api.get('/other'));
    goOn();

    expect([other.status, (await drive(clock, prepared)).status]).toEqual([200, 200]);
    expect(policy.breaker(url).state).toBe('closed');
    expect(requests.map((request) => request.url)).toEqual(['/', '/other', '/prepared']);
  });

  test('another call may take the only slot', async () => {
    const limit = { kind: 'fixed', concurrency: 1, queue: 0, maxQueueMs: 0 } as const;
    const { api, clock, policy } = await scene({}, { limit, retry: false }, { status: 200 });
    const { beforeAttempt, isStarted, goOn } = held();
    const prepared = api.get('/prepared', { resilience: { beforeAttempt } });
    await isStarted;

    const other = await drive(clock, api.get('/other'));
    goOn();

    expect([other.status, (await drive(clock, prepared)).status]).toEqual([200, 200]);
    expect(policy.snapshot().totals).toMatchObject({ calls: 2, attempts: 2, rejected: 0 });
  });

  test('a circuit that opens refuses the attempt, and nothing is sent', async () => {
    const { api, policy, requests, url } = await scene({}, {}, { status: 200 });
    const { beforeAttempt, isStarted, goOn } = held();
    const call = errorOf(api.get('/', { resilience: { beforeAttempt } }));
    await isStarted;

    policy.breaker(url).open();
    goOn();

    expect(await call).toMatchObject({ isAxiosError: true, code: 'ERR_CIRCUIT_OPEN' });
    expect(requests).toHaveLength(0);
    expect(policy.snapshot().keys[url]).toMatchObject({ inFlight: 0 });
  });
});

test('an open circuit refuses a request before beforeAttempt runs', async () => {
  const { api, policy, url } = await scene({}, {}, { status: 200 });
  let runs = 0;
  const beforeAttempt = (): void => {
    runs += 1;
  };
  policy.breaker(url).open();

  expect((await errorOf(api.get('/', { resilience: { beforeAttempt } }))).code).toBe('ERR_CIRCUIT_OPEN');
  expect(runs).toBe(0);
  expect(policy.snapshot().totals).toMatchObject({ attempts: 0, rejected: 1 });
});

test('many requests that fetch a token through the same policy all end, and close a half-open circuit', async () => {
  const { api, clock, policy, url } = await halfOpen();
  const beforeAttempt = async () => ({ authorization: (await api.get('/token')).data });
  const send = () => api.get('/', { resilience: { beforeAttempt } });

  const endings = await drive(clock, Promise.allSettled([send(), send(), send()]));

  expect(endings.map(({ status }) => status)).toContain('fulfilled');
  expect(policy.breaker(url).state).toBe('closed');
  expect((await drive(clock, send())).status).toBe(200);
  expect(policy.snapshot().keys[url]).toMatchObject({ inFlight: 0 });
});

test('attemptMs ends a beforeAttempt that hangs; the next attempt may succeed, and the late result is ignored', async () => {
  const { api, clock, requests } = await scene({}, { timeouts: { attemptMs: 300 } }, { status: 200 });
  const first = held();
  const second = held();
  const beforeAttempt = async (config: { headers: Record<string, unknown> }, attempt: number) => {
    await (attempt === 1 ? first : second).beforeAttempt();
    config.headers['x-attempt'] = String(attempt);
  };
  const call = api.get('/', { resilience: { beforeAttempt } });
  await first.isStarted;
  await clock.advance(300);
  await macrotask();
  await clock.advance(0);
  await second.isStarted;
  second.goOn();
  first.goOn();

  const response = await call;
  expect(requests.map(({ headers }) => headers['x-attempt'])).toEqual(['2']);
  expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
  expect(clock.pending).toBe(0);
});

test('totalMs ends a beforeAttempt that hangs, with the answer of an earlier attempt', async () => {
  const { api, clock, policy, url } = await scene({}, { timeouts: { totalMs: 300 } }, { status: 503, body: 'busy' });
  const again = held();
  const beforeAttempt = (_: unknown, attempt: number) => (attempt === 1 ? undefined : again.beforeAttempt());
  const call = errorOf(api.get('/', { responseType: 'stream', resilience: { beforeAttempt } }));
  const answered = new Promise<void>((resolve) => {
    policy.on('retry', () => resolve());
  });
  await answered;
  await macrotask();
  await clock.advance(0);
  await again.isStarted;

  await clock.advance(300);

  const error = await call;
  expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'deadline' });
  const chunks: unknown[] = [];
  for await (const chunk of (error.response as { data: AsyncIterable<unknown> }).data) chunks.push(chunk);
  expect(String(chunks[0])).toBe('busy');
  expect(policy.snapshot().keys[url]).toMatchObject({ inFlight: 0 });
  expect(clock.pending).toBe(0);
});

test.each([undefined, null, 0, ''])(
  'a beforeAttempt that throws %p ends the call with that, not with a cancel',
  async (thrown) => {
    const { api, policy, requests } = await scene({}, {}, { status: 200 });
    const beforeAttempt = (): Promise<void> => Promise.reject(thrown);
    const ending: unknown = await api.get('/', { resilience: { beforeAttempt } }).catch((error: unknown) => error);
    if (thrown === undefined)
      expect(ending).toMatchObject({ name: 'TypeError', message: 'beforeAttempt threw undefined' });
    else expect(ending).toBe(thrown);
    expect(requests).toHaveLength(0);
    expect(policy.snapshot().totals).toMatchObject({ calls: 1, attempts: 0 });
  },
);
