import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { abortListeners, watch } from '../../test/policy-fixture.js';
import { ManualClock } from '../testing/manual-clock.js';
import { seededRandom } from '../testing/random.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import type { LoadSignal } from './limit.js';

const MIN = 4;
const PATIENCE_MS = 250;

let limit: AdaptiveLimit;
let nowMs: number;

beforeEach(() => {
  limit = new AdaptiveLimit({ minConcurrency: MIN });
  nowMs = 0;
});

/** So many come at once; the number of those who got in. */
function come(count: number): number {
  let entered = 0;
  for (let one = 0; one < count; one += 1) if (limit.tryAcquire(nowMs)) entered += 1;
  return entered;
}

/** So many attempts that began `durationMs` ago end with a sign. */
function go(count: number, sign: LoadSignal, durationMs: number): void {
  for (let one = 0; one < count; one += 1) limit.release(nowMs, nowMs - durationMs, sign);
}

/** One round trip after another with as many in flight as get in. */
function rounds(count: number, sign: LoadSignal, durationMs: number, wanted = Number.POSITIVE_INFINITY): void {
  for (let round = 0; round < count; round += 1) {
    const entered = come(Math.min(wanted, (limit.cap ?? 0) + 1));
    nowMs += durationMs;
    go(entered, sign, durationMs);
  }
}

/** Awake, with nothing in flight, and a cap well above the minimum: half of 200 were turned away. */
function wakeHalfway(): number {
  come(200);
  nowMs += 10;
  for (let pair = 0; pair < 100; pair += 1) {
    go(1, 'shed', 10);
    go(1, 'answered', 10);
  }
  const cap = limit.cap ?? Number.NaN;
  expect(cap).toBeGreaterThan(2 * MIN);
  return cap;
}

describe('asleep', () => {
  it('caps nothing: admits 5,000 at once, and again', () => {
    for (const durationMs of [1, 50, 5_000]) {
      expect(come(5_000)).toBe(5_000);
      nowMs += durationMs;
      go(5_000, 'answered', durationMs);
    }
    expect([limit.cap, limit.inFlight, limit.waiting]).toEqual([undefined, 0, 0]);
  });

  it.each<LoadSignal>(['timed-out', 'shed'])('is not woken by a single %s in a healthy burst', (sign) => {
    for (const before of [0, 1, 100, 4_999]) {
      come(5_000);
      nowMs += PATIENCE_MS;
      go(before, 'answered', 10);
      go(1, sign, PATIENCE_MS);
      expect(limit.cap).toBeUndefined();
      expect(come(100)).toBe(100);
      go(5_099 - before, 'answered', 10);
    }
    expect(limit.cap).toBeUndefined();
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))('is not woken by 5 %% of random 503s: seed %d', (seed) => {
    const random = seededRandom(seed);
    for (let call = 0; call < 5_000; call += 1) {
      come(1);
      nowMs += 2;
      go(1, random() < 0.05 ? 'shed' : 'answered', 2);
      expect(limit.cap).toBeUndefined();
    }
  });

  it('ignores outcomes without information about the load', () => {
    come(1_000);
    go(1_000, 'none', 10);
    expect(limit.cap).toBeUndefined();
  });

  it('does not let a refused attempt hide the signs before it', () => {
    come(100);
    for (let sign = 0; sign < 50; sign += 1) {
      go(1, 'timed-out', PATIENCE_MS);
      go(1, 'none', 1);
    }
    expect(limit.cap).toBeDefined();
  });
});

describe('waking', () => {
  it.each<LoadSignal>(['timed-out', 'shed'])('needs several signs in a row: %s', (sign) => {
    come(100);
    nowMs += PATIENCE_MS;
    go(3, sign, PATIENCE_MS);
    expect(limit.cap).toBeUndefined();
    go(13, sign, PATIENCE_MS);
    expect(limit.cap).toBeDefined();
  });

  it.each<LoadSignal>(['timed-out', 'shed'])('caps attempts at fewer than were in flight: %s', (sign) => {
    come(100);
    nowMs += PATIENCE_MS;
    for (let left = 99; limit.cap === undefined && left > 0; left -= 1) go(1, sign, PATIENCE_MS);
    expect(limit.cap).toBeLessThan(limit.inFlight);
    expect(limit.cap).toBeGreaterThanOrEqual(MIN);
    expect(come(100)).toBe(0);
  });

  it('sets a cap near the number of answered attempts, if there were any', () => {
    const cap = wakeHalfway();
    expect(cap).toBeLessThan(200);
  });

  it('admits as many as the cap, and one more for each that is released', () => {
    const cap = wakeHalfway();
    expect(come(1_000)).toBe(cap);
    go(3, 'none', 5);
    expect(come(1_000)).toBe(3);
    go(cap, 'none', 5);
    expect(limit.inFlight).toBe(0);
  });
});

describe('waking before anything has timed out', () => {
  const USUAL_MS = 10;

  /** So many calls, each answered in the usual time, one every 2 ms. */
  function calm(count: number): void {
    for (let call = 0; call < count; call += 1) {
      callOf();
      nowMs += 2;
      if (call >= 5) go(1, 'answered', USUAL_MS);
    }
  }

  /** One call of a caller that waits 250 ms. */
  function callOf(patienceMs = PATIENCE_MS): boolean {
    return limit.tryAcquire(nowMs, patienceMs);
  }

  it('takes 16 attempts without an answer, for three times as long as usual, with callers that do not wait for ever', () => {
    calm(200);
    let begun = 0;
    while (limit.cap === undefined && begun < 1_000) {
      callOf();
      begun += 1;
      nowMs += 2;
    }
    expect(begun).toBe(17);
    expect(limit.cap).toBe(limit.inFlight);
  });

  it.each([
    ['callers that wait for ever', () => callOf(Number.POSITIVE_INFINITY)],
    ['callers that wait for an hour', () => callOf(3_600_000)],
  ])('does not happen in a silence with %s', (_who, call) => {
    for (let one = 0; one < 200; one += 1) {
      call();
      nowMs += 2;
      if (one >= 5) go(1, 'answered', USUAL_MS);
    }
    for (let one = 0; one < 100; one += 1) {
      call();
      nowMs += 2;
    }
    expect(limit.cap).toBeUndefined();
  });

  it('does not happen in a burst, before the first answer of all, or while as many as usual wait', () => {
    for (let one = 0; one < 100; one += 1) callOf();
    expect(limit.cap).toBeUndefined();
    nowMs += 10_000;
    expect(callOf()).toBe(true);
    expect(limit.cap).toBeUndefined();
  });

  it('does not happen if attempts end without an answer', () => {
    calm(200);
    for (let one = 0; one < 100; one += 1) {
      callOf();
      nowMs += 2;
      go(1, 'none', 2);
    }
    expect(limit.cap).toBeUndefined();
  });

  it('takes four answers in a row that are late and come more slowly than attempts begin', () => {
    calm(200);
    let answered = 0;
    for (let step = 0; limit.cap === undefined && step < 1_000; step += 1) {
      callOf();
      nowMs += 2;
      // From now on, an answer comes for every third call.
      if (step % 3 === 0) {
        answered += 1;
        go(1, 'answered', USUAL_MS + 2 * step);
      }
    }
    expect(limit.cap).toBe(limit.inFlight);
    expect(answered).toBeLessThan(30);
  });

  it('does not happen if answers are late and come as fast as attempts begin', () => {
    calm(200);
    for (let step = 0; step < 500; step += 1) {
      callOf();
      nowMs += 2;
      if (step >= 100) go(1, 'answered', 210);
      else if (step % 10 === 0) go(1, 'answered', USUAL_MS);
    }
    expect(limit.cap).toBeUndefined();
  });

  it('is not brought about by timeouts of attempts that others have overtaken', () => {
    calm(200);
    for (let one = 0; one < 200; one += 1) {
      callOf();
      nowMs += 2;
      go(1, one % 2 === 0 ? 'answered' : 'timed-out', one % 2 === 0 ? USUAL_MS : PATIENCE_MS);
    }
    expect(limit.cap).toBeUndefined();
  });
});

describe('new calls over the cap', () => {
  /** Awake, with all places taken and a round trip of so many ms. */
  function fullAfter(roundTripMs: number): void {
    wakeHalfway();
    rounds(1, 'answered', roundTripMs);
    come(1_000);
  }

  it('are refused at once if it is not known how long their callers wait', () => {
    fullAfter(20);
    expect(limit.maxWaitMs(false)).toBeUndefined();
  });

  it('wait as long as leaves time for their own answer, if so many before them leave time', () => {
    fullAfter(20);
    const clock = new ManualClock();
    const cap = limit.cap ?? Number.NaN;
    let waiting = 0;
    while (waiting < 10_000 && limit.maxWaitMs(false, 100) !== undefined) {
      expect(limit.maxWaitMs(false, 100)).toBe(80);
      void limit.acquire(clock, 80, undefined, undefined, true);
      waiting += 1;
    }
    // Four round trips, each of which frees all places.
    expect(waiting).toBe(4 * cap);
    expect(limit.waiting).toBe(waiting);
  });

  it('are not overtaken by later ones, and go before retries', async () => {
    fullAfter(20);
    const clock = new ManualClock();
    const retry = watch(limit.acquire(clock, 1_000, undefined));
    const call = watch(limit.acquire(clock, 1_000, undefined, undefined, true));
    go(1, 'none', 20);
    expect(limit.tryAcquire(nowMs)).toBe(false);
    await clock.settle();
    expect([call.value, retry.state]).toEqual([true, 'pending']);
  });
});

describe('awake', () => {
  it('does not cut again for attempts that began before the cut', () => {
    come(200);
    nowMs += 10;
    let ended = 0;
    for (; limit.cap === undefined; ended += 1) go(1, ended % 2 === 0 ? 'shed' : 'answered', 10);
    const { cap } = limit;
    nowMs += 5;
    go(200 - ended, 'timed-out', 15);
    expect(limit.cap).toBe(cap);
  });

  it('cuts at most once per round trip', () => {
    const cap = wakeHalfway();
    nowMs += 1;
    const entered = come(cap);
    nowMs += 20;
    const caps = new Set<number | undefined>();
    for (let one = 0; one < entered; one += 1) {
      go(1, one % 2 === 0 ? 'shed' : 'answered', 20);
      caps.add(limit.cap);
    }
    expect(Math.min(...[...caps].map(Number))).toBeLessThan(cap);
    const afterFirst = limit.cap;
    go(0, 'shed', 20);
    expect(limit.cap).toBe(afterFirst);
    expect(limit.cap).toBeGreaterThanOrEqual(cap / 4);
  });

  it('never caps below minConcurrency, however bad it gets', () => {
    wakeHalfway();
    rounds(50, 'timed-out', PATIENCE_MS);
    expect(limit.cap).toBe(MIN);
    expect(come(MIN + 1)).toBe(MIN);
  });

  it.each([1, 2, 7])('respects a minConcurrency of %d', (minConcurrency) => {
    limit = new AdaptiveLimit({ minConcurrency });
    come(100);
    go(100, 'timed-out', PATIENCE_MS);
    rounds(50, 'timed-out', PATIENCE_MS);
    expect(come(100)).toBe(minConcurrency);
  });

  it('grows while it is in use and answers come in good time', () => {
    const cap = wakeHalfway();
    rounds(10, 'answered', 10);
    const later = limit.cap ?? Number.NaN;
    expect(later).toBeGreaterThan(cap);
    rounds(10, 'answered', 10);
    expect(limit.cap).toBeGreaterThan(later);
  });

  it('does not grow while it is not in use', () => {
    const cap = wakeHalfway();
    rounds(50, 'answered', 20, 2);
    expect(limit.cap).toBe(cap);
  });

  it('does not grow if answers come nearly too late', () => {
    come(100);
    nowMs += PATIENCE_MS;
    go(100, 'timed-out', PATIENCE_MS);
    rounds(10, 'answered', 10);
    const cap = limit.cap ?? Number.NaN;
    rounds(10, 'answered', PATIENCE_MS - 1);
    expect(limit.cap).toBeLessThanOrEqual(cap);
  });

  it('learns how long callers wait from the attempts that woke it', () => {
    come(100);
    nowMs += PATIENCE_MS;
    while (limit.cap === undefined) go(1, 'timed-out', PATIENCE_MS);
    go(limit.inFlight, 'none', PATIENCE_MS);
    rounds(1, 'answered', PATIENCE_MS - 1);
    expect(limit.cap).toBe(MIN);
  });

  it('cuts again if it has grown too much', () => {
    wakeHalfway();
    rounds(20, 'answered', 10);
    const cap = limit.cap ?? Number.NaN;
    rounds(1, 'shed', 10);
    expect(limit.cap).toBeLessThan(cap);
  });

  it('does not cut for a sign among many answers', () => {
    const cap = wakeHalfway();
    const entered = come(cap);
    nowMs += 10;
    go(1, 'shed', 10);
    go(entered - 1, 'answered', 10);
    expect(limit.cap).toBeGreaterThanOrEqual(cap);
  });

  it('has a retryAfterMs of a round trip, once it has measured one', () => {
    expect(limit.retryAfterMs()).toBe(1);
    wakeHalfway();
    rounds(2, 'answered', 40);
    expect(limit.retryAfterMs()).toBe(40);
  });
});

describe('going back to sleep', () => {
  it('sleeps when it has not been reached for a second, with traffic', () => {
    wakeHalfway();
    expect(come(1_000)).toBeLessThan(1_000);
    go(limit.inFlight, 'answered', 10);
    rounds(99, 'answered', 10, 2);
    expect(limit.cap).toBeDefined();
    rounds(2, 'answered', 10, 2);
    expect(limit.cap).toBeUndefined();
    expect(come(5_000)).toBe(5_000);
  });

  it('stays awake as long as it is reached', () => {
    wakeHalfway();
    for (let second = 0; second < 10; second += 1) {
      rounds(80, 'answered', 10, 2);
      come(5_000);
      go(limit.inFlight, 'answered', 10);
    }
    expect(limit.cap).toBeDefined();
  });

  it('stays awake if nothing has shown that the server is well', () => {
    const cap = wakeHalfway();
    expect(come(1)).toBe(1);
    nowMs += 60_000;
    expect(come(1)).toBe(1);
    expect(limit.cap).toBe(cap);
  });

  it('sleeps if it has not been reached for a second and nothing is in flight', () => {
    wakeHalfway();
    nowMs += 999;
    expect([come(1), limit.cap]).not.toContain(undefined);
    go(1, 'none', 10);
    nowMs += 1;
    expect([come(1), limit.cap]).toEqual([1, undefined]);
  });

  it('needs several signs again to wake after it has slept', () => {
    wakeHalfway();
    rounds(150, 'answered', 10, 2);
    expect(limit.cap).toBeUndefined();
    come(100);
    nowMs += PATIENCE_MS;
    go(3, 'timed-out', PATIENCE_MS);
    expect(limit.cap).toBeUndefined();
    go(97, 'timed-out', PATIENCE_MS);
    expect(limit.cap).toBeDefined();
  });
});

describe('waiting', () => {
  const full = (): void => {
    come(100);
    go(100, 'timed-out', PATIENCE_MS);
    expect(come(100)).toBe(limit.cap);
  };

  it('is only for retries', () => {
    expect(limit.maxWaitMs(false)).toBeUndefined();
    expect(limit.maxWaitMs(true)).toBeGreaterThan(0);
  });

  it('ends with a slot when one is free', async () => {
    const clock = new ManualClock();
    full();
    const waiting = watch(limit.acquire(clock, 1_000, undefined));
    const inFlight = limit.inFlight;
    go(inFlight, 'none', 10);
    await clock.settle();
    expect(waiting.value).toBe(true);
    expect([limit.inFlight, limit.waiting, clock.pending]).toEqual([1, 0, 0]);
  });

  it('admits a new call first while the server is nearly full', async () => {
    const clock = new ManualClock();
    full();
    const waiting = watch(limit.acquire(clock, 1_000, undefined));
    go(1, 'answered', 10);
    expect(come(2)).toBe(1);
    await clock.settle();
    expect(waiting.state).toBe('pending');
    go(limit.inFlight, 'none', 10);
    await clock.settle();
    expect(waiting.value).toBe(true);
  });

  it('serves attempts in the order of their arrival', async () => {
    const clock = new ManualClock();
    full();
    const waiting = [1, 2, 3, 4].map(() => watch(limit.acquire(clock, 1_000, undefined)));
    go(2, 'none', 10);
    await clock.settle();
    expect(waiting.map(({ value }) => value)).toEqual([true, undefined, undefined, undefined]);
    while (limit.waiting > 0) {
      go(1, 'none', 10);
      await clock.settle();
    }
    expect(waiting.map(({ value }) => value)).toEqual([true, true, true, true]);
  });

  it('ends when places of attempts that have become old are free', async () => {
    const clock = new ManualClock();
    full();
    const waiting = watch(limit.acquire(clock, 5_000, undefined));
    nowMs += 1_000;
    expect(come(1)).toBe(0);
    await clock.settle();
    expect(waiting.state).toBe('pending');
    nowMs += 1;
    come(1);
    await clock.settle();
    expect(waiting.value).toBe(true);
  });

  it('ends without a slot when its time is up, or its caller has cancelled', async () => {
    const clock = new ManualClock();
    full();
    const controller = new AbortController();
    const waiting = [limit.acquire(clock, 20, undefined), limit.acquire(clock, 1_000, controller.signal)].map(watch);
    await clock.advance(20);
    controller.abort();
    await clock.settle();
    expect(waiting.map(({ value }) => value)).toEqual([false, false]);
    expect([limit.waiting, clock.pending, abortListeners(controller.signal)]).toEqual([0, 0, 0]);
  });
});

it('does not cut twice for errors that are as frequent with few attempts in flight', () => {
  wakeHalfway();
  const mixed = (): void => {
    const entered = come((limit.cap ?? 0) + 1);
    nowMs += 10;
    for (let one = 0; one < entered; one += 1) go(1, one % 2 === 0 ? 'shed' : 'answered', 10);
  };
  for (let round = 0; round < 4; round += 1) mixed();
  const cap = limit.cap ?? Number.NaN;
  for (let round = 0; round < 40; round += 1) mixed();
  expect(limit.cap).toBeGreaterThanOrEqual(cap);
  expect(cap).toBeGreaterThan(2 * MIN);
});

it('cuts again for timeouts, whatever share of attempts was pushed away before', () => {
  const cap = wakeHalfway();
  rounds(3, 'timed-out', PATIENCE_MS);
  expect(limit.cap).toBeLessThan(cap);
  expect(limit.cap).toBe(MIN);
});

it('goes to sleep at a reset, and admits all waiting attempts', async () => {
  wakeHalfway();
  const clock = new ManualClock();
  come(1_000);
  const waiting = [limit.acquire(clock, 10_000, undefined), limit.acquire(clock, 10_000, undefined)];
  limit.reset();
  expect(await Promise.all(waiting)).toEqual([true, true]);
  expect([limit.cap, limit.waiting, clock.pending]).toEqual([undefined, 0, 0]);
});

it('gives away the slot of an attempt that is four round trips and a second old', () => {
  wakeHalfway();
  rounds(4, 'answered', 40);
  const stuck = come(1_000);
  expect(stuck).toBe(limit.cap);
  expect(limit.tryAcquire(nowMs)).toBe(false);
  nowMs += 1_001;
  expect(limit.tryAcquire(nowMs)).toBe(true);
});

it('grows while answers take as long as usual, however close to the timeout that is', () => {
  for (let one = 0; one < 200; one += 1) {
    come(1);
    nowMs += 200;
    go(1, 'answered', 200);
  }
  come(100);
  nowMs += PATIENCE_MS;
  go(100, 'timed-out', PATIENCE_MS);
  const cap = limit.cap ?? 0;
  rounds(6, 'answered', 200);
  expect(limit.cap).toBeGreaterThan(cap);
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

it('forgets during sleep how often attempts were pushed away at any load', () => {
  wakeHalfway();
  // Half of what comes is pushed away however few there are, which is not cut for twice.
  for (let one = 0; one < 64; one += 1) {
    come(1);
    go(1, one % 2 === 0 ? 'shed' : 'answered', 0);
  }
  rounds(32, 'answered', 50, 1);
  come(1);
  expect(limit.cap).toBeUndefined();
  go(1, 'answered', 0);
  for (let one = 0; one < 200; one += 1) {
    come(1);
    go(1, 'answered', 0);
  }
  come(40);
  go(16, 'shed', 0);
  expect(limit.cap).toBeLessThan(40);
});
