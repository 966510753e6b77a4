import axios, { type AxiosError, type AxiosInstance, type AxiosRequestConfig, type CreateAxiosDefaults } from 'axios';
import { expectTypeOf } from 'expect-type';
import {
  type AttemptConfig,
  attachResilience,
  createChild,
  createPolicy,
  isResilienceError,
  type Policy,
  type RequestResilience,
  type ResilienceError,
  type ResilienceHandle,
  reportOf,
  resilienceOf,
} from '../src/index.js';

const api = axios.create();

// Any instance, any way of giving a policy
expectTypeOf(attachResilience(api)).toEqualTypeOf<ResilienceHandle>();
expectTypeOf(attachResilience(axios)).toEqualTypeOf<ResilienceHandle>();
expectTypeOf(attachResilience(api, createPolicy()).policy).toEqualTypeOf<Policy>();
attachResilience(api, { retry: { maxRetries: 1 }, breaker: false });
// @ts-expect-error no such option
attachResilience(api, { retries: 3 });
// @ts-expect-error no instance
attachResilience({});

// Children keep the type of the instance, and take what its own create() takes
expectTypeOf(createChild(api)).toEqualTypeOf<AxiosInstance>();
expectTypeOf(createChild(api, { baseURL: '/' })).toEqualTypeOf<AxiosInstance>();
// @ts-expect-error no such option of axios
createChild(api, { baseUri: '/' });
expectTypeOf(resilienceOf(api)).toEqualTypeOf<ResilienceHandle | undefined>();

// Options per request
expectTypeOf<AxiosRequestConfig['resilience']>().toEqualTypeOf<RequestResilience | false | undefined>();
expectTypeOf<AxiosRequestConfig<string>['resilience']>().toEqualTypeOf<RequestResilience | false | undefined>();
expectTypeOf<CreateAxiosDefaults['resilience']>().toEqualTypeOf<RequestResilience | false | undefined>();
export async function requests(): Promise<void> {
  await api.get('/', { resilience: false });
  await api.post<{ id: number }>(
    '/',
    {},
    { resilience: { idempotent: true, maxRetries: 2, key: 'orders', mode: 'observe' } },
  );
  await api.request({
    url: '/',
    resilience: { timeouts: { attemptMs: 100, totalMs: 1_000 }, idempotencyKey: 'order-1' },
  });
  // @ts-expect-error a number, not a text
  await api.get('/', { resilience: { maxRetries: '2' } });
  // @ts-expect-error no such option
  await api.get('/', { resilience: { retries: 2 } });
  // @ts-expect-error only false switches it off
  await api.get('/', { resilience: true });
  const response = await api.get<{ id: number }>('/');
  expectTypeOf(response.data).toEqualTypeOf<{ id: number }>();
  expectTypeOf(response.config.resilience).toEqualTypeOf<RequestResilience | false | undefined>();
  expectTypeOf(reportOf(response)?.attempts).toEqualTypeOf<number | undefined>();
}

// beforeAttempt may return headers or nothing, now or later, and may write to its config
export const hooks: RequestResilience[] = [
  { beforeAttempt: () => {} },
  { beforeAttempt: async () => {} },
  { beforeAttempt: () => ({ authorization: 'Bearer 1' }) },
  { beforeAttempt: async (_, attempt) => ({ 'x-attempt': String(attempt) }) },
  {
    beforeAttempt: (config, attempt) => {
      expectTypeOf(config).toEqualTypeOf<AttemptConfig>();
      expectTypeOf(attempt).toEqualTypeOf<number>();
      config.headers['X-Attempt'] = String(attempt);
      config.data = 'new';
    },
  },
];
// @ts-expect-error headers are texts
export const wrong: RequestResilience = { beforeAttempt: () => ({ 'x-attempt': 1 }) };

// Errors
export function errors(error: unknown): void {
  if (!isResilienceError(error)) return;
  expectTypeOf(error).toEqualTypeOf<ResilienceError>();
  expectTypeOf(error).toExtend<AxiosError>();
  expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | undefined>();
  expectTypeOf(error.key).toEqualTypeOf<string>();
  expectTypeOf(error.code).toEqualTypeOf<
    'ERR_CIRCUIT_OPEN' | 'ERR_COOL_DOWN' | 'ERR_LIMITED' | 'ERR_ATTEMPT_TIMEOUT' | 'ERR_DEADLINE_EXCEEDED'
  >();
}
