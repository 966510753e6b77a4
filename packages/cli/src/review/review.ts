import type { ObservedCounts, ObservedSnapshot } from '@breakwater/core';
import type { DoneCounts, ReviewedSnapshot } from './snapshot-file.js';

/** Decisions that one policy would have made, over all processes with a snapshot. */
export interface PolicyReview {
  readonly policy: string;
  /** Number of snapshots that have it. */
  readonly snapshots: number;
  /** The modes it was in, each once. */
  readonly modes: readonly string[];
  /** Calls that were enforced, with their retries and refusals. */
  readonly enforced: DoneCounts;
  /** Calls that were only observed, with the retries and refusals that enforcing would have caused. */
  readonly total: ObservedSnapshot;
  /** By key, those with the most failed calls first. Keys that a policy has forgotten are only in the total. */
  readonly keys: readonly (ObservedSnapshot & { readonly key: string })[];
}

/** Combines the snapshots of a fleet's processes, policy by policy. */
export function reviewOf(snapshots: readonly ReviewedSnapshot[]): PolicyReview[] {
  const names = [...new Set(snapshots.map(({ policy }) => policy))];
  return names.map((policy) => {
    const own = snapshots.filter((snapshot) => snapshot.policy === policy);
    const keys = [...new Set(own.flatMap(({ byKey }) => [...byKey.keys()]))].map((key) => ({
      key,
      ...sumOf(own.map(({ byKey }) => byKey.get(key))),
    }));
    return {
      policy,
      snapshots: own.length,
      modes: [...new Set(own.map(({ mode }) => mode))],
      enforced: enforcedOf(own),
      total: sumOf(own.map(({ total }) => total)),
      keys: keys.sort((one, other) => other.failed - one.failed || other.calls - one.calls),
    };
  });
}

/**
 * Counts enforced calls. Only calls are counted for both kinds; retries, saved calls and refusals exist only for
 * enforced ones.
 */
function enforcedOf(snapshots: readonly ReviewedSnapshot[]): DoneCounts {
  const of = (name: keyof DoneCounts): number => snapshots.reduce((sum, { done }) => sum + done[name], 0);
  const observed = snapshots.reduce((sum, { total }) => sum + (total?.calls ?? 0), 0);
  return {
    calls: Math.max(0, of('calls') - observed),
    retries: of('retries'),
    saved: of('saved'),
    rejected: of('rejected'),
  };
}

function sumOf(all: readonly (ObservedCounts | undefined)[]): ObservedSnapshot {
  const of = (name: keyof ObservedCounts): number => all.reduce((sum, counts) => sum + (counts?.[name] ?? 0), 0);
  const attempts = of('attempts');
  const retries = of('retries');
  const rejections = of('rejections');
  return {
    calls: of('calls'),
    failed: of('failed'),
    repeats: of('repeats'),
    attempts,
    retries,
    saved: of('saved'),
    rejections,
    rejectedGood: of('rejectedGood'),
    extraLoad: attempts === 0 ? 0 : (retries - rejections) / attempts,
  };
}
