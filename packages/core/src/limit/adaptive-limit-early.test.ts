import { beforeEach, describe, expect, it } from '@jest/globals';
import { LimitedTraffic, PATIENCE_MS } from '../../test/limited-traffic.js';
import { watch } from '../../test/policy-fixture.js';
import { ManualClock } from '../testing/manual-clock.js';

let at: LimitedTraffic;

beforeEach(() => {
  at = new LimitedTraffic();
});

describe('waking before anything has timed out', () => {
  const USUAL_MS = 10;

  /** So many calls, each answered in the usual time, one every 2 ms. */
  function calm(count: number, patienceMs = PATIENCE_MS): void {
    for (let call = 0; call < count; call += 1) {
      at.come(1, patienceMs);
      at.nowMs += 2;
      if (call >= 5) at.go(1, 'answered', USUAL_MS);
    }
  }

  it('takes 16 attempts without an answer, for three times as long as usual, with callers that do not wait for ever', () => {
    calm(200);
    let begun = 0;
    while (at.limit.cap === undefined && begun < 1_000) {
      at.come(1, PATIENCE_MS);
      begun += 1;
      at.nowMs += 2;
    }
    expect(begun).toBe(17);
    expect(at.limit.cap).toBe(at.limit.inFlight);
  });

  it.each([
    ['for ever', Number.POSITIVE_INFINITY],
    ['for an hour', 3_600_000],
  ])('does not happen in a silence if callers wait %s', (_long, patienceMs) => {
    calm(200, patienceMs);
    for (let one = 0; one < 100; one += 1) {
      at.come(1, patienceMs);
      at.nowMs += 2;
    }
    expect(at.limit.cap).toBeUndefined();
  });

  it('does not happen in a burst, before the first answer of all, or while as many as usual wait', () => {
    at.come(100, PATIENCE_MS);
    expect(at.limit.cap).toBeUndefined();
    at.nowMs += 10_000;
    expect(at.come(1, PATIENCE_MS)).toBe(1);
    expect(at.limit.cap).toBeUndefined();
  });

  it('does not happen if attempts end without an answer', () => {
    calm(200);
    for (let one = 0; one < 100; one += 1) {
      at.come(1, PATIENCE_MS);
      at.nowMs += 2;
      at.go(1, 'none', 2);
    }
    expect(at.limit.cap).toBeUndefined();
  });

  it('takes four answers in a row that are late and come more slowly than attempts begin', () => {
    calm(200);
    let answered = 0;
    for (let step = 0; at.limit.cap === undefined && step < 1_000; step += 1) {
      at.come(1, PATIENCE_MS);
      at.nowMs += 2;
      // From now on, an answer comes for every third call.
      if (step % 3 === 0) {
        answered += 1;
        at.go(1, 'answered', USUAL_MS + 2 * step);
      }
    }
    expect(at.limit.cap).toBe(at.limit.inFlight);
    expect(answered).toBeLessThan(30);
  });

  it('does not happen if answers are late and come as fast as attempts begin', () => {
    calm(200);
    for (let step = 0; step < 500; step += 1) {
      at.come(1, PATIENCE_MS);
      at.nowMs += 2;
      if (step >= 100) at.go(1, 'answered', 210);
      else if (step % 10 === 0) at.go(1, 'answered', USUAL_MS);
    }
    expect(at.limit.cap).toBeUndefined();
  });

  it('is not brought about by timeouts of attempts that others have overtaken', () => {
    calm(200);
    for (let one = 0; one < 200; one += 1) {
      at.come(1, PATIENCE_MS);
      at.nowMs += 2;
      at.go(1, one % 2 === 0 ? 'answered' : 'timed-out', one % 2 === 0 ? USUAL_MS : PATIENCE_MS);
    }
    expect(at.limit.cap).toBeUndefined();
  });
});

describe('new calls over the cap', () => {
  /** Awake, with all places taken and a round trip of so many ms. */
  function fullAfter(roundTripMs: number): void {
    at.wakeHalfway();
    at.rounds(1, 'answered', roundTripMs);
    at.come(1_000);
  }

  it('are refused at once if it is not known how long their callers wait', () => {
    fullAfter(20);
    expect(at.limit.maxWaitMs(false)).toBeUndefined();
  });

  it('wait as long as leaves time for their own answer, if so many before them leave time', () => {
    fullAfter(20);
    const clock = new ManualClock();
    const cap = at.limit.cap ?? Number.NaN;
    let waiting = 0;
    while (waiting < 10_000 && at.limit.maxWaitMs(false, 100) !== undefined) {
      expect(at.limit.maxWaitMs(false, 100)).toBe(80);
      void at.limit.acquire(clock, 80, undefined, undefined, true);
      waiting += 1;
    }
    // Four round trips, each of which frees all places.
    expect(waiting).toBe(4 * cap);
    expect(at.limit.waiting).toBe(waiting);
  });

  it('are not overtaken by later ones, and go before retries', async () => {
    fullAfter(20);
    const clock = new ManualClock();
    const retry = watch(at.limit.acquire(clock, 1_000, undefined));
    const call = watch(at.limit.acquire(clock, 1_000, undefined, undefined, true));
    at.go(1, 'none', 20);
    expect(at.limit.tryAcquire(at.nowMs)).toBe(false);
    await clock.settle();
    expect([call.value, retry.state]).toEqual([true, 'pending']);
  });
});
