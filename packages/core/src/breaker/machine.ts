import type { FailureDigest } from '../untrusted/failure-digest.js';
import type { WindowCounts } from '../window/window.js';
import { decayedGrowth, grow, openMsAt, outageStart } from './open-time.js';
import { type BreakerRules, trippedRule, windowFor } from './rules.js';
import { countsCalls, endRun, extendRun, recordRun } from './run.js';
import {
  type BreakerAdmission,
  type BreakerPermit,
  type BreakerPhase,
  type BreakerRefusal,
  type BreakerState,
  type HealthSample,
  ownAll,
  type ProbeLease,
  type Transition,
  type TransitionReason,
} from './state.js';

/** Is called with every change of a breaker's phase. Must not throw. */
export interface TransitionListener {
  /** Receives one change of phase. */
  transitioned(transition: Transition): void;
}

/**
 * Decides if an attempt may be made now. Takes a probe lease if the circuit is half-open, and moves an open one there
 * when its time is up.
 */
export function admitThroughBreaker(
  state: BreakerState,
  rules: BreakerRules,
  nowMs: number,
  random: () => number,
  onTransition: TransitionListener,
): BreakerAdmission {
  switch (state.phase) {
    case 'closed':
      return state.ramping ? admitRamping(state, rules, nowMs, random) : sharedPermit(state);
    case 'forced-open':
      return { admitted: false, retryAfterMs: undefined };
    case 'open': {
      const remainingMs = openRemainingMs(state, nowMs);
      if (remainingMs > 0) return { admitted: false, retryAfterMs: remainingMs };
      onTransition.transitioned(halfOpen(state, nowMs));
      return admitAgain(state, rules, nowMs);
    }
    case 'half-open':
      return admitProbe(state, rules, nowMs);
  }
}

/** Returns the refusal that an attempt would get now; undefined if it would be let through. Takes and moves nothing. */
export function refusalThroughBreaker(
  state: BreakerState,
  rules: BreakerRules,
  nowMs: number,
): BreakerRefusal | undefined {
  switch (state.phase) {
    // While it ramps up, chance decides, which is not to be asked twice.
    case 'closed':
      return undefined;
    case 'forced-open':
      return { admitted: false, retryAfterMs: undefined };
    case 'open': {
      const remainingMs = openRemainingMs(state, nowMs);
      return remainingMs > 0 ? { admitted: false, retryAfterMs: remainingMs } : undefined;
    }
    case 'half-open':
      return probeRefusal(state, rules, nowMs);
  }
}

/** Returns the time until an open circuit may be probed, in ms; 0 if the circuit is not open. */
export function openRemainingMs(state: BreakerState, nowMs: number): number {
  return state.phase === 'open' ? Math.max(0, state.phaseSinceMs + state.openForMs - nowMs) : 0;
}

/** Tells if the next attempt needs a probe lease. */
export function needsProbe(state: BreakerState, nowMs: number): boolean {
  return state.phase === 'half-open' || (state.phase === 'open' && openRemainingMs(state, nowMs) === 0);
}

/**
 * Returns whether the pass is still good: no newer generation has begun. A lease that has run out only lets another
 * probe go.
 */
export function isCurrent(state: BreakerState, passed: BreakerPermit): boolean {
  return passed.generation === state.generation;
}

/** Counts an attempt's outcome. A result of an older generation is counted as late and changes nothing. */
export function recordOutcome(
  state: BreakerState,
  rules: BreakerRules,
  passed: BreakerPermit,
  evidence: HealthSample,
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (!isCurrent(state, passed)) {
    ownAll(state);
    state.lateResults += 1;
    return undefined;
  }
  if (state.phase === 'half-open') return recordProbe(state, rules, passed, evidence, nowMs, random);
  recordRun(state, rules, evidence, nowMs);
  state.window ??= windowFor(rules.window);
  state.window.record(nowMs, evidence.failed, evidence.slow);
  if (state.runLength === 0 && state.window.failures === 0 && state.window.slow === 0 && state.fleet === undefined) {
    return undefined;
  }
  return tripIfDue(state, rules, evidence.cause, nowMs, random);
}

/**
 * Counts the rest of a call that ended with a failed attempt: without the retries that it might have had, or before
 * their number was reached. Only a run of calls asks for it.
 */
export function recordCallFailed(
  state: BreakerState,
  rules: BreakerRules,
  passed: BreakerPermit,
  rest: { readonly callShare: number; readonly cause: FailureDigest | undefined },
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (!countsCalls(rules) || !isCurrent(state, passed) || state.phase !== 'closed') return undefined;
  if (state.runLength > 0) extendRun(state, rest.callShare);
  return tripIfDue(state, rules, rest.cause, nowMs, random);
}

/** Returns a permit uncounted: the attempt was cancelled, or its outcome says nothing about the server. */
export function releaseBreakerPermit(state: BreakerState, passed: BreakerPermit): void {
  if (passed.lease === undefined || !isCurrent(state, passed)) return;
  returnLease(state, passed.lease);
  state.probesInVain += 1;
}

/** Trips the breaker if a rule is met by what it and its fleet have seen. */
export function tripIfDue(
  state: BreakerState,
  rules: BreakerRules,
  cause: FailureDigest | undefined,
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (state.phase !== 'closed') return undefined;
  const counts = countsOf(state, nowMs);
  const rule = trippedRule(rules, counts, { length: state.runLength, ms: state.runFailedMs - state.runStartedMs });
  if (rule === undefined) return undefined;
  ownAll(state);
  state.openSteps = decayedGrowth(state, rules, nowMs);
  state.cause = cause;
  return open(state, rules, rule, nowMs, random);
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

/**
 * Forgets what was counted, for rules that have changed: they judge what comes. The phase stays, and what is left of an
 * open time; results of attempts in flight count as before.
 */
export function clearSamples(state: BreakerState): void {
  endRun(state);
  state.window = undefined;
  if (state.fleet !== undefined) state.fleet = undefined;
}

/** Checks the phase again: a listener may have opened or closed the circuit by hand. */
function admitAgain(state: BreakerState, rules: BreakerRules, nowMs: number): BreakerAdmission {
  if (state.phase === 'half-open') return admitProbe(state, rules, nowMs);
  if (state.phase === 'closed') return sharedPermit(state);
  return { admitted: false, retryAfterMs: state.phase === 'open' ? openRemainingMs(state, nowMs) : undefined };
}

function admitRamping(state: BreakerState, rules: BreakerRules, nowMs: number, random: () => number): BreakerAdmission {
  const sinceMs = nowMs - state.phaseSinceMs;
  const step = Math.floor(sinceMs / rules.openMs);
  const share = rules.ramp === false ? undefined : rules.ramp[step];
  if (share === undefined) {
    state.ramping = false;
    return sharedPermit(state);
  }
  if (random() < share) return sharedPermit(state);
  return { admitted: false, retryAfterMs: (step + 1) * rules.openMs - sinceMs };
}

function admitProbe(state: BreakerState, rules: BreakerRules, nowMs: number): BreakerAdmission {
  const refusal = probeRefusal(state, rules, nowMs);
  if (refusal !== undefined) return refusal;
  const live = liveLeases(state, nowMs);
  state.leases = live;
  state.leasesGiven += 1;
  live.push({ id: state.leasesGiven, expiresMs: nowMs + rules.probeLeaseMs });
  return { admitted: true, generation: state.generation, lease: state.leasesGiven, token: undefined };
}

function probeRefusal(state: BreakerState, rules: BreakerRules, nowMs: number): BreakerRefusal | undefined {
  const live = liveLeases(state, nowMs);
  // Callers that give up and answers that prove nothing must not keep the circuit half-open for ever.
  if (live.length < rules.probes + state.probesInVain) return undefined;
  const firstFreeMs = Math.min(...live.map((lease) => lease.expiresMs));
  return { admitted: false, retryAfterMs: Math.min(rules.openMs, firstFreeMs - nowMs) };
}

function liveLeases({ leases = [] }: BreakerState, nowMs: number): ProbeLease[] {
  return leases.filter((lease) => lease.expiresMs > nowMs);
}

/** Permits without a lease are all alike, and one object for all keys of a generation. */
function sharedPermit({ generation }: BreakerState): BreakerPermit {
  const place = generation % sharedPermits.length;
  const latest = sharedPermits[place];
  if (latest?.generation === generation) return latest;
  const permit: BreakerPermit = { admitted: true, generation, lease: undefined, token: undefined };
  sharedPermits[place] = permit;
  return permit;
}

/** The latest ones. Keys that have opened as often as others of this process are the rule: nearly all never have. */
const sharedPermits = new Array<BreakerPermit | undefined>(16).fill(undefined);

function returnLease(state: BreakerState, id: number): void {
  state.leases = state.leases?.filter((lease) => lease.id !== id);
}

function recordProbe(
  state: BreakerState,
  rules: BreakerRules,
  passed: BreakerPermit,
  evidence: HealthSample,
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (passed.lease !== undefined) returnLease(state, passed.lease);
  if (evidence.failed || evidence.slow) {
    const { probeSuccesses } = state;
    state.openSteps = grow(rules, state.openSteps);
    state.cause = evidence.cause;
    const transition = open(state, rules, 'probe-failed', nowMs, random);
    // A server that answers some probes is not dead. By default they add up, or a circuit that opened for a partial
    // failure would hardly close.
    if (countsCalls(rules)) state.probeSuccesses = probeSuccesses;
    return transition;
  }
  state.probeSuccesses += 1;
  if (state.probeSuccesses < rules.successesToClose) return undefined;
  const transition = changePhase(state, 'closed', 'probes-succeeded', nowMs);
  state.ramping = rules.ramp !== false && rules.ramp.length > 0;
  return transition;
}

function open(
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

function halfOpen(state: BreakerState, nowMs: number): Transition {
  const { probeSuccesses } = state;
  const transition = changePhase(state, 'half-open', 'open-time-over', nowMs);
  state.probeSuccesses = probeSuccesses;
  return transition;
}

/** Every change of phase goes through here: it starts a new generation with nothing counted. */
function changePhase(state: BreakerState, to: BreakerPhase, why: TransitionReason, nowMs: number): Transition {
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
