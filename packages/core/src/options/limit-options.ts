import { own } from '../untrusted/own-properties.js';
import { deepFreeze } from '../untrusted/plain-object.js';
import * as check from './checks.js';
import { type Complete, type Defaults, fill } from './fill.js';

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
  /** Attempts in flight per key. @default 50 */
  readonly concurrency?: number | undefined;
  /** Attempts that may wait for a slot, first come, first served. @default 100 */
  readonly queue?: number | undefined;
  /** Longest wait for a slot, in ms. @default 1_000 */
  readonly maxQueueMs?: number | undefined;
}

/** {@link AdaptiveLimitOptions} or {@link FixedLimitOptions}, complete. */
export type LimitSettings = Complete<AdaptiveLimitOptions> | Complete<FixedLimitOptions>;

export const adaptiveLimitDefaults = deepFreeze({
  kind: 'adaptive',
  minConcurrency: 4,
} as const satisfies Defaults<AdaptiveLimitOptions>);
export const fixedLimitDefaults = deepFreeze({
  kind: 'fixed',
  concurrency: 50,
  queue: 100,
  maxQueueMs: 1_000,
} as const satisfies Defaults<FixedLimitOptions>);

export function resolveLimit(
  given: AdaptiveLimitOptions | FixedLimitOptions | false | undefined,
): LimitSettings | false {
  // Off: while awake, it can refuse calls that the server would have answered. See docs/parts/limit.md.
  if (given === undefined || given === false) return false;
  const options = own(given);
  limitKind('limit.kind', options.kind);
  return deepFreeze(
    options.kind === 'fixed'
      ? { ...fill('limit', options, fixedLimitDefaults, fixedLimitChecks), kind: 'fixed' as const }
      : { ...fill('limit', options, adaptiveLimitDefaults, adaptiveLimitChecks), kind: 'adaptive' as const },
  );
}

const limitKind = check.oneOf('adaptive', 'fixed');
const adaptiveLimitChecks = { kind: limitKind, minConcurrency: check.integerFrom(1) };
const fixedLimitChecks = {
  kind: limitKind,
  concurrency: check.integerFrom(1),
  queue: check.integerFrom(0),
  maxQueueMs: check.duration,
};
