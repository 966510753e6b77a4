// The code of a page: axios and the adapter as a bundler packs them for browsers.
import * as breakwater from '@breakwater/axios';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';

/** Result of a call, as plain data. */
export interface End {
  readonly status: number | undefined;
  readonly data: unknown;
  readonly code: string | undefined;
  readonly isAxiosError: boolean;
  readonly attempts: number | undefined;
  readonly stopReason: string | undefined;
}

/** An instance with a policy whose retries follow at once. */
function client(config: AxiosRequestConfig, options: breakwater.PolicyOptions = {}) {
  const api: AxiosInstance = axios.create(config as object);
  const backoff = { kind: 'constant', baseMs: 0, throttledBaseMs: 0, jitter: 'none' } as const;
  const retry = options.retry === false ? false : { backoff, ...options.retry };
  const { policy, detach } = breakwater.attachResilience(api, { ...options, retry });
  return { api, policy, detach };
}

async function endOf(call: PromiseLike<{ status: number; data: unknown }>): Promise<End> {
  try {
    const response = await call;
    return {
      ...reported(response),
      status: response.status,
      data: response.data,
      code: undefined,
      isAxiosError: false,
    };
  } catch (error) {
    const { response, code } = error as { response?: { status: number; data: unknown }; code?: string };
    const isAxiosError = axios.isAxiosError(error);
    return { ...reported(error), status: response?.status, data: response?.data, code, isAxiosError };
  }
}

function reported(value: unknown): Pick<End, 'attempts' | 'stopReason'> {
  const report = breakwater.reportOf(value);
  return { attempts: report?.attempts, stopReason: report?.stopReason };
}

const lab = { ...breakwater, axios, client, endOf };
export type Lab = typeof lab;
Object.assign(globalThis, { lab });
