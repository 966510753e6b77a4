import { headerOf } from '@breakwater/core/adapter';
import { type HeaderValue, parseRetryAfter } from '@breakwater/core/algorithms';
import type { AxiosError } from 'axios';

/** Returns the wait of the answer's `Retry-After`, in ms; 0 if there is none, or none that is well-formed. */
export function retryAfter(error: AxiosError | undefined = undefined): number {
  const headers: unknown = error?.response?.headers;
  return parseRetryAfter(headerOf(headers, 'retry-after') as HeaderValue, Date.now()) ?? 0;
}

/** Returns the wait of `Retry-After`, or none. */
export function noDelay(_retryNumber = 0, error: AxiosError | undefined = undefined): number {
  return retryAfter(error);
}

/**
 * Doubles from retry to retry, from twice `delayFactor` ms on, with up to a fifth on top. A longer `Retry-After` goes
 * before it.
 */
export function exponentialDelay(
  retryNumber = 0,
  error: AxiosError | undefined = undefined,
  delayFactor = 100,
): number {
  const delay = Math.max(2 ** retryNumber * delayFactor, retryAfter(error));
  return delay + delay * 0.2 * Math.random();
}

/** Returns a delay that grows by `delayFactor` ms with each retry. A longer `Retry-After` goes before it. */
export function linearDelay(
  delayFactor: number | undefined = 100,
): (retryNumber: number, error: AxiosError | undefined) => number {
  return (retryNumber = 0, error = undefined) => Math.max(retryNumber * delayFactor, retryAfter(error));
}
