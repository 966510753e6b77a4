import { expect, it } from '@jest/globals';
import { createPolicy } from '../policy.js';
import { describePolicy } from './describe.js';
import type { PolicyOptions } from './options.js';
import { resolveOptions } from './resolve.js';

const steady = { kind: 'constant', baseMs: 100, throttledBaseMs: 100, jitter: 'none' } as const;
const explicit = {
  name: 'billing',
  mode: 'enforce',
  breaker: { consecutiveForMs: 0, openMs: 1_000, openFactor: 1.5 },
} as const;

function text(options: PolicyOptions): string[] {
  return createPolicy({ ...explicit, ...options })
    .describe()
    .text.split('\n');
}

it('gives the delays and the worst case as numbers', () => {
  const { name, mode, delays, worstCase } = createPolicy(explicit).describe();
  expect({ name, mode, delays, worstCase }).toEqual({
    name: 'billing',
    mode: 'enforce',
    delays: [
      { retry: 1, minMs: 0, meanMs: 50, maxMs: 100 },
      { retry: 2, minMs: 0, meanMs: 100, maxMs: 200 },
      { retry: 3, minMs: 0, meanMs: 200, maxMs: 400 },
    ],
    worstCase: {
      attempts: 4,
      waitMs: 7_000,
      unthrottledWaitMs: 700,
      loadWithoutBudget: 4,
      load: 1.2,
      minRetriesPerSecond: 10,
    },
  });
});

it('is the result of describePolicy for the settings, and plain data', () => {
  const described = createPolicy(explicit).describe();
  expect(described).toEqual(describePolicy(resolveOptions(explicit)));
  expect(JSON.parse(JSON.stringify(described))).toEqual(described);
});

it('gives the delays of a call that is throttled', () => {
  expect(createPolicy(explicit).describe().throttledDelays).toEqual([
    { retry: 1, minMs: 0, meanMs: 500, maxMs: 1_000 },
    { retry: 2, minMs: 0, meanMs: 1_000, maxMs: 2_000 },
    { retry: 3, minMs: 0, meanMs: 2_000, maxMs: 4_000 },
  ]);
});

it('gives each part by its option, idempotency keys in the text if there are any', () => {
  const { parts } = createPolicy({ ...explicit, timeouts: { attemptMs: 500 } }).describe();
  const options = ['retry', 'budget', 'breaker', 'coolDown', 'limit', 'timeouts', 'idempotency'];
  expect(parts.map(({ part }) => part)).toEqual(options);
  expect(parts.slice(5)).toEqual([
    { part: 'timeouts', title: 'Timeouts', text: '500 ms per attempt' },
    { part: 'idempotency', title: 'Idempotency', text: 'no keys' },
  ]);
  expect(text({ idempotency: {} }).at(-2)).toBe(
    'Idempotency: a key of its own for each POST, PATCH, in Idempotency-Key',
  );
});

it('gives all parts as text', () => {
  expect(text({})).toEqual([
    'Policy "billing" (enforce)',
    'Retry: up to 3, waiting 0-100, 0-200, 0-400 ms, all within 30 s',
    'Budget: 20 % of calls (10 a second with few calls), over 10 s',
    'Breaker: opens at 10 failures in a row; for 1 s, x1.5 at each failed probe, 30 s at most; closes after 1 good probe',
    'Cool-down: as the server asks, 300 s at most; 256 calls may wait',
    'Limit: off',
    "Timeouts: the client's own",
    'Worst case: 4 attempts, 7 s of backoff; a busy server sees at most 1.2 attempts per call (4 without the budget)',
  ]);
});

it('states that each part is off', () => {
  const off = { retry: false, budget: false, breaker: false, coolDown: false, limit: false } as const;
  expect(text({ ...off, mode: 'observe' })).toEqual([
    'Policy "billing" (observe)',
    'Retry: off',
    'Budget: off',
    'Breaker: off',
    'Cool-down: off',
    'Limit: off',
    "Timeouts: the client's own",
    'Worst case: 1 attempt, 0 ms of backoff; a busy server sees at most 1 attempts per call',
  ]);
});

it('states further settings', () => {
  const lines = text({
    enforceRate: 0.25,
    breaker: {
      ...explicit.breaker,
      consecutiveForMs: 500,
      failureRate: false,
      slowCallMs: 800,
      slowCallRate: 0.9,
      window: { kind: 'count', size: 50 },
    },
    limit: { kind: 'fixed', concurrency: 5 },
    timeouts: { attemptMs: 500, totalMs: 2_500 },
  });
  expect(lines[0]).toBe('Policy "billing" (enforce, 25 % of calls enforced)');
  expect(lines[3]).toContain(
    'opens at 10 failures in a row over at least 500 ms, or at 90 % of at least 20 calls in 50 calls slower than 800 ms;',
  );
  expect(lines[5]).toBe('Limit: 5 in flight, 100 waiting for up to 1 s');
  expect(lines[6]).toBe('Timeouts: 500 ms per attempt, 2.5 s per call');
});

it('states what opens the circuit by default, and for how long', () => {
  expect(createPolicy().describe().text).toContain(
    'opens at 10 calls in a row that fail with all retries, over at least 2 s; for 500 ms, then 5 % of the outage so far, 30 s at most;',
  );
});

it('states that there is no rule if all rules are off', () => {
  expect(text({ breaker: { ...explicit.breaker, consecutiveFailures: false, failureRate: false } })[3]).toContain(
    'opens at no rule at all',
  );
});

it.each<[PolicyOptions, number | undefined]>([
  [{ retry: { backoff: steady } }, 300],
  [{ retry: { backoff: steady, maxElapsedMs: 250 } }, 250],
  [{ retry: { backoff: steady }, timeouts: { totalMs: 120 } }, 120],
  [{ retry: { backoff: steady, maxRetries: 50 } }, 5_000],
  [{ retry: { backoff: steady, maxRetries: 1e9 } }, 30_000],
  [{ retry: { backoff: steady, maxRetries: 1e9, maxElapsedMs: Number.POSITIVE_INFINITY } }, undefined],
  [{ retry: { backoff: () => 1 } }, 30_000],
  [{ retry: { backoff: () => 1, maxElapsedMs: Number.POSITIVE_INFINITY } }, undefined],
  [{ retry: { backoff: steady, maxRetries: 0 } }, 0],
  [{ retry: false }, 0],
])('computes the longest wait: %j, %p ms', (options, waitMs) => {
  expect(createPolicy(options).describe().worstCase.waitMs).toBe(waitMs);
});

it('shows the first twenty delays, and none of a function’s', () => {
  expect(createPolicy({ retry: { maxRetries: 1e6 } }).describe().delays).toHaveLength(20);
  const lines = text({ retry: { backoff: () => 1, maxRetries: 2, maxElapsedMs: Number.POSITIVE_INFINITY } });
  expect(lines[1]).toBe('Retry: up to 2, waiting ?, ? ms, all within any time');
  expect(lines.at(-1)).toContain('an unknown time of backoff');
  expect(text({ retry: { maxRetries: 0 } })[1]).toBe('Retry: none');
});

it('states that there is no wait, and that a circuit stays open for as long each time', () => {
  const atOnce = { backoff: { baseMs: 0, throttledBaseMs: 0 } };
  expect(text({ retry: atOnce })[1]).toBe('Retry: up to 3, at once, all within 30 s');
  const steady = { backoff: { kind: 'constant', baseMs: 50, jitter: 'none' } } as const;
  expect(text({ retry: steady })[1]).toBe('Retry: up to 3, waiting 50, 50, 50 ms, all within 30 s');
  expect(text({ breaker: { openMs: 5_000, openFactor: 1 } })[3]).toContain('; for 5 s each time; closes');
  expect(text({ breaker: { openMs: 30_000 } })[3]).toContain('; for 30 s each time; closes');
});

it('states that a policy that does not read Retry-After has no cool-down', () => {
  const cool = 'Cool-down: none, since retry.respectRetryAfter is false';
  expect(text({ retry: { respectRetryAfter: false } })[4]).toBe(cool);
});

it('computes the load without a budget, and with one that is never exhausted', () => {
  expect(createPolicy({ budget: false }).describe().worstCase).toMatchObject({ load: 4, minRetriesPerSecond: 0 });
  expect(createPolicy({ budget: { ratio: 1 }, retry: { maxRetries: 1 } }).describe().worstCase).toMatchObject({
    load: 2,
  });
});
