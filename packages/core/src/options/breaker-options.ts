import type { BreakerRules, WindowRules } from '../breaker/rules.js';
import { own } from '../untrusted/own-properties.js';
import { deepFreeze } from '../untrusted/plain-object.js';
import type { OutcomePredicate } from './call-info.js';
import * as check from './checks.js';
import { contradiction, type Defaults, fill, finite } from './fill.js';

/** Rules for opening a key's circuit, and for closing it again. */
export interface BreakerOptions {
  /**
   * Failures in a row that trip the breaker; `false` switches this rule off. Counts calls by default, and attempts if
   * it is set. A run is forgotten after `window.ms` without an outcome (30 s with a count window).
   * @default 10
   */
  readonly consecutiveFailures?: number | false | undefined;
  /**
   * Least duration of the run as well, in ms. `'auto'`: 2 s for a run of calls. Such a run counts a call from its first
   * failed attempt, and does not end by one good answer in ten. Unset: 0 if `consecutiveFailures` is set, else
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
  /** Least number of outcomes in the window for a rate to be taken. @default 20 */
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
  /**
   * Probes at a time for each call that the key gets in a second, if that is more than `probes`: 0.01 lets ten through
   * at 1,000 calls a second.
   * @default 0
   */
  readonly probeShare?: number | undefined;
  /** Successful probes that close the circuit. @default 1 */
  readonly successesToClose?: number | undefined;
  /**
   * Longest time after which a probe that has not ended lets another one through, in ms. Its own outcome still counts.
   * With `consecutiveForMs: 'auto'` another one goes as soon as if the probe had failed: after `openMs`, or 5 % of the
   * outage so far.
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

/** {@link BreakerOptions}, complete. */
export interface BreakerSettings extends BreakerRules {
  readonly isFailure: OutcomePredicate | undefined;
}

export const breakerDefaults = deepFreeze({
  // If six calls in ten fail, ten failures in a row come about by chance once in 160 times, and five in a row once in
  // 13.
  consecutiveFailures: 10,
  // An open circuit serves no caller: by default it opens only if practically all calls fail, including their retries.
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
} as const satisfies Defaults<BreakerOptions, 'isFailure'>);

export function resolveBreaker(given: BreakerOptions | false | undefined): BreakerSettings | false {
  if (given === false) return false;
  const options = given && own(given);
  const filled = fill('breaker', options, { ...breakerDefaults, ...rulesAsWritten(options) }, breakerChecks);
  const { minimumCalls, openMs, maxOpenMs, ramp } = filled;
  const window = own(filled.window);
  if (window.kind === 'count') {
    check.checkFields('breaker.window', window, { kind: windowKind, size: check.integerFrom(1) });
    check.integerFrom(1)('breaker.window.size', window.size);
    if (window.size > MAX_WINDOW_SIZE) {
      throw contradiction('breaker.window.size', `at most ${MAX_WINDOW_SIZE}`, window.size);
    }
    if (minimumCalls > window.size) {
      throw contradiction('breaker.minimumCalls', `at most breaker.window.size (${window.size})`, minimumCalls);
    }
  } else {
    check.checkFields('breaker.window', window, { kind: windowKind, ms: check.positiveDuration });
    windowKind('breaker.window.kind', window.kind);
    check.positiveDuration('breaker.window.ms', window.ms);
  }
  if (openMs > maxOpenMs) throw contradiction('breaker.openMs', `at most breaker.maxOpenMs (${maxOpenMs})`, openMs);
  return deepFreeze({
    ...filled,
    window: window.kind === 'count' ? { kind: 'count', size: window.size } : { kind: 'time', ms: window.ms },
    slowCallMs: finite(filled.slowCallMs),
    ramp: ramp === false ? false : [...ramp],
    isFailure: options?.isFailure,
  });
}

/** Returns what takes the place of the defaults if the user sets rules: those hold exactly as written. */
function rulesAsWritten(
  options: BreakerOptions | undefined,
): Partial<Pick<BreakerSettings, 'consecutiveForMs' | 'failureRate'>> {
  const byRun = options?.consecutiveFailures !== undefined;
  const byRate = options?.minimumCalls !== undefined || options?.window !== undefined;
  return {
    ...(byRun && { consecutiveForMs: 0 }),
    ...(byRate && { failureRate: USUAL_FAILURE_RATE }),
  };
}

const breakerChecks: Readonly<Record<keyof BreakerOptions, check.Check>> = {
  consecutiveFailures: check.orFalse(check.integerFrom(1)),
  consecutiveForMs: (path, value) => {
    if (value !== 'auto') check.duration(path, value);
  },
  failureRate: check.orFalse(check.positiveShare),
  minimumCalls: check.integerFrom(1),
  window: check.plainObject,
  slowCallMs: check.positiveDurationOrInfinity,
  slowCallRate: check.positiveShare,
  openMs: check.positiveDuration,
  openFactor: check.atLeast(1),
  maxOpenMs: check.positiveDuration,
  probes: check.integerFrom(1),
  probeShare: check.share,
  successesToClose: check.integerFrom(1),
  probeLeaseMs: check.atLeast(1),
  ramp: check.orFalse(check.listOf(check.positiveShare)),
  isFailure: check.aFunction,
};

const USUAL_FAILURE_RATE = 0.5;
const windowKind = check.oneOf('time', 'count');
/** Upper bound of a window's size, since each key keeps a byte per outcome. */
const MAX_WINDOW_SIZE = 1_000_000;
