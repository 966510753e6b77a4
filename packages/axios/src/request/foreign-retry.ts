import type { RequestConfig } from '../axios-types.js';

/**
 * Tells if axios-retry or retry-axios sends this request again after a failure. Both count their retries in the config,
 * which they hand to the instance anew.
 */
export function isForeignRetry(config: RequestConfig): boolean {
  return isAxiosRetrys(config) || isRetryAxios(config);
}

function isAxiosRetrys(config: object): boolean {
  const state = ownState(config, 'axios-retry');
  // With `validateResponse` axios treats each answer as good, so the request before may not have failed.
  return state !== undefined && typeof state.validateResponse !== 'function' && isPositive(state.retryCount);
}

function isRetryAxios(config: object): boolean {
  return isPositive(ownState(config, 'raxConfig')?.currentRetryAttempt);
}

/** Returns the library's state. What is on `Object.prototype` is not part of the request. */
function ownState(config: object, name: string): Record<string, unknown> | undefined {
  if (!Object.hasOwn(config, name)) return undefined;
  const state: unknown = (config as Record<string, unknown>)[name];
  return typeof state === 'object' && state !== null ? (state as Record<string, unknown>) : undefined;
}

function isPositive(count: unknown): boolean {
  return typeof count === 'number' && count > 0;
}
