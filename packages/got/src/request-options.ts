import type { Mode, Policy } from '@breakwater/core';
import { type RequestOptionsBase, requestOptionsIn } from '@breakwater/core/adapter';
import type { AttemptOptions, GotOptions } from './got-types.js';

/**
 * Options of one request, under `context.resilience`, or of all requests of an instance, in its own `context`. `false`
 * switches the policy off for the request.
 *
 * @example
 * ```ts
 * const order = { maxRetries: 1, idempotencyKey: 'order-42' } satisfies RequestResilience;
 * await client.post('https://api.example.com/orders', { context: { resilience: order } });
 * ```
 */
export interface RequestResilience extends RequestOptionsBase {
  /** Runs before every attempt under the policy, including the first: renews a token, signs again. */
  readonly beforeAttempt?: BeforeAttempt | undefined;
}

/**
 * Receives the options of the request, which it may change, and the attempt's number, from 1. The result is set as
 * headers. Runs after all `beforeRequest` hooks, but not for the further requests of a redirect.
 *
 * Runs before the attempt takes a probe or a slot: calls that it makes through the same policy do not wait for this
 * one. It may take `timeouts.attemptMs`; if it takes longer, the attempt has failed. If it throws, the call ends with
 * that error. If it sends the attempt to another place (`url`), the attempt has the key of that place, unless the
 * request names its `key`. Not called in the modes `observe` and `off`.
 */
export type BeforeAttempt = (
  options: AttemptOptions,
  attempt: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to return
) => AttemptHeaders | void | Promise<AttemptHeaders | void>;

/** Headers by name. */
export type AttemptHeaders = Readonly<Record<string, string>>;

/**
 * Returns the options of this request from its context, unchecked. They are checked later, because an error of a
 * handler would be thrown synchronously at the caller.
 */
export function requestResilience(options: GotOptions): RequestResilience | false | undefined {
  return requestOptionsIn<RequestResilience>(options.context);
}

export function requestedMode(wanted: RequestResilience | undefined, policy: Policy): Mode {
  return wanted?.mode ?? policy.mode;
}
