import { MAX_TIMER_MS } from '../clock.js';
import type { Verdict } from '../verdict.js';
import { type Backoff, backoffDelay } from './backoff.js';

/** What a retry's planning goes by. */
export interface RetryFacts {
  readonly verdict: Verdict;
  /** Whether the request may be sent again, or why not. */
  readonly repeatable: 'yes' | 'not-idempotent' | 'one-shot-body';
  readonly retriesMade: number;
  readonly maxRetries: number;
  readonly backoff: Backoff;
  readonly previousMs: number | undefined;
  /** How long the server asked this caller to wait, in ms. */
  readonly hintMs: number | undefined;
  /** What is left of the key's cool-down, in ms, and with its spread. */
  readonly coolDownMs: number;
  readonly coolDownWaitMs: number;
  /** How long from now a wait may last, by `maxElapsedMs` and by the deadline, in ms. */
  readonly elapsedLeftMs: number;
  readonly deadlineLeftMs: number;
}

/** Whether to retry, and after how long, or why not. Breaker and budget have their say after this. */
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

/** Plans a retry: wait for the latest of backoff, hint and cool-down, if that fits what is left of the call's time. */
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
  if (deadlineLeftMs <= 0 || backoffMs > leftMs) return stop(deadlineLeftMs <= elapsedLeftMs ? 'deadline' : 'elapsed');
  if (hintMs !== undefined && hintMs > leftMs) return stop('retry-after');
  if (facts.coolDownMs > leftMs) return stop('cool-down');

  const ownMs = hintMs === undefined ? backoffMs : Math.max(backoffMs, hintMs) * (1 + random() * MAX_SPREAD);
  // The spread is ours, not the server's: it gives way where time is short.
  return { retry: true, delayMs: Math.min(leftMs, Math.max(ownMs, facts.coolDownWaitMs)) };
}

const MAX_SPREAD = 0.1;

function stop(stopReason: PlannedStop): RetryPlan {
  return { retry: false, stopReason };
}
