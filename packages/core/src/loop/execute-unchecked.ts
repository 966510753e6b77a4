import type { CallOptions, ClientTraits } from '../session/call-options.js';
import type { AttemptFunction } from './attempt-context.js';

/** A policy that can take a call without checking its options. */
export interface UncheckedPolicy {
  /**
   * Like `executeWith`, for an adapter that makes the options of its calls itself: they are right, and each field is the object's own or
   * its class's. An error that the call ends with is what `traits.endError` makes of it.
   */
  executeUnchecked<T>(traits: ClientTraits, fn: AttemptFunction<T>, call: CallOptions): Promise<T>;
}

/** Returns the policy if it takes unchecked calls; undefined for one of an older copy of this package, or of another make. */
export function uncheckedPolicy(policy: object): UncheckedPolicy | undefined {
  const candidate = policy as Partial<UncheckedPolicy>;
  return typeof candidate.executeUnchecked === 'function' ? (candidate as UncheckedPolicy) : undefined;
}
