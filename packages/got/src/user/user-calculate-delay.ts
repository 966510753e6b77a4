import type { Decision } from '@breakwater/core/adapter';
import type { GotRetry, RetryInput } from '../got-types.js';

/** The `calculateDelay` that was there before ours: the user's, or the one of got, which returns what it is given. */
export interface UserDelay {
  /** What got would do by itself. */
  alone(input: RetryInput): number | undefined | PromiseLike<number | undefined>;
  /** Its word on a decision: it sees the decided delay as `computedValue`, 0 for no retry. Milliseconds; 0 for no retry. */
  on(decision: Decision, input: RetryInput): Promise<number>;
}

export function userDelay({ calculateDelay, enforceRetryRules }: GotRetry): UserDelay {
  const alone = (input: RetryInput): number | undefined | PromiseLike<number | undefined> =>
    enforceRetryRules && input.computedValue === 0 ? 0 : calculateDelay(input);
  return {
    alone,
    async on(decision, input) {
      const delayMs = await alone({ ...input, computedValue: decision.retry ? timerMs(decision.delayMs) : 0 });
      // To got, undefined and NaN are no retry either.
      return delayMs ? timerMs(delayMs) : 0;
    },
  };
}

/** To got, 0 is no retry. */
const AT_ONCE_MS = 1;
const LONGEST_MS = 2 ** 31 - 1;

function timerMs(ms: number): number {
  return Math.min(Math.max(ms, AT_ONCE_MS), LONGEST_MS);
}
