import type { PolicyOptions } from '@breakwater/core';

/** Policies whose waits are powers of factors that are no whole numbers: the last bits of a power may differ. */
export const oddPolicies: Readonly<Record<string, PolicyOptions>> = {
  'factors.json': {
    retry: { maxRetries: 6, backoff: { factor: 1.7, baseMs: 37, jitter: 'none' } },
    breaker: { openFactor: 1.3, openMs: 170, consecutiveFailures: 5 },
  },
  'decorrelated.json': { retry: { backoff: { kind: 'decorrelated' } }, limit: { kind: 'adaptive' } },
  'equal.json': { retry: { backoff: { factor: 1.37, jitter: 'equal' } }, budget: { ratio: 0.33 } },
};
