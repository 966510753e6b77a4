import type { TransitionReason } from '../breaker/state.js';
import type { FailureDigest } from '../untrusted/failure-digest.js';
import { present } from '../untrusted/present.js';
import type { WindowCounts } from '../window/window.js';

/** Why a circuit opened; kept until it is closed again. */
export interface BreakerOpening {
  readonly why: TransitionReason;
  /** Counts of the window at that moment. */
  readonly counts: WindowCounts;
  /** Wall-clock time, in ms since 1970. */
  readonly atMs: number;
  /** Describes the failure that opened it; absent if a fleet or an operator opened it. */
  readonly cause?: { readonly [Field in keyof FailureDigest]?: FailureDigest[Field] } | undefined;
}

/** Returns the opening without the fields that have no value, since snapshots are plain JSON. */
export function openingOf(
  why: TransitionReason,
  counts: WindowCounts,
  atMs: number,
  cause: FailureDigest | undefined,
): BreakerOpening {
  return { why, counts, atMs, ...(cause !== undefined && { cause: present(cause) }) };
}
