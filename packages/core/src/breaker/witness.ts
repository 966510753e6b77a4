import type { WindowCounts } from '../window/window.js';
import type { BreakerRules } from './rules.js';

/** Rate of failures that counts if no rule sets one. */
const HALF = 0.5;
/** One failure is no run. */
const SHORTEST_RUN = 2;

/**
 * Tells if one process of a fleet sees its server fail, by its own outcomes alone: in a run at least half as long as
 * one that trips, or at the rate that trips, however few its calls are. A failure among good answers does not count,
 * since healthy servers have those, too.
 */
export function seesOutage(rules: BreakerRules, own: WindowCounts, runLength: number): boolean {
  const { consecutiveFailures, failureRate, slowCallMs, slowCallRate } = rules;
  const { calls, failures, slow } = own;
  if (consecutiveFailures !== false && runLength >= Math.max(SHORTEST_RUN, consecutiveFailures / 2)) return true;
  if (failures > 0 && failures >= (failureRate === false ? HALF : failureRate) * calls) return true;
  return slowCallMs !== undefined && slow > 0 && slow >= slowCallRate * calls;
}
