import { createPolicy, memoryStore, type Policy, type PolicyOptions } from '@breakwater/core';
import type { BreakerStore, StoreStatus } from '@breakwater/core/store';
import { ManualClock } from '@breakwater/core/testing';
import { expect, it } from '@jest/globals';
import type { ObservableName } from './instruments.js';
import { observePolicies } from './observe-policies.js';
import { Series } from './series.js';
import { watchStore } from './watch-store.js';

const clock = new ManualClock();
const policyOf = (options: PolicyOptions = {}) => createPolicy({ name: 'p', clock, random: () => 0.5, ...options });

function read(policies: readonly Policy[], wanted: ObservableName, degraded = new WeakSet<Policy>()) {
  return observePolicies(policies, new Series(), degraded)
    .filter(({ name }) => name === wanted)
    .map(({ value, attributes: { 'breakwater.policy': _, ...rest } }) => [...Object.values(rest), value])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
}

it('has a series for each state of a breaker, also while it is closed', async () => {
  const policy = policyOf();
  await policy.execute(() => 1, { key: 'a' });
  policy.breaker('b').open();
  expect(read([policy], 'breakwater.breaker.state')).toEqual([
    ['a', 'closed', 1],
    ['a', 'open', 0],
    ['a', 'half-open', 0],
    ['a', 'forced-open', 0],
    ['b', 'closed', 0],
    ['b', 'open', 0],
    ['b', 'half-open', 0],
    ['b', 'forced-open', 1],
  ]);
});

it('reads budget, limit, attempts in flight and keys', async () => {
  const policy = policyOf({ limit: { kind: 'fixed', concurrency: 7 }, budget: { minRetriesPerSecond: 10 } });
  let finish = (): void => {};
  const call = policy.execute(() => new Promise<void>((resolve) => (finish = resolve)), { key: 'a' });
  await policy.execute(() => 1, { key: 'b' });
  expect(read([policy], 'breakwater.inflight')).toEqual([
    ['a', 1],
    ['b', 0],
  ]);
  expect(read([policy], 'breakwater.limit.concurrency')).toEqual([
    ['a', 7],
    ['b', 7],
  ]);
  const { budget } = policy.snapshot().keys.a ?? {};
  expect(read([policy], 'breakwater.budget.balance')[0]).toEqual(['a', budget?.available]);
  expect(read([policy], 'breakwater.keys')).toEqual([[2]]);
  finish();
  await call;
});

it('has no series for a part that a policy does not have', async () => {
  const policy = policyOf({ breaker: false, budget: false, limit: false, coolDown: false });
  await policy.execute(() => 1);
  const names = observePolicies([policy], new Series(), new WeakSet()).map(({ name }) => name);
  expect(names).toEqual([
    'breakwater.inflight',
    'breakwater.keys',
    'breakwater.store.degraded',
    'breakwater.store.poll_only',
  ]);
});

it('adds up policies of one name, and keys beyond the bound', async () => {
  const [one, other] = [policyOf(), policyOf()];
  for (let key = 0; key < 130; key += 1) await one.execute(() => 1, { key: `key-${key}` });
  await other.execute(() => 1, { key: 'key-129' });
  const closed = read([one, other], 'breakwater.breaker.state').filter(([, state]) => state === 'closed');
  expect(closed).toHaveLength(101);
  expect(closed).toContainEqual(['key-129', 'closed', 2]);
  expect(closed).toContainEqual(['key-128', 'closed', 1]);
  expect(closed).toContainEqual(['_OTHER', 'closed', 30]);
  expect(read([one, other], 'breakwater.keys')).toEqual([[131]]);
});

it('has the remaining seconds of a cool-down, of the longest if there are several', async () => {
  const held = () => policyOf({ breaker: false, retry: false, coolDown: { maxMs: 60_000 } });
  const policies = [held(), held()];
  for (const [index, policy] of policies.entries()) {
    const throttled = () => ({ status: 429, headers: { 'retry-after': `${20 + index}` } });
    const calls = [policy.execute(throttled), policy.execute(throttled)];
    await clock.advance(3_000);
    await Promise.all(calls);
    calls.push(policy.execute(throttled));
    await clock.advance(0);
    await Promise.all(calls);
  }
  const remaining = policies.map((policy) => policy.snapshot().keys.default?.coolDown?.remainingMs ?? 0);
  expect(Math.min(...remaining)).toBeGreaterThan(0);
  expect(read(policies, 'breakwater.cool_down.remaining')).toEqual([['default', Math.max(...remaining) / 1_000]]);
});

it('shows which stores fail', () => {
  const degraded = new WeakSet<Policy>();
  let report: (status: { status: 'degraded' | 'restored'; error: unknown }) => void = () => {};
  const memory = policyOf();
  const policy = policyOf({
    store: {
      ...(memory.settings.store as object),
      attach: memory.settings.store.attach,
      onStatus: (listener: typeof report) => {
        report = listener;
        return () => {};
      },
    } as typeof memory.settings.store,
  });
  const undo = watchStore(policy, degraded);
  expect(read([policy], 'breakwater.store.degraded', degraded)).toEqual([[0]]);
  report({ status: 'degraded', error: new Error('gone') });
  expect(read([policy], 'breakwater.store.degraded', degraded)).toEqual([[1]]);
  report({ status: 'restored', error: undefined });
  expect(read([policy], 'breakwater.store.degraded', degraded)).toEqual([[0]]);
  report({ status: 'degraded', error: new Error('gone') });
  undo();
  expect(read([policy], 'breakwater.store.degraded', degraded)).toEqual([[0]]);
});

it('shows which shared stores send no messages', () => {
  let report: (status: StoreStatus) => void = () => {};
  const inner = memoryStore();
  const store: BreakerStore = {
    instance: 'web-1',
    attach: (...given) => inner.attach(...given),
    onStatus(listener) {
      report = listener;
      return () => {};
    },
  };
  const policy = policyOf({ store });
  const value = () => read([policy], 'breakwater.store.poll_only');
  expect(value()).toEqual([[0]]);
  report({ status: 'poll-only', error: undefined });
  expect(value()).toEqual([[1]]);
  expect(read([policyOf()], 'breakwater.store.poll_only')).toEqual([[0]]);
  report({ status: 'push-restored', error: undefined });
  expect(value()).toEqual([[0]]);
});
