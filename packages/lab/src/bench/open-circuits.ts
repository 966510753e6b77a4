import { createPolicy, type Policy, type PolicyOptions } from '@breakwater/core';
import * as cockatiel from 'cockatiel';
import CircuitBreaker from 'opossum';

const AN_HOUR_MS = 3_600_000;

/** Opens at the first failure, and stays open for longer than the bench takes. */
export const opensAtOnce = {
  retry: false,
  breaker: { consecutiveFailures: 1, consecutiveForMs: 0, openMs: AN_HOUR_MS, maxOpenMs: AN_HOUR_MS },
} satisfies PolicyOptions;

export const failing = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('the upstream is down'), { code: 'ECONNREFUSED' }));

export async function openPolicy(): Promise<Policy> {
  const policy = createPolicy(opensAtOnce);
  await policy.execute(failing).catch(() => {});
  expectOpen(policy.breaker('default').state === 'open', 'breakwater');
  return policy;
}

export async function openCockatiel(): Promise<{ policy: cockatiel.IPolicy; breaker: cockatiel.CircuitBreakerPolicy }> {
  const options = { halfOpenAfter: AN_HOUR_MS, breaker: new cockatiel.ConsecutiveBreaker(1) };
  const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, options);
  const policy = cockatiel.wrap(cockatiel.retry(cockatiel.handleType(RangeError), { maxAttempts: 1 }), breaker);
  await policy.execute(failing).catch(() => {});
  expectOpen(breaker.state === cockatiel.CircuitState.Open, 'cockatiel');
  return { policy, breaker };
}

export function openOpossum(): CircuitBreaker {
  const breaker = new CircuitBreaker(failing, { timeout: false, resetTimeout: AN_HOUR_MS });
  breaker.open();
  expectOpen(breaker.opened, 'opossum');
  return breaker;
}

/** @throws Error if the circuit of a library, which is to refuse calls, lets them through */
export function expectOpen(isOpen: boolean, library: string): void {
  if (!isOpen) throw new Error(`the circuit of ${library} was to be open`);
}
