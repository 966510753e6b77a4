import { beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { watch } from '../../test/policy-fixture.js';
import { ManualClock } from '../testing/manual-clock.js';
import { FixedLimit } from './fixed-limit.js';

let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock();
});

const fixed = (concurrency: number, queue = 2, maxQueueMs = 100) => new FixedLimit({ concurrency, queue, maxQueueMs });

it('admits as many as its option sets, and one more for each that is released', () => {
  const limit = fixed(2);
  expect([limit.tryAcquire(0), limit.tryAcquire(0), limit.tryAcquire(0)]).toEqual([true, true, false]);
  limit.release(0, 0);
  expect([limit.tryAcquire(0), limit.tryAcquire(0)]).toEqual([true, false]);
  expect([limit.inFlight, limit.waiting, limit.cap]).toEqual([2, 0, 2]);
});

it('divides its slots among the instances that use the key, at least one to each', () => {
  let instances = 2;
  const limit = new FixedLimit({ concurrency: 5, queue: 0, maxQueueMs: 100 }, { instances: () => instances });
  expect([1, 2, 3].map(() => limit.tryAcquire(0))).toEqual([true, true, false]);
  expect(limit.cap).toBe(2);
  instances = 50;
  for (const _ of [1, 2]) limit.release(0, 0);
  expect([1, 2].map(() => limit.tryAcquire(0))).toEqual([true, false]);
  instances = 1;
  expect([1, 2, 3, 4, 5].map(() => limit.tryAcquire(0))).toEqual([true, true, true, true, false]);
});

it('lets as many wait as its option sets, for as long as its option sets', async () => {
  const limit = fixed(1, 2, 100);
  limit.tryAcquire(0);
  const waiting = [1, 2].map(() => {
    expect(limit.maxWaitMs()).toBe(100);
    return watch(limit.acquire(clock, 100, undefined));
  });
  expect([limit.waiting, limit.maxWaitMs()]).toEqual([2, undefined]);
  await clock.advance(100);
  expect(waiting.map(({ value }) => value)).toEqual([false, false]);
  expect([limit.inFlight, limit.waiting, limit.maxWaitMs()]).toEqual([1, 0, 100]);
});

it('lets no attempt wait if the queue is empty by its rules', () => {
  expect(fixed(1, 0).maxWaitMs()).toBeUndefined();
});

it('passes a slot to the attempt that has waited longest, before a new one', async () => {
  const limit = fixed(1);
  limit.tryAcquire(0);
  const waiting = [1, 2].map(() => watch(limit.acquire(clock, 100, undefined)));
  limit.release(0, 0);
  expect([limit.tryAcquire(0), limit.inFlight, limit.waiting]).toEqual([false, 1, 1]);
  await clock.settle();
  expect(waiting.map(({ value }) => value)).toEqual([true, undefined]);
  limit.release(0, 0);
  limit.release(0, 0);
  await clock.settle();
  expect([waiting[1]?.value, limit.inFlight, clock.pending]).toEqual([true, 0, 0]);
});

it('cannot estimate a slot before the first attempt has ended', () => {
  expect(fixed(1).retryAfterMs()).toBeGreaterThan(0);
});

it('never exceeds its cap, and gets every slot back, however its users come and go', async () => {
  const user = fc.record({
    atMs: fc.nat(50),
    forMs: fc.nat(30),
    abortsAtMs: fc.option(fc.nat(80), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(user, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), async (users, concurrency) => {
      clock = new ManualClock();
      const limit = fixed(concurrency, 3, 20);
      let inside = 0;
      const come = async (forMs: number, signal: AbortSignal): Promise<void> => {
        if (!limit.tryAcquire(0)) {
          const maxMs = limit.maxWaitMs();
          if (maxMs === undefined || !(await limit.acquire(clock, maxMs, signal))) return;
        }
        inside += 1;
        expect(inside).toBeLessThanOrEqual(concurrency);
        expect(limit.waiting).toBeLessThanOrEqual(3);
        await new Promise<void>((resolve) => clock.schedule(resolve, forMs));
        inside -= 1;
        limit.release(0, 0);
      };
      const visits = users.map(async ({ atMs, forMs, abortsAtMs }) => {
        const controller = new AbortController();
        if (abortsAtMs !== undefined) clock.schedule(() => controller.abort(), abortsAtMs);
        await new Promise<void>((resolve) => clock.schedule(resolve, atMs));
        await come(forMs, controller.signal);
      });
      await clock.runAll();
      await Promise.all(visits);
      expect([limit.inFlight, limit.waiting, clock.pending]).toEqual([0, 0, 0]);
    }),
    { numRuns: 50 },
  );
});

it('estimates the next slot by the latest attempt and the queue, and by the longest wait before and after a reset', () => {
  const limit = fixed(2, 2, 1_000);
  limit.tryAcquire(0);
  limit.tryAcquire(0);
  expect(limit.retryAfterMs()).toBe(500);
  limit.release(130, 100);
  expect(limit.retryAfterMs()).toBe(15);
  limit.tryAcquire(0);
  limit.acquire(clock, 1_000, undefined);
  expect(limit.retryAfterMs()).toBe(30);
  limit.reset();
  expect([limit.retryAfterMs(), limit.inFlight, limit.waiting]).toEqual([1_000, 2, 1]);
});
