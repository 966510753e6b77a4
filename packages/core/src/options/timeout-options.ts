import { own } from '../untrusted/own-properties.js';
import { deepFreeze } from '../untrusted/plain-object.js';
import * as check from './checks.js';
import { contradiction, type Defaults, finite } from './fill.js';

/** Hard limits. Off by default, since clients have their own. `Infinity` lifts one that the policy sets. */
export interface TimeoutOptions {
  /** Time after which an attempt is aborted, in ms; at most `totalMs`. @default unset */
  readonly attemptMs?: number | undefined;
  /** Time after which the whole call is aborted, waits included, in ms. @default unset */
  readonly totalMs?: number | undefined;
}

/** Hard limits, in ms; undefined if there is none. */
export interface CallTimeouts {
  readonly attemptMs: number | undefined;
  readonly totalMs: number | undefined;
}

export const timeoutDefaults: CallTimeouts = deepFreeze({
  attemptMs: undefined,
  totalMs: undefined,
} as const satisfies Defaults<TimeoutOptions>);

/** Returns a call's own timeouts, completed with those of its policy. */
export function resolveTimeouts(path: string, given: TimeoutOptions | undefined, base: CallTimeouts): CallTimeouts {
  if (given === undefined) return base;
  check.plainObject(path, given);
  const options = own(given);
  check.checkFields(path, options, timeoutChecks);
  const attemptMs = finite(options.attemptMs);
  const totalMs = finite(options.totalMs);
  if (attemptMs !== undefined && totalMs !== undefined && attemptMs > totalMs) {
    throw contradiction(`${path}.attemptMs`, `at most ${path}.totalMs (${totalMs})`, attemptMs);
  }
  // A call with less time than its policy's `attemptMs` is no contradiction: its attempts end with it.
  return Object.freeze({
    attemptMs: finite(options.attemptMs ?? base.attemptMs),
    totalMs: finite(options.totalMs ?? base.totalMs),
  });
}

const timeoutChecks: Readonly<Record<keyof TimeoutOptions, check.Check>> = {
  attemptMs: check.timerDurationOrInfinity,
  totalMs: check.timerDurationOrInfinity,
};
