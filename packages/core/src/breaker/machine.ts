import type { FailureDigest } from '../untrusted/failure-digest.js';
import { returnLease } from './admission.js';
import { decayedGrowth, grow } from './open-time.js';
import { beginRamp } from './override.js';
import { changePhase, countsOf, open } from './phase.js';
import { type BreakerRules, trippedRule, windowFor } from './rules.js';
import { countsCalls, extendRun, recordRun, runOf } from './run.js';
import { type BreakerPermit, type BreakerState, type HealthSample, ownAll, type Transition } from './state.js';

/** Counts an attempt's outcome. A result of an older generation is counted as late and changes nothing. */
export function recordOutcome(
  state: BreakerState,
  rules: BreakerRules,
  permit: BreakerPermit,
  sample: HealthSample,
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (!isCurrent(state, permit)) {
    ownAll(state);
    state.lateResults += 1;
    return undefined;
  }
  if (state.phase === 'half-open') return recordProbe(state, rules, permit, sample, nowMs, random);
  recordRun(state, rules, sample, nowMs);
  state.window ??= windowFor(rules.window);
  state.window.record(nowMs, sample.failed, sample.slow);
  // A run grows by a failure, which the window holds.
  if (state.window.failures === 0 && state.window.slow === 0 && state.fleet === undefined) return undefined;
  return tripIfDue(state, rules, sample.cause, nowMs, random);
}

/**
 * Counts the rest of a call that ended with a failed attempt and made fewer retries than it could have. Has an effect
 * only if the rules count runs of calls.
 */
export function recordCallFailed(
  state: BreakerState,
  rules: BreakerRules,
  permit: BreakerPermit,
  rest: { readonly callShare: number; readonly cause: FailureDigest | undefined },
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (!countsCalls(rules) || !isCurrent(state, permit) || state.phase !== 'closed') return undefined;
  if (state.runLength > 0) extendRun(state, rest.callShare);
  return tripIfDue(state, rules, rest.cause, nowMs, random);
}

/** Returns a permit uncounted: the attempt was cancelled, or its outcome says nothing about the server. */
export function releaseBreakerPermit(state: BreakerState, permit: BreakerPermit): void {
  if (permit.lease === undefined || !isCurrent(state, permit)) return;
  returnLease(state, permit.lease);
  state.probesInVain += 1;
}

/** Takes a probe's permit back before its attempt: it has proved nothing, and nothing was tried in vain. */
export function withdrawProbe(state: BreakerState, permit: BreakerPermit): void {
  if (permit.lease !== undefined && isCurrent(state, permit)) returnLease(state, permit.lease);
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
  const rule = trippedRule(rules, counts, runOf(state));
  if (rule === undefined) return undefined;
  ownAll(state);
  state.openSteps = decayedGrowth(state, rules, nowMs);
  state.cause = cause;
  return open(state, rules, rule, nowMs, random);
}

/**
 * Returns whether the permit is still valid: no newer generation has begun. An expired lease stays valid; it only lets
 * another probe through.
 */
export function isCurrent(state: BreakerState, permit: BreakerPermit): boolean {
  return permit.generation === state.generation;
}

function recordProbe(
  state: BreakerState,
  rules: BreakerRules,
  permit: BreakerPermit,
  sample: HealthSample,
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (permit.lease !== undefined) returnLease(state, permit.lease);
  if (sample.failed || sample.slow) {
    const { probeSuccesses } = state;
    state.openSteps = grow(rules, state.openSteps);
    state.cause = sample.cause;
    const transition = open(state, rules, 'probe-failed', nowMs, random);
    // A server that answers some probes is not dead. By default they add up, or a circuit that opened for a partial
    // failure would hardly close.
    if (countsCalls(rules)) state.probeSuccesses = probeSuccesses;
    return transition;
  }
  state.probeSuccesses += 1;
  if (state.probeSuccesses < rules.successesToClose) return undefined;
  const transition = changePhase(state, 'closed', 'probes-succeeded', nowMs);
  beginRamp(state, rules);
  return transition;
}
