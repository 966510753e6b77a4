import type { PolicyOptions } from '@breakwater/core';
import type { CallerHost, PolicyChoice } from '../client/caller.js';
import { type FailedAttempt, retryingCaller } from './retrying-caller.js';
import { tokenBucket } from './token-bucket.js';

/** A way to call servers with which a policy can be compared. */
export interface Rival {
  readonly about: string;
  readonly policy: PolicyChoice;
}

/** Ways to call servers that are in wide use, each modelled by the rules that its source states. */
export const rivals: Readonly<Record<RivalName, Rival>> = {
  none: { about: 'one attempt for each call', policy: 'none' },
  naive: { about: 'up to 3 retries, at once, after any failure', policy: naive },
  'axios-retry': {
    about: 'axios-retry 4 with exponentialDelay: 3 retries, none after a timeout',
    policy: axiosRetry,
  },
  got: { about: "got 14's own retry: 2 retries, after 1 s and 2 s", policy: got },
  'token-bucket': {
    about: 'the standard mode of the AWS SDKs: 2 retries with full jitter, paid from a bucket of 500 tokens',
    policy: tokenBucket,
  },
  'breaker-only': {
    about: 'no retries; half of the calls of 10 s failed opens the circuit for 30 s',
    policy: breakerOnly(),
  },
};

/** The names of the rivals. */
export type RivalName = 'none' | 'naive' | 'axios-retry' | 'got' | 'token-bucket' | 'breaker-only';

/** Retries as in many code bases: the first attempt at it. */
function naive({ clock }: CallerHost) {
  return retryingCaller(clock, {
    delayMs: ({ attempt, status }) => (attempt <= 3 && !isRefusedForGood(status) ? 0 : undefined),
  });
}

function isRefusedForGood(status = 500): boolean {
  return status < 500 && status !== 429 && status !== 408;
}

/**
 * Models `isNetworkOrIdempotentRequestError` and `exponentialDelay`. The timeout covers the call: a retry that cannot
 * begin within it is not made. The library also shortens the last attempt's timeout, which is not modelled.
 */
function axiosRetry({ clock, random }: CallerHost) {
  return retryingCaller(clock, {
    delayMs: ({ attempt, code, elapsedMs, method, retryAfterMs, status, timeoutMs }) => {
      const isRetryable = code !== 'ECONNABORTED' && (status === undefined || status === 429 || status >= 500);
      if (attempt > 3 || !isRetryable || (code === undefined && !AXIOS_METHODS.has(method))) return undefined;
      const leastMs = Math.max(2 ** attempt * 100, retryAfterMs);
      const delayMs = leastMs + leastMs * 0.2 * random();
      return timeoutMs !== undefined && elapsedMs + delayMs >= timeoutMs ? undefined : delayMs;
    },
  });
}

const AXIOS_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * Models `limit: 2`, with `Retry-After` obeyed up to the request's timeout. Its timeouts are `ETIMEDOUT`, which it
 * retries.
 */
function got({ clock, random }: CallerHost) {
  return retryingCaller(clock, {
    delayMs: (failed) => {
      const { attempt, retryAfterMs } = failed;
      if (attempt > 2 || !isRetriedByGot(failed)) return undefined;
      if (retryAfterMs > (failed.timeoutMs ?? Number.POSITIVE_INFINITY)) return undefined;
      return retryAfterMs || 2 ** (attempt - 1) * 1_000 + random() * 100;
    },
  });
}

function isRetriedByGot({ method, retryAfterMs, status }: FailedAttempt): boolean {
  if (!GOT_METHODS.has(method)) return false;
  if (status === 413) return retryAfterMs > 0;
  return status === undefined || GOT_STATUSES.has(status);
}

const GOT_METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);
const GOT_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 521, 522, 524]);

function breakerOnly(): PolicyOptions {
  return {
    retry: { maxRetries: 0 },
    budget: false,
    limit: false,
    breaker: {
      consecutiveFailures: false,
      failureRate: 0.5,
      minimumCalls: 10,
      window: { kind: 'time', ms: 10_000 },
      openMs: 30_000,
      openFactor: 1,
      maxOpenMs: 30_000,
      successesToClose: 1,
    },
  };
}
