// A consumer in TypeScript, compiled in every way that the packages promise. It never runs.
import {
  attachResilience,
  type CallReport,
  createPolicy,
  isCircuitOpen,
  isResilienceError,
  type RequestResilience,
  reportOf,
} from '@breakwater/axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { execute } from './typed-core.js';

declare const api: AxiosInstance;

const policy = createPolicy({ name: 'billing', retry: { maxRetries: 2, backoff: { jitter: 'full' } } });
const { detach } = attachResilience(api, policy);
policy.on('retry', ({ key, delayMs }) => key.repeat(delayMs));

const resilience: RequestResilience = { maxRetries: 1, key: 'reports', timeouts: { totalMs: 1_000 } };

export async function call(): Promise<string | undefined> {
  try {
    const response: AxiosResponse<{ id: number }> = await api.get<{ id: number }>('/', { resilience });
    await api.post('/', {}, { resilience: false });
    const report: CallReport | undefined = reportOf(response);
    return report?.stopReason;
  } catch (error) {
    if (isResilienceError(error)) return `${error.code} ${error.key} ${error.retryAfterMs?.toFixed()}`;
    return isCircuitOpen(error) ? 'open' : String(await execute());
  } finally {
    detach();
  }
}

// @ts-expect-error a number is wanted
export const wrongRequest = () => api.get('/', { resilience: { maxRetries: 'one' } });
// @ts-expect-error there is no such option
export const wrongPolicy = () => attachResilience(api, { retries: 3 });
// @ts-expect-error that is no instance
export const wrongInstance = () => attachResilience({});
