import * as cockatiel from 'cockatiel';
import CircuitBreaker from 'opossum';

type Fn = () => Promise<unknown>;

/** Combines cockatiel's retry and breaker, as a user would for the same purpose. */
export function cockatielPolicy(): { policy: cockatiel.IPolicy; retry: cockatiel.RetryPolicy } {
  const retry = cockatiel.retry(cockatiel.handleAll, { maxAttempts: 3, backoff: new cockatiel.ExponentialBackoff() });
  const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
    halfOpenAfter: 1_000,
    breaker: new cockatiel.ConsecutiveBreaker(5),
  });
  return { policy: cockatiel.wrap(retry, breaker), retry };
}

/** Without its timeout, which would cost a timer per call: none of the others has one. */
export function opossumBreaker(fn: Fn): CircuitBreaker {
  return new CircuitBreaker(fn, { timeout: false });
}
