import type { BreakwaterError } from '@breakwater/core';
import { isPolicyErrorCode, type PolicyErrorCode } from '@breakwater/core/adapter';
import type { GotError } from './got-types.js';

/** An error of the policy, as got's callers get it: a `RequestError`. No attempt brought an answer. */
export interface ResilienceError extends Error {
  /** Code of the failure. It is the contract: the class is got's, and the message may change. */
  readonly code: PolicyErrorCode;
  /** The breaker, budget and cool-down that the request belongs to. */
  readonly key: string;
  /** Time after which a new request may succeed, in ms from when this was thrown; undefined if that is not known. */
  readonly retryAfterMs: number | undefined;
}

/**
 * Tells whether the policy itself failed a request: by an open circuit, a cool-down, a limit, or a timeout of the
 * policy.
 */
export function isResilienceError(error: unknown): error is ResilienceError {
  return typeof error === 'object' && error !== null && isPolicyErrorCode((error as Partial<GotError>).code);
}

/** An error of the policy, before got wraps it into a `RequestError`. */
export type Refusal = BreakwaterError & { readonly key?: string; readonly retryAfterMs?: number | undefined };

/**
 * Copies the fields of a policy's error onto the `RequestError` that got makes of it. got keeps the message and the
 * code, and loses even those if it learns of the error from a response that was cut short. Before 14.2 there is no
 * `cause`.
 */
export function copyRefusal(refusal: Refusal, error: GotError): GotError {
  const { code, message, key, retryAfterMs } = refusal;
  Object.assign(error, { code, message, key, retryAfterMs });
  return Object.defineProperty(error, 'cause', {
    value: refusal,
    configurable: true,
    enumerable: false,
    writable: true,
  });
}
