import type { AxiosError } from 'axios';
import {
  isIdempotentRequestError,
  isNetworkError,
  isNetworkOrIdempotentRequestError,
  isRetryableError,
  isSafeRequestError,
} from './axios-retry/conditions.js';
import { exponentialDelay, linearDelay } from './axios-retry/delays.js';
import type { IAxiosRetryConfig } from './axios-retry/options.js';
import { axiosRetryRule } from './axios-retry/rule.js';
import type { AxiosTarget } from './axios-types.js';
import { type AddedResilience, addedPolicy } from './drop-in/added-policy.js';
import { installRule } from './drop-in/install.js';

/** The options of axios-retry, and what a policy adds to its retries. */
export interface AxiosRetryOptions extends IAxiosRetryConfig {
  /**
   * Options of a policy (breaker, budget, cool-down, limit, timeouts, store), of which unnamed parts are off; or a
   * policy that other clients share.
   */
  resilience?: AddedResilience | undefined;
}

/** Ids of the interceptors, for ejecting them. */
export interface IAxiosRetryReturn {
  /** Id of the request interceptor. */
  requestInterceptorId: number;
  /** Id of the response interceptor. Without it nothing is retried. */
  responseInterceptorId: number;
}

/** The default export, a function with helpers as properties. */
export interface AxiosRetry {
  (axiosInstance: AxiosTarget, axiosRetryConfig?: AxiosRetryOptions): IAxiosRetryReturn;
  /** {@link isNetworkError} */
  isNetworkError(error: AxiosError): boolean;
  /** {@link isRetryableError} */
  isRetryableError(error: AxiosError): boolean;
  /** {@link isSafeRequestError} */
  isSafeRequestError(error: AxiosError): boolean;
  /** {@link isIdempotentRequestError} */
  isIdempotentRequestError(error: AxiosError): boolean;
  /** {@link isNetworkOrIdempotentRequestError} */
  isNetworkOrIdempotentRequestError(error: AxiosError): boolean;
  /** {@link exponentialDelay} */
  exponentialDelay(retryNumber?: number, error?: AxiosError, delayFactor?: number): number;
  /** {@link linearDelay} */
  linearDelay(delayFactor?: number): (retryNumber: number, error: AxiosError | undefined) => number;
}

/**
 * Drop-in for axios-retry 4: retries the failed requests of an axios instance, on the policy core of Breakwater.
 *
 * @throws TypeError if the argument is not an instance, for axios 1.2 to 1.4, and, like RangeError, for a bad
 * `resilience`
 */
const axiosRetry: AxiosRetry = Object.assign(install, {
  isNetworkError,
  isSafeRequestError,
  isIdempotentRequestError,
  isNetworkOrIdempotentRequestError,
  exponentialDelay,
  linearDelay,
  isRetryableError,
});

function install(axiosInstance: AxiosTarget, axiosRetryConfig: AxiosRetryOptions = {}): IAxiosRetryReturn {
  const { resilience: _, ...options } = axiosRetryConfig;
  const policy = addedPolicy('axios-retry', axiosRetryConfig);
  const rule = axiosRetryRule(options, () => policy.settings.clock.wallNow());
  const { requestId, responseId } = installRule(axiosInstance, policy, rule);
  return { requestInterceptorId: requestId, responseInterceptorId: responseId };
}

export default axiosRetry;
export {
  isIdempotentRequestError,
  isNetworkError,
  isNetworkOrIdempotentRequestError,
  isRetryableError,
  isSafeRequestError,
} from './axios-retry/conditions.js';
export { exponentialDelay, linearDelay, retryAfter } from './axios-retry/delays.js';
export {
  DEFAULT_OPTIONS,
  type IAxiosRetryConfig,
  type IAxiosRetryConfigExtended,
  namespace,
} from './axios-retry/options.js';
export type { AddedResilience } from './drop-in/added-policy.js';
