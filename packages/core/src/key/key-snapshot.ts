import { openRemainingMs } from '../breaker/phase.js';
import type { BreakerPhase } from '../breaker/state.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { Mode } from '../options/mode.js';
import type { BreakerStore, FleetSnapshot } from '../store/store.js';
import type { StoreHealth } from '../store/store-health.js';
import { type ObservedSnapshot, observedSnapshot } from '../telemetry/observed-calls.js';
import { present } from '../untrusted/present.js';
import { peek } from '../untrusted/safe-read.js';
import type { WindowCounts } from '../window/window.js';
import type { CallCounts } from './call-counts.js';
import type { KeyEntry } from './key-entry.js';
import type { BreakerOpening } from './opening.js';

/** State of one key's breaker. */
export interface BreakerSnapshot {
  readonly state: BreakerPhase;
  readonly generation: number;
  /** Start of the present state, in ms since 1970; absent if it has never changed. */
  readonly sinceMs?: number | undefined;
  /** Why it left `closed`; absent while it is closed. */
  readonly opened?: BreakerOpening | undefined;
  /** Rest of the open time, in ms. */
  readonly openRemainingMs: number;
  readonly counts: WindowCounts;
  /** Failures in the present run: attempts, or by the default rules calls, including one that is still retrying. */
  readonly consecutiveFailures: number;
  /** Results that came after their generation or their lease had ended, and changed nothing. */
  readonly late: number;
}

/** State of one key. */
export interface KeySnapshot extends Readonly<CallCounts> {
  readonly inFlight: number;
  /**
   * Counts of the calls that were only observed, and of the decisions that enforcing would have brought; absent if
   * there were none.
   */
  readonly observed?: ObservedSnapshot | undefined;
  /** Absent if the policy has no breaker; the same holds for the fields below. */
  readonly breaker?: BreakerSnapshot | undefined;
  readonly budget?: { readonly available: number } | undefined;
  /** `cap` is absent while an adaptive limit sleeps. */
  readonly limit?:
    | { readonly inFlight: number; readonly waiting: number; readonly cap?: number | undefined }
    | undefined;
  readonly coolDown?: { readonly remainingMs: number; readonly waiting: number } | undefined;
  /** The fleet that shares the key, as last seen; absent without a fleet. */
  readonly fleet?: FleetSnapshot | undefined;
}

/** The store that a policy shares with other processes. */
export interface StoreSnapshot {
  /** Name of this process among those of the fleet, as on the live page. */
  readonly instance: string;
  /** Tells if the store is failing, so that this process decides alone. */
  readonly degraded: boolean;
  /** Tells if the store sends no messages, so that changes are found by polling. */
  readonly pollOnly: boolean;
}

/**
 * A policy at one moment, as plain JSON. Fields without a value are absent, so that it equals itself after a round trip
 * through JSON.
 */
export interface PolicySnapshot {
  readonly policy: string;
  readonly mode: Mode;
  readonly atMs: number;
  /** Counts since the policy was made, including keys that have been forgotten. */
  readonly totals: Readonly<CallCounts> & { readonly observed?: ObservedSnapshot | undefined };
  /** Absent if the store reaches no other process. */
  readonly store?: StoreSnapshot | undefined;
  readonly keys: Readonly<Record<string, KeySnapshot>>;
}

/** Returns the snapshot of one key. `wallNowMs` is the same moment as `nowMs`, by the wall clock. */
export function keySnapshot(entry: KeyEntry, nowMs: number, wallNowMs: number, withCoolDown: boolean): KeySnapshot {
  return {
    ...entry.counts,
    inFlight: entry.sessions,
    ...present({
      observed: observedSnapshot(entry.observed),
      breaker: breakerSnapshot(entry, nowMs, wallNowMs),
      budget: entry.budget && { available: entry.budget.available(nowMs) },
      limit: entry.limit && limitSnapshot(entry.limit),
      coolDown: withCoolDown
        ? { remainingMs: entry.coolDown.remainingMs(nowMs), waiting: entry.coolDown.waiting }
        : undefined,
      fleet: fleetSnapshot(entry),
    }),
  };
}

/** Returns the store's view of the fleet without the parts that have no value. */
function fleetSnapshot({ link }: KeyEntry): FleetSnapshot | undefined {
  const fleet = link.fleet?.();
  if (fleet === undefined) return undefined;
  const { instances, callsPerSecond, sinceSyncMs, openedBy } = fleet;
  return { instances, ...present({ callsPerSecond, sinceSyncMs, openedBy }) };
}

export function storeSnapshot(store: BreakerStore, health: StoreHealth): StoreSnapshot | undefined {
  const instance = instanceOf(store);
  return instance === undefined ? undefined : { instance, degraded: health.isDegraded, pollOnly: health.isPollOnly };
}

/** Returns the name of this process in the store's fleet; undefined if there is no fleet. */
export function instanceOf(store: BreakerStore): string | undefined {
  const instance: unknown = peek(store, 'instance');
  // A property that every object has does not come from the store.
  return typeof instance === 'string' && instance !== peek({}, 'instance') ? instance : undefined;
}

function limitSnapshot({ inFlight, waiting, cap }: AttemptLimit): KeySnapshot['limit'] {
  return { inFlight, waiting, ...present({ cap }) };
}

function breakerSnapshot(
  { breaker, opening }: KeyEntry,
  nowMs: number,
  wallNowMs: number,
): BreakerSnapshot | undefined {
  if (breaker === undefined) return undefined;
  const { state } = breaker;
  return {
    state: state.phase,
    generation: state.generation,
    ...present({
      sinceMs: state.generation === 0 ? undefined : wallNowMs - (nowMs - state.phaseSinceMs),
      opened: opening,
    }),
    openRemainingMs: openRemainingMs(state, nowMs),
    counts: breaker.counts(nowMs),
    consecutiveFailures: Math.ceil(Math.max(0, state.runLength - 1e-9)),
    late: state.lateResults,
  };
}
