import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LimitedTraffic, PATIENCE_MS } from '../../test/limited-traffic.js';
import { abortListeners, watch } from '../../test/policy-fixture.js';
import { ManualClock } from '../testing/manual-clock.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import type { LoadSignal } from './limit.js';

let at: LimitedTraffic;

beforeEach(() => {
  at = new LimitedTraffic();
});

describe('waiting', () => {
  const full = (): void => {
    at.come(100);
    at.go(100, 'timed-out', PATIENCE_MS);
    expect(at.come(100)).toBe(at.limit.cap);
  };

  it('is only for retries', () => {
    expect(at.limit.maxWaitMs(false)).toBeUndefined();
    expect(at.limit.maxWaitMs(true)).toBeGreaterThan(0);
  });

  it('ends with a slot when one is free', async () => {
    const clock = new ManualClock();
    full();
    const waiting = watch(at.limit.acquire(clock, 1_000, undefined));
    const inFlight = at.limit.inFlight;
    at.go(inFlight, 'none', 10);
    await clock.settle();
    expect(waiting.value).toBe(true);
    expect([at.limit.inFlight, at.limit.waiting, clock.pending]).toEqual([1, 0, 0]);
  });

  it('admits a new call first while the server is nearly full', async () => {
    const clock = new ManualClock();
    full();
    const waiting = watch(at.limit.acquire(clock, 1_000, undefined));
    at.go(1, 'answered', 10);
    expect(at.come(2)).toBe(1);
    await clock.settle();
    expect(waiting.state).toBe('pending');
    at.go(at.limit.inFlight, 'none', 10);
    await clock.settle();
    expect(waiting.value).toBe(true);
  });

  it('serves attempts in the order of their arrival', async () => {
    const clock = new ManualClock();
    full();
    const waiting = [1, 2, 3, 4].map(() => watch(at.limit.acquire(clock, 1_000, undefined)));
    at.go(2, 'none', 10);
    await clock.settle();
    expect(waiting.map(({ value }) => value)).toEqual([true, undefined, undefined, undefined]);
    while (at.limit.waiting > 0) {
      at.go(1, 'none', 10);
      await clock.settle();
    }
    expect(waiting.map(({ value }) => value)).toEqual([true, true, true, true]);
  });

  it('ends when places of attempts that have become old are free', async () => {
    const clock = new ManualClock();
    full();
    const waiting = watch(at.limit.acquire(clock, 5_000, undefined));
    at.nowMs += 1_000;
    expect(at.come(1)).toBe(0);
    await clock.settle();
    expect(waiting.state).toBe('pending');
    at.nowMs += 1;
    at.come(1);
    await clock.settle();
    expect(waiting.value).toBe(true);
  });

  it('ends without a slot when its time is up, or its caller has cancelled', async () => {
    const clock = new ManualClock();
    full();
    const controller = new AbortController();
    const waiting = [at.limit.acquire(clock, 20, undefined), at.limit.acquire(clock, 1_000, controller.signal)].map(
      watch,
    );
    await clock.advance(20);
    controller.abort();
    await clock.settle();
    expect(waiting.map(({ value }) => value)).toEqual([false, false]);
    expect([at.limit.waiting, clock.pending, abortListeners(controller.signal)]).toEqual([0, 0, 0]);
  });
});

it('goes to sleep at a reset, and admits all waiting attempts', async () => {
  at.wakeHalfway();
  const clock = new ManualClock();
  at.come(1_000);
  const waiting = [at.limit.acquire(clock, 10_000, undefined), at.limit.acquire(clock, 10_000, undefined)];
  at.limit.reset();
  expect(await Promise.all(waiting)).toEqual([true, true]);
  expect([at.limit.cap, at.limit.waiting, clock.pending]).toEqual([undefined, 0, 0]);
});

it('gives away the slot of an attempt that is four round trips and a second old', () => {
  at.wakeHalfway();
  at.rounds(4, 'answered', 40);
  const stuck = at.come(1_000);
  expect(stuck).toBe(at.limit.cap);
  expect(at.limit.tryAcquire(at.nowMs)).toBe(false);
  at.nowMs += 1_001;
  expect(at.limit.tryAcquire(at.nowMs)).toBe(true);
});

it('gets every slot back, however attempts come, wait, give up and end', async () => {
  const sign = fc.constantFrom<LoadSignal>('answered', 'answered', 'timed-out', 'shed', 'none');
  const visit = fc.record({
    atMs: fc.nat(3_000),
    forMs: fc.nat(400),
    sign,
    abortsAtMs: fc.option(fc.nat(4_000), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(visit, { minLength: 20, maxLength: 120 }),
      fc.integer({ min: 1, max: 5 }),
      async (visits, minConcurrency) => {
        const clock = new ManualClock();
        const own = new AdaptiveLimit({ minConcurrency });
        let inside = 0;
        for (const { atMs, forMs, sign: end, abortsAtMs } of visits) {
          const controller = new AbortController();
          if (abortsAtMs !== undefined) clock.schedule(() => controller.abort(), abortsAtMs);
          const stay = (): void => {
            inside += 1;
            const startedMs = clock.now();
            clock.schedule(() => {
              inside -= 1;
              own.release(clock.now(), startedMs, end);
            }, forMs);
          };
          clock.schedule(async () => {
            const capBefore = own.cap;
            const before = own.inFlight;
            if (own.tryAcquire(clock.now())) return stay();
            expect(before).toBeGreaterThanOrEqual(capBefore ?? Number.POSITIVE_INFINITY);
            if (await own.acquire(clock, 500, controller.signal)) stay();
          }, atMs);
        }
        while (clock.pending > 0) {
          await clock.advance(25);
          expect(own.inFlight).toBe(inside);
          expect(own.cap ?? minConcurrency).toBeGreaterThanOrEqual(minConcurrency);
        }
        expect([inside, own.inFlight, own.waiting]).toEqual([0, 0, 0]);
      },
    ),
    { numRuns: 20 },
  );
});
