import { expect, it } from '@jest/globals';
import { planRetry, type RetryFacts } from './plan.js';

const facts: RetryFacts = {
  verdict: 'transient',
  repeatable: 'yes',
  retriesMade: 0,
  maxRetries: 9,
  backoff: { kind: 'linear', baseMs: 100, throttledBaseMs: 100, factor: 1, maxMs: 60_000, jitter: 'none' },
  previousMs: undefined,
  hintMs: undefined,
  coolDownMs: 0,
  coolDownSpreadMs: 0,
  patienceMs: Number.POSITIVE_INFINITY,
  elapsedLeftMs: 30_000,
  deadlineLeftMs: Number.POSITIVE_INFINITY,
};

it.each([0, 1, 4])('asks the backoff for the retry that comes next, after %d of them', (retriesMade) => {
  expect(planRetry({ ...facts, retriesMade }, () => 0.5)).toEqual({ retry: true, delayMs: 100 * (retriesMade + 1) });
});

it('spreads no call over a cool-down that has ended', () => {
  expect(planRetry({ ...facts, coolDownSpreadMs: 9_000 }, () => 0.9)).toEqual({ retry: true, delayMs: 100 });
});

it.each([
  ['at its patience', 500, undefined, { retry: true, delayMs: 500 }],
  ['beyond its patience', 501, undefined, { retry: false, stopReason: 'cool-down' }],
  ['at the hint of its own server, beyond its patience', 800, 800, { retry: true, delayMs: 840 }],
  ['beyond both', 801, 800, { retry: false, stopReason: 'cool-down' }],
] as const)('a cool-down that ends %s', (_, coolDownMs, hintMs, plan) => {
  expect(planRetry({ ...facts, coolDownMs, hintMs, patienceMs: 500 }, () => 0.5)).toEqual(plan);
});
