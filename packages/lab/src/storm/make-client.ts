import { Agent } from 'node:http';
import { createPolicy, type PolicyOptions } from '@breakwater/core';
import axios, { type AxiosInstance } from 'axios';
import type { ClientName } from './client-names.js';

/** One call: settles as its user would see it. `origin` is the number of the origin that the URL belongs to. */
export type Call = (url: string, origin: number) => Promise<unknown>;

/**
 * Makes the client under test. Libraries are loaded only if they are used, so that no client carries another's weight.
 */
export async function makeClient(name: ClientName, timeoutMs: number, policy: PolicyOptions = {}): Promise<Call> {
  switch (name) {
    case 'bare-axios':
      return callerOf(axiosInstance(timeoutMs));
    case 'bare-got':
      return gotCaller(timeoutMs, { limit: 0 });
    case 'axios-retry-immediate':
      return withAxiosRetry(timeoutMs, false);
    case 'axios-retry-exponential':
      return withAxiosRetry(timeoutMs, true);
    case 'retry-axios':
      return withRetryAxios(timeoutMs);
    case 'got-retry':
      return gotCaller(timeoutMs, {});
    case 'cockatiel':
      return withCockatiel(timeoutMs);
    case 'opossum':
      return withOpossum(timeoutMs);
    case 'breakwater-axios':
      return withBreakwaterAxios(timeoutMs, policy);
    case 'breakwater-got':
      return withBreakwaterGot(timeoutMs, policy);
    case 'breakwater-execute':
      return withExecute(timeoutMs, policy);
  }
}

/** No bound on sockets: the queue is to be at the server, and every client meets the same one. */
const keepAlive = (): Agent => new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 10_000 });

const axiosInstance = (timeoutMs: number): AxiosInstance =>
  axios.create({ timeout: timeoutMs, httpAgent: keepAlive(), proxy: false });

const callerOf =
  (instance: AxiosInstance): Call =>
  (url) =>
    instance.get(url);

async function gotCaller(timeoutMs: number, retry: { limit?: number }): Promise<Call> {
  const { got } = await import('got');
  const client = got.extend({ timeout: { request: timeoutMs }, agent: { http: keepAlive() }, retry });
  return (url) => client.get(url);
}

async function withAxiosRetry(timeoutMs: number, exponential: boolean): Promise<Call> {
  const { default: axiosRetry, exponentialDelay, isNetworkOrIdempotentRequestError } = await import('axios-retry');
  const instance = axiosInstance(timeoutMs);
  axiosRetry(instance, {
    retries: 3,
    shouldResetTimeout: true,
    retryCondition: (error) => error.code === 'ECONNABORTED' || isNetworkOrIdempotentRequestError(error),
    ...(exponential && { retryDelay: exponentialDelay }),
  });
  return callerOf(instance);
}

async function withRetryAxios(timeoutMs: number): Promise<Call> {
  const { attach } = await import('retry-axios');
  const instance = axiosInstance(timeoutMs);
  instance.defaults.raxConfig = {};
  attach(instance);
  return callerOf(instance);
}

async function withCockatiel(timeoutMs: number): Promise<Call> {
  const { circuitBreaker, ConsecutiveBreaker, ExponentialBackoff, handleAll, retry, wrap } = await import('cockatiel');
  const instance = axiosInstance(timeoutMs);
  const policyOf = perOrigin(() =>
    wrap(
      retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() }),
      circuitBreaker(handleAll, { halfOpenAfter: 1_000, breaker: new ConsecutiveBreaker(5) }),
    ),
  );
  return (url, origin) => policyOf(origin).execute(() => instance.get(url));
}

async function withOpossum(timeoutMs: number): Promise<Call> {
  const { default: CircuitBreaker } = await import('opossum');
  const instance = axiosInstance(timeoutMs);
  // The client has its own timeout.
  const breakerOf = perOrigin(
    () => new CircuitBreaker((url: string) => instance.get(url), { timeout: false, resetTimeout: 1_000 }),
  );
  return (url, origin) => breakerOf(origin).fire(url);
}

async function withBreakwaterAxios(timeoutMs: number, options: PolicyOptions): Promise<Call> {
  const { attachResilience } = await import('@breakwater/axios');
  const instance = axiosInstance(timeoutMs);
  attachResilience(instance, options);
  return callerOf(instance);
}

async function withBreakwaterGot(timeoutMs: number, options: PolicyOptions): Promise<Call> {
  const { resilience } = await import('@breakwater/got');
  const { got } = await import('got');
  const client = got.extend({ timeout: { request: timeoutMs }, agent: { http: keepAlive() } }, resilience(options));
  return (url) => client.get(url);
}

async function withExecute(timeoutMs: number, options: PolicyOptions): Promise<Call> {
  const policy = createPolicy(options);
  const instance = axiosInstance(timeoutMs);
  return (url, origin) => policy.execute(() => instance.get(url), { key: `origin ${origin}` });
}

function perOrigin<T>(make: () => T): (origin: number) => T {
  const made = new Map<number, T>();
  return (origin) => {
    const known = made.get(origin) ?? make();
    made.set(origin, known);
    return known;
  };
}
