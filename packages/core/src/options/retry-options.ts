import { type BackoffFunction, type BackoffOptions, type BackoffSettings, defaultBackoff } from '../retry/backoff.js';
import { own } from '../untrusted/own-properties.js';
import { deepFreeze } from '../untrusted/plain-object.js';
import type { OutcomePredicate } from './call-info.js';
import * as check from './checks.js';
import { contradiction, type Defaults, fill, upperCased } from './fill.js';

/** Rules for retrying a failed attempt. */
export interface RetryOptions {
  /** Attempts after the first. @default 3 */
  readonly maxRetries?: number | undefined;
  /**
   * Wait before each retry: a curve as data, or a function. A function's result is clamped to what a timer can wait
   * for.
   * @default exponential from 100 ms to 20 s, with full jitter
   */
  readonly backoff?: BackoffSettings | BackoffFunction | undefined;
  /**
   * Methods that may be repeated, compared without regard to case.
   * @default ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY']
   */
  readonly methods?: readonly string[] | undefined;
  /** Statuses that are worth a retry. @default [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524] */
  readonly statuses?: readonly number[] | undefined;
  /**
   * Time after the call began at which the last wait or attempt may begin, in ms; `Infinity` for no bound.
   * @default 30_000
   */
  readonly maxElapsedMs?: number | undefined;
  /** Obeys `Retry-After` and `retry-after-ms`, in retries and in cool-downs. @default true */
  readonly respectRetryAfter?: boolean | undefined;
  /**
   * `(outcome, call) => boolean | undefined`. `true`: worth a retry, if repeating is safe. `false`: not worth one.
   * `undefined`: the policy's own verdict.
   * @default unset
   */
  readonly shouldRetry?: OutcomePredicate | undefined;
}

/** {@link RetryOptions}, complete. */
export interface RetrySettings {
  readonly maxRetries: number;
  readonly backoff: BackoffOptions | BackoffFunction;
  /** In upper case. */
  readonly methods: ReadonlySet<string>;
  readonly statuses: ReadonlySet<number>;
  readonly maxElapsedMs: number;
  readonly respectRetryAfter: boolean;
  readonly shouldRetry: OutcomePredicate | undefined;
}

export const retryDefaults = deepFreeze({
  maxRetries: 3,
  backoff: defaultBackoff,
  methods: ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY'],
  statuses: [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524],
  maxElapsedMs: 30_000,
  respectRetryAfter: true,
} as const satisfies Defaults<RetryOptions, 'shouldRetry'>);

export function resolveRetry(given: RetryOptions | false | undefined): RetrySettings | false {
  if (given === false) return false;
  const options = given && own(given);
  const filled = fill('retry', options, retryDefaults, retryChecks);
  return Object.freeze({
    maxRetries: filled.maxRetries,
    backoff: resolveBackoff(filled.backoff),
    methods: upperCased(filled.methods),
    statuses: new Set(filled.statuses),
    maxElapsedMs: filled.maxElapsedMs,
    respectRetryAfter: filled.respectRetryAfter,
    shouldRetry: options?.shouldRetry,
  });
}

function resolveBackoff(options: BackoffSettings | BackoffFunction): BackoffOptions | BackoffFunction {
  if (typeof options === 'function') return options;
  const filled = fill('retry.backoff', options, retryDefaults.backoff, backoffChecks);
  if (filled.baseMs > filled.maxMs) {
    throw contradiction('retry.backoff.baseMs', `at most retry.backoff.maxMs (${filled.maxMs})`, filled.baseMs);
  }
  return deepFreeze(filled);
}

const retryChecks: Readonly<Record<keyof RetryOptions, check.Check>> = {
  maxRetries: check.integerFrom(0),
  backoff: (path, value) => {
    if (typeof value !== 'function') check.plainObject(path, value);
  },
  methods: check.listOf(check.httpMethod),
  statuses: check.listOf(check.httpStatus),
  maxElapsedMs: check.durationOrInfinity,
  respectRetryAfter: check.boolean,
  shouldRetry: check.aFunction,
};

const backoffChecks: Readonly<Record<keyof BackoffOptions, check.Check>> = {
  kind: check.oneOf('exponential', 'linear', 'constant', 'decorrelated'),
  baseMs: check.duration,
  throttledBaseMs: check.duration,
  factor: check.atLeast(1),
  maxMs: check.duration,
  jitter: (path, value) => {
    if (typeof value === 'number') check.share(path, value);
    else check.oneOf('none', 'full', 'equal')(path, value);
  },
};
