import type { CallOptions, Mode, Policy, TimeoutOptions } from '@breakwater/core';
import { checkCall } from '@breakwater/core/adapter';
import type { AttemptOptions, GotOptions } from './got-types.js';

/**
 * What may be said of one request, under `context.resilience`; of all requests of an instance, in its own `context`.
 * `false` there leaves the request to got alone.
 *
 * @example
 * ```ts
 * const order = { maxRetries: 1, idempotencyKey: 'order-42' } satisfies RequestResilience;
 * await client.post('https://api.example.com/orders', { context: { resilience: order } });
 * ```
 */
export interface RequestResilience {
  /** Attempts after the first. Goes before got's `retry.limit`. */
  readonly maxRetries?: number | undefined;
  /** Which breaker, budget and cool-down the request belongs to. Default: what the policy says, else the origin of its URL. */
  readonly key?: string | undefined;
  /** True: sending it twice does no harm, whatever its method. False: it would. Undefined: the method decides. */
  readonly idempotent?: boolean | undefined;
  /**
   * Sent with every attempt, in the header that the policy's `idempotency` names (else `Idempotency-Key`), and so makes the
   * request one that may be repeated. A header of that name which the request has already is kept and does the same.
   */
  readonly idempotencyKey?: string | undefined;
  /** Hard limits, over those of the policy, in ms. got's own `timeout` holds for each attempt besides. */
  readonly timeouts?: TimeoutOptions | undefined;
  /** Runs before every attempt that the policy answers for, the first included: renews a token, signs anew. */
  readonly beforeAttempt?: BeforeAttempt | undefined;
  /** What the policy does with the request. Default: the policy's own mode. */
  readonly mode?: Mode | undefined;
}

/**
 * Gets the options of the request, which it may change, and the attempt's number, from 1. What it returns is set as headers.
 * Runs after all `beforeRequest` hooks; not for the further requests of a redirect.
 *
 * What it throws ends the call. Not called in the modes `observe` and `off`.
 */
export type BeforeAttempt = (
  options: AttemptOptions,
  attempt: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to return
) => AttemptHeaders | void | Promise<AttemptHeaders | void>;

/** Headers by name. */
export type AttemptHeaders = Readonly<Record<string, string>>;

/** What the context says of this request, as it was given: a handler that throws would throw at the caller, so it is checked later. */
export function requestResilience(options: GotOptions): RequestResilience | false | undefined {
  return (options.context as { readonly resilience?: RequestResilience | false } | undefined)?.resilience;
}

export function requestedMode(wanted: RequestResilience | undefined, policy: Policy): Mode {
  return wanted?.mode ?? policy.mode;
}

/** Throws unless the options of a request are as they must be; the message names option, rule and value. */
export function checkRequest(options: RequestResilience): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(
      `resilience must be an object or false, got ${Array.isArray(options) ? 'an array' : String(options)}`,
    );
  }
  const { beforeAttempt, ...call } = options;
  const unknown = Object.keys(call).find((name) => !CALL_OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`resilience.${unknown} is not an option; there are ${CALL_OPTIONS.join(', ')}, beforeAttempt`);
  }
  if (beforeAttempt !== undefined && typeof beforeAttempt !== 'function') {
    throw new TypeError(`resilience.beforeAttempt must be a function, got ${typeof beforeAttempt}`);
  }
  checkCall('resilience', call);
}

const CALL_OPTIONS: readonly string[] = [
  'maxRetries',
  'key',
  'idempotent',
  'idempotencyKey',
  'timeouts',
  'mode',
] satisfies (keyof CallOptions & keyof RequestResilience)[];
