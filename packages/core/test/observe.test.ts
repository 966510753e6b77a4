import { expect, it } from '@jest/globals';
import { memoryStore } from '../src/store/memory-store.js';
import type { BreakerStore } from '../src/store/store.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { bench, networkError, outcome, throttledBench, watch } from './policy-fixture.js';

const observe = { mode: 'observe' } as const;
const busy = { status: 429, headers: { 'retry-after': '60' } };

it('makes exactly one attempt and emits wouldRetry', async () => {
  const { clock, policy, told } = bench(observe);
  const error = networkError();
  const server = scripted([{ error }]);
  const call = watch(policy.execute(server));
  await clock.settle();
  expect(call.value).toBe(error);
  expect(server.calls).toHaveLength(1);
  expect(told('wouldRetry')).toEqual([{ retry: 1, delayMs: 100, reason: 'transient' }]);
  expect(told('retry')).toEqual([]);
  expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'disabled', delaysMs: [] });
});

it('emits no wouldRetry if no retry would have followed', async () => {
  const { clock, policy, told } = bench({ ...observe, budget: { ratio: 0, minRetriesPerSecond: 0 } });
  await outcome(clock, policy.execute(scripted([{ status: 404 }])));
  await outcome(clock, policy.execute(scripted([{ status: 503 }]), { method: 'POST' }));
  await outcome(clock, policy.execute(scripted([{ status: 503 }])));
  expect(told('wouldRetry')).toEqual([]);
});

it('rejects nothing, and reports what it would have rejected', async () => {
  const { clock, policy, told } = bench({ ...observe, breaker: { consecutiveFailures: 1 } });
  await outcome(clock, policy.execute(scripted([{ status: 500 }])));
  expect(policy.breaker('default').state).toBe('open');
  expect(await policy.execute(() => 'fine')).toBe('fine');
  expect(told('wouldReject')).toEqual([{ reason: 'circuit-open', retryAfterMs: 1_050 }]);
  expect(told('reject')).toEqual([]);
  policy.breaker('default').open();
  expect(await policy.execute(() => 'fine')).toBe('fine');
  expect(policy.snapshot().totals).toMatchObject({ rejected: 0, wouldReject: 2, attempts: 3 });
});

it('delays nothing in a cool-down, and emits wouldReject if the call would have been refused', async () => {
  const { clock, policy, told } = await throttledBench({ ...observe, coolDown: { maxMs: 60_000 } });
  await policy.execute(() => busy);
  expect(told('coolDown')).toEqual([{ remainingMs: 60_000 }]);
  expect(await policy.execute(() => 'fine')).toBe('fine');
  expect(clock.now()).toBe(0);
  expect(told('wouldReject')).toEqual([{ reason: 'cool-down', retryAfterMs: 60_000 }]);
});

it('counts on breaker and budget as it would otherwise', async () => {
  const { clock, policy } = bench({ ...observe, budget: { ratio: 0, minRetriesPerSecond: 1, windowMs: 2_000 } });
  for (let call = 0; call < 3; call += 1) await outcome(clock, policy.execute(scripted([{ status: 500 }])));
  expect(policy.snapshot().keys.default).toMatchObject({
    breaker: { counts: { calls: 3, failures: 3, slow: 0 } },
    budget: { available: 0 },
    wouldRetry: 2,
  });
});

it('knows no timeouts', async () => {
  const { clock, policy } = bench({ ...observe, timeouts: { attemptMs: 10, totalMs: 20 } });
  const server = scripted([{ value: 'slow', delayMs: 5_000 }], { clock });
  expect(await outcome(clock, policy.execute(server, { timeouts: { totalMs: 1 } }))).toBe('slow');
  expect(server.calls[0]?.context.remainingMs).toBeUndefined();
});

it('generates no idempotency key, and keeps the caller’s own', async () => {
  const { policy } = bench({ ...observe, idempotency: {} });
  const key = (own?: string) =>
    policy.execute((context) => context.idempotencyKey, { method: 'POST', idempotencyKey: own });
  expect([await key(), await key('mine')]).toEqual([undefined, 'mine']);
});

it('lets the function itself handle a cancel', async () => {
  const { clock, policy } = bench(observe);
  const controller = new AbortController();
  const call = watch(policy.execute(() => new Promise(() => {}), { signal: controller.signal }));
  const told = watch(policy.execute(scripted([{ hang: true }]), { signal: controller.signal }));
  controller.abort('enough');
  await clock.settle();
  expect([call.state, told.value]).toEqual(['pending', 'enough']);
});

it('makes the attempt even if the caller has cancelled before it, as without a policy', async () => {
  const { policy } = bench(observe);
  expect(await policy.execute(() => 'fine', { signal: AbortSignal.abort() })).toBe('fine');
});

it('waits for no store', async () => {
  const inner = memoryStore();
  const slow: BreakerStore = {
    attach: (...given) => ({ ...inner.attach(...given), acquireProbe: () => new Promise(() => {}) }),
  };
  const { clock, policy } = bench({ ...observe, store: slow, breaker: { consecutiveFailures: 1 } });
  await outcome(clock, policy.execute(scripted([{ status: 500 }])));
  await clock.advance(2_000);
  const server = scripted([{ value: 'fine' }], { clock });
  const call = watch(policy.execute(server));
  await clock.settle();
  expect([call.value, clock.now()]).toEqual(['fine', 2_000]);
});

it('can be selected by a call', async () => {
  const { policy, told } = bench({ breaker: { consecutiveFailures: 1 } });
  const error = networkError();
  await expect(policy.execute(() => Promise.reject(error), { mode: 'observe' })).rejects.toBe(error);
  expect(told('attempt')).toHaveLength(1);
});

it('sums up what it would have done: retries, saved calls, and refusals with their price', async () => {
  const { clock, policy } = bench({ ...observe, breaker: { consecutiveFailures: 2, minimumCalls: 100 } });
  const calls = async (...statuses: number[]) => {
    for (const status of statuses) await outcome(clock, policy.execute(scripted([{ status }])));
  };
  await policy.execute(() => 'fine', { mode: 'enforce' });
  await calls(200, 200, 500);
  // One failure in four answers: a retry would have had three chances in four.
  const first = {
    calls: 3,
    failed: 1,
    repeats: 0,
    attempts: 3,
    retries: 1,
    saved: 0.75,
    rejections: 0,
    rejectedGood: 0,
  };
  expect(policy.snapshot().totals.observed).toEqual({ ...first, extraLoad: 0.3333 });
  await calls(500, 200, 500);
  // The second failure in a row opens the circuit: no retry, and two attempts refused, of which one was answered.
  const all = { calls: 6, failed: 3, repeats: 0, attempts: 6, retries: 1, saved: 0.75, rejections: 2, rejectedGood: 1 };
  expect(policy.snapshot().totals.observed).toEqual({ ...all, extraLoad: -0.1667 });
  expect(policy.snapshot().keys.default?.observed).toEqual({ ...all, extraLoad: -0.1667 });
});

it('uses the share of failed calls if there is no breaker', async () => {
  const { clock, policy } = bench({ ...observe, breaker: false });
  await outcome(clock, policy.execute(scripted([{ status: 200 }])));
  await outcome(clock, policy.execute(scripted([{ status: 500 }])));
  await outcome(clock, policy.execute(scripted([{ status: 500 }])));
  expect(policy.snapshot().totals.observed).toMatchObject({ retries: 2, saved: 1.67, failed: 2 });
});

it('has nothing to sum up if all calls are enforced', async () => {
  const { policy } = bench();
  await policy.execute(() => 'fine');
  expect(policy.snapshot().totals.observed).toBeUndefined();
  expect(policy.snapshot().keys.default?.observed).toBeUndefined();
});

it('reports no refusal for a call that was let through', async () => {
  const breaker = { consecutiveFailures: 1 };
  const { clock, policy, told } = bench({ ...observe, breaker, budget: { ratio: 0, minRetriesPerSecond: 0 } });
  for (const scene of ['opens', 'is open']) {
    const answer = await outcome(clock, policy.execute(scripted([{ status: 503 }])));
    expect([scene, reportOf(answer)]).toMatchObject([scene, { attempts: 1, stopReason: 'disabled' }]);
  }
  policy.breaker('default').reset();
  expect(policy.update({ breaker: false })).toBeUndefined();
  const answer = await outcome(clock, policy.execute(scripted([{ status: 503 }])));
  expect(reportOf(answer)).toMatchObject({ attempts: 1, stopReason: 'disabled' });
  expect(told('wouldRetry')).toEqual([]);
});
