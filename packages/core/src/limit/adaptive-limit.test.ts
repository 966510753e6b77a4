import { beforeEach, describe, expect, it } from '@jest/globals';
import { LimitedTraffic, MIN, PATIENCE_MS } from '../../test/limited-traffic.js';
import { seededRandom } from '../testing/random.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import type { LoadSignal } from './limit.js';

let at: LimitedTraffic;

beforeEach(() => {
  at = new LimitedTraffic();
});

describe('asleep', () => {
  it('caps nothing: admits 5,000 at once, and again', () => {
    for (const durationMs of [1, 50, 5_000]) {
      expect(at.come(5_000)).toBe(5_000);
      at.nowMs += durationMs;
      at.go(5_000, 'answered', durationMs);
    }
    expect([at.limit.cap, at.limit.inFlight, at.limit.waiting]).toEqual([undefined, 0, 0]);
  });

  it.each<LoadSignal>(['timed-out', 'shed'])('is not woken by a single %s in a healthy burst', (sign) => {
    for (const before of [0, 1, 100, 4_999]) {
      at.come(5_000);
      at.nowMs += PATIENCE_MS;
      at.go(before, 'answered', 10);
      at.go(1, sign, PATIENCE_MS);
      expect(at.limit.cap).toBeUndefined();
      expect(at.come(100)).toBe(100);
      at.go(5_099 - before, 'answered', 10);
    }
    expect(at.limit.cap).toBeUndefined();
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))('is not woken by 5 %% of random 503s: seed %d', (seed) => {
    const random = seededRandom(seed);
    for (let call = 0; call < 5_000; call += 1) {
      at.come(1);
      at.nowMs += 2;
      at.go(1, random() < 0.05 ? 'shed' : 'answered', 2);
      expect(at.limit.cap).toBeUndefined();
    }
  });

  it('ignores outcomes without information about the load', () => {
    at.come(1_000);
    at.go(1_000, 'none', 10);
    expect(at.limit.cap).toBeUndefined();
  });

  it('does not let a refused attempt hide the signs before it', () => {
    at.come(100);
    for (let sign = 0; sign < 50; sign += 1) {
      at.go(1, 'timed-out', PATIENCE_MS);
      at.go(1, 'none', 1);
    }
    expect(at.limit.cap).toBeDefined();
  });
});

describe('waking', () => {
  it.each<LoadSignal>(['timed-out', 'shed'])('needs several signs in a row: %s', (sign) => {
    at.come(100);
    at.nowMs += PATIENCE_MS;
    at.go(3, sign, PATIENCE_MS);
    expect(at.limit.cap).toBeUndefined();
    at.go(13, sign, PATIENCE_MS);
    expect(at.limit.cap).toBeDefined();
  });

  it.each<LoadSignal>(['timed-out', 'shed'])('caps attempts at fewer than were in flight: %s', (sign) => {
    at.come(100);
    at.nowMs += PATIENCE_MS;
    for (let left = 99; at.limit.cap === undefined && left > 0; left -= 1) at.go(1, sign, PATIENCE_MS);
    expect(at.limit.cap).toBeLessThan(at.limit.inFlight);
    expect(at.limit.cap).toBeGreaterThanOrEqual(MIN);
    expect(at.come(100)).toBe(0);
  });

  it('sets a cap near the number of answered attempts, if there were any', () => {
    const cap = at.wakeHalfway();
    expect(cap).toBeLessThan(200);
  });

  it('admits as many as the cap, and one more for each that is released', () => {
    const cap = at.wakeHalfway();
    expect(at.come(1_000)).toBe(cap);
    at.go(3, 'none', 5);
    expect(at.come(1_000)).toBe(3);
    at.go(cap, 'none', 5);
    expect(at.limit.inFlight).toBe(0);
  });
});

describe('awake', () => {
  it('does not cut again for attempts that began before the cut', () => {
    at.come(200);
    at.nowMs += 10;
    let ended = 0;
    for (; at.limit.cap === undefined; ended += 1) at.go(1, ended % 2 === 0 ? 'shed' : 'answered', 10);
    const { cap } = at.limit;
    at.nowMs += 5;
    at.go(200 - ended, 'timed-out', 15);
    expect(at.limit.cap).toBe(cap);
  });

  it('cuts at most once per round trip', () => {
    const cap = at.wakeHalfway();
    at.nowMs += 1;
    const entered = at.come(cap);
    at.nowMs += 20;
    const caps = new Set<number | undefined>();
    for (let one = 0; one < entered; one += 1) {
      at.go(1, one % 2 === 0 ? 'shed' : 'answered', 20);
      caps.add(at.limit.cap);
    }
    expect(Math.min(...[...caps].map(Number))).toBeLessThan(cap);
    const afterFirst = at.limit.cap;
    at.go(0, 'shed', 20);
    expect(at.limit.cap).toBe(afterFirst);
    expect(at.limit.cap).toBeGreaterThanOrEqual(cap / 4);
  });

  it('never caps below minConcurrency, however bad it gets', () => {
    at.wakeHalfway();
    at.rounds(50, 'timed-out', PATIENCE_MS);
    expect(at.limit.cap).toBe(MIN);
    expect(at.come(MIN + 1)).toBe(MIN);
  });

  it.each([1, 2, 7])('respects a minConcurrency of %d', (minConcurrency) => {
    at.limit = new AdaptiveLimit({ minConcurrency });
    at.come(100);
    at.go(100, 'timed-out', PATIENCE_MS);
    at.rounds(50, 'timed-out', PATIENCE_MS);
    expect(at.come(100)).toBe(minConcurrency);
  });

  it('grows while it is in use and answers come in good time', () => {
    const cap = at.wakeHalfway();
    at.rounds(10, 'answered', 10);
    const later = at.limit.cap ?? Number.NaN;
    expect(later).toBeGreaterThan(cap);
    at.rounds(10, 'answered', 10);
    expect(at.limit.cap).toBeGreaterThan(later);
  });

  it('does not grow while it is not in use', () => {
    const cap = at.wakeHalfway();
    at.rounds(50, 'answered', 20, 2);
    expect(at.limit.cap).toBe(cap);
  });

  it('does not grow if answers come nearly too late', () => {
    at.come(100);
    at.nowMs += PATIENCE_MS;
    at.go(100, 'timed-out', PATIENCE_MS);
    at.rounds(10, 'answered', 10);
    const cap = at.limit.cap ?? Number.NaN;
    at.rounds(10, 'answered', PATIENCE_MS - 1);
    expect(at.limit.cap).toBeLessThanOrEqual(cap);
  });

  it('learns how long callers wait from the attempts that woke it', () => {
    at.come(100);
    at.nowMs += PATIENCE_MS;
    while (at.limit.cap === undefined) at.go(1, 'timed-out', PATIENCE_MS);
    at.go(at.limit.inFlight, 'none', PATIENCE_MS);
    at.rounds(1, 'answered', PATIENCE_MS - 1);
    expect(at.limit.cap).toBe(MIN);
  });

  it('cuts again if it has grown too much', () => {
    at.wakeHalfway();
    at.rounds(20, 'answered', 10);
    const cap = at.limit.cap ?? Number.NaN;
    at.rounds(1, 'shed', 10);
    expect(at.limit.cap).toBeLessThan(cap);
  });

  it('does not cut for a sign among many answers', () => {
    const cap = at.wakeHalfway();
    const entered = at.come(cap);
    at.nowMs += 10;
    at.go(1, 'shed', 10);
    at.go(entered - 1, 'answered', 10);
    expect(at.limit.cap).toBeGreaterThanOrEqual(cap);
  });

  it('has a retryAfterMs of a round trip, once it has measured one', () => {
    expect(at.limit.retryAfterMs()).toBe(1);
    at.wakeHalfway();
    at.rounds(2, 'answered', 40);
    expect(at.limit.retryAfterMs()).toBe(40);
  });
});

describe('going back to sleep', () => {
  it('sleeps when it has not been reached for a second, with traffic', () => {
    at.wakeHalfway();
    expect(at.come(1_000)).toBeLessThan(1_000);
    at.go(at.limit.inFlight, 'answered', 10);
    at.rounds(99, 'answered', 10, 2);
    expect(at.limit.cap).toBeDefined();
    at.rounds(2, 'answered', 10, 2);
    expect(at.limit.cap).toBeUndefined();
    expect(at.come(5_000)).toBe(5_000);
  });

  it('stays awake as long as it is reached', () => {
    at.wakeHalfway();
    for (let second = 0; second < 10; second += 1) {
      at.rounds(80, 'answered', 10, 2);
      at.come(5_000);
      at.go(at.limit.inFlight, 'answered', 10);
    }
    expect(at.limit.cap).toBeDefined();
  });

  it('stays awake if nothing has shown that the server is well', () => {
    const cap = at.wakeHalfway();
    expect(at.come(1)).toBe(1);
    at.nowMs += 60_000;
    expect(at.come(1)).toBe(1);
    expect(at.limit.cap).toBe(cap);
  });

  it('sleeps if it has not been reached for a second and nothing is in flight', () => {
    at.wakeHalfway();
    at.nowMs += 999;
    expect([at.come(1), at.limit.cap]).not.toContain(undefined);
    at.go(1, 'none', 10);
    at.nowMs += 1;
    expect([at.come(1), at.limit.cap]).toEqual([1, undefined]);
  });

  it('needs several signs again to wake after it has slept', () => {
    at.wakeHalfway();
    at.rounds(150, 'answered', 10, 2);
    expect(at.limit.cap).toBeUndefined();
    at.come(100);
    at.nowMs += PATIENCE_MS;
    at.go(3, 'timed-out', PATIENCE_MS);
    expect(at.limit.cap).toBeUndefined();
    at.go(97, 'timed-out', PATIENCE_MS);
    expect(at.limit.cap).toBeDefined();
  });
});

it('does not cut twice for errors that are as frequent with few attempts in flight', () => {
  at.wakeHalfway();
  const mixed = (): void => {
    const entered = at.come((at.limit.cap ?? 0) + 1);
    at.nowMs += 10;
    for (let one = 0; one < entered; one += 1) at.go(1, one % 2 === 0 ? 'shed' : 'answered', 10);
  };
  for (let round = 0; round < 4; round += 1) mixed();
  const cap = at.limit.cap ?? Number.NaN;
  for (let round = 0; round < 40; round += 1) mixed();
  expect(at.limit.cap).toBeGreaterThanOrEqual(cap);
  expect(cap).toBeGreaterThan(2 * MIN);
});

it('cuts again for timeouts, whatever share of attempts was pushed away before', () => {
  const cap = at.wakeHalfway();
  at.rounds(3, 'timed-out', PATIENCE_MS);
  expect(at.limit.cap).toBeLessThan(cap);
  expect(at.limit.cap).toBe(MIN);
});

it('grows while answers take as long as usual, however close to the timeout that is', () => {
  for (let one = 0; one < 200; one += 1) {
    at.come(1);
    at.nowMs += 200;
    at.go(1, 'answered', 200);
  }
  at.come(100);
  at.nowMs += PATIENCE_MS;
  at.go(100, 'timed-out', PATIENCE_MS);
  const cap = at.limit.cap ?? 0;
  at.rounds(6, 'answered', 200);
  expect(at.limit.cap).toBeGreaterThan(cap);
});

it('forgets during sleep how often attempts were pushed away at any load', () => {
  at.wakeHalfway();
  // Half of what comes is pushed away however few there are, which is not cut for twice.
  for (let one = 0; one < 64; one += 1) {
    at.come(1);
    at.go(1, one % 2 === 0 ? 'shed' : 'answered', 0);
  }
  at.rounds(32, 'answered', 50, 1);
  at.come(1);
  expect(at.limit.cap).toBeUndefined();
  at.go(1, 'answered', 0);
  for (let one = 0; one < 200; one += 1) {
    at.come(1);
    at.go(1, 'answered', 0);
  }
  at.come(40);
  at.go(16, 'shed', 0);
  expect(at.limit.cap).toBeLessThan(40);
});
