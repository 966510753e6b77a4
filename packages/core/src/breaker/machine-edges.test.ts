import { expect, it } from '@jest/globals';
import { breakerRules } from '../../test/breaker-rules.js';
import { admitThroughBreaker, refusalThroughBreaker } from './admission.js';
import { recordCallFailed, recordOutcome, releaseBreakerPermit, tripIfDue } from './machine.js';
import {
  adoptFleetCounts,
  adoptFleetGrowth,
  adoptFleetPhase,
  clearSamples,
  forceCloseBreaker,
  forceOpenBreaker,
} from './override.js';
import { countsOf, openRemainingMs } from './phase.js';
import type { BreakerRules } from './rules.js';
import {
  type BreakerAdmission,
  type BreakerPermit,
  type BreakerState,
  type HealthSample,
  healthy,
  newBreakerState,
  type Transition,
} from './state.js';

const rules = breakerRules({ consecutiveFailures: 2, openMs: 1_000, probeLeaseMs: 5_000 });
const byCalls: BreakerRules = { ...rules, consecutiveForMs: 'auto' };
const failed: HealthSample = {
  failed: true,
  slow: false,
  cause: { name: 'Error', code: 'ECONNRESET', status: undefined },
};
const least = (): number => 0;

function admit(state: BreakerState, nowMs: number, given = rules, onTransition = (_: Transition) => {}) {
  return admitThroughBreaker(state, given, nowMs, least, { transitioned: onTransition });
}

function pass(state: BreakerState, nowMs: number, given = rules): BreakerPermit {
  const admission = admit(state, nowMs, given);
  if (!admission.admitted) throw new Error('refused');
  return admission;
}

function opened(given = rules): BreakerState {
  const state = newBreakerState();
  for (let call = 0; call < 2; call += 1) recordOutcome(state, given, pass(state, 0, given), failed, 0, least);
  expect(state.phase).toBe('open');
  return state;
}

it.each<[string, () => BreakerState, number, BreakerAdmission | undefined]>([
  ['closed', newBreakerState, 0, undefined],
  ['open', opened, 400, { admitted: false, retryAfterMs: 600 }],
  ['open, at its last moment', opened, 999, { admitted: false, retryAfterMs: 1 }],
  ['open, with its time over', opened, 1_000, undefined],
  ['forced open', () => withForce(newBreakerState()), 9e9, { admitted: false, retryAfterMs: undefined }],
  ['half-open with its probe out', () => probing(opened()), 1_100, { admitted: false, retryAfterMs: 1_000 }],
  ['half-open with a lease that soon ends', () => probing(opened()), 5_900, { admitted: false, retryAfterMs: 100 }],
  ['half-open with a lease that has ended', () => probing(opened()), 6_000, undefined],
])('predicts the refusal of an attempt, and changes nothing: %s', (_which, made, nowMs, refusal) => {
  const state = made();
  const before = { ...state };
  expect(refusalThroughBreaker(state, rules, nowMs)).toEqual(refusal);
  expect({ ...state }).toEqual(before);
  const admission = admit(state, nowMs);
  expect(admission.admitted ? undefined : admission).toEqual(refusal);
});

function withForce(state: BreakerState): BreakerState {
  forceOpenBreaker(state, 0);
  return state;
}

function probing(state: BreakerState): BreakerState {
  pass(state, 1_000);
  return state;
}

it('predicts the end of the first lease if several probes are out', () => {
  const two = { ...rules, probes: 2 };
  const state = opened(two);
  pass(state, 1_000, two);
  pass(state, 1_400, two);
  expect(refusalThroughBreaker(state, two, 5_700)).toEqual({ admitted: false, retryAfterMs: 300 });
});

it.each<[string, (state: BreakerState) => void, BreakerAdmission]>([
  ['open', (state) => adoptFleetPhase(state, 'open', 700, 1_000), { admitted: false, retryAfterMs: 700 }],
  ['forced open', (state) => forceOpenBreaker(state, 1_000), { admitted: false, retryAfterMs: undefined }],
])('admits no attempt if a listener of the transition to half-open makes the circuit %s', (_how, change, refusal) => {
  const state = opened();
  expect(admit(state, 1_000, rules, () => change(state))).toEqual(refusal);
});

it('admits an attempt without a lease if a listener of the transition to half-open closes the circuit', () => {
  const state = opened();
  const admission = admit(state, 1_000, rules, () => forceCloseBreaker(state, 1_000));
  expect(admission).toMatchObject({ admitted: true, lease: undefined });
});

it('refuses attempts only while open if the clock goes back', () => {
  const state = opened();
  recordOutcome(state, { ...rules, successesToClose: 1 }, pass(state, 1_000), healthy, 1_000, least);
  expect([state.phase, openRemainingMs(state, 500)]).toEqual(['closed', 0]);
});

it('counts the rest of a call that failed', () => {
  const state = newBreakerState();
  const third: HealthSample = { ...failed, callShare: 1 / 3 };
  recordOutcome(state, byCalls, pass(state, 0), third, 0, least);
  const end = pass(state, 3_000);
  recordOutcome(state, byCalls, end, third, 3_000, least);
  expect(state.phase).toBe('closed');
  const rest = { callShare: 4 / 3, cause: failed.cause };
  expect(recordCallFailed(state, byCalls, end, rest, 3_000, least)).toMatchObject({ to: 'open' });
  expect(state.cause).toBe(failed.cause);
});

it.each<[string, BreakerRules, Partial<BreakerState>, number]>([
  ['a run of attempts', rules, {}, 1],
  ['a permit of an older generation', byCalls, { generation: 1 }, 1],
  ['a circuit that is half-open', byCalls, { phase: 'half-open' }, 1],
  ['no run', byCalls, { runLength: 0 }, 0],
])('does not count the rest of a call for %s', (_what, given, change, runLength) => {
  const state = newBreakerState();
  const permit = pass(state, 0);
  recordOutcome(state, given, permit, failed, 0, least);
  Object.assign(state, change);
  expect(recordCallFailed(state, given, permit, { callShare: 9, cause: undefined }, 9_000, least)).toBeUndefined();
  expect(state.runLength).toBe(runLength);
});

it('releases a permit without a lease as if there had been no attempt', () => {
  const state = newBreakerState();
  const permit = pass(state, 0);
  releaseBreakerPermit(state, permit);
  expect(state.probesInVain).toBe(0);
});

it('does not count a late release as a probe in vain', () => {
  const state = opened();
  const late = pass(state, 1_000);
  recordOutcome(state, rules, pass(state, 6_000), failed, 6_000, least);
  pass(state, 60_000);
  releaseBreakerPermit(state, late);
  expect(state.probesInVain).toBe(0);
});

it('forgets what the fleet has counted when its rules change', () => {
  const state = newBreakerState();
  recordOutcome(state, rules, pass(state, 0), failed, 0, least);
  state.fleet = { calls: 9, failures: 9, slow: 0, failingInstances: 2 };
  clearSamples(state);
  expect(countsOf(state, 0)).toEqual({ calls: 0, failures: 0, slow: 0 });
  expect(state.runLength).toBe(0);
});

it('adds up the good probes of several half-open phases by default, and starts again with rules of the user', () => {
  for (const [given, phase] of [
    [byCalls, 'closed'],
    [rules, 'half-open'],
  ] as const) {
    const two = { ...given, probes: 2 };
    const state = Object.assign(newBreakerState(), {});
    adoptFleetPhase(state, 'half-open', 0, 0);
    const [good, bad] = [pass(state, 0, two), pass(state, 0, two)];
    recordOutcome(state, two, good, healthy, 0, least);
    recordOutcome(state, two, bad, failed, 0, least);
    expect(state.phase).toBe('open');
    const later = pass(state, 60_000, two);
    recordOutcome(state, two, later, healthy, 60_000, least);
    expect(state.phase).toBe(phase);
  }
});

it('takes the open time from the whole outage, failed probes included', () => {
  const state = newBreakerState();
  for (let call = 0; call < 2; call += 1) recordOutcome(state, rules, pass(state, 50_000), failed, 50_000, least);
  recordOutcome(state, rules, pass(state, 150_000), failed, 150_000, least);
  expect(state.openForMs).toBe(5_000);
  recordOutcome(state, rules, pass(state, 250_000), failed, 250_000, least);
  expect(state.openForMs).toBe(10_000);
});

it('gives each generation its own permits, however often it opens and closes', () => {
  const states = [newBreakerState(), newBreakerState()];
  for (let round = 0; round < 40; round += 1) {
    for (const state of states)
      expect(pass(state, round)).toMatchObject({ admitted: true, generation: state.generation });
    const [first] = states;
    if (first === undefined) break;
    forceOpenBreaker(first, round);
    forceCloseBreaker(first, round);
  }
});

it('does not open again by the fleet’s counts while the circuit is not closed', () => {
  const state = opened();
  state.fleet = { calls: 90, failures: 90, slow: 0, failingInstances: 2 };
  expect(tripIfDue(state, breakerRules({ failureRate: 0.5 }), undefined, 100, least)).toBeUndefined();
  expect(openRemainingMs(state, 100)).toBe(900);
});

it('takes no open time from a fleet whose circuit is not open', () => {
  const state = newBreakerState();
  expect(adoptFleetPhase(state, 'half-open', 700, 0)).toMatchObject({ to: 'half-open', openForMs: 0 });
  expect(adoptFleetPhase(state, 'forced-open', 700, 0)).toMatchObject({ to: 'forced-open', openForMs: 0 });
});

it('takes counts and growth from a fleet, and does not change the states of other keys', () => {
  const state = newBreakerState();
  adoptFleetCounts(state, { calls: 3, failures: 2, slow: 1, failingInstances: 1 });
  adoptFleetGrowth(state, 4);
  expect(state).toMatchObject({ fleet: { calls: 3, failures: 2 }, openSteps: 4 });
  adoptFleetCounts(state, undefined);
  expect(state.fleet).toBeUndefined();
  expect(newBreakerState()).toMatchObject({ fleet: undefined, openSteps: 0 });
});
