import { createPolicy, type Policy, type PolicyOptions } from '@breakwater/core';
import { isPolicy } from '@breakwater/core/adapter';

/**
 * Policy for a drop-in's own retries: options, of which unnamed parts are off, or a policy that other clients share.
 * The drop-in decides which failures are retried, how often and when. So `retry` is not an option, and of a policy's
 * `retry` only `maxElapsedMs` applies.
 */
export type AddedResilience = Policy | Omit<PolicyOptions, 'retry'>;

/**
 * Returns the policy behind a drop-in. Without an option, it lets everything through.
 *
 * @throws TypeError or RangeError for bad options, naming option, rule and value
 */
export function addedPolicy(name: string, options: { readonly resilience?: AddedResilience | undefined }): Policy {
  // Ignores properties of `Object.prototype`.
  const resilience = Object.hasOwn(options, 'resilience') ? options.resilience : undefined;
  if (resilience === undefined) return createPolicy({ ...NOTHING, name });
  if (isPolicy(resilience)) return resilience;
  if (typeof resilience !== 'object' || resilience === null || Array.isArray(resilience)) {
    const given = Array.isArray(resilience) ? 'an array' : String(resilience);
    throw new TypeError(`resilience must be a policy or an object, got ${given}`);
  }
  if (Object.hasOwn(resilience, 'retry')) {
    throw new TypeError(`resilience.retry is not an option here: the options of ${name} decide on retries`);
  }
  const named = Object.entries(resilience).filter(([, value]) => value !== undefined);
  return createPolicy({ ...NOTHING, name, ...Object.fromEntries(named) });
}

const NOTHING: PolicyOptions = {
  // Neither of the two libraries has such a bound.
  retry: { maxElapsedMs: Number.POSITIVE_INFINITY },
  budget: false,
  breaker: false,
  coolDown: false,
  limit: false,
};
