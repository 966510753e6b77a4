import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createPolicy, memoryStore } from '@breakwater/core';
import { describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { attachResilience, reportOf } from '../../src/index.js';
import { drive, errorOf, macrotask, steadyPolicy, told } from '../drive.js';
import { serve } from '../set-up.js';
import { dropIns } from './drop-ins.js';
import { steady } from './steady.js';

describe.each(dropIns)('resilience, on %s', (_name, dropIn) => {
  test('is off by default: no breaker, budget, cool-down or limit', async () => {
    const { url, requests } = await serve({ status: 503, headers: { 'retry-after': '0' } });
    const api = dropIn.client({}, { retries: 1 });

    for (let call = 0; call < 30; call += 1) await errorOf(api.get(url));

    expect(requests).toHaveLength(60);
  });

  test('opens the circuit of a server that fails, and ends the retries with the last real answer', async () => {
    const { url, requests } = await serve({ status: 503 });
    const { clock, resilience } = steady({ breaker: { consecutiveFailures: 3, openMs: 1_000, maxOpenMs: 1_000 } });
    const api = dropIn.client({}, { retries: 10, resilience });

    const error = await drive(clock, errorOf(api.get(url)));
    const next = await errorOf(api.get(url));

    expect(error).toMatchObject({ response: { status: 503 } });
    expect(reportOf(error)).toMatchObject({ attempts: 3, stopReason: 'circuit-open' });
    expect(next).toMatchObject({ isAxiosError: true, code: 'ERR_CIRCUIT_OPEN', config: { url } });
    expect(reportOf(next)).toMatchObject({ attempts: 0, stopReason: 'circuit-open' });
    expect(requests).toHaveLength(3);
  });

  test('never retries a refusal', async () => {
    const { url } = await serve({ status: 503 });
    const { clock, resilience } = steady({ breaker: { consecutiveFailures: 1 } });
    const wants = jest.fn(() => true);
    const api = dropIn.client({}, { wants, resilience });
    await drive(clock, errorOf(api.get(url)));
    wants.mockClear();

    await errorOf(api.get(url));

    expect(wants).not.toHaveBeenCalled();
  });

  test('closes the circuit when the server is back', async () => {
    const { url } = await serve({ status: 503 }, { status: 503 }, { status: 200 });
    const { clock, resilience } = steady({
      breaker: { consecutiveFailures: 2, openMs: 1_000, successesToClose: 1 },
    });
    const api = dropIn.client({}, { retries: 1, resilience });
    await drive(clock, errorOf(api.get(url)));
    await clock.advance(1_200);

    expect((await drive(clock, api.get(url))).status).toBe(200);
    expect((await drive(clock, api.get(url))).status).toBe(200);
  });

  test('releases a probe whose request is cancelled', async () => {
    const { url, requests } = await serve({ status: 503 }, 'silence', { status: 200 });
    const { clock, resilience } = steady({ breaker: { consecutiveFailures: 1, openMs: 1_000, probes: 1 } });
    const api = dropIn.client({}, { retries: 0, resilience });
    await drive(clock, errorOf(api.get(url)));
    await clock.advance(1_200);
    const controller = new AbortController();

    const probe = errorOf(api.get(url, { signal: controller.signal }));
    while (requests.length < 2) await macrotask();
    expect(await errorOf(api.get(url))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    controller.abort();
    await probe;

    expect((await api.get(url)).status).toBe(200);
  });

  test('stops retries when the budget is spent', async () => {
    const { url, requests } = await serve({ status: 503 });
    const { clock, resilience } = steady({ budget: { ratio: 0, minRetriesPerSecond: 0.5, windowMs: 10_000 } });
    const onRetry = jest.fn<() => void>();
    const api = dropIn.client({}, { retries: 4, onRetry, resilience });

    await drive(clock, errorOf(api.get(url)));
    const error = await drive(clock, errorOf(api.get(url)));

    expect(requests).toHaveLength(2 + 5);
    expect(onRetry).toHaveBeenCalledTimes(5);
    expect(error).toMatchObject({ response: { status: 503 } });
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'budget' });
    expect(reportOf(error.response)).toBe(reportOf(error));
  });

  test('holds all requests while the server has asked to be left alone', async () => {
    const busy = { status: 429, headers: { 'retry-after': '60' } };
    const { url, requests } = await serve(busy, busy, { status: 200 });
    const { clock, resilience } = steady({ coolDown: {} });
    const api = dropIn.client({}, { retries: 0, resilience });
    await errorOf(api.get(url));
    await clock.advance(2_000);
    await errorOf(api.get(url));

    const waiting = api.get(url);
    await macrotask();
    await clock.advance(59_000);
    expect(requests).toHaveLength(2);

    expect((await drive(clock, waiting)).status).toBe(200);
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
  });

  test('refuses requests over a limit', async () => {
    const { url, origin } = await serve((response) => setImmediate(() => response.end())).then((origin) => ({
      url: origin.url,
      origin,
    }));
    const { resilience } = steady({ limit: { kind: 'fixed', concurrency: 1, queue: 0 } });
    const api = dropIn.client({}, { resilience });

    const first = api.get(url);
    const second = await errorOf(api.get(url));

    expect(second).toMatchObject({ code: 'ERR_LIMITED' });
    await first;
    expect(origin.requests).toHaveLength(1);
  });

  test('has a deadline for the call, and ends it with the last real answer', async () => {
    const { url, requests } = await serve({ status: 503 }, 'silence');
    const { clock, resilience } = steady({ timeouts: { totalMs: 1_000 } });
    const api = dropIn.client({}, { resilience });

    const ended = errorOf(api.get(url));
    while (requests.length < 2) {
      await macrotask();
      await clock.advance(0);
    }
    await clock.advance(1_000);
    const error = await ended;

    expect(error).toMatchObject({ response: { status: 503 } });
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'deadline' });
  });

  test('retries nothing that would come after the deadline', async () => {
    const { url, requests } = await serve({ status: 503 });
    const { clock, resilience } = steady({ timeouts: { totalMs: 1_000 } });
    const api = dropIn.client({}, { delayMs: 2_000, resilience });

    const error = await drive(clock, errorOf(api.get(url)), 'waits of no time');

    expect(requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline' });
    expect(clock.pending).toBe(0);
  });

  test('aborts an attempt that takes too long, and retries it', async () => {
    const { url, requests } = await serve('silence', { status: 200 });
    const { clock, resilience } = steady({ timeouts: { attemptMs: 1_000 } });
    const api = dropIn.client({}, { resilience });

    const response = api.get(url);
    while (requests.length < 1) await macrotask();
    await clock.advance(1_000);

    expect((await drive(clock, response, 'waits of no time')).status).toBe(200);
    expect(clock.pending).toBe(0);
  });

  test('waits by the clock of the policy', async () => {
    const { url } = await serve({ status: 503 }, { status: 200 });
    const { clock, resilience } = steady();
    const api = dropIn.client({}, { delayMs: 7_000, resilience });

    const response = await drive(clock, api.get(url));

    expect(clock.now()).toBe(7_000);
    expect(reportOf(response)).toMatchObject({
      attempts: 2,
      delaysMs: [7_000],
      waitedMs: 7_000,
      stopReason: 'success',
    });
  });

  test('may be a policy that other clients share', async () => {
    const { url, requests } = await serve({ status: 503 });
    const { policy, clock } = steadyPolicy({ breaker: { consecutiveFailures: 2 }, retry: { maxRetries: 9 } });
    const api = dropIn.client({}, { retries: 1, resilience: policy });
    const other = axios.create();
    attachResilience(other, policy);

    await drive(clock, errorOf(api.get(url)));

    expect(await errorOf(other.get(url))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    await expect(policy.execute(() => 1, { key: url })).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    expect(requests).toHaveLength(2);
  });

  test('may be a policy whose maxElapsedMs ends the retries', async () => {
    const { url, requests } = await serve({ status: 503 });
    const { policy, clock } = steadyPolicy({ retry: { maxElapsedMs: 10_000 }, breaker: false });
    const api = dropIn.client({}, { retries: 5, delayMs: 6_000, resilience: policy });

    const error = await drive(clock, errorOf(api.get(url)));

    expect(requests).toHaveLength(2);
    expect(reportOf(error)).toMatchObject({ stopReason: 'elapsed', waitedMs: 6_000 });
  });

  test('may share a store with other policies', async () => {
    const { url } = await serve({ status: 503 });
    const store = memoryStore();
    const { clock, resilience } = steady({ name: 'fleet', store, breaker: { consecutiveFailures: 2 } });
    const apis = [dropIn.client({}, { retries: 1, resilience }), dropIn.client({}, { retries: 1, resilience })];

    await drive(clock, errorOf((apis[0] as typeof axios).get(url)));

    expect(await errorOf((apis[1] as typeof axios).get(url))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
  });

  test.each(['observe', 'off'] as const)('in mode %s changes nothing', async (mode) => {
    const { url, requests } = await serve({ status: 503, headers: { 'retry-after': '0' } });
    const policy = createPolicy({
      mode,
      breaker: { consecutiveFailures: 1 },
      budget: { ratio: 0, minRetriesPerSecond: 0 },
    });
    const api = dropIn.client({}, { retries: 2, resilience: policy });

    expect(await errorOf(api.get(url))).toMatchObject({ response: { status: 503 } });
    expect(await errorOf(api.get(url))).toMatchObject({ response: { status: 503 } });
    expect(requests).toHaveLength(6);
    if (mode === 'observe') expect(policy.snapshot().totals.wouldReject).toBeGreaterThan(0);
  });

  test('waits between attempts in mode off too', async () => {
    const { url } = await serve({ status: 503 }, { status: 200 });
    const { clock, resilience } = steady({ mode: 'off' });
    const api = dropIn.client({}, { delayMs: 5_000, resilience });

    await drive(clock, api.get(url));

    expect(clock.now()).toBe(5_000);
  });

  test.each(['a signal', 'a token'])('ends a call that is cancelled by %s at once', async (way) => {
    const { url, requests } = await serve('silence');
    const { policy } = steadyPolicy();
    const controller = new AbortController();
    const source = axios.CancelToken.source();
    const ends: unknown[] = [];
    policy.on('call', ({ attempts, outcome }) => ends.push([attempts, outcome]));
    const cancel = way === 'a signal' ? { signal: controller.signal } : { cancelToken: source.token };

    const failure = errorOf(dropIn.client({}, { resilience: policy }).get(url, cancel));
    while (requests.length === 0) await macrotask();
    controller.abort();
    source.cancel();

    expect(reportOf(await failure)).toMatchObject({ stopReason: 'cancelled' });
    expect(ends).toEqual([[1, 'cancelled']]);
  });

  test('emits each attempt, retry and call', async () => {
    const { url } = await serve({ status: 429 }, { status: 500 }, { status: 500 });
    const { policy, clock } = steadyPolicy({ breaker: false, coolDown: false, budget: false, limit: false });
    const events: unknown[] = [];
    policy.on('attempt', ({ attempt, status }) => events.push(['attempt', attempt, status]));
    policy.on('retry', ({ retry, reason, delayMs }) => events.push(['retry', retry, reason, delayMs]));
    policy.on('giveUp', ({ stopReason }) => events.push(['giveUp', stopReason]));
    policy.on('call', ({ attempts, outcome }) => events.push(['call', attempts, outcome]));

    await drive(clock, errorOf(dropIn.client({}, { retries: 2, delayMs: 5, resilience: policy }).get(url)));

    expect(events).toEqual([
      ['attempt', 1, 429],
      ['retry', 1, 'throttled', 5],
      ['attempt', 2, 500],
      ['retry', 2, 'transient', 5],
      ['attempt', 3, 500],
      ['giveUp', 'exhausted'],
      ['call', 3, 'failure'],
    ]);
    expect(policy.snapshot().totals).toMatchObject({ calls: 1, attempts: 3, retries: 2 });
  });

  test.each<[string, string, number, string]>([
    ['what it may not', 'post', 503, 'permanent'],
    ['what it does not want', 'get', 404, 'permanent'],
    ['what has no retries left', 'get', 503, 'exhausted'],
  ])('reports why a call ended: %s', async (_, method, status, stopReason) => {
    const { url } = await serve({ status });

    const error = await errorOf(dropIn.client({}, { retries: 1 }).request({ url, method }));

    expect(reportOf(error)).toMatchObject({ stopReason });
  });

  test('reports a body that cannot be sent again, and a cancel', async () => {
    const { url } = await serve({ status: 503 });
    const api = dropIn.client({ maxRedirects: 0 }, { delayMs: 600_000 });
    async function* chunks() {
      yield 'a';
    }
    const { Readable } = await import('node:stream');

    const spent = await errorOf(api.put(url, Readable.from(chunks())));
    const cancelled = await errorOf(api.get(url, { signal: AbortSignal.abort() }));

    expect(reportOf(spent)).toMatchObject({ stopReason: 'one-shot-body' });
    expect(cancelled).toMatchObject({ code: 'ERR_CANCELED' });
  });

  test('retries a request that a policy attached later has given up', async () => {
    const { url, requests } = await serve({ status: 503 }, { status: 503 }, { status: 503 }, { status: 200 });
    const { policy, clock } = steadyPolicy({ retry: { maxRetries: 1 } });
    const api = axios.create();
    dropIn.install(api, { retries: 1 });
    attachResilience(api, policy);

    expect((await drive(clock, api.get(url))).status).toBe(200);
    expect(requests).toHaveLength(4);
  });

  test('ends a call whose failure an earlier interceptor has replaced', async () => {
    const { policy } = steadyPolicy();
    // Without sockets: those that are kept alive keep the request that they carried.
    const adapter = async (config: InternalAxiosRequestConfig) => {
      throw new AxiosError('reset', 'ECONNRESET', config);
    };
    const api = axios.create({ adapter });
    api.interceptors.response.use(null, () => Promise.reject(new Error('of my own')));
    dropIn.install(api, { resilience: policy });
    const over = told(policy, 'call');
    let isOver = false;
    void over.then(() => {
      isOver = true;
    });
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');

    expect(await errorOf(api.get('/'))).toMatchObject({ message: 'of my own' });
    while (!isOver) {
      collectGarbage();
      await macrotask();
    }

    expect(policy.snapshot().totals).toMatchObject({ calls: 1, attempts: 1 });
    // On a busy machine a few whole collections of a large heap take that long.
  }, 30_000);
});
