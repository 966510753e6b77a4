import { beforeEach, expect, it } from '@jest/globals';
import { watch } from '../../test/policy-fixture.js';
import { ManualClock } from '../testing/manual-clock.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import type { LoadSignal } from './limit.js';

const MIN = 4;

let limit: AdaptiveLimit;
let nowMs: number;

beforeEach(() => {
  limit = new AdaptiveLimit({ minConcurrency: MIN });
  nowMs = 1_000;
});

/** So many attempts at once that take as long and end alike; returns how many were let in. */
function attempts(count: number, sign: LoadSignal, durationMs: number): number {
  const startedMs = nowMs;
  let entered = 0;
  for (let one = 0; one < count; one += 1) if (limit.tryAcquire(nowMs)) entered += 1;
  nowMs += durationMs;
  for (let one = 0; one < entered; one += 1) limit.release(nowMs, startedMs, sign);
  return entered;
}

/** Each of so many rounds: as many as get in, of which every other ends with the sign and the rest are answered. */
function mixedRounds(count: number, sign: LoadSignal, durationMs: number): void {
  for (let round = 0; round < count; round += 1) {
    const startedMs = nowMs;
    let entered = 0;
    while (limit.tryAcquire(nowMs)) entered += 1;
    nowMs += durationMs;
    for (let one = 0; one < entered; one += 1) limit.release(nowMs, startedMs, one % 2 === 0 ? sign : 'answered');
  }
}

/** Awake, with a cap well above the minimum and no call that has timed out. */
function wake(): number {
  const startedMs = nowMs;
  for (let one = 0; one < 200; one += 1) limit.tryAcquire(nowMs);
  nowMs += 10;
  for (let one = 0; one < 200; one += 1) limit.release(nowMs, startedMs, one % 2 === 0 ? 'shed' : 'answered');
  expect(limit.cap).toBeGreaterThan(2 * MIN);
  return limit.cap ?? 0;
}

it('knows the usual time of an answer: the mean', () => {
  attempts(1, 'answered', 100);
  expect(limit.retryAfterMs()).toBe(100);
  attempts(1, 'answered', 20);
  expect(limit.retryAfterMs()).toBe(60);
  attempts(38, 'answered', 180);
  expect(limit.retryAfterMs()).toBe(174);
});

it('estimates the time of an answer by the usual one until it has an answer under the cap', () => {
  attempts(50, 'answered', 40);
  attempts(100, 'timed-out', 250);
  expect(limit.cap).toBeDefined();
  expect(limit.retryAfterMs()).toBe(40);
  attempts(1, 'answered', 70);
  expect(limit.retryAfterMs()).toBe(70);
});

it('does not learn the usual time from answers under the cap', () => {
  attempts(50, 'answered', 40);
  attempts(100, 'timed-out', 250);
  for (let round = 0; round < 20; round += 1) attempts(4, 'answered', 5);
  limit.reset();
  expect(limit.retryAfterMs()).toBe(40);
});

it('wakes at the seventh sign in a row, with as many slots as were in flight, less the share that was pushed away', () => {
  const startedMs = nowMs;
  for (let one = 0; one < 97; one += 1) limit.tryAcquire(nowMs);
  nowMs += 10;
  for (let one = 0; one < 6; one += 1) limit.release(nowMs, startedMs, 'shed');
  expect(limit.cap).toBeUndefined();
  limit.release(nowMs, startedMs, 'shed');
  // 91 were in flight with this one; of the latest attempts 1 - 0.75 ** 7 were pushed away.
  expect(limit.cap).toBe(12);
});

it('goes back to sleep when an attempt comes, and admits it', () => {
  wake();
  expect(attempts(20, 'answered', 10)).toBe(20);
  nowMs += 1_000;
  expect(limit.cap).toBeDefined();
  expect(limit.tryAcquire(nowMs)).toBe(true);
  expect([limit.cap, limit.inFlight]).toEqual([undefined, 1]);
});

it('does not learn from pushed-away attempts how long callers wait', () => {
  const cap = wake();
  for (let round = 0; round < 3; round += 1) attempts(cap + 99, 'answered', 200);
  expect(limit.cap).toBeGreaterThan(cap);
});

it('learns how long callers wait from timeouts while it is awake', () => {
  for (let call = 0; call < 200; call += 1) attempts(1, 'answered', 10);
  const cap = wake();
  const startedMs = nowMs;
  limit.tryAcquire(nowMs);
  nowMs += 190;
  limit.release(nowMs, startedMs, 'timed-out');
  attempts(cap + 99, 'answered', 180);
  expect(limit.cap).toBeLessThanOrEqual(cap);
});

it('cuts again and again for timeouts, but once for as many that are pushed away', () => {
  const cap = wake();
  mixedRounds(6, 'shed', 20);
  const after = limit.cap ?? 0;
  expect(after).toBeGreaterThan(cap / 4);
  mixedRounds(6, 'timed-out', 20);
  expect(limit.cap).toBeLessThan(after / 4);
});

it('keeps a slot for each attempt in flight at a reset, and gives one to each that waits', async () => {
  const clock = new ManualClock();
  const cap = wake();
  while (limit.tryAcquire(nowMs));
  const waiting = [limit.acquire(clock, 10_000, undefined), limit.acquire(clock, 10_000, undefined)];
  limit.reset();
  expect(await Promise.all(waiting)).toEqual([true, true]);
  expect(limit.inFlight).toBe(cap + 2);
});

it('takes a new minimum at once, asleep and awake, before and after it has slept', async () => {
  limit.changeRules({ minConcurrency: 8 }, nowMs);
  expect(limit.cap).toBeUndefined();
  attempts(100, 'timed-out', 250);
  attempts(100, 'timed-out', 250);
  expect(limit.cap).toBe(8);
  const clock = new ManualClock();
  while (limit.tryAcquire(nowMs));
  const waiting = watch(limit.acquire(clock, 10_000, undefined));
  limit.changeRules({ minConcurrency: 20 }, nowMs);
  await clock.settle();
  expect([limit.cap, waiting.value]).toEqual([20, true]);
  limit.reset();
  limit.changeRules({ minConcurrency: 4 }, nowMs);
  expect(limit.cap).toBeUndefined();
});
