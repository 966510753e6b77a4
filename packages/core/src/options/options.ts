import type { BreakerRules, WindowRules } from '../breaker/rules.js';
import type { Clock } from '../host/clock.js';
import type { OutcomeInfo } from '../outcome/outcome.js';
import type { BackoffFunction, BackoffOptions, BackoffSettings } from '../retry/backoff.js';
import type { BudgetRules } from '../retry/budget.js';
import type { BreakerStore } from '../store/store.js';

/**
 * What a policy does with its verdicts. `enforce` acts on them; `observe` counts and reports what it would have done and
 * changes nothing; `off` passes calls through.
 */
export type Mode = 'enforce' | 'observe' | 'off';

/** What `shouldRetry`, `isFailure` and `keyOf` are told of a call. */
export interface CallInfo {
  /** Undefined while `keyOf` is being asked for it. */
  readonly key: string | undefined;
  /** In upper case; undefined for an `execute` without one. */
  readonly method: string | undefined;
  readonly url: string | undefined;
}

/** Judges an outcome; undefined leaves the judgement to the policy. Must return at once: a promise counts as undefined. */
export type OutcomePredicate = (outcome: OutcomeInfo, call: CallInfo) => boolean | undefined;

/** When and how a failed attempt is followed by another. */
export interface RetryOptions {
  /** Attempts after the first. */
  readonly maxRetries?: number | undefined;
  /** How long to wait before a retry. A function's result is clamped to what a timer can wait for. */
  readonly backoff?: BackoffSettings | BackoffFunction | undefined;
  /** Methods that may be repeated, compared without regard to case. */
  readonly methods?: readonly string[] | undefined;
  /** Statuses that are worth a retry. */
  readonly statuses?: readonly number[] | undefined;
  /** No wait and no attempt begins later than this after the call began, in ms; `Infinity` for no such bound. */
  readonly maxElapsedMs?: number | undefined;
  /** Whether `Retry-After` and `retry-after-ms` are obeyed, by retries and by cool-downs. */
  readonly respectRetryAfter?: boolean | undefined;
  /** True: worth a retry (where repeating is safe). False: not. Undefined: as the policy judges. */
  readonly shouldRetry?: OutcomePredicate | undefined;
}

/** What all calls of a key together may spend on retries, after Finagle's `RetryBudget`. */
export interface BudgetOptions {
  /** Retries per call that the key may spend, in 0..1. */
  readonly ratio?: number | undefined;
  /** Retries per second that are always allowed. */
  readonly minRetriesPerSecond?: number | undefined;
  /** Over how long calls and retries are counted, in ms. */
  readonly windowMs?: number | undefined;
}

/** When a key's circuit opens, and how it closes again. */
export interface BreakerOptions {
  /**
   * Failures in a row that trip the breaker; false switches this rule off. A number that is set counts attempts, as many as it
   * says; by default calls count (see `consecutiveForMs`). A run is forgotten after `window.ms` without an outcome (30 s with
   * a count window).
   */
  readonly consecutiveFailures?: number | false | undefined;
  /**
   * How long the run must have lasted as well, in ms. `auto`: 2 s, in a run that counts calls, each from its first failed
   * attempt until a good answer, and that one good answer in ten does not end. Unset: 0 if `consecutiveFailures` is set, else
   * `auto`.
   */
  readonly consecutiveForMs?: number | 'auto' | undefined;
  /** Share of failures in the window that trips the breaker, in 0..1; false switches this rule off. Unset: off, but 0.5 if `minimumCalls` or `window` is set. */
  readonly failureRate?: number | false | undefined;
  /** Calls in the window below which no rate is taken. */
  readonly minimumCalls?: number | undefined;
  /** Over what the rates are taken. */
  readonly window?: WindowRules | undefined;
  /** From how many ms a call counts as slow; undefined or `Infinity` switches the slow-call rule off. */
  readonly slowCallMs?: number | undefined;
  /** Share of slow calls in the window that trips the breaker, in 0..1. */
  readonly slowCallRate?: number | undefined;
  /** How long the circuit stays open at least, in ms, plus up to a tenth. */
  readonly openMs?: number | undefined;
  /** By what the open time grows with each failed probe. Unset: it is 5 % of how long the outage has lasted, between `openMs` and `maxOpenMs`. */
  readonly openFactor?: number | undefined;
  /** What the open time grows to at the most, in ms. */
  readonly maxOpenMs?: number | undefined;
  /** Attempts let through at a time while the circuit is half-open. */
  readonly probes?: number | undefined;
  /** Successful probes that close the circuit. */
  readonly successesToClose?: number | undefined;
  /** After how long a probe that has not settled lets another one go, in ms. Its own outcome still counts. */
  readonly probeLeaseMs?: number | undefined;
  /** Share of traffic let through after closing, step by step, each `openMs` long; false lets all through at once. */
  readonly ramp?: readonly number[] | false | undefined;
  /** True: counts as a failure. False: does not. Undefined: as the policy judges. */
  readonly isFailure?: OutcomePredicate | undefined;
}

/** How a server's wish to be left alone is met. */
export interface CoolDownOptions {
  /** Calls per key that may wait for the end of a cool-down; the others are refused at once. */
  readonly maxWaiting?: number | undefined;
  /** The longest cool-down that a server can ask for, in ms. */
  readonly maxMs?: number | undefined;
}

/** A cap on attempts in flight that is there only while the server is overloaded. */
export interface AdaptiveLimitOptions {
  readonly kind: 'adaptive';
  /** What the cap never falls below. */
  readonly minConcurrency?: number | undefined;
}

/** A bulkhead: so many attempts in flight, so many waiting, the rest refused. */
export interface FixedLimitOptions {
  readonly kind: 'fixed';
  /** Attempts in flight per key. */
  readonly concurrency: number;
  /** Attempts that may wait for a place, first come, first served. */
  readonly queue?: number | undefined;
  /** How long an attempt may wait for a place, in ms. */
  readonly maxQueueMs?: number | undefined;
}

/** Hard limits. Off by default: the client has its own. `Infinity` lifts one that the policy sets. */
export interface TimeoutOptions {
  /** After how many ms an attempt is aborted. */
  readonly attemptMs?: number | undefined;
  /** After how many ms the whole call is aborted, waits included. */
  readonly totalMs?: number | undefined;
}

/** Keys by which a server can tell a repeated request from a new one. */
export interface IdempotencyOptions {
  /** The header that carries the key. */
  readonly header?: string | undefined;
  /** Methods that get a key. */
  readonly methods?: readonly string[] | undefined;
  /** Makes a key; called once per call. */
  readonly generate?: (() => string) | undefined;
}

/** All options of a policy. Each is optional; `undefined` means the default. */
export interface PolicyOptions {
  /** Names the policy in errors, events and in a shared store. */
  readonly name?: string | undefined;
  /** Unset: the environment variable `BREAKWATER_MODE`, where there is an environment, else `enforce`. */
  readonly mode?: Mode | undefined;
  /** Share of calls that are enforced while the mode is `enforce`, in 0..1; the rest are observed. */
  readonly enforceRate?: number | undefined;
  readonly retry?: RetryOptions | false | undefined;
  readonly budget?: BudgetOptions | false | undefined;
  readonly breaker?: BreakerOptions | false | undefined;
  readonly coolDown?: CoolDownOptions | false | undefined;
  readonly limit?: AdaptiveLimitOptions | FixedLimitOptions | false | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
  readonly idempotency?: IdempotencyOptions | false | undefined;
  /** Which breaker, budget and cool-down a call belongs to. Default: the URL's origin, `default` where there is none. */
  readonly keyOf?: ((call: CallInfo) => string) | undefined;
  /** Keys kept at the most. The least recently used go first, open circuits and cool-downs last (`evict` tells of those); one in use never goes. */
  readonly maxKeys?: number | undefined;
  /** After how long without a call a key may be forgotten, in ms. */
  readonly keyIdleMs?: number | undefined;
  /** Where the breakers' states live. Default: a `memoryStore()` of the policy's own. */
  readonly store?: BreakerStore | undefined;
  readonly clock?: Clock | undefined;
  /** Numbers in [0, 1). */
  readonly random?: (() => number) | undefined;
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

/** {@link BreakerOptions}, complete. */
export interface BreakerSettings extends BreakerRules {
  readonly isFailure: OutcomePredicate | undefined;
}

/** {@link CoolDownOptions}, complete. */
export interface CoolDownSettings {
  readonly maxWaiting: number;
  readonly maxMs: number;
}

/** {@link AdaptiveLimitOptions} or {@link FixedLimitOptions}, complete. */
export type LimitSettings =
  | { readonly kind: 'adaptive'; readonly minConcurrency: number }
  | { readonly kind: 'fixed'; readonly concurrency: number; readonly queue: number; readonly maxQueueMs: number };

/** {@link IdempotencyOptions}, complete. */
export interface IdempotencySettings {
  readonly header: string;
  /** In upper case. */
  readonly methods: ReadonlySet<string>;
  /** Undefined: random UUIDs. */
  readonly generate: (() => string) | undefined;
}

/** Hard limits, in ms; undefined where there is none. */
export interface CallTimeouts {
  readonly attemptMs: number | undefined;
  readonly totalMs: number | undefined;
}

/** A policy's options, validated and complete. */
export interface PolicySettings {
  readonly name: string;
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
  readonly maxKeys: number;
  readonly keyIdleMs: number;
  readonly store: BreakerStore;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}
