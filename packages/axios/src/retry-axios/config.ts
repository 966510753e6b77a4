import type { AxiosError, AxiosRequestConfig } from 'axios';

/**
 * The options of retry-axios, under `raxConfig` in the config of a request or in an instance's defaults, with their
 * state.
 */
export interface RetryConfig {
  /**
   * Attempts after the first.
   * @default 3
   */
  retry?: number;
  /** Retries made so far. */
  currentRetryAttempt?: number;
  /** Retries left. */
  retriesRemaining?: number;
  /**
   * Base of the backoff, in ms: the delay of a static one, the base of an exponential one. A linear one does not use
   * it.
   *
   * @default 100
   */
  retryDelay?: number;
  /**
   * Methods that are retried, in upper case.
   * @default ['GET', 'HEAD', 'PUT', 'OPTIONS', 'DELETE']
   */
  httpMethodsToRetry?: string[];
  /**
   * Ranges of statuses that are retried, each from its first number to its second.
   * @default [[100, 199], [429, 429], [500, 599]]
   */
  statusCodesToRetry?: number[][];
  /**
   * Called with each error that leads to a retry, at the beginning of the wait. If it rejects, its error replaces the
   * request's.
   */
  onError?: (error: AxiosError) => void | Promise<void>;
  /**
   * Called after the wait, right before the retry, and awaited; may change the error's config. If it rejects, its error
   * replaces the request's.
   */
  onRetryAttempt?: (error: AxiosError) => Promise<void>;
  /** Decides about a retry in place of the rules about methods and statuses. Not called when no retries are left. */
  shouldRetry?: (error: AxiosError) => boolean;
  /**
   * Growth of the delay from retry to retry.
   *
   * @default 'exponential'
   */
  backoffType?: 'linear' | 'static' | 'exponential';
  /**
   * Random part of an exponential delay: none, all of it, or half of it.
   * @default 'none'
   */
  jitter?: 'none' | 'full' | 'equal';
  /**
   * Waits as long as `Retry-After` asks, if there is one.
   *
   * @default true
   */
  checkRetryAfter?: boolean;
  /**
   * Longest wait that `Retry-After` can ask for, in ms; if it asks for more, there is no retry.
   * @default 300000
   */
  maxRetryAfter?: number;
  /** Longest wait by the backoff, in ms. */
  maxRetryDelay?: number;
  /** The errors of all attempts so far, in order. */
  errors?: AxiosError[];
}

/** A request's config that has options for retries. */
export type RaxConfig = {
  raxConfig: RetryConfig;
} & AxiosRequestConfig;

interface RetryAxiosRequestConfig {
  /** The options of retry-axios for this request, and its progress. */
  raxConfig?: RetryConfig;
}

declare module 'axios' {
  // Inherited rather than declared here, so that it is compatible with the declaration of retry-axios itself if both
  // are installed.
  interface AxiosRequestConfig extends RetryAxiosRequestConfig {}
}

/** A config that lacks only options without a default. */
export type CompleteConfig = RetryConfig &
  Required<
    Pick<
      RetryConfig,
      | 'retry'
      | 'currentRetryAttempt'
      | 'retryDelay'
      | 'backoffType'
      | 'httpMethodsToRetry'
      | 'statusCodesToRetry'
      | 'checkRetryAfter'
      | 'maxRetryAfter'
      | 'errors'
    >
  >;

/** Completes a request's config with the defaults. */
export function completed(config: RetryConfig): CompleteConfig {
  return Object.assign(config, {
    currentRetryAttempt: config.currentRetryAttempt || 0,
    retry: typeof config.retry === 'number' ? config.retry : 3,
    retryDelay: typeof config.retryDelay === 'number' ? config.retryDelay : 100,
    backoffType: config.backoffType || ('exponential' as const),
    httpMethodsToRetry: asArray(config.httpMethodsToRetry) ?? ['GET', 'HEAD', 'PUT', 'OPTIONS', 'DELETE'],
    checkRetryAfter: typeof config.checkRetryAfter === 'boolean' ? config.checkRetryAfter : true,
    maxRetryAfter: typeof config.maxRetryAfter === 'number' ? config.maxRetryAfter : 300_000,
    statusCodesToRetry: asArray(config.statusCodesToRetry) ?? [
      [100, 199],
      [429, 429],
      [500, 599],
    ],
    errors: config.errors ?? [],
  });
}

/**
 * Returns a list as an array. Some releases of axios turn arrays into objects with indices as keys when they merge
 * configs.
 */
function asArray<T>(list: T[] | undefined): T[] | undefined {
  if (!list || Array.isArray(list)) return list || undefined;
  const array: T[] = [];
  for (const [key, value] of Object.entries(list)) {
    const index = Number.parseInt(key, 10);
    if (!Number.isNaN(index)) array[index] = value as T;
  }
  return array;
}
