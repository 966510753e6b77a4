import { setTimeout as delay } from 'node:timers/promises';
import type { Ledger } from './ledger.js';
import { LONG_MS, type Policies, policyNames, skipTime } from './policies.js';

/**
 * Longer than any circuit stays open and any cool-down lasts, except those of the policy whose clock can skip ahead.
 */
const ALL_OVER_MS = 60;

/** Tells if every key that a policy still knows can be used as at first: a lost permit or slot would show here. */
export async function checkEveryKey(policies: Policies, ledger: Ledger): Promise<void> {
  await delay(ALL_OVER_MS);
  skipTime(LONG_MS);
  for (const name of policyNames) {
    const policy = policies[name];
    for (const key of Object.keys(policy.snapshot().keys)) {
      try {
        await policy.execute(() => 'fine', { key, maxRetries: 0 });
      } catch (error) {
        ledger.breach(`policy ${name}, key ${key}: cannot be used any more: ${(error as Error).message}`);
      }
    }
  }
}
