import {
  adoptFleetGrowth,
  adoptFleetPhase,
  type BreakerRules,
  type BreakerState,
  beginRamp,
  type Transition,
} from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';

/** Takes over the fleet's phase, as far as this process's own rules allow. Returns the change, if it is one. */
export function followPhase(
  breaker: BreakerState,
  rules: BreakerRules,
  view: FleetView,
  nowMs: number,
): Transition | undefined {
  // Half-open already: a call that began a moment ago must not find it open for that moment more.
  const waitsForProbes = view.phase === 'open' && view.remainingMs === 0 && breaker.phase !== 'half-open';
  const remainingMs = Math.min(view.remainingMs, longestOpenMs(rules));
  const transition = adoptFleetPhase(breaker, waitsForProbes ? 'half-open' : view.phase, remainingMs, nowMs);
  adoptFleetGrowth(breaker, view.growth);
  if (transition !== undefined && view.why === 'probes-succeeded') beginRamp(breaker, rules);
  return transition;
}

/** Returns how long a circuit may stay open by this process's own rules, jitter included, whatever the fleet tells. */
function longestOpenMs({ maxOpenMs }: BreakerRules): number {
  return maxOpenMs * 1.1;
}
