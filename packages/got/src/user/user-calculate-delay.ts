import type { Decision } from '@breakwater/core/adapter';
import type { CalculateDelay, GotRetry, RetryInput } from '../got-types.js';

/** The `calculateDelay` that was set before: the user's, or got's own, which returns its argument. */
export class UserDelay {
  readonly calculateDelay: CalculateDelay;
  readonly enforceRetryRules: boolean | undefined;

  constructor({ calculateDelay, enforceRetryRules }: GotRetry) {
    this.calculateDelay = calculateDelay;
    this.enforceRetryRules = enforceRetryRules;
  }

  /** Returns the delay that got would use without a policy. */
  alone(input: RetryInput): ReturnType<CalculateDelay> {
    return this.enforceRetryRules && input.computedValue === 0 ? 0 : this.calculateDelay(input);
  }

  /**
   * Returns the user's delay for a decision, in ms. It gets the decided delay as `computedValue`. 0 means no retry, in
   * both directions.
   */
  async on(decision: Decision, input: RetryInput): Promise<number> {
    const delayMs = await this.alone({ ...input, computedValue: decision.retry ? timerMs(decision.delayMs) : 0 });
    // To got, undefined and NaN mean no retry as well.
    return delayMs ? timerMs(delayMs) : 0;
  }
}

/** The shortest delay: to got, 0 means no retry. */
const AT_ONCE_MS = 1;
const LONGEST_MS = 2 ** 31 - 1;

function timerMs(ms: number): number {
  return Math.min(Math.max(ms, AT_ONCE_MS), LONGEST_MS);
}
