import type { CallOptions, ClientTraits } from '../session/call-options.js';
import type { AttemptFunction } from './attempt-context.js';

/** A policy that can run a call without a check of its options. */
export interface UncheckedPolicy {
  /**
   * Does the same as `executeWith` for an adapter that makes valid options itself. Each field must be the object's own
   * or its class's. The caller gets the errors that `traits.endError` returns.
   */
  executeUnchecked<T>(traits: ClientTraits, fn: AttemptFunction<T>, call: CallOptions): Promise<T>;
}

/** Returns the policy if it can run unchecked calls. Undefined for one of an older copy of this package. */
export function uncheckedPolicy(policy: object): UncheckedPolicy | undefined {
  const candidate = policy as Partial<UncheckedPolicy>;
  return typeof candidate.executeUnchecked === 'function' ? (candidate as UncheckedPolicy) : undefined;
}
