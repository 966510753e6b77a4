import { leaseMsAt } from './open-time.js';
import { halfOpen, openRemainingMs, type TransitionListener } from './phase.js';
import type { BreakerRules } from './rules.js';
import type { BreakerAdmission, BreakerPermit, BreakerRefusal, BreakerState, ProbeLease } from './state.js';

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
    // While traffic ramps up, a random draw decides, and only the admission itself may draw.
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

/** Tells if the next attempt needs a probe lease. */
export function needsProbe(state: BreakerState, nowMs: number): boolean {
  return state.phase === 'half-open' || (state.phase === 'open' && openRemainingMs(state, nowMs) === 0);
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
  live.push({ id: state.leasesGiven, expiresMs: nowMs + leaseMsAt(rules, state, nowMs) });
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

/** Returns a permit without a lease. All keys of one generation share one object. */
function sharedPermit({ generation }: BreakerState): BreakerPermit {
  const place = generation % sharedPermits.length;
  const latest = sharedPermits[place];
  if (latest?.generation === generation) return latest;
  const permit: BreakerPermit = { admitted: true, generation, lease: undefined, token: undefined };
  sharedPermits[place] = permit;
  return permit;
}

/** The latest shared permits, by generation. Nearly all keys have never opened and share one. */
const sharedPermits = new Array<BreakerPermit | undefined>(16).fill(undefined);

export function returnLease(state: BreakerState, id: number): void {
  state.leases = state.leases?.filter((lease) => lease.id !== id);
}
