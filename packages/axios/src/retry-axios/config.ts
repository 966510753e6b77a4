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
   * Base of the backoff, in ms: the delay of a static one, the base of an exponential one; a linear one does not use
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
   * Called with each error that leads to a retry, at the beginning of the wait. What it rejects with takes the error's
   * place.
   */
  onError?: (error: AxiosError) => void | Promise<void>;
  /**
   * Called after the wait, right before the retry, which waits for it; may change the error's config. What it rejects
   * with takes the error's place.
   */
  onRetryAttempt?: (error: AxiosError) => Promise<void>;
  /**
   * Decides if to retry, in place of the rules about methods and statuses; not called when there are no retries left.
   */
  shouldRetry?: (error: AxiosError) => boolean;
  /**
   * Growth of the delay from retry to retry.
   *
   * @default 'exponential'
   */
  backoffType?: 'linear' | 'static' | 'exponential';
  /**
   * The random part of an exponential delay: none, all of it, or half of it.
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
   * The longest wait that `Retry-After` can ask for, in ms; for more, there is no retry.
   * @default 300000
   */
  maxRetryAfter?: number;
  /** The longest wait that the backoff leads to, in ms. */
  maxRetryDelay?: number;
  /** The errors of all attempts so far, the first one first. */
  errors?: AxiosError[];
}

/** A request's config that has options for retries. */
export type RaxConfig = {
  raxConfig: RetryConfig;
} & AxiosRequestConfig;

interface RetryAxiosRequestConfig {
  /** The options of retry-axios for this request, and how far it has come. */
  raxConfig?: RetryConfig;
}

declare module 'axios' {
  // Inherited rather than declared here, so that it is compatible with the declaration of retry-axios itself if both
  // are installed.
  interface AxiosRequestConfig extends RetryAxiosRequestConfig {}
}

/** A config in which nothing is left open but what has no default. */
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

/** Fills a request's config up with the defaults. */
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

/** Some releases of axios make objects of arrays when they merge configs: their keys are the indices. */
function asArray<T>(list: T[] | undefined): T[] | undefined {
  if (!list || Array.isArray(list)) return list || undefined;
  const array: T[] = [];
  for (const [key, value] of Object.entries(list)) {
    const index = Number.parseInt(key, 10);
    if (!Number.isNaN(index)) array[index] = value as T;
  }
  return array;
}
