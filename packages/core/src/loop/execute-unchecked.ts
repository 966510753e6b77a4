import type { CallOptions, ClientTraits } from '../session/call-options.js';
import type { Session } from '../session/session.js';
import type { SessionTraits } from '../session/session-host.js';
import type { AttemptFunction } from './attempt-context.js';

/** A policy that can run a call without a check of its options. */
export interface UncheckedPolicy {
  /**
   * Does the same as `executeWith` for an adapter that makes valid options itself. Each field must be the object's own
   * or its class's. The caller gets the errors that `traits.endError` returns.
   */
  executeUnchecked<T>(traits: ClientTraits, fn: AttemptFunction<T>, call: CallOptions): Promise<T>;
  /** Does the same as `begin` for such an adapter. */
  beginUnchecked(call: CallOptions, traits: SessionTraits): Session;
}

/** Returns the policy if it can run unchecked calls. Undefined for one of an older copy of this package. */
export function uncheckedPolicy(policy: object): UncheckedPolicy | undefined {
  const candidate = policy as Partial<UncheckedPolicy>;
  return typeof candidate.executeUnchecked === 'function' ? (candidate as UncheckedPolicy) : undefined;
}

/** Begins a session for a call with valid options; by `begin` for a policy of an older copy of this package. */
export function beginUnchecked(policy: Beginner, call: CallOptions, traits: SessionTraits): Session {
  const { beginUnchecked: begin } = policy as Partial<UncheckedPolicy>;
  return begin === undefined ? policy.begin(call, traits) : begin.call(policy, call, traits);
}

/** The part of a policy that begins sessions. */
interface Beginner {
  begin(call: CallOptions, traits: SessionTraits): Session;
}
