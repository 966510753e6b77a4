import { headerOf } from '@breakwater/core/adapter';
import { type HeaderValue, parseRetryAfter } from '@breakwater/core/algorithms';
import type { AxiosError } from 'axios';

/** Returns the wait of the answer's `Retry-After`, in ms; 0 if there is none, or it is malformed. */
export function retryAfter(error: AxiosError | undefined = undefined): number {
  const headers: unknown = error?.response?.headers;
  return parseRetryAfter(headerOf(headers, 'retry-after') as HeaderValue, Date.now()) ?? 0;
}

/** Returns the wait of `Retry-After`, else 0. */
export function noDelay(_retryNumber = 0, error: AxiosError | undefined = undefined): number {
  return retryAfter(error);
}

/**
 * Returns a delay that doubles from retry to retry, beginning at twice `delayFactor` ms, with up to a fifth added. A
 * longer `Retry-After` takes precedence.
 */
export function exponentialDelay(
  retryNumber = 0,
  error: AxiosError | undefined = undefined,
  delayFactor = 100,
): number {
  const delay = Math.max(2 ** retryNumber * delayFactor, retryAfter(error));
  return delay + delay * 0.2 * Math.random();
}

/**
 * Returns a function whose delay grows by `delayFactor` ms with each retry. A longer `Retry-After` takes precedence.
 */
export function linearDelay(
  delayFactor: number | undefined = 100,
): (retryNumber: number, error: AxiosError | undefined) => number {
  return (retryNumber = 0, error = undefined) => Math.max(retryNumber * delayFactor, retryAfter(error));
}
