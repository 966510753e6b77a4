import { defaultBackoff } from '../retry/backoff.js';
import { deepFreeze } from '../untrusted/plain-object.js';

/**
 * The default of every option that has one. What is not here is off, or made per policy (`store`, `clock`, `random`).
 */
export const defaults = deepFreeze({
  name: 'default',
  mode: 'enforce',
  enforceRate: 1,
  retry: {
    maxRetries: 3,
    backoff: defaultBackoff,
    methods: ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY'],
    statuses: [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524],
    maxElapsedMs: 30_000,
    respectRetryAfter: true,
  },
  budget: { ratio: 0.2, minRetriesPerSecond: 10, windowMs: 10_000 },
  breaker: {
    // If six calls in ten fail, ten in a row come about by chance 1 time in 160, and five in a row 1 time in 13.
    consecutiveFailures: 10,
    // A circuit that opens serves no caller: by default it opens if practically all calls fail, with their retries.
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
    successesToClose: 2,
    probeLeaseMs: 30_000,
    ramp: false,
  },
  coolDown: { maxWaiting: 256, maxMs: 300_000 },
  // Off: while it is awake it can refuse calls that the server would have answered. See docs/parts/limit.md.
  limit: false,
  timeouts: { attemptMs: undefined, totalMs: undefined },
  idempotency: false,
  maxKeys: 1_000,
  keyIdleMs: 3_600_000,
} as const);

/** Defaults of `idempotency: {}` and of a `limit` of either kind. */
export const idempotencyDefaults = deepFreeze({ header: 'Idempotency-Key', methods: ['POST', 'PATCH'] } as const);
export const adaptiveLimitDefaults = deepFreeze({ kind: 'adaptive', minConcurrency: 4 } as const);
export const fixedLimitDefaults = deepFreeze({ concurrency: 50, queue: 100, maxQueueMs: 1_000 } as const);
