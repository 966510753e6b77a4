import axios, { type AxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import axiosRetry from '../../src/axios-retry.js';
import { type AddedResilience, attach } from '../../src/retry-axios.js';

/** Common interface of the two drop-ins, for the tests. */
export interface DropInOptions {
  readonly retries?: number;
  readonly delayMs?: number;
  readonly wants?: (error: AxiosError) => boolean;
  /** Called when a retry is about to be made; may change the request. */
  readonly onRetry?: (error: AxiosError) => void | Promise<void>;
  readonly resilience?: AddedResilience;
}

export interface DropIn {
  /** The name of the library that it stands for. */
  readonly name: string;
  /** An instance with the drop-in on it. */
  client(config: AxiosRequestConfig, options?: DropInOptions): AxiosInstance;
  /** Puts it on an instance. */
  install(instance: AxiosInstance, options?: DropInOptions): void;
}

const asAxiosRetry: DropIn = {
  name: 'axios-retry',
  client: (config, options) => made(asAxiosRetry, config, options),
  install(instance, { retries = 3, delayMs, wants, onRetry, resilience } = {}) {
    axiosRetry(instance, {
      retries,
      ...(delayMs !== undefined && { retryDelay: () => delayMs }),
      ...(wants && { retryCondition: wants }),
      ...(onRetry && { onRetry: (_count, error) => onRetry(error) }),
      resilience,
    });
  },
};

const asRetryAxios: DropIn = {
  name: 'retry-axios',
  client: (config, options) => made(asRetryAxios, config, options),
  install(instance, { retries = 3, delayMs = 0, wants, onRetry, resilience } = {}) {
    instance.defaults.raxConfig = {
      retry: retries,
      backoffType: 'static',
      retryDelay: delayMs,
      ...(wants && { shouldRetry: wants }),
      ...(onRetry && { onRetryAttempt: async (error) => onRetry(error) }),
    };
    attach(instance, { resilience });
  },
};

function made(dropIn: DropIn, config: AxiosRequestConfig, options?: DropInOptions): AxiosInstance {
  const instance = axios.create(config as object);
  dropIn.install(instance, options);
  return instance;
}

export const dropIns = [
  ['axios-retry', asAxiosRetry],
  ['retry-axios', asRetryAxios],
] as const;
