import { MAX_TIMER_MS } from '../host/clock.js';
import type { Verdict } from '../outcome/verdict.js';
import { type Backoff, backoffDelay } from './backoff.js';
import { spread } from './spread.js';

/** Input of a retry's planning. */
export interface RetryFacts {
  readonly verdict: Verdict;
  /** Tells if the request may be sent again, or why not. */
  readonly repeatable: 'yes' | 'not-idempotent' | 'one-shot-body';
  readonly retriesMade: number;
  readonly maxRetries: number;
  readonly backoff: Backoff;
  readonly previousMs: number | undefined;
  /** Wait that the server asked of this caller, in ms. */
  readonly hintMs: number | undefined;
  /** Beginning of this call's turn after the key's cool-down, and the time over which it is spread, in ms. */
  readonly coolDownMs: number;
  readonly coolDownSpreadMs: number;
  /** Longest time that the call waits for hints of other calls, in ms. */
  readonly patienceMs: number;
  /** Longest wait from now, by `maxElapsedMs` and by the deadline, in ms. */
  readonly elapsedLeftMs: number;
  readonly deadlineLeftMs: number;
}

/** Result of planning a retry: the wait, or why there is none. Breaker and budget decide after this. */
export type RetryPlan =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly stopReason: PlannedStop };

export type PlannedStop =
  | 'success'
  | 'permanent'
  | 'cancelled'
  | 'not-idempotent'
  | 'one-shot-body'
  | 'exhausted'
  | 'elapsed'
  | 'deadline'
  | 'retry-after'
  | 'cool-down';

/**
 * Plans a retry: waits for the latest of backoff, hint and cool-down, if that fits into the rest of the call's time.
 */
export function planRetry(facts: RetryFacts, random: () => number): RetryPlan {
  const { verdict, repeatable, hintMs, elapsedLeftMs, deadlineLeftMs } = facts;
  if (verdict !== 'transient' && verdict !== 'throttled') return stop(verdict);
  if (repeatable !== 'yes') return stop(repeatable);
  if (facts.retriesMade >= facts.maxRetries) return stop('exhausted');

  const leftMs = Math.min(elapsedLeftMs, deadlineLeftMs, MAX_TIMER_MS);
  const backoffMs = backoffDelay(facts.backoff, {
    retry: facts.retriesMade + 1,
    previousMs: facts.previousMs,
    throttled: verdict === 'throttled',
    random,
  });
  // An attempt may begin exactly at maxElapsedMs, but not at the deadline, which would end it at once.
  const fits = (waitMs: number): boolean => waitMs <= leftMs && waitMs < deadlineLeftMs;
  if (!fits(backoffMs)) return stop(deadlineLeftMs <= elapsedLeftMs ? 'deadline' : 'elapsed');
  if (hintMs !== undefined && !fits(hintMs)) return stop('retry-after');
  const isTooLong = facts.coolDownMs > Math.max(facts.patienceMs, hintMs ?? 0);
  if (!fits(facts.coolDownMs) || isTooLong) return stop('cool-down');

  const asked = hintMs === undefined ? backoffMs : Math.max(backoffMs, hintMs);
  const ownMs = hintMs === undefined ? backoffMs : spread(asked, asked * MAX_SPREAD, leftMs, random);
  const coolMs = facts.coolDownMs === 0 ? 0 : spread(facts.coolDownMs, facts.coolDownSpreadMs, leftMs, random);
  return { retry: true, delayMs: Math.max(ownMs, coolMs) };
}

const MAX_SPREAD = 0.1;

function stop(stopReason: PlannedStop): RetryPlan {
  return { retry: false, stopReason };
}
