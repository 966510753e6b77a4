import { describe, expect, it } from '@jest/globals';
import { isLimited } from '../src/outcome/errors.js';
import { valueOutcome } from '../src/outcome/outcome.js';
import type { Admission } from '../src/session/session.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { adaptive, admitted, busyFor, limitOf, one, oneAndQueue, wake } from './limit-fixture.js';
import { bench, outcome, watch } from './policy-fixture.js';

describe('a fixed limit', () => {
  it('refuses an attempt at once that finds neither a slot nor room to wait, with an event', async () => {
    const made = bench({ limit: { ...oneAndQueue, queue: 1 } });
    const { clock, policy, told } = made;
    const server = busyFor(made, 50);
    const calls = [1, 2, 3].map(() => watch(policy.execute(server)));
    await clock.settle();
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending', 'error']);
    expect(limitOf(made)).toEqual({ inFlight: 1, waiting: 1, cap: 1 });
    const error = calls[2]?.value;
    expect(error).toMatchObject({
      name: 'LimitedError',
      code: 'ERR_LIMITED',
      key: 'default',
      retryAfterMs: 200,
      message: 'too many attempts in flight for "default"',
    });
    expect(isLimited(error)).toBe(true);
    expect(reportOf(error)).toMatchObject({ attempts: 0, stopReason: 'limited', waitedMs: 0 });
    expect(told('reject')).toEqual([{ reason: 'limited', retryAfterMs: 200 }]);
    await clock.runAll();
    expect(calls.map(({ value }) => value)).toEqual(['fine', 'fine', error]);
    expect(server.calls.map(({ atMs }) => atMs)).toEqual([0, 50]);
    expect(told('call').map(({ stopReason }) => stopReason)).toEqual(['limited', 'success', 'success']);
    expect(policy.snapshot().totals).toMatchObject({ calls: 3, attempts: 2, rejected: 1 });
  });

  it('lets the first ones wait, for maxQueueMs at most, and counts it as waited', async () => {
    const made = bench({ limit: oneAndQueue });
    const { clock, policy } = made;
    const slow = watch(policy.execute(busyFor(made, 150)));
    const waiting = watch(policy.execute(busyFor(made, 1)));
    await clock.advance(50);
    const later = watch(policy.execute(busyFor(made, 1)));
    await clock.advance(50);
    expect([waiting.state, isLimited(waiting.value), later.state]).toEqual(['error', true, 'pending']);
    expect(reportOf(waiting.value)).toMatchObject({ stopReason: 'limited', waitedMs: 100, elapsedMs: 100 });
    await clock.runAll();
    expect([slow.value, later.value]).toEqual(['fine', 'fine']);
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
  });

  it('is per key', async () => {
    const made = bench({ limit: one });
    const server = busyFor(made, 10);
    const calls = ['a', 'b', 'a'].map((key) => watch(made.policy.execute(server, { key })));
    await made.clock.runAll();
    expect(calls.map(({ state }) => state)).toEqual(['value', 'value', 'error']);
  });

  it('gets the slot back however an attempt ends', async () => {
    const made = bench({ limit: one, breaker: false, retry: false });
    const { clock, policy } = made;
    const controller = new AbortController();
    const hang = scripted([{ hang: true }]);
    const ways = [
      () => policy.execute(() => 'fine'),
      () => policy.execute(() => ({ status: 500, headers: {} })),
      () => policy.execute(scripted([{ error: 'ECONNRESET' }])),
      () => policy.execute(() => Promise.reject(new TypeError('mine'))),
      () => policy.execute(() => Promise.reject(undefined)),
      () => policy.execute(hang, { timeouts: { attemptMs: 10 } }),
      () => policy.execute(hang, { timeouts: { totalMs: 10 } }),
      () => policy.execute(hang, { signal: controller.signal }),
    ];
    for (const way of ways) {
      const call = watch(way());
      await clock.settle();
      controller.abort();
      await clock.runAll();
      expect(call.state).not.toBe('pending');
      expect(isLimited(call.value)).toBe(false);
      expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
    }
  });

  it('holds no slot between the attempts of a call', async () => {
    const made = bench({ limit: one });
    const { clock, policy } = made;
    const retrying = watch(policy.execute(scripted([{ status: 503 }, { value: 'second' }], { clock })));
    await clock.advance(50);
    expect(limitOf(made)?.inFlight).toBe(0);
    expect(await policy.execute(() => 'between')).toBe('between');
    await clock.runAll();
    expect(retrying.value).toBe('second');
  });

  it('is described', () => {
    const text = (limit: typeof one | typeof adaptive | false) => bench({ limit }).policy.describe().text;
    expect(text(one)).toContain('Limit: 1 in flight, 0 waiting for up to 1 s');
    expect(text(adaptive)).toContain('Limit: adaptive, never below 4 in flight');
    expect(text(false)).toContain('Limit: off');
  });
});

describe('an adaptive limit', () => {
  it('has no effect while the server is well', async () => {
    const made = bench({ limit: adaptive });
    const calls = Array.from({ length: 5_000 }, () => watch(made.policy.execute(busyFor(made, 10))));
    await made.clock.settle();
    expect(limitOf(made)).toEqual({ inFlight: 5_000, waiting: 0, cap: undefined });
    await made.clock.runAll(10_000);
    expect(new Set(calls.map(({ value }) => value))).toEqual(new Set(['fine']));
    expect(made.clock.now()).toBe(10);
    expect(made.policy.snapshot().totals).toMatchObject({ attempts: 5_000, rejected: 0, retries: 0 });
  });

  it('refuses new calls at once when it is awake and full, with a retryAfterMs', async () => {
    const made = bench({ limit: adaptive, breaker: false });
    const { clock, policy, told } = made;
    await wake(made);
    await outcome(clock, policy.execute(busyFor(made, 40)));
    const calls = [1, 2, 3, 4, 5].map(() => watch(policy.execute(busyFor(made, 40))));
    await clock.settle();
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending', 'pending', 'error']);
    expect(calls[4]?.value).toMatchObject({
      code: 'ERR_LIMITED',
      retryAfterMs: 40,
      message: 'too many attempts in flight for "default"',
    });
    expect(told('reject')).toEqual([{ reason: 'limited', retryAfterMs: 40 }]);
    await clock.runAll();
  });

  it('lets a retry wait for a slot', async () => {
    const made = bench({ limit: adaptive, breaker: false });
    const { clock, policy, told } = made;
    await wake(made);
    const retrying = watch(policy.execute(scripted([{ status: 500 }, { value: 'second' }], { clock })));
    await clock.advance(99);
    const others = [1, 2, 3, 4].map(() => watch(policy.execute(busyFor(made, 50))));
    await clock.advance(1);
    expect(limitOf(made)).toMatchObject({ inFlight: 4, waiting: 1 });
    await clock.runAll();
    expect([retrying, ...others].map(({ value }) => value)).toEqual(['second', 'fine', 'fine', 'fine', 'fine']);
    expect(told('reject')).toEqual([]);
    expect(limitOf(made)).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  it('ends a waiting retry with its last answer when maxElapsedMs is over', async () => {
    const made = bench({ limit: adaptive, breaker: false, retry: { maxElapsedMs: 500, backoff: steadily } });
    const { clock, policy } = made;
    await wake(made);
    const first = { status: 500, headers: {} };
    const retrying = watch(policy.execute(() => first));
    await clock.advance(99);
    const others = [1, 2, 3, 4].map(() => watch(policy.execute(busyFor(made, 5_000))));
    await clock.advance(401);
    expect(retrying.value).toBe(first);
    expect(reportOf(first)).toMatchObject({ attempts: 1, stopReason: 'limited', waitedMs: 500, elapsedMs: 500 });
    await clock.runAll();
    expect(others.map(({ value }) => value)).toEqual(['fine', 'fine', 'fine', 'fine']);
  });
});

const steadily = { kind: 'constant', baseMs: 100, throttledBaseMs: 100, jitter: 'none' } as const;

describe('a session', () => {
  it('is refused a permit, and keeps no slot', () => {
    const made = bench({ limit: one });
    const [first, second] = [made.policy.begin(), made.policy.begin()] as const;
    const permit = admitted(first.admit());
    expect(second.admit()).toMatchObject({ admitted: false, stopReason: 'limited', error: { code: 'ERR_LIMITED' } });
    second.end();
    expect(second.report()).toMatchObject({ stopReason: 'limited', attempts: 0 });
    expect(first.settle(permit, valueOutcome('fine'))).toEqual({ retry: false, stopReason: 'success' });
    expect(first.settle(permit, valueOutcome('fine'))).toEqual({ retry: false, stopReason: 'success' });
    first.abandon(permit, 'cancelled');
    first.end();
    first.end();
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
  });

  it('waits for its permit if it may', async () => {
    const made = bench({ limit: oneAndQueue });
    const [first, second] = [made.policy.begin(), made.policy.begin()] as const;
    const permit = admitted(first.admit());
    const admission = second.admit();
    expect(admission).toBeInstanceOf(Promise);
    first.abandon(permit, 'cancelled');
    first.end();
    second.settle(admitted(await admission), valueOutcome('fine'));
    second.end();
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
  });

  it('that ends with an attempt under way releases its slot', () => {
    const made = bench({ limit: one });
    const session = made.policy.begin();
    admitted(session.admit());
    session.end();
    expect(limitOf(made)?.inFlight).toBe(0);
  });

  it('that ends while it waits for a slot takes none', async () => {
    const made = bench({ limit: oneAndQueue });
    const [first, second] = [made.policy.begin(), made.policy.begin()] as const;
    const permit = admitted(first.admit());
    const admission = second.admit() as Promise<Admission>;
    second.end();
    first.settle(permit, valueOutcome('fine'));
    first.end();
    await admission;
    await made.clock.runAll();
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
  });
});

describe('observing', () => {
  it('refuses nothing, delays nothing, and reports what would have been refused', async () => {
    for (const limit of [one, oneAndQueue]) {
      const made = bench({ limit, mode: 'observe' });
      const calls = [1, 2, 3].map(() => watch(made.policy.execute(busyFor(made, 50))));
      await made.clock.runAll();
      expect(calls.map(({ value }) => value)).toEqual(['fine', 'fine', 'fine']);
      expect(made.clock.now()).toBe(50);
      expect(made.told('reject')).toEqual([]);
      expect(made.told('wouldReject')).toEqual([
        { reason: 'limited', retryAfterMs: limit.queue === 0 ? 1_000 : 100 },
        { reason: 'limited', retryAfterMs: limit.queue === 0 ? 1_000 : 100 },
      ]);
      expect(made.policy.snapshot().totals).toMatchObject({ attempts: 3, rejected: 0, wouldReject: 2 });
      expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
    }
  });
});
