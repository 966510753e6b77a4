import { createHash } from 'node:crypto';
import type { BreakerRules, BudgetRules, StoreContext } from '@breakwater/core/store';
import type { RedisStoreSettings } from '../options.js';

/** The window of a process that pools nothing. */
export const NO_WINDOW = '-';

/**
 * Returns the name of the window in which outcomes are pooled: its kind and length, and the fingerprint of all rules.
 * A process must not judge by evidence that was counted by other rules.
 */
export function windowName(
  { rules }: Pick<StoreContext, 'rules'>,
  { scope }: Pick<RedisStoreSettings, 'scope'>,
): string {
  if (rules === undefined || scope === 'transitions') return NO_WINDOW;
  const { window } = rules;
  return nameFor(rules, () => (window.kind === 'time' ? `t${window.ms}` : `n${window.size}`));
}

/** Returns the name of the budget by these rules: the length of its window in ms, and the rules' fingerprint. */
export function budgetName(rules: BudgetRules): string {
  return nameFor(rules, () => `${Math.ceil(rules.windowMs)}`);
}

/** Names by the rules, which all keys of a policy share. */
const names = new WeakMap<BreakerRules | BudgetRules, string>();

function nameFor(rules: BreakerRules | BudgetRules, spanOf: () => string): string {
  const name = names.get(rules) ?? `${spanOf()}.${fingerprintOf(rules)}`;
  names.set(rules, name);
  return name;
}

/** The same for the same values, in whatever order they were given. Functions are not part of the rules. */
function fingerprintOf(rules: BreakerRules | BudgetRules): string {
  const text = JSON.stringify(Object.entries(rules).sort(([one], [other]) => (one < other ? -1 : 1)));
  return createHash('sha1').update(text).digest('hex').slice(0, 8);
}
