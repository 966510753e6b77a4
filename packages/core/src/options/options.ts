import type { Clock } from '../host/clock.js';
import type { BudgetRules } from '../retry/budget.js';
import type { BreakerStore } from '../store/store.js';
import type { AttributeValue } from '../telemetry/call-attributes.js';
import type { BreakerOptions, BreakerSettings } from './breaker-options.js';
import type { BudgetOptions } from './budget-options.js';
import type { CallInfo } from './call-info.js';
import type { CoolDownOptions, CoolDownSettings } from './cool-down-options.js';
import type { IdempotencyOptions, IdempotencySettings } from './idempotency-options.js';
import type { AdaptiveLimitOptions, FixedLimitOptions, LimitSettings } from './limit-options.js';
import type { Mode } from './mode.js';
import type { RetryOptions, RetrySettings } from './retry-options.js';
import type { CallTimeouts, TimeoutOptions } from './timeout-options.js';

/** Returns attributes of a call by name. Those that are undefined are left out. */
export type AttributesFunction = (call: CallInfo) => Readonly<Record<string, AttributeValue | undefined>> | undefined;

/** All options of a policy. Each is optional; `undefined` means the default. */
export interface PolicyOptions {
  /** Name of the policy in errors and events, and with the key in a shared store. @default 'default' */
  readonly name?: string | undefined;
  /**
   * Name of this process in events, such as a pod's name: it tells the processes of a fleet apart.
   * @default the name of this process in a shared store
   */
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
   * kept; later values become `_OTHER`.
   * @default unset
   */
  readonly attributesOf?: AttributesFunction | undefined;
  /**
   * Largest number of keys to keep. The least recently used go first; those with an open circuit or a cool-down go
   * last, with the event `evict`. A key in use is never removed.
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

/** A policy's options, validated and complete. */
export interface PolicySettings {
  readonly name: string;
  /** Undefined if none is named. */
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
  /** Undefined for the default, the URL's origin. */
  readonly keyOf: ((call: CallInfo) => string) | undefined;
  readonly attributesOf: AttributesFunction | undefined;
  readonly maxKeys: number;
  readonly keyIdleMs: number;
  readonly store: BreakerStore;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}
