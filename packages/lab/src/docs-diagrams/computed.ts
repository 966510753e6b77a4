import { defaults } from '@breakwater/core';
import { backoffDelay, RetryBudget } from '@breakwater/core/algorithms';
import { seededRandom } from '@breakwater/core/testing';
import { curves } from './curves.js';

const RETRIES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Draws the wait before each retry, by the calculator itself. */
export function backoffPicture(): string {
  const { backoff } = defaults.retry;
  const waits = (kind: 'exponential' | 'linear', random: number, jitter: 'none' | 'full') =>
    RETRIES.map((retry) => {
      const input = { retry, previousMs: undefined, throttled: false, random: () => random };
      return [retry, backoffDelay({ ...backoff, kind, jitter }, input) / 1_000] as const;
    });
  return curves({
    title: 'The wait before each retry',
    description:
      'The exponential curve doubles from 100 ms to the cap of 20 s. Full jitter waits half of it on average.',
    x: { name: 'retry', from: 1, to: 10, ticks: RETRIES.map((at) => ({ at, text: String(at) })) },
    y: { name: 'wait', from: 0, to: 22, ticks: [0, 5, 10, 15, 20].map((at) => ({ at, text: `${at} s` })) },
    curves: [
      { look: 'first', name: 'exponential (default), the longest wait', points: waits('exponential', 0, 'none') },
      { look: 'second', name: 'its mean with full jitter', points: waits('exponential', 0.5, 'full') },
      { look: 'third', name: 'linear', points: waits('linear', 0, 'none') },
    ],
  });
}

const SHARES = Array.from({ length: 21 }, (_, index) => index / 20);

/** Draws what the retries of a busy key cost, by the budget itself. */
export function budgetPicture(): string {
  return curves({
    title: 'Attempts per call while attempts fail',
    description:
      'Without a budget the load rises to four attempts per call. With the default budget it stays below 1.2, and falls to 1 if no call is answered.',
    x: { name: 'attempts that fail', from: 0, to: 1, ticks: percents([0, 0.25, 0.5, 0.75, 1]) },
    y: { name: 'attempts per call', from: 1, to: 4.1, ticks: [1, 2, 3, 4].map((at) => ({ at, text: String(at) })) },
    curves: [
      {
        look: 'first',
        name: 'with the budget, as by default',
        points: SHARES.map((share) => [share, attemptsPerCall(share, true)]),
      },
      { look: 'second', name: 'without it', points: SHARES.map((share) => [share, attemptsPerCall(share, false)]) },
    ],
  });
}

function percents(shares: readonly number[]) {
  return shares.map((at) => ({ at, text: `${at * 100} %` }));
}

/**
 * Plays a key of 200 calls a second, whose attempts fail at random, and returns its attempts per call once they are
 * steady.
 */
export function attemptsPerCall(failing: number, hasBudget: boolean): number {
  const budget = new RetryBudget(defaults.budget);
  const random = seededRandom(7);
  let [calls, attempts] = [0, 0];
  for (let atMs = 0; atMs < 40_000; atMs += 5) {
    budget.began(atMs);
    let made = 1;
    let isAnswered = random() >= failing;
    while (!isAnswered && made <= defaults.retry.maxRetries && (!hasBudget || budget.tryWithdraw(atMs))) {
      made += 1;
      isAnswered = random() >= failing;
    }
    if (isAnswered) budget.answered(atMs);
    if (atMs < 20_000) continue;
    calls += 1;
    attempts += made;
  }
  return attempts / calls;
}
