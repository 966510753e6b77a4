import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planRetry, type RetryFacts } from './plan.js';

const facts: RetryFacts = {
  verdict: 'transient',
  repeatable: 'yes',
  retriesMade: 0,
  maxRetries: 3,
  backoff: { kind: 'constant', baseMs: 100, throttledBaseMs: 1_000, factor: 1, maxMs: 60_000, jitter: 'none' },
  previousMs: undefined,
  hintMs: undefined,
  coolDownMs: 0,
  coolDownSpreadMs: 0,
  patienceMs: Number.POSITIVE_INFINITY,
  elapsedLeftMs: 30_000,
  deadlineLeftMs: Number.POSITIVE_INFINITY,
};

function plan(given: Partial<RetryFacts>, draw = 0.5) {
  return planRetry({ ...facts, ...given }, () => draw);
}

it.each<[string, Partial<RetryFacts>, number]>([
  ['by the backoff', {}, 100],
  ['for longer when throttled', { verdict: 'throttled' }, 1_000],
  ['by the hint and half of a tenth more where that is later', { hintMs: 2_000 }, 2_100],
  ['by the backoff, spread likewise, where the hint is sooner', { hintMs: 20 }, 105],
  ['at once after a hint of 0 and a backoff of 0', { hintMs: 0, backoff: () => 0 }, 0],
  ['for the cool-down where that is later', { coolDownMs: 700, coolDownSpreadMs: 70 }, 735],
  [
    'for its own delay where that is later than the cool-down',
    { hintMs: 2_000, coolDownMs: 5, coolDownSpreadMs: 1 },
    2_100,
  ],
  ['without the spread where time is short', { hintMs: 2_000, elapsedLeftMs: 2_000 }, 2_000],
  ['with half of the room as spread where time is short', { hintMs: 2_000, elapsedLeftMs: 2_100 }, 2_025],
  ['up to the very end of its time', { elapsedLeftMs: 100 }, 100],
])('waits %s', (_how, given, delayMs) => {
  expect(plan(given)).toEqual({ retry: true, delayMs });
});

it.each<[Partial<RetryFacts>, string]>([
  [{ verdict: 'success' }, 'success'],
  [{ verdict: 'permanent' }, 'permanent'],
  [{ verdict: 'cancelled' }, 'cancelled'],
  [{ repeatable: 'not-idempotent' }, 'not-idempotent'],
  [{ repeatable: 'one-shot-body' }, 'one-shot-body'],
  [{ retriesMade: 3 }, 'exhausted'],
  [{ maxRetries: 0 }, 'exhausted'],
  [{ elapsedLeftMs: 99 }, 'elapsed'],
  [{ elapsedLeftMs: -1, backoff: () => 0 }, 'elapsed'],
  [{ deadlineLeftMs: 99 }, 'deadline'],
  [{ deadlineLeftMs: 100 }, 'deadline'],
  [{ hintMs: 500, deadlineLeftMs: 500 }, 'retry-after'],
  [{ deadlineLeftMs: 0, backoff: () => 0 }, 'deadline'],
  [{ deadlineLeftMs: 50, elapsedLeftMs: 50 }, 'deadline'],
  [{ hintMs: 30_001 }, 'retry-after'],
  [{ hintMs: 501, deadlineLeftMs: 500 }, 'retry-after'],
  [{ hintMs: 2 ** 31, elapsedLeftMs: Number.POSITIVE_INFINITY }, 'retry-after'],
  [{ coolDownMs: 30_001, coolDownSpreadMs: 3_000 }, 'cool-down'],
  [{ verdict: 'permanent', repeatable: 'not-idempotent' }, 'permanent'],
])('stops at %j: %s', (given, stopReason) => {
  expect(plan(given)).toEqual({ retry: false, stopReason });
});

it('never waits less than backoff and hint, nor longer than the remaining time, nor over a tenth too long', () => {
  const ms = fc.oneof(fc.nat(60_000), fc.double({ min: 0, max: 60_000, noNaN: true }));
  const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.nat(2 ** 31),
      fc.option(ms, { nil: undefined }),
      ms,
      ms,
      draw,
      (backoffMs, hintMs, left, cool, r) => {
        const cooling = { coolDownMs: cool, coolDownSpreadMs: cool / 10 };
        const planned = plan({ backoff: () => backoffMs, hintMs, elapsedLeftMs: left, ...cooling }, r);
        if (!planned.retry) return;
        const least = Math.max(backoffMs, hintMs ?? 0, cool);
        expect(planned.delayMs).toBeGreaterThanOrEqual(least);
        expect(planned.delayMs).toBeLessThanOrEqual(Math.min(left, least * 1.1 + 1e-6));
      },
    ),
    { numRuns: 2_000 },
  );
});
