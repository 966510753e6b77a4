import { type HeaderValue, headerOf, parseRetryAfter } from '@breakwater/core';
import type { AxiosError } from 'axios';
import type { CompleteConfig } from './config.js';

/**
 * How long to wait before retry `n`, in ms: as long as `Retry-After` says, else as the backoff has it. Undefined where the server asks
 * for more than `maxRetryAfter`.
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

/** Undefined where there is none, or none that is well-formed. */
function retryAfterOf({ response }: AxiosError, wallNowMs: number): number | undefined {
  return parseRetryAfter(headerOf(response?.headers, 'retry-after') as HeaderValue, wallNowMs);
}

function backoff(n: number, { backoffType, retryDelay, jitter }: CompleteConfig): number {
  switch (backoffType) {
    case 'linear':
      return n * 1_000;
    case 'static':
      return retryDelay;
    case 'exponential':
      return jittered(((2 ** n - 1) / 2) * retryDelay, jitter);
  }
}

function jittered(delayMs: number, jitter: CompleteConfig['jitter']): number {
  switch (jitter) {
    case 'full':
      return Math.random() * delayMs;
    case 'equal':
      return delayMs / 2 + Math.random() * (delayMs / 2);
    case 'none':
    case undefined:
      return delayMs;
  }
}
