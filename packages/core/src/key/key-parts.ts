import { AdaptiveLimit } from '../limit/adaptive-limit.js';
import { FixedLimit } from '../limit/fixed-limit.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { LimitSettings } from '../options/limit-options.js';
import type { PolicySettings } from '../options/options.js';
import { type BudgetRules, type KeyBudget, RetryBudget } from '../retry/budget.js';
import type { StoreContext, StoreLink } from '../store/store.js';

const contexts = new WeakMap<PolicySettings, StoreContext>();

/** Returns what a store needs of a policy, by its settings. All its keys share it. */
export function contextOf(
  settings: PolicySettings,
  { longestCoolDownMs }: Required<Pick<StoreContext, 'longestCoolDownMs'>>,
): StoreContext {
  const known = contexts.get(settings);
  if (known !== undefined) return known;
  const { breaker, clock, random } = settings;
  const context: StoreContext = { rules: breaker === false ? undefined : breaker, clock, random, longestCoolDownMs };
  contexts.set(settings, context);
  return context;
}

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
