import { openRemainingMs } from '../breaker/machine.js';
import type { BreakerPhase } from '../breaker/state.js';
import type { Mode } from '../options/options.js';
import { type ObservedSnapshot, observedSnapshot } from '../telemetry/observed-calls.js';
import type { WindowCounts } from '../window/window.js';
import type { CallCounts, KeyEntry } from './key-entry.js';

/** What is known of one key's breaker. */
export interface BreakerSnapshot {
  readonly state: BreakerPhase;
  readonly generation: number;
  /** What is left of the open time, in ms. */
  readonly openRemainingMs: number;
  readonly counts: WindowCounts;
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
  /** Results that came after their generation or their lease was over, and changed nothing. */
  readonly late: number;
}

/** What is known of one key. */
export interface KeySnapshot extends Readonly<CallCounts> {
  readonly inFlight: number;
  /** What the policy would have done with the calls that it only observed; undefined where there were none. */
  readonly observed: ObservedSnapshot | undefined;
  /** Undefined where the policy has none; so with the others. */
  readonly breaker: BreakerSnapshot | undefined;
  readonly budget: { readonly available: number } | undefined;
  /** `cap` is undefined while an adaptive limit sleeps. */
  readonly limit: { readonly inFlight: number; readonly waiting: number; readonly cap: number | undefined } | undefined;
  readonly coolDown: { readonly remainingMs: number; readonly waiting: number } | undefined;
}

/** A policy at one moment, as plain JSON. */
export interface PolicySnapshot {
  readonly policy: string;
  readonly mode: Mode;
  readonly atMs: number;
  /** Since the policy was made, keys that have been forgotten included. */
  readonly totals: Readonly<CallCounts> & { readonly observed: ObservedSnapshot | undefined };
  readonly keys: Readonly<Record<string, KeySnapshot>>;
}

export function keySnapshot(entry: KeyEntry, nowMs: number, withCoolDown: boolean): KeySnapshot {
  return {
    ...entry.counts,
    inFlight: entry.sessions,
    observed: observedSnapshot(entry.observed),
    breaker: breakerSnapshot(entry, nowMs),
    budget: entry.budget && { available: entry.budget.available(nowMs) },
    limit: entry.limit && { inFlight: entry.limit.inFlight, waiting: entry.limit.waiting, cap: entry.limit.cap },
    coolDown: withCoolDown
      ? { remainingMs: entry.coolDown.remainingMs(nowMs), waiting: entry.coolDown.waiting }
      : undefined,
  };
}

function breakerSnapshot({ breaker }: KeyEntry, nowMs: number): BreakerSnapshot | undefined {
  if (breaker === undefined) return undefined;
  const { state } = breaker;
  return {
    state: state.phase,
    generation: state.generation,
    openRemainingMs: openRemainingMs(state, nowMs),
    counts: breaker.counts(nowMs),
    consecutiveFailures: state.runLength,
    late: state.lateResults,
  };
}
