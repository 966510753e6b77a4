import type { BudgetRules } from '../retry/budget.js';
import { deepFreeze } from '../untrusted/plain-object.js';
import * as check from './checks.js';
import { type Defaults, part } from './fill.js';

/**
 * Limit on the retries of all calls of a key together, after Finagle's `RetryBudget`. It shrinks if fewer than half of
 * the calls are answered: a server that answers no call gets no retries.
 */
export interface BudgetOptions {
  /** Retries allowed per call of the key, in 0..1. @default 0.2 */
  readonly ratio?: number | undefined;
  /**
   * Retries per second that a key may make even if `ratio` of its calls comes to less.
   * @default 10
   */
  readonly minRetriesPerSecond?: number | undefined;
  /** Time over which calls and retries are counted, in ms. @default 10_000 */
  readonly windowMs?: number | undefined;
}

export const budgetDefaults = deepFreeze({
  ratio: 0.2,
  minRetriesPerSecond: 10,
  windowMs: 10_000,
} as const satisfies Defaults<BudgetOptions>);

export function resolveBudget(given: BudgetOptions | false | undefined): BudgetRules | false {
  return part<BudgetRules>('budget', given, budgetDefaults, budgetChecks);
}

const budgetChecks: Readonly<Record<keyof BudgetOptions, check.Check>> = {
  ratio: check.share,
  minRetriesPerSecond: check.atLeast(0),
  windowMs: check.positiveDuration,
};
