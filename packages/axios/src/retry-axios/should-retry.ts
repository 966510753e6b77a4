import type { AxiosError } from 'axios';
import type { RetryConfig } from './config.js';

/**
 * Tells if the rules of the request's `raxConfig` allow a retry: one is left, the method is listed, and so is the
 * status, if there is an answer.
 */
export function shouldRetryRequest(error: AxiosError): boolean {
  const config = error.config?.raxConfig;
  if (!config || config.retry === 0) return false;
  config.currentRetryAttempt ||= 0;
  if (config.currentRetryAttempt >= (config.retry ?? 0)) return false;
  const method = error.config?.method?.toUpperCase();
  if (method === undefined || !config.httpMethodsToRetry?.includes(method)) return false;
  const status = error.response?.status;
  return !status || (config.statusCodesToRetry ?? []).some(([min = 0, max = 0]) => status >= min && status <= max);
}

/** Returns the `raxConfig` of the request behind an error, with its state. */
export function getConfig(error: AxiosError): RetryConfig | undefined {
  return error?.config?.raxConfig;
}
