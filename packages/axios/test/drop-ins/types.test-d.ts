import { createPolicy, presets } from '@breakwater/core';
import axios, { type AxiosError, type AxiosInstance, type AxiosRequestConfig, type AxiosStatic } from 'axios';
import * as originalRetry from 'axios-retry';
import { expectTypeOf } from 'expect-type';
import type * as originalRax from 'retry-axios';
import * as dropInRetry from '../../src/axios-retry.js';
import * as dropInRax from '../../src/retry-axios.js';

// Both libraries and both drop-ins are in this program: their declarations of axios's configs must not clash.

const api = axios.create();

// The types of axios-retry, under their names
expectTypeOf<dropInRetry.IAxiosRetryConfig>().toEqualTypeOf<originalRetry.IAxiosRetryConfig>();
expectTypeOf<dropInRetry.IAxiosRetryConfigExtended>().toEqualTypeOf<originalRetry.IAxiosRetryConfigExtended>();
expectTypeOf<dropInRetry.IAxiosRetryReturn>().toEqualTypeOf<originalRetry.IAxiosRetryReturn>();
expectTypeOf<dropInRetry.AxiosRetry>().toExtend<originalRetry.AxiosRetry>();
expectTypeOf<typeof dropInRetry>().toExtend<typeof originalRetry>();
expectTypeOf<typeof dropInRetry.namespace>().toEqualTypeOf<'axios-retry'>();
expectTypeOf(dropInRetry.DEFAULT_OPTIONS).toEqualTypeOf(originalRetry.DEFAULT_OPTIONS);
expectTypeOf(dropInRetry.default(api)).toEqualTypeOf<dropInRetry.IAxiosRetryReturn>();
expectTypeOf(dropInRetry.default(axios as AxiosStatic, { retries: 1 })).toEqualTypeOf<dropInRetry.IAxiosRetryReturn>();
expectTypeOf<AxiosRequestConfig['axios-retry']>().toEqualTypeOf<dropInRetry.IAxiosRetryConfigExtended | undefined>();

// The types of retry-axios, under their names
expectTypeOf<dropInRax.RetryConfig>().toEqualTypeOf<originalRax.RetryConfig>();
expectTypeOf<dropInRax.RaxConfig>().toEqualTypeOf<originalRax.RaxConfig>();
expectTypeOf<typeof dropInRax>().toExtend<typeof originalRax>();
expectTypeOf(dropInRax.attach()).toEqualTypeOf<number>();
expectTypeOf(dropInRax.attach(api)).toEqualTypeOf<number>();
expectTypeOf(dropInRax.detach(1, api)).toEqualTypeOf<void>();
expectTypeOf<AxiosRequestConfig['raxConfig']>().toEqualTypeOf<dropInRax.RetryConfig | undefined>();

// Code written for axios-retry
dropInRetry.default(api, {
  retries: 3,
  retryDelay: dropInRetry.default.exponentialDelay,
  retryCondition: (error) => dropInRetry.isNetworkError(error) || error.response?.status === 429,
  onRetry: async (count, error, config) => {
    expectTypeOf(count).toEqualTypeOf<number>();
    expectTypeOf(error).toEqualTypeOf<AxiosError>();
    expectTypeOf(config).toEqualTypeOf<AxiosRequestConfig>();
  },
  validateResponse: ({ status }) => status === 200,
  onMaxRetryTimesExceeded: (error, count) => console.error(error.message, count),
});
dropInRetry.default(api, { retryDelay: dropInRetry.linearDelay(100), retryCondition: async () => true });

// Code written for retry-axios
export async function requests(instance: AxiosInstance): Promise<void> {
  instance.defaults.raxConfig = { retry: 3, backoffType: 'static', statusCodesToRetry: [[500, 599]] };
  const config: dropInRax.RaxConfig = { url: '/', raxConfig: { retry: 0 } };
  await instance.request(config);
  await instance.get('/', {
    'axios-retry': { retries: 2 },
    raxConfig: {
      onRetryAttempt: async (error) => {
        expectTypeOf(error).toEqualTypeOf<AxiosError>();
        expectTypeOf(dropInRax.getConfig(error)?.errors).toEqualTypeOf<AxiosError[] | undefined>();
      },
      shouldRetry: (error) => dropInRax.shouldRetryRequest(error),
    },
    resilience: { key: 'reports', timeouts: { attemptMs: 100 } },
  });
  const response = await instance.get('/');
  expectTypeOf(response.config.raxConfig?.currentRetryAttempt).toEqualTypeOf<number | undefined>();
  expectTypeOf(response.config['axios-retry']?.retryCount).toEqualTypeOf<number | undefined>();
  // @ts-expect-error no such option
  await instance.get('/', { 'axios-retry': { retry: 2 } });
  // @ts-expect-error no such option
  await instance.get('/', { raxConfig: { retries: 2 } });
}

// Options that the originals do not have: options of a policy, or a policy
dropInRetry.default(api, { retries: 3, resilience: { breaker: { consecutiveFailures: 3 }, budget: {} } });
dropInRetry.default(api, { resilience: createPolicy() });
dropInRax.attach(api, { resilience: { name: 'billing', coolDown: {} } });
dropInRax.attach(undefined, { resilience: createPolicy(presets.externalApi) });
// @ts-expect-error the drop-in's own options decide on retries
dropInRetry.default(api, { resilience: { retry: { maxRetries: 3 } } });
// @ts-expect-error no such option
dropInRax.attach(api, { retry: 3 });
// @ts-expect-error no instance
dropInRax.attach({});
