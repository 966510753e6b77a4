import { headerOf } from '@breakwater/core/adapter';
import { type HeaderValue, parseRetryAfter } from '@breakwater/core/algorithms';
import type { AxiosError } from 'axios';
import type { CompleteConfig } from './config.js';

/**
 * Returns the wait before retry `n`, in ms: that of `Retry-After`, else the backoff. Undefined if the server asks for
 * more than `maxRetryAfter`.
 */
export function delayBefore(
  n: number,
  config: CompleteConfig,
  error: AxiosError,
  wallNowMs: number,
): number | undefined {
  const askedMs = config.checkRetryAfter ? retryAfterOf(error, wallNowMs) : undefined;
  if (askedMs !== undefined) return askedMs <= config.maxRetryAfter ? askedMs : undefined;
  const delayMs = backoff(n, config);
  return typeof config.maxRetryDelay === 'number' ? Math.min(delayMs, config.maxRetryDelay) : delayMs;
}

/** Returns the wait of `Retry-After`; undefined if there is none, or it is malformed. */
function retryAfterOf({ response }: AxiosError, wallNowMs: number): number | undefined {
  return parseRetryAfter(headerOf(response?.headers, 'retry-after') as HeaderValue, wallNowMs);
}

/**
 * Returns the backoff. An unknown value, as callers without types may pass, counts as the default, as in retry-axios.
 */
function backoff(n: number, { backoffType, retryDelay, jitter }: CompleteConfig): number {
  if (backoffType === 'linear') return n * 1_000;
  if (backoffType === 'static') return retryDelay;
  return jittered(((2 ** n - 1) / 2) * retryDelay, jitter);
}

function jittered(delayMs: number, jitter: CompleteConfig['jitter']): number {
  if (jitter === 'full') return Math.random() * delayMs;
  if (jitter === 'equal') return delayMs / 2 + Math.random() * (delayMs / 2);
  return delayMs;
}
