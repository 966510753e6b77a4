import axios from 'axios';
import type { AxiosTarget, Interceptors } from './axios-types.js';
import { type AddedResilience, addedPolicy } from './drop-in/added-policy.js';
import { installRule } from './drop-in/install.js';
import { retryAxiosRule } from './retry-axios/rule.js';

/** Options of `attach` other than the instance. */
export interface AttachOptions {
  /**
   * Options of a policy (breaker, budget, cool-down, limit, timeouts, store), of which unnamed parts are off; or a
   * policy that other clients share.
   */
  readonly resilience?: AddedResilience | undefined;
}

/**
 * Drop-in for retry-axios 4: retries the failed requests of an instance, or of axios itself, on the policy core of
 * Breakwater.
 *
 * @returns the id of the response interceptor, for {@link detach}
 * @throws TypeError if the argument is not an instance, for axios 1.2 to 1.4, and, like RangeError, for a bad
 * `resilience`
 */
export function attach(instance?: AxiosTarget, options: AttachOptions = {}): number {
  const target = instance ?? axios;
  const policy = addedPolicy('retry-axios', options);
  const rule = retryAxiosRule(() => policy.settings.clock.wallNow());
  const { responseId, ejectRequest } = installRule(target, policy, rule);
  const undo = ejections.get(target) ?? new Map<number, () => void>();
  ejections.set(target, undo.set(responseId, ejectRequest));
  return responseId;
}

/** Removes what {@link attach} has installed under this id, from an instance or from axios itself. */
export function detach(interceptorId: number, instance?: AxiosTarget): void {
  const target = instance ?? axios;
  const { response } = target.interceptors as unknown as { response: Interceptors };
  response.eject(interceptorId);
  ejections.get(target)?.get(interceptorId)?.();
  ejections.get(target)?.delete(interceptorId);
}

/** Functions that remove the request interceptor, by instance and id. */
const ejections = new WeakMap<object, Map<number, () => void>>();

export type { AddedResilience } from './drop-in/added-policy.js';
export type { RaxConfig, RetryConfig } from './retry-axios/config.js';
export { getConfig, shouldRetryRequest } from './retry-axios/should-retry.js';
