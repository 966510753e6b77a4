import type { BreakwaterError, BreakwaterErrorCode } from '@breakwater/core';
import type { GotError } from './got-types.js';

/** An error of the policy's own, as got's callers get it: a `RequestError`, and no attempt brought an answer. */
export interface ResilienceError extends Error {
  /** What happened. The contract: the class is got's, and the message may change. */
  readonly code: Exclude<BreakwaterErrorCode, 'ERR_RETRY_EXHAUSTED'>;
  /** The breaker, budget and cool-down that the request belongs to. */
  readonly key: string;
  /** When a new try may make sense, in ms from when this was thrown; undefined where nobody can know. */
  readonly retryAfterMs: number | undefined;
}

/** Whether a request failed by the policy's own word: an open circuit, a cool-down, a limit, a timeout of the policy. */
export function isResilienceError(error: unknown): error is ResilienceError {
  return typeof error === 'object' && error !== null && OWN_CODES.has((error as Partial<GotError>).code);
}

const OWN_CODES: ReadonlySet<unknown> = new Set<ResilienceError['code']>([
  'ERR_CIRCUIT_OPEN',
  'ERR_COOL_DOWN',
  'ERR_LIMITED',
  'ERR_ATTEMPT_TIMEOUT',
  'ERR_DEADLINE_EXCEEDED',
]);

/** An error of ours, which got wraps into a `RequestError`. */
export type OwnError = BreakwaterError & { readonly key?: string; readonly retryAfterMs?: number | undefined };

/**
 * Puts what an error of ours says onto the `RequestError` that got makes of it. got keeps no more than the message and the code,
 * and not even those where it learns of the error by way of a response that was cut short. Before 14.2 there is no `cause`.
 */
export function mark(error: GotError, own: OwnError): GotError {
  const { code, message, key, retryAfterMs } = own;
  Object.assign(error, { code, message, key, retryAfterMs });
  return Object.defineProperty(error, 'cause', { value: own, configurable: true, enumerable: false, writable: true });
}
