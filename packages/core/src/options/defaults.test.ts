import { expect, it } from '@jest/globals';
import { defaults } from './defaults.js';
import { idempotencyDefaults } from './idempotency-options.js';
import { adaptiveLimitDefaults, fixedLimitDefaults } from './limit-options.js';
import { resolveOptions } from './resolve.js';

it('has the defaults that are documented, and no others', () => {
  expect(defaults).toStrictEqual({
    name: 'default',
    mode: 'enforce',
    enforceRate: 1,
    retry: {
      maxRetries: 3,
      backoff: { kind: 'exponential', baseMs: 100, throttledBaseMs: 1_000, factor: 2, maxMs: 20_000, jitter: 'full' },
      methods: ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY'],
      statuses: [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524],
      maxElapsedMs: 30_000,
      respectRetryAfter: true,
    },
    budget: { ratio: 0.2, minRetriesPerSecond: 10, windowMs: 10_000 },
    breaker: {
      consecutiveFailures: 10,
      consecutiveForMs: 'auto',
      failureRate: false,
      minimumCalls: 20,
      window: { kind: 'time', ms: 30_000 },
      slowCallMs: undefined,
      slowCallRate: 1,
      openMs: 500,
      openFactor: undefined,
      maxOpenMs: 30_000,
      probes: 1,
      probeShare: 0,
      successesToClose: 1,
      probeLeaseMs: 30_000,
      ramp: false,
    },
    coolDown: { maxWaiting: 256, maxMs: 300_000 },
    limit: false,
    timeouts: { attemptMs: undefined, totalMs: undefined },
    idempotency: false,
    maxKeys: 1_000,
    keyIdleMs: 3_600_000,
  });
});

it('fills an idempotency section and a limit from defaults of their own', () => {
  expect(idempotencyDefaults).toStrictEqual({ header: 'Idempotency-Key', methods: ['POST', 'PATCH'] });
  expect(adaptiveLimitDefaults).toStrictEqual({ kind: 'adaptive', minConcurrency: 4 });
  expect(fixedLimitDefaults).toStrictEqual({ kind: 'fixed', concurrency: 50, queue: 100, maxQueueMs: 1_000 });
});

it('gives a policy without options exactly the defaults', () => {
  const { retry, breaker, store, clock, random, keyOf, instance, attributesOf, ...rest } = resolveOptions({
    mode: 'enforce',
  });
  const { retry: retryDefaults, breaker: breakerDefaults, ...restDefaults } = defaults;
  expect(rest).toStrictEqual(restDefaults);
  expect(retry).toStrictEqual({
    ...retryDefaults,
    methods: new Set(retryDefaults.methods),
    statuses: new Set(retryDefaults.statuses),
    shouldRetry: undefined,
  });
  expect(breaker).toStrictEqual({ ...breakerDefaults, isFailure: undefined });
  expect([keyOf, instance, attributesOf]).toEqual([undefined, undefined, undefined]);
  expect(random).toBe(Math.random);
  expect(typeof store.attach).toBe('function');
  expect(Math.abs(clock.wallNow() - Date.now())).toBeLessThan(60_000);
});

it('is frozen at every depth', () => {
  for (const part of [defaults, idempotencyDefaults, fixedLimitDefaults]) expectFrozen(part);
});

function expectFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  expect(Object.isFrozen(value)).toBe(true);
  Object.values(value).forEach(expectFrozen);
}
