import { createPolicy } from '@breakwater/core';
import { ManualClock } from '@breakwater/core/testing';
import { expect, test } from '@jest/globals';
import { trafficIn } from './traffic.js';

const ROW = { policy: 'p', key: 'payments', calls: 40, answered: 36, attempts: 45, p50Ms: 80, p95Ms: 240 };

test('takes rates, latencies and failed attempts of each key from the live page', () => {
  const idle = { ...ROW, key: 'idle', calls: 0, answered: 0, attempts: 0, p50Ms: undefined, p95Ms: undefined };
  expect(trafficIn({ title: 'x', keys: [ROW, idle] }, 'page.json')).toEqual([
    { key: 'payments', callsPerSecond: 40, failedShare: 0.2, latency: { kind: 'percentiles', p50Ms: 80, p95Ms: 240 } },
  ]);
});

test('a key of several policies is one, with the latency of the busier', () => {
  const other = { ...ROW, policy: 'q', calls: 10, answered: 10, attempts: 10, p50Ms: 1, p95Ms: 2 };
  expect(trafficIn({ keys: [other, ROW] }, 'page.json')).toEqual([
    {
      key: 'payments',
      callsPerSecond: 50,
      failedShare: 0.16,
      latency: { kind: 'percentiles', p50Ms: 80, p95Ms: 240 },
    },
  ]);
});

test('takes the moments of a history in which the circuit was closed', () => {
  const values = {
    answered: [10, null, 0, 20],
    failed: [0, null, 99, 0],
    refused: [0, null, 50, 0],
    attempts: [10, null, 99, 30],
    p50: [10, null, 900, 30],
    p95: [50, null, 990, null],
    state: [0, null, 2, 0],
  };
  expect(trafficIn({ stepMs: 1_000, fromMs: 0, values }, 'history.json')).toEqual([
    { key: 'server', callsPerSecond: 15, failedShare: 0.25, latency: { kind: 'percentiles', p50Ms: 30, p95Ms: 50 } },
  ]);
});

test('takes rates from two snapshots of a policy, and durations from what is in flight', async () => {
  const clock = new ManualClock();
  const policy = createPolicy({ name: 'shop', clock });
  const call = () => policy.execute(() => 'fine', { key: 'db' });
  await call();
  const before = policy.snapshot();
  await clock.advance(10_000);
  for (let calls = 0; calls < 20; calls += 1) await call();
  const open = new Promise<string>(() => {});
  void policy.execute(() => open, { key: 'db' }).catch(() => {});
  const after = policy.snapshot();
  // 21 calls in 10 s; half of the time none is in flight, half of the time one.
  expect(trafficIn(JSON.parse(JSON.stringify([after, before])), 'two.json')).toEqual([
    { key: 'db', callsPerSecond: 2.1, failedShare: 0, latency: { kind: 'mean', meanMs: (0.5 / 2.1) * 1_000 } },
  ]);
  // One has what its breaker's window saw in 30 s, and one call in flight.
  expect(trafficIn(JSON.parse(JSON.stringify(after)), 'one.json')).toEqual([
    { key: 'db', callsPerSecond: 0.7, failedShare: 0, latency: { kind: 'mean', meanMs: expect.closeTo(1_000 / 0.7) } },
  ]);
  policy.close();
});

const KEY = { calls: 1, inFlight: 0, breaker: { counts: { calls: 30, failures: 3 } } };
const SNAPSHOT = { policy: 'p', atMs: 5, keys: { db: KEY } };

test('a snapshot has the failures that its breaker saw, and no duration if nothing is in flight', () => {
  expect(trafficIn(SNAPSHOT, 'one.json')).toEqual([
    { key: 'db', callsPerSecond: 1, failedShare: 0.1, latency: undefined },
  ]);
});

test.each<[unknown, string]>([
  [
    {},
    'f.json: the file must be what policy.snapshot() gives, or snapshot.json or history.json of the live page, got {}',
  ],
  [7, 'f.json: the file must be an object, got 7'],
  [[], 'f.json: the file must have at least one snapshot, got []'],
  [{ keys: [] }, 'f.json: keys must have a key with calls, got "none"'],
  [{ keys: [{ ...ROW, calls: -1 }] }, 'f.json: keys[0].calls must be a finite number >= 0, got -1'],
  [{ keys: [ROW, { ...ROW, key: 3 }] }, 'f.json: keys[1].key must be a non-empty string, got 3'],
  [{ keys: [{ ...ROW, p95Ms: 'fast' }] }, 'f.json: keys[0].p95Ms must be a finite number >= 0, got "fast"'],
  [{ ...SNAPSHOT, atMs: undefined }, 'f.json: atMs must be a finite number >= 0, got undefined'],
  [
    { ...SNAPSHOT, keys: { 'a b': { ...KEY, calls: '1' } } },
    'f.json: keys["a b"].calls must be a finite number >= 0, got "1"',
  ],
  [[SNAPSHOT, { ...SNAPSHOT, policy: 'q' }], 'f.json: [1].policy must be that of the first snapshot, "p", got "q"'],
  [
    [SNAPSHOT, { ...SNAPSHOT, keys: { db: { ...KEY, breaker: 1 } } }],
    'f.json: [1].keys["db"].breaker must be an object, got 1',
  ],
  [{ stepMs: 1_000, values: { answered: [1] } }, 'f.json: values.failed must be a list, got undefined'],
  [
    { stepMs: 1_000, values: { answered: [null], failed: [null], refused: [null], attempts: [null] } },
    'f.json: values.answered must have a moment that is known and in which the circuit was closed, got "none"',
  ],
])('%j is refused', (value, message) => {
  expect(() => trafficIn(value, 'f.json')).toThrow(message);
});
