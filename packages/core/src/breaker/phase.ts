import type { WindowCounts } from '../window/window.js';
import { openMsAt, outageStart } from './open-time.js';
import type { BreakerRules } from './rules.js';
import { endRun } from './run.js';
import { type BreakerPhase, type BreakerState, ownAll, type Transition, type TransitionReason } from './state.js';

/** Is called with every change of a breaker's phase. Must not throw. */
export interface TransitionListener {
  /** Receives one change of phase. */
  transitioned(transition: Transition): void;
}

/** Changes the phase and starts a new generation with nothing counted. Every change of phase goes through here. */
export function changePhase(state: BreakerState, to: BreakerPhase, why: TransitionReason, nowMs: number): Transition {
  ownAll(state);
  const counts = countsOf(state, nowMs);
  const from = state.phase;
  if (from === 'closed') state.outageSinceMs = outageStart(state, nowMs);
  state.phase = to;
  state.generation += 1;
  state.phaseSinceMs = nowMs;
  state.openForMs = 0;
  endRun(state);
  state.window?.clear();
  state.fleet = undefined;
  state.leases = undefined;
  state.probesInVain = 0;
  state.probeSuccesses = 0;
  state.ramping = false;
  if (to === 'closed') state.cause = undefined;
  return { from, to, why, counts, openForMs: 0, generation: state.generation };
}

export function open(
  state: BreakerState,
  rules: BreakerRules,
  why: TransitionReason,
  nowMs: number,
  random: () => number,
): Transition {
  const transition = changePhase(state, 'open', why, nowMs);
  state.openForMs = openMsAt(rules, { ms: nowMs - state.outageSinceMs, steps: state.openSteps }, random);
  return { ...transition, openForMs: state.openForMs };
}

export function halfOpen(state: BreakerState, nowMs: number): Transition {
  const { probeSuccesses } = state;
  const transition = changePhase(state, 'half-open', 'open-time-over', nowMs);
  state.probeSuccesses = probeSuccesses;
  return transition;
}

/** Returns the time until an open circuit may be probed, in ms; 0 if the circuit is not open. */
export function openRemainingMs(state: BreakerState, nowMs: number): number {
  return state.phase === 'open' ? Math.max(0, state.phaseSinceMs + state.openForMs - nowMs) : 0;
}

/** Returns the counts for the rules: the own window and what the rest of the fleet has reported. */
export function countsOf(state: BreakerState, nowMs: number): WindowCounts {
  const { window, fleet } = state;
  window?.expire(nowMs);
  return {
    calls: (window?.calls ?? 0) + (fleet?.calls ?? 0),
    failures: (window?.failures ?? 0) + (fleet?.failures ?? 0),
    slow: (window?.slow ?? 0) + (fleet?.slow ?? 0),
  };
}
