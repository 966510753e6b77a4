import { describe, expect, test } from '@jest/globals';
import { createPolicy, isLimited, type LimitedError, type PolicyOptions } from '../src/index.js';
import { ManualClock } from '../src/testing.js';

const HOUR_MS = 3_600_000;

test.each([
  ['least', () => 0],
  ['most', () => 1 - Number.EPSILON],
])('a dead server is probed at most 220 times in the first hour, with the %s jitter', async (_, random) => {
  const clock = new ManualClock();
  const policy = createPolicy({ clock, random, retry: false, breaker: { consecutiveFailures: 1, failureRate: false } });
  let attempts = 0;
  const fail = (): never => {
    attempts += 1;
    throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  };

  while (clock.now() < HOUR_MS) {
    await policy.execute(fail).catch(() => {});
    await clock.advance(policy.snapshot().keys.default?.breaker?.openRemainingMs ?? HOUR_MS);
  }

  // The first of them opened the circuit.
  expect(attempts - 1).toBeLessThanOrEqual(220);
  // One probe each 33 s, which is the longest open time with its jitter, would be as many as this.
  expect(attempts - 1).toBeGreaterThanOrEqual(HOUR_MS / 33_000);
});

describe('an answer below 400 that shouldRetry repeats', () => {
  test.each([
    [202, '7', 7_000],
    [200, '2', 2_000],
    [303, '30', 30_000],
  ])('status %d with Retry-After %s is repeated no sooner', async (status, hint, waitMs) => {
    const clock = new ManualClock();
    const retry: PolicyOptions['retry'] = {
      maxElapsedMs: 60_000,
      shouldRetry: (outcome) => outcome.kind === 'response' && outcome.headers['retry-after'] !== undefined,
    };
    const policy = createPolicy({ clock, random: () => 0, retry });
    let polls = 0;
    const poll = async () => {
      polls += 1;
      return polls === 1 ? { status, headers: { 'retry-after': hint } } : { status: 200, headers: {} };
    };
    const call = policy.execute(poll);

    await clock.advance(waitMs - 1);
    expect(polls).toBe(1);
    await clock.advance(waitMs * 0.1 + 1);

    expect((await call).headers).toEqual({});
    expect(polls).toBe(2);
  });
});

describe('LimitedError.retryAfterMs', () => {
  test.each([
    ['a fixed limit without a queue', { kind: 'fixed', concurrency: 1, queue: 0, maxQueueMs: 0 }],
    ['a fixed limit with a full queue', { kind: 'fixed', concurrency: 1, queue: 1, maxQueueMs: 500 }],
  ] as const)('is a number before any call was answered, for %s', async (_, limit) => {
    const clock = new ManualClock();
    const policy = createPolicy({ clock, limit, retry: false });
    const hang = () => new Promise<never>(() => {});
    for (let call = 0; call < 2; call += 1) policy.execute(hang).catch(() => {});

    const error = await policy.execute(hang).catch((thrown: LimitedError) => thrown);

    expect(isLimited(error)).toBe(true);
    expect(Number.isFinite(error.retryAfterMs) && Number(error.retryAfterMs) >= 0).toBe(true);
  });
});
