import type { Mode, Policy } from '@breakwater/core';
import { type RequestOptionsBase, requestOptionsIn } from '@breakwater/core/adapter';
import type { AttemptOptions, GotOptions } from './got-types.js';

/**
 * Options of one request, under `context.resilience`; of all requests of an instance, in its own `context`.
 * `false` there leaves the request to got alone.
 *
 * @example
 * ```ts
 * const order = { maxRetries: 1, idempotencyKey: 'order-42' } satisfies RequestResilience;
 * await client.post('https://api.example.com/orders', { context: { resilience: order } });
 * ```
 */
export interface RequestResilience extends RequestOptionsBase {
  /** Runs before every attempt that the policy answers for, the first included: renews a token, signs anew. */
  readonly beforeAttempt?: BeforeAttempt | undefined;
}

/**
 * Gets the options of the request, which it may change, and the attempt's number, from 1. What it returns is set as
 * headers. Runs after all `beforeRequest` hooks; not for the further requests of a redirect.
 *
 * Runs before the attempt takes a probe or a place: calls that it makes through the same policy need not wait for this
 * one. It may take `timeouts.attemptMs`; longer is a failed attempt. What it throws ends the call. If it sends the
 * attempt to another place (`url`), the attempt has the key of that place, unless the request names its `key`. Not
 * called in the modes `observe` and `off`.
 */
export type BeforeAttempt = (
  options: AttemptOptions,
  attempt: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to return
) => AttemptHeaders | void | Promise<AttemptHeaders | void>;

/** Headers by name. */
export type AttemptHeaders = Readonly<Record<string, string>>;

/**
 * Returns the options of this request from its context, unchecked: a handler that throws would throw at the caller, so
 * they are checked later.
 */
export function requestResilience(options: GotOptions): RequestResilience | false | undefined {
  return requestOptionsIn<RequestResilience>(options.context);
}

export function requestedMode(wanted: RequestResilience | undefined, policy: Policy): Mode {
  return wanted?.mode ?? policy.mode;
}
