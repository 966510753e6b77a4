import type { BreakerRules, WindowRules } from '../breaker/rules.js';
import type { Clock } from '../host/clock.js';
import type { OutcomeInfo } from '../outcome/outcome.js';
import type { BackoffFunction, BackoffOptions, BackoffSettings } from '../retry/backoff.js';
import type { BudgetRules } from '../retry/budget.js';
import type { BreakerStore } from '../store/store.js';
import type { AttributeValue } from '../telemetry/call-attributes.js';

/**
 * `enforce` acts on the policy's verdicts. `observe` changes nothing: it counts and reports what enforcing would do.
 * `off` passes calls through.
 */
export type Mode = 'enforce' | 'observe' | 'off';

/** The call that `shouldRetry`, `isFailure`, `keyOf` or `attributesOf` decides about. */
export interface CallInfo {
  /** Undefined in `keyOf`, which returns it. */
  readonly key: string | undefined;
  /** In upper case; undefined for an `execute` without one. */
  readonly method: string | undefined;
  readonly url: string | undefined;
}

/**
 * Judges an outcome; `undefined` means the policy's own judgement. Must return at once: a promise counts as
 * `undefined`.
 */
export type OutcomePredicate = (outcome: OutcomeInfo, call: CallInfo) => boolean | undefined;

/** Returns attributes of a call by name. Those that are undefined are left out. */
export type AttributesFunction = (call: CallInfo) => Readonly<Record<string, AttributeValue | undefined>> | undefined;

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
   * No wait and no attempt begins later than this after the call began, in ms; `Infinity` for no bound.
   * @default 30_000
   */
  readonly maxElapsedMs?: number | undefined;
  /** Obeys `Retry-After` and `retry-after-ms`, in retries and in cool-downs. @default true */
  readonly respectRetryAfter?: boolean | undefined;
  /**
   * `(outcome, call) => boolean | undefined`. `true`: worth a retry, if repeating is safe. `false`: not. `undefined`:
   * the policy's own verdict.
   * @default unset
   */
  readonly shouldRetry?: OutcomePredicate | undefined;
}

/**
 * Spending limit on retries for all calls of a key together, after Finagle's `RetryBudget`. It becomes smaller if fewer
 * than half of the calls are answered: a busy server that answers no call is sent no retries.
 */
export interface BudgetOptions {
  /** Retries allowed per call of the key, in 0..1. @default 0.2 */
  readonly ratio?: number | undefined;
  /**
   * Retries per second that a key with few calls may make: it gets what `ratio` of its calls falls short of.
   * @default 10
   */
  readonly minRetriesPerSecond?: number | undefined;
  /** Time over which calls and retries are counted, in ms. @default 10_000 */
  readonly windowMs?: number | undefined;
}

/** Rules for opening a key's circuit, and for closing it again. */
export interface BreakerOptions {
  /**
   * Failures in a row that trip the breaker; `false` switches this rule off. Counts calls by default, and attempts if
   * it is set. A run is forgotten after `window.ms` without an outcome (30 s with a count window).
   * @default 10
   */
  readonly consecutiveFailures?: number | false | undefined;
  /**
   * Time that the run must have lasted as well, in ms. `'auto'`: 2 s, for a run of calls that counts a call from its
   * first failed attempt, and that one good answer in ten does not end. Unset: 0 if `consecutiveFailures` is set, else
   * `'auto'`.
   * @default 'auto'
   */
  readonly consecutiveForMs?: number | 'auto' | undefined;
  /**
   * Share of failures in the window that trips the breaker, in 0..1; `false` switches this rule off. Unset: 0.5 if
   * `minimumCalls` or `window` is set, else off.
   * @default false
   */
  readonly failureRate?: number | false | undefined;
  /** Outcomes in the window below which no rate is taken. @default 20 */
  readonly minimumCalls?: number | undefined;
  /**
   * Span of the rates: `{ kind: 'time', ms }`, or the last outcomes, as in `{ kind: 'count', size: 100 }`.
   * @default { kind: 'time', ms: 30_000 }
   */
  readonly window?: WindowRules | undefined;
  /**
   * Duration from which a call counts as slow, in ms; unset or `Infinity` switches the slow-call rule off.
   * @default unset
   */
  readonly slowCallMs?: number | undefined;
  /** Share of slow calls in the window that trips the breaker, in 0..1. @default 1 */
  readonly slowCallRate?: number | undefined;
  /**
   * Least time that the circuit stays open, in ms; up to a tenth is added at random. A value above `maxOpenMs` is
   * refused: raise both.
   * @default 500
   */
  readonly openMs?: number | undefined;
  /**
   * Growth of the open time with each failed probe. Unset: the open time is 5 % of the outage so far, between
   * `openMs` and `maxOpenMs`.
   * @default unset
   */
  readonly openFactor?: number | undefined;
  /** Upper bound of the open time, in ms. @default 30_000 */
  readonly maxOpenMs?: number | undefined;
  /** Attempts let through at a time while the circuit is half-open. @default 1 */
  readonly probes?: number | undefined;
  /** Successful probes that close the circuit. @default 2 */
  readonly successesToClose?: number | undefined;
  /**
   * Time after which a probe that has not ended lets another one through, in ms. Its own outcome still counts.
   * @default 30_000
   */
  readonly probeLeaseMs?: number | undefined;
  /**
   * Shares of traffic let through after closing, such as `[0.01, 0.1, 0.5]`, each step `openMs` long; `false` lets
   * all through at once.
   * @default false
   */
  readonly ramp?: readonly number[] | false | undefined;
  /**
   * `(outcome, call) => boolean | undefined`. `true`: a failure. `false`: not one. `undefined`: the policy's own
   * judgement.
   * @default unset
   */
  readonly isFailure?: OutcomePredicate | undefined;
}

/** Bounds for cool-downs, which a server asks for by `Retry-After`. */
export interface CoolDownOptions {
  /** Calls per key that may wait for the end of a cool-down; the others are refused at once. @default 256 */
  readonly maxWaiting?: number | undefined;
  /** Longest cool-down that a server can ask for, in ms. @default 300_000 */
  readonly maxMs?: number | undefined;
}

/** A cap on attempts in flight that exists only while the server is overloaded. */
export interface AdaptiveLimitOptions {
  /** `'adaptive'`: a cap that exists only while the server is overloaded. */
  readonly kind: 'adaptive';
  /** Least value of the cap. @default 4 */
  readonly minConcurrency?: number | undefined;
}

/** A bulkhead: bounds the attempts in flight and those that wait, and refuses the rest. */
export interface FixedLimitOptions {
  /** `'fixed'`: a cap that always holds. */
  readonly kind: 'fixed';
  /** Attempts in flight per key. */
  readonly concurrency: number;
  /** Attempts that may wait for a slot, first come, first served. @default 100 */
  readonly queue?: number | undefined;
  /** Longest wait for a slot, in ms. @default 1_000 */
  readonly maxQueueMs?: number | undefined;
}

/** Hard limits. Off by default, since clients have their own. `Infinity` lifts one that the policy sets. */
export interface TimeoutOptions {
  /** Time after which an attempt is aborted, in ms; at most `totalMs`. @default unset */
  readonly attemptMs?: number | undefined;
  /** Time after which the whole call is aborted, waits included, in ms. @default unset */
  readonly totalMs?: number | undefined;
}

/** Keys by which a server can tell a repeated request from a new one. */
export interface IdempotencyOptions {
  /** Header that carries the key. @default 'Idempotency-Key' */
  readonly header?: string | undefined;
  /** Methods that get a key. @default ['POST', 'PATCH'] */
  readonly methods?: readonly string[] | undefined;
  /** `() => string`: makes a key. Called once per call. @default a random UUID */
  readonly generate?: (() => string) | undefined;
}

/** All options of a policy. Each is optional; `undefined` means the default. */
export interface PolicyOptions {
  /** Name of the policy in errors and events, and with the key in a shared store. @default 'default' */
  readonly name?: string | undefined;
  /** Name of this process in events, such as a pod's name: it tells the processes of a fleet apart. @default unset */
  readonly instance?: string | undefined;
  /**
   * `'enforce'`, `'observe'` or `'off'`. Unset: the environment variable `BREAKWATER_MODE`, if there is an
   * environment and it is set.
   * @default 'enforce'
   */
  readonly mode?: Mode | undefined;
  /** Share of calls that are enforced while the mode is `'enforce'`, in 0..1; the rest are observed. @default 1 */
  readonly enforceRate?: number | undefined;
  /** Retries of failed attempts; `false` switches them off. */
  readonly retry?: RetryOptions | false | undefined;
  /** Retry budget of a key; `false` switches it off. */
  readonly budget?: BudgetOptions | false | undefined;
  /** Circuit breaker of a key; `false` switches it off. */
  readonly breaker?: BreakerOptions | false | undefined;
  /** Cool-down of a key after a `Retry-After`; `false` switches it off. */
  readonly coolDown?: CoolDownOptions | false | undefined;
  /** Limit on a key's attempts in flight; off by default. */
  readonly limit?: AdaptiveLimitOptions | FixedLimitOptions | false | undefined;
  /** Hard limits on an attempt's and a call's duration; off by default. */
  readonly timeouts?: TimeoutOptions | undefined;
  /** Idempotency keys for methods that are not idempotent; off by default. */
  readonly idempotency?: IdempotencyOptions | false | undefined;
  /**
   * `({ method, url }) => string`: the key of a call, which has a breaker, a budget and a cool-down of its own. A
   * call without a URL has the key `default`.
   * @default the URL's origin
   */
  readonly keyOf?: ((call: CallInfo) => string) | undefined;
  /**
   * `({ key, method, url }) => ({ tenant, route })`: attributes of a call in its events, and so in metrics and logs.
   * Called once, as the call begins, in the caller's asynchronous context. At most 8 names and 100 values of each are
   * kept, later values are `_OTHER`.
   * @default unset
   */
  readonly attributesOf?: AttributesFunction | undefined;
  /**
   * Most keys to keep. The least recently used go first; those with an open circuit or a cool-down last, with the
   * event `evict`. A key in use never goes.
   * @default 1_000
   */
  readonly maxKeys?: number | undefined;
  /** Time without a call after which a key may be forgotten, in ms. @default 3_600_000 */
  readonly keyIdleMs?: number | undefined;
  /** Store of the breakers' states. @default a `memoryStore()` of the policy's own */
  readonly store?: BreakerStore | undefined;
  /** Source of time: `now()`, `wallNow()` and `schedule(task, delayMs)`. @default `systemClock` */
  readonly clock?: Clock | undefined;
  /** Source of numbers in [0, 1), for jitter and `enforceRate`. @default `Math.random` */
  readonly random?: (() => number) | undefined;
}

/** Options of which each has a value. */
type Complete<T> = { readonly [Name in keyof T]-?: Exclude<T[Name], undefined> };

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

/** {@link BreakerOptions}, complete. */
export interface BreakerSettings extends BreakerRules {
  readonly isFailure: OutcomePredicate | undefined;
}

/** {@link CoolDownOptions}, complete. */
export type CoolDownSettings = Complete<CoolDownOptions>;

/** {@link AdaptiveLimitOptions} or {@link FixedLimitOptions}, complete. */
export type LimitSettings = Complete<AdaptiveLimitOptions> | Complete<FixedLimitOptions>;

/** {@link IdempotencyOptions}, complete. */
export interface IdempotencySettings {
  readonly header: string;
  /** In upper case. */
  readonly methods: ReadonlySet<string>;
  /** Undefined: random UUIDs. */
  readonly generate: (() => string) | undefined;
}

/** Hard limits, in ms; undefined if there is none. */
export interface CallTimeouts {
  readonly attemptMs: number | undefined;
  readonly totalMs: number | undefined;
}

/** A policy's options, validated and complete. */
export interface PolicySettings {
  readonly name: string;
  /** Undefined: none is named. */
  readonly instance: string | undefined;
  readonly mode: Mode;
  readonly enforceRate: number;
  readonly retry: RetrySettings | false;
  readonly budget: BudgetRules | false;
  readonly breaker: BreakerSettings | false;
  readonly coolDown: CoolDownSettings | false;
  readonly limit: LimitSettings | false;
  readonly timeouts: CallTimeouts;
  readonly idempotency: IdempotencySettings | false;
  /** Undefined: the URL's origin. */
  readonly keyOf: ((call: CallInfo) => string) | undefined;
  readonly attributesOf: AttributesFunction | undefined;
  readonly maxKeys: number;
  readonly keyIdleMs: number;
  readonly store: BreakerStore;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}
