import type { KeySnapshot, PolicySettings } from '@breakwater/core';
import type { FleetSnapshot } from '@breakwater/core/store';
import type { KeyMeter, Rates } from '../measure/key-meter.js';
import { judge } from './sentences.js';
import type { KeyFleet, KeyRow } from './wire.js';
import { openedBecause } from './words.js';

/** Returns the id of a row. A policy's id contains no line break, though a key may. */
export function rowId(policy: string, key: string): string {
  return `${policy}\n${key}`;
}

const NOTHING: Rates = {
  calls: 0,
  answered: 0,
  failed: 0,
  refused: 0,
  attempts: 0,
  wouldReject: 0,
  p50Ms: undefined,
  p95Ms: undefined,
};

/** Returns the row of one key, from the policy's snapshot and the counts. */
export function keyRow(
  policy: string,
  key: string,
  snapshot: KeySnapshot,
  settings: PolicySettings,
  meter: KeyMeter | undefined,
  openedBy: string | undefined,
  atMs: number,
): KeyRow {
  const rates = meter?.rates() ?? NOTHING;
  const lastFailure = meter?.lastFailure;
  const { breaker, coolDown, limit, budget } = snapshot;
  const reasons = meter?.reasons() ?? [];
  return withoutUndefined({
    id: rowId(policy, key),
    policy,
    key,
    state: breaker?.state ?? 'none',
    ...judge({ snapshot, settings, rates, atMs, lastFailure, openedBy }),
    sinceMs: breaker?.sinceMs === undefined ? undefined : tenths(breaker.sinceMs),
    openedAtMs: breaker?.opened?.atMs,
    openedBecause: breaker?.opened && openedBecause(breaker.opened, lastFailure),
    nextProbeMs: breaker?.state === 'open' ? tenths(atMs + breaker.openRemainingMs) : undefined,
    coolDownUntilMs:
      coolDown !== undefined && coolDown.remainingMs > 0 ? tenths(atMs + coolDown.remainingMs) : undefined,
    coolDownWaiting: coolDown !== undefined && coolDown.remainingMs > 0 ? coolDown.waiting : undefined,
    calls: rounded(rates.calls),
    answered: rounded(rates.answered),
    failed: rounded(rates.failed),
    refused: rounded(rates.refused),
    attempts: rounded(rates.attempts),
    wouldReject: rounded(rates.wouldReject),
    p50Ms: rates.p50Ms === undefined ? undefined : rounded(rates.p50Ms),
    p95Ms: rates.p95Ms === undefined ? undefined : rounded(rates.p95Ms),
    inFlight: snapshot.inFlight,
    cap: limit?.cap === undefined ? undefined : Math.floor(limit.cap),
    waiting: limit !== undefined && limit.waiting > 0 ? limit.waiting : undefined,
    budget: budget === undefined ? undefined : Math.floor(budget.available),
    reasons: reasons.length === 0 ? undefined : reasons,
    fleet: snapshot.fleet && fleetOf(snapshot.fleet, atMs),
  });
}

function fleetOf({ instances, sinceSyncMs, openedBy }: FleetSnapshot, atMs: number): KeyFleet {
  return {
    instances,
    ...(sinceSyncMs !== undefined && { syncedAtMs: tenths(atMs - sinceSyncMs) }),
    ...(openedBy !== undefined && { openedBy }),
  };
}

type Maybe<T> = { readonly [K in keyof T]: T[K] | undefined };

function withoutUndefined(row: Maybe<KeyRow>): KeyRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as unknown as KeyRow;
}

/** Rounds to a tenth of a second, so that an unchanged instant is the same in every row. */
function tenths(ms: number): number {
  return Math.round(ms / 100) * 100;
}

function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 10) / 10;
}
