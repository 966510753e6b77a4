import { expect, it } from '@jest/globals';
import { bench, outcome, throttledBench } from '../../test/policy-fixture.js';
import { resolveOptions } from '../options/resolve.js';
import { createPolicy } from '../policy.js';
import { memoryStore } from '../store/memory-store.js';
import type { BreakerStore } from '../store/store.js';
import { EventHub } from '../telemetry/event-hub.js';
import { scripted } from '../testing/faults.js';
import { ManualClock } from '../testing/manual-clock.js';
import { KeyEntry } from './key-entry.js';

const scarce = { budget: { ratio: 0, minRetriesPerSecond: 1, windowMs: 2_000 }, breaker: false } as const;
const failing = () => scripted([{ status: 503 }]);

it('has the parts of its policy, also after an update', async () => {
  const { policy } = bench({ breaker: false, budget: false, limit: false });
  const parts = async (key: string) => {
    await policy.execute(() => 1, { key });
    const { breaker, budget, limit } = policy.snapshot().keys[key] ?? {};
    return [breaker !== undefined, budget !== undefined, limit !== undefined];
  };
  expect(await parts('a')).toEqual([false, false, false]);
  policy.update({ breaker: {}, budget: {}, limit: { kind: 'fixed', concurrency: 2 } });
  expect([await parts('a'), await parts('b')]).toEqual([
    [true, true, true],
    [true, true, true],
  ]);
  policy.update({ breaker: false, budget: false, limit: false });
  expect([await parts('a'), await parts('c')]).toEqual([
    [false, false, false],
    [false, false, false],
  ]);
});

it('emits no event about a budget that has never run out', async () => {
  const { clock, policy, told } = bench();
  for (let minute = 0; minute < 3; minute += 1) {
    await clock.advance(60_000);
    await policy.execute(() => 1);
  }
  expect(told('budget')).toEqual([]);
});

it('has its budget back at the first call after a window without a refusal, even if that call needs no retry', async () => {
  const { clock, policy, told } = bench(scarce);
  await outcome(clock, policy.execute(failing()));
  expect(told('budget')).toEqual([{ state: 'exhausted' }]);
  await clock.advance(1_999);
  await policy.execute(() => 1);
  expect(told('budget')).toHaveLength(1);
  await clock.advance(1);
  await policy.execute(() => 1);
  expect(told('budget')).toEqual([{ state: 'exhausted' }, { state: 'available' }]);
});

it('has its budget back at a retry of an earlier call', async () => {
  const { clock, policy, told } = bench(scarce);
  await outcome(clock, policy.execute(failing()));
  const slow = policy.execute(scripted([{ status: 503, delayMs: 5_000 }, { value: 1 }], { clock }));
  await outcome(clock, slow);
  expect(told('budget')).toEqual([{ state: 'exhausted' }, { state: 'available' }]);
});

it('does not have its budget back while the budget holds no retry', async () => {
  const { clock, policy, told } = bench({ breaker: false, budget: { ratio: 0.2, minRetriesPerSecond: 0 } });
  await outcome(clock, policy.execute(failing()));
  await clock.advance(60_000);
  await policy.execute(() => 1);
  expect(told('budget')).toEqual([{ state: 'exhausted' }]);
});

it('has no shortage of a budget that is switched off', async () => {
  const { clock, policy, told } = bench(scarce);
  await outcome(clock, policy.execute(failing()));
  policy.update({ budget: false });
  expect(await policy.execute(() => 1)).toBe(1);
  expect(told('budget')).toEqual([{ state: 'exhausted' }, { state: 'available' }]);
});

it('admits calls held by a cool-down at half its rate, and at least one per second', () => {
  const settings = resolveOptions({ limit: false });
  const host = {
    events: new EventHub('p', undefined, settings.clock.wallNow, {}),
    clock: settings.clock,
    breakers: undefined,
    longestCoolDownMs: () => 60_000,
  };
  const entry = new KeyEntry('k', settings, memoryStore(), host);
  expect(entry.turnEveryMs(0)).toBe(1_000);
  for (let call = 0; call < 100; call += 1) entry.callBegan(0);
  expect(entry.turnEveryMs(0)).toBe(20);
  expect(entry.turnEveryMs(4_000)).toBe(80);
});

it('shows why its circuit opened until it is closed', async () => {
  const { clock, policy } = bench({ breaker: { consecutiveFailures: 1, successesToClose: 1 }, retry: false });
  const opened = () => policy.snapshot().keys.default?.breaker?.opened;
  await policy.execute(() => 1);
  expect(opened()).toBeUndefined();
  await outcome(clock, policy.execute(failing()));
  expect(opened()).toMatchObject({ why: 'consecutive-failures', counts: { calls: 2, failures: 1 } });
  await clock.advance(2_000);
  await policy.execute(() => 1);
  expect(opened()).toBeUndefined();
});

it('is kept while a cool-down holds it, even if idle', async () => {
  const { clock, policy } = await throttledBench(
    { keyIdleMs: 1_000, retry: false, coolDown: { maxMs: 60_000 } },
    'held',
  );
  const hint = { status: 429, headers: { 'retry-after': '60' } };
  await policy.execute(() => hint, { key: 'held' });
  const isKept = async (passMs: number) => {
    await clock.advance(passMs);
    await policy.execute(() => 1, { key: 'other' });
    return 'held' in policy.snapshot().keys;
  };
  expect([await isKept(2_000), await isKept(2_000), await isKept(50_000)]).toEqual([true, true, true]);
  expect(await isKept(10_000)).toBe(false);
});

it('takes over a phase that its store reports while being attached', async () => {
  const clock = new ManualClock();
  const inner = memoryStore();
  const store: BreakerStore = {
    attach(id, watcher, context) {
      const counts = { calls: 0, failures: 0, slow: 0 };
      watcher.transitioned({ from: 'closed', to: 'open', why: 'fleet', counts, openForMs: 700, generation: 1 });
      return inner.attach(id, watcher, context);
    },
  };
  const policy = createPolicy({ mode: 'enforce', store, clock });
  const told: unknown[] = [];
  policy.on('breaker', ({ to, cause, failureRate }) => told.push([to, cause, failureRate]));
  expect(await policy.execute(() => 1)).toBe(1);
  expect(told).toEqual([['open', undefined, 0]]);
});
