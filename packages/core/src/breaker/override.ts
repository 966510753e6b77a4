import { changePhase } from './phase.js';
import type { BreakerRules } from './rules.js';
import { endRun } from './run.js';
import { type BreakerPhase, type BreakerState, type FleetCounts, ownAll, type Transition } from './state.js';

/** Opens the circuit until `forceClose`, whatever the outcomes are. */
export function forceOpenBreaker(state: BreakerState, nowMs: number): Transition | undefined {
  if (state.phase === 'forced-open') return undefined;
  state.cause = undefined;
  return changePhase(state, 'forced-open', 'forced-open', nowMs);
}

/** Closes the circuit at once. */
export function forceCloseBreaker(state: BreakerState, nowMs: number): Transition | undefined {
  if (state.phase === 'closed') return undefined;
  return changePhase(state, 'closed', 'forced-close', nowMs);
}

/** Closes the circuit and forgets everything. Results of attempts still in flight count as late. */
export function resetBreaker(state: BreakerState, nowMs: number): Transition | undefined {
  const wasClosed = state.phase === 'closed';
  const transition = changePhase(state, 'closed', 'reset', nowMs);
  state.openSteps = 0;
  state.outageSinceMs = nowMs;
  state.lateResults = 0;
  return wasClosed ? undefined : transition;
}

/** Takes over what the fleet has decided. `remainingMs` is how much of the open time is left. */
export function adoptFleetPhase(
  state: BreakerState,
  phase: BreakerPhase,
  remainingMs: number,
  nowMs: number,
): Transition | undefined {
  if (phase === state.phase && phase !== 'open') return undefined;
  if (phase === state.phase) {
    state.openForMs = nowMs - state.phaseSinceMs + remainingMs;
    return undefined;
  }
  const transition = changePhase(state, phase, 'fleet', nowMs);
  state.openForMs = phase === 'open' ? remainingMs : 0;
  state.cause = undefined;
  return { ...transition, openForMs: state.openForMs };
}

/** Takes over what the rest of the fleet has counted; undefined if its counts are not known any more. */
export function adoptFleetCounts(state: BreakerState, counts: FleetCounts | undefined): void {
  if (counts === undefined && state.fleet === undefined) return;
  ownAll(state);
  state.fleet = counts;
}

/** Takes over the steps of `openFactor` by which the fleet's next open time has grown. */
export function adoptFleetGrowth(state: BreakerState, openSteps: number): void {
  if (state.openSteps === openSteps) return;
  ownAll(state);
  state.openSteps = openSteps;
}

/** Lets traffic through by `ramp`, if the rules have one, in a circuit that good probes have just closed. */
export function beginRamp(state: BreakerState, { ramp }: BreakerRules): void {
  state.ramping = ramp !== false && ramp.length > 0;
}

/**
 * Forgets all counts, because new rules judge only what follows. The phase stays, and so does the rest of an open time.
 * Results of attempts in flight count as before.
 */
export function clearSamples(state: BreakerState): void {
  endRun(state);
  state.window = undefined;
  if (state.fleet !== undefined) state.fleet = undefined;
}
