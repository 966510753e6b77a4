import { AdaptiveLimit } from '../limit/adaptive-limit.js';
import { FixedLimit } from '../limit/fixed-limit.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { LimitSettings } from '../options/limit-options.js';
import { type BudgetRules, type KeyBudget, RetryBudget } from '../retry/budget.js';
import type { StoreLink } from '../store/store.js';

/** Returns the store's budget if it has one, else a new one of the key's own. */
export function budgetOf(rules: BudgetRules | false, link: StoreLink): KeyBudget | undefined {
  return rules === false ? undefined : (link.budget?.(rules) ?? new RetryBudget(rules));
}

/**
 * Returns the limit for new rules. Keeps the old limit if it is of the same kind, since it knows the attempts in flight
 * and those that wait.
 */
export function limitOf(
  settings: LimitSettings,
  old: AttemptLimit | undefined,
  nowMs: number,
  link: StoreLink,
): AttemptLimit {
  if (settings.kind === 'fixed') {
    if (!(old instanceof FixedLimit)) return new FixedLimit(settings, link);
    old.changeRules(settings, nowMs);
    return old;
  }
  if (!(old instanceof AdaptiveLimit)) return new AdaptiveLimit(settings, link);
  old.changeRules(settings, nowMs);
  return old;
}

/** Tells if two parts hold the same values. Functions in them are not compared. */
export function isSame(one: object | false, other: object | false): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
