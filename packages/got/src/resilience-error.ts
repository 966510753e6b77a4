import type { BreakwaterError } from '@breakwater/core';
import { isPolicyErrorCode, type PolicyErrorCode } from '@breakwater/core/adapter';
import type { GotError } from './got-types.js';

/** An error of the policy, as got's callers get it: a `RequestError`. No attempt brought an answer. */
export interface ResilienceError extends Error {
  /** Code of the failure, which is the contract: the class is got's, and the message may change. */
  readonly code: PolicyErrorCode;
  /** Key of the request, which selects its breaker, budget and cool-down. */
  readonly key: string;
  /** Time after which a new request may succeed, in ms from when this was thrown; undefined if unknown. */
  readonly retryAfterMs: number | undefined;
}

/**
 * Tells if the policy itself failed a request: by an open circuit, a cool-down, a limit, or a timeout of the policy.
 */
export function isResilienceError(error: unknown): error is ResilienceError {
  return typeof error === 'object' && error !== null && isPolicyErrorCode((error as Partial<GotError>).code);
}

/** An error of the policy, before got wraps it into a `RequestError`. */
export type Refusal = BreakwaterError & { readonly key?: string; readonly retryAfterMs?: number | undefined };

/**
 * Copies the fields of a policy's error to the `RequestError` that got makes from it. got keeps only the message and
 * the code, and loses even those if it gets the error from a response that was cut short. Before 14.2 there is no
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
