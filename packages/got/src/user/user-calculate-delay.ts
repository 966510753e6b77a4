import type { Decision } from '@breakwater/core/adapter';
import type { CalculateDelay, GotRetry, RetryInput } from '../got-types.js';

/** The `calculateDelay` that was there before ours: the user's, or the one of got, which returns what it is given. */
export class UserDelay {
  readonly calculateDelay: CalculateDelay;
  readonly enforceRetryRules: boolean | undefined;

  constructor({ calculateDelay, enforceRetryRules }: GotRetry) {
    this.calculateDelay = calculateDelay;
    this.enforceRetryRules = enforceRetryRules;
  }

  /** Returns what got would do by itself. */
  alone(input: RetryInput): ReturnType<CalculateDelay> {
    return this.enforceRetryRules && input.computedValue === 0 ? 0 : this.calculateDelay(input);
  }

  /**
   * Returns the user's delay for a decision, in ms: it sees the decided delay as `computedValue`. 0 is no retry, both
   * ways.
   */
  async on(decision: Decision, input: RetryInput): Promise<number> {
    const delayMs = await this.alone({ ...input, computedValue: decision.retry ? timerMs(decision.delayMs) : 0 });
    // To got, undefined and NaN are no retry either.
    return delayMs ? timerMs(delayMs) : 0;
  }
}

/** To got, 0 is no retry. */
const AT_ONCE_MS = 1;
const LONGEST_MS = 2 ** 31 - 1;

function timerMs(ms: number): number {
  return Math.min(Math.max(ms, AT_ONCE_MS), LONGEST_MS);
}
