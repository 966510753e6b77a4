import type { AxiosError, AxiosRequestConfig, AxiosResponse } from 'axios';
import { isNetworkOrIdempotentRequestError } from './conditions.js';
import { noDelay } from './delays.js';

/** The options of axios-retry, for an instance and, under {@link namespace}, for a request. */
export interface IAxiosRetryConfig {
  /**
   * Attempts after the first.
   * @default 3
   */
  retries?: number;
  /**
   * Gives each attempt the whole `timeout` of the request. Otherwise all attempts share it, waits included.
   *
   * @default false
   */
  shouldResetTimeout?: boolean;
  /**
   * Tells if an error is worth a retry. A promise that rejects or resolves with `false` means no.
   *
   * @default a network error, or a 429 or 5xx on a request with an idempotent method
   */
  retryCondition?: (error: AxiosError) => boolean | Promise<boolean>;
  /**
   * Returns the wait before a retry, in ms.
   *
   * @default the wait of `Retry-After`, or none
   */
  retryDelay?: (retryCount: number, error: AxiosError) => number;
  /**
   * Called before the wait for each retry, and awaited; may change the config. An error that it throws replaces the
   * request's.
   */
  onRetry?: (retryCount: number, error: AxiosError, requestConfig: AxiosRequestConfig) => Promise<void> | void;
  /** Called with the last error when no retries are left. An error that it throws replaces the request's. */
  onMaxRetryTimesExceeded?: (error: AxiosError, retryCount: number) => Promise<void> | void;
  /**
   * Tells if an answer is good, in place of `validateStatus`; null for `validateStatus` itself.
   *
   * @default null
   */
  validateResponse?: ((response: AxiosResponse) => boolean) | null;
}

/** The options of a request, and its progress. */
export interface IAxiosRetryConfigExtended extends IAxiosRetryConfig {
  /** Retries made so far. */
  retryCount?: number;
  /** Start of the last attempt, in ms since 1970. */
  lastRequestTime?: number;
}

/** Options and state of a request, in its config. */
export const namespace = 'axios-retry';

/** The default of each option. */
export const DEFAULT_OPTIONS: Required<IAxiosRetryConfig> = {
  retries: 3,
  retryCondition: isNetworkOrIdempotentRequestError,
  retryDelay: noDelay,
  shouldResetTimeout: false,
  onRetry: () => {},
  onMaxRetryTimesExceeded: () => {},
  validateResponse: null,
};

interface AxiosRetryRequestConfig {
  /** The options of axios-retry for this request, and its progress. */
  'axios-retry'?: IAxiosRetryConfigExtended;
}

declare module 'axios' {
  // Inherited rather than declared here, so that it is compatible with the declaration of axios-retry itself if both
  // are installed.
  interface AxiosRequestConfig extends AxiosRetryRequestConfig {}
}
