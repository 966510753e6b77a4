import { expect, it } from '@jest/globals';
import { bench, outcome, throttle } from '../../test/policy-fixture.js';
import type { PolicyOptions } from '../options/options.js';
import { createPolicy } from '../policy.js';

const use = async (
  policy: { execute(fn: () => number, call: { key: string }): Promise<number> },
  ...keys: string[]
) => {
  for (const key of keys) await policy.execute(() => 1, { key });
};

function keyed(options: PolicyOptions) {
  const made = bench(options);
  return { ...made, keys: () => Object.keys(made.policy.snapshot().keys) };
}

it('forgets the key that was used least recently when there are too many', async () => {
  const { policy, keys } = keyed({ maxKeys: 3 });
  await use(policy, 'a', 'b', 'c', 'a', 'd', 'e');
  expect(keys()).toEqual(['e', 'd', 'a']);
});

it('forgets keys that have been idle for too long, without a timer', async () => {
  const { clock, policy, keys } = keyed({ keyIdleMs: 1_000 });
  await use(policy, 'a', 'b');
  await clock.advance(500);
  await use(policy, 'a');
  await clock.advance(500);
  expect(clock.pending).toBe(0);
  expect(keys()).toEqual(['a']);
  await clock.advance(500);
  await use(policy, 'c');
  expect(keys()).toEqual(['c']);
});

it('never forgets a key with a call under way, however many others come', async () => {
  const { clock, policy, keys } = keyed({ maxKeys: 2, keyIdleMs: 10 });
  const held = policy.begin({ key: 'held' });
  await clock.advance(1_000);
  await use(policy, 'a', 'b', 'c');
  expect(keys().sort()).toEqual(['c', 'held']);
  held.end();
  await clock.advance(1_000);
  await use(policy, 'd');
  expect(keys()).toEqual(['d']);
});

it('never forgets a key that an operator has opened', async () => {
  const { clock, policy } = keyed({ maxKeys: 1, keyIdleMs: 10 });
  policy.breaker('bad').open();
  await clock.advance(1_000);
  await use(policy, 'a', 'b', 'c');
  expect(policy.breaker('bad').state).toBe('forced-open');
});

it('goes beyond maxKeys while all are in use, and back when they are not', async () => {
  const { policy, keys } = keyed({ maxKeys: 10 });
  const sessions = Array.from({ length: 50 }, (_, n) => policy.begin({ key: `k${n}` }));
  expect(keys()).toHaveLength(50);
  for (const session of sessions) session.end();
  for (let n = 0; n < 50; n += 1) await use(policy, `later${n}`);
  expect(keys()).toHaveLength(10);
});

it('remembers nothing about a forgotten key', async () => {
  const { clock, policy } = keyed({ maxKeys: 1, breaker: { consecutiveFailures: 1 }, retry: false });
  await outcome(
    clock,
    policy.execute(() => ({ status: 500, headers: {} }), { key: 'a' }),
  );
  expect(policy.breaker('a').state).toBe('open');
  await use(policy, 'b');
  expect(policy.breaker('a').state).toBe('closed');
});

it('accepts a hundred thousand keys without holding them', () => {
  const policy = createPolicy({ maxKeys: 1_000 });
  for (let n = 0; n < 100_000; n += 1) policy.begin({ key: `k${n}` }).end();
  expect(Object.keys(policy.snapshot().keys)).toHaveLength(1_000);
});

it('holds a hundred thousand keys in use at once', () => {
  const policy = createPolicy({ maxKeys: 1_000 });
  const sessions = Array.from({ length: 100_000 }, (_, n) => policy.begin({ key: `k${n}` }));
  expect(Object.keys(policy.snapshot().keys)).toHaveLength(100_000);
  for (const session of sessions) session.end();
});

it('forgets healthy keys before open circuits and cool-downs, however long ago those were used', async () => {
  const { clock, policy, keys, told } = keyed({
    maxKeys: 4,
    retry: false,
    breaker: { consecutiveFailures: 1, openMs: 30_000 },
  });
  await policy.execute(() => ({ status: 500, headers: {} }), { key: 'open' });
  await throttle(policy, 'cooling');
  await clock.advance(2_000);
  await policy.execute(() => ({ status: 429, headers: { 'retry-after': '60' } }), { key: 'cooling' });
  await use(policy, ...Array.from({ length: 100 }, (_, n) => `k${n}`));
  expect(keys().sort()).toEqual(['cooling', 'k98', 'k99', 'open']);
  expect(policy.breaker('open').state).toBe('open');
  expect(told('evict')).toEqual([]);
});

it('emits an event for an evicted open circuit or cool-down, the least recently used first', async () => {
  const { policy, keys, told, events } = keyed({
    maxKeys: 20,
    retry: false,
    breaker: { consecutiveFailures: 1, openMs: 30_000 },
  });
  for (let n = 0; n < 22; n += 1) await policy.execute(() => ({ status: 500, headers: {} }), { key: `k${n}` });
  expect(keys()).toHaveLength(20);
  expect(told('evict')).toEqual([
    { breaker: 'open', coolDownMs: 0 },
    { breaker: 'open', coolDownMs: 0 },
  ]);
  expect(events.filter(([name]) => name === 'evict').map(([, { key }]) => key)).toEqual(['k0', 'k1']);
});

it('forgets a key that has been idle for too long, even if its circuit has opened, once a call would pass', async () => {
  const { clock, policy, keys } = keyed({
    keyIdleMs: 1_000,
    retry: false,
    breaker: { consecutiveFailures: 1, openMs: 5_000 },
  });
  await policy.execute(() => ({ status: 500, headers: {} }), { key: 'open' });
  await clock.advance(2_000);
  await use(policy, 'a');
  expect(keys()).toContain('open');
  await clock.advance(5_000);
  await use(policy, 'b');
  expect(keys()).toEqual(['b']);
});
