import { headerOf } from '@breakwater/core/adapter';
import { type HeaderValue, parseRetryAfter } from '@breakwater/core/algorithms';
import type { AxiosError } from 'axios';

/** How long the answer's `Retry-After` asks to wait, in ms; 0 where there is none, or none that is well-formed. */
export function retryAfter(error: AxiosError | undefined = undefined): number {
  const headers: unknown = error?.response?.headers;
  return parseRetryAfter(headerOf(headers, 'retry-after') as HeaderValue, Date.now()) ?? 0;
}

/** What `Retry-After` says, else no wait. */
export function noDelay(_retryNumber = 0, error: AxiosError | undefined = undefined): number {
  return retryAfter(error);
}

/** Doubles from retry to retry, from twice `delayFactor` ms on, or what `Retry-After` says if that is more; and up to a fifth on top. */
export function exponentialDelay(
  retryNumber = 0,
  error: AxiosError | undefined = undefined,
  delayFactor = 100,
): number {
  const delay = Math.max(2 ** retryNumber * delayFactor, retryAfter(error));
  return delay + delay * 0.2 * Math.random();
}

/** A delay that grows by `delayFactor` ms with each retry, or what `Retry-After` says if that is more. */
export function linearDelay(
  delayFactor: number | undefined = 100,
): (retryNumber: number, error: AxiosError | undefined) => number {
  return (retryNumber = 0, error = undefined) => Math.max(retryNumber * delayFactor, retryAfter(error));
}
