import {
  BLIP_MS,
  type BreakerRules,
  failureRateIsMet,
  isBusy,
  runMemoryMs,
  type TripRule,
  trippedRule,
  windowFor,
} from './rules.js';
import type { OutcomeWindow, WindowCounts } from './window.js';

/** What an operator or a log sees of a breaker. */
export type BreakerPhase = 'closed' | 'open' | 'half-open' | 'forced-open';

/** Why a breaker changed its phase. */
export type TransitionReason =
  | TripRule
  | 'open-time-over'
  | 'probe-failed'
  | 'probes-succeeded'
  | 'forced-open'
  | 'forced-close'
  | 'reset'
  | 'fleet';

/** One change of phase. */
export interface Transition {
  readonly from: BreakerPhase;
  readonly to: BreakerPhase;
  readonly why: TransitionReason;
  /** What the rules saw. */
  readonly counts: WindowCounts;
  /** How long the circuit stays open, in ms; 0 unless `to` is `open`. */
  readonly openForMs: number;
  readonly generation: number;
}

/** What the rest of a fleet has seen in the window, without what this process has sent. */
export interface FleetCounts extends WindowCounts {
  readonly failingInstances: number;
}

interface Lease {
  readonly id: number;
  readonly expiresMs: number;
}

/** A breaker's memory: plain data, changed only by the functions of this file. All instants are of one clock. */
export interface BreakerState {
  phase: BreakerPhase;
  generation: number;
  phaseSinceMs: number;
  openForMs: number;
  /** Steps of `openFactor` that the next open time has grown by. */
  growth: number;
  runLength: number;
  runStartedMs: number;
  lastOutcomeMs: number;
  /** Since when the failure rate has been met without a break. */
  rateMetSinceMs: number | undefined;
  /** The last stretch of successes without a long pause; it outlives a change of phase. */
  wellCalls: number;
  wellSinceMs: number;
  wellUntilMs: number;
  window: OutcomeWindow | undefined;
  fleet: FleetCounts | undefined;
  leases: Lease[] | undefined;
  leasesGiven: number;
  probeSuccesses: number;
  ramping: boolean;
  late: number;
  /** What the attempt that tripped the breaker ended with. */
  cause: unknown;
}

export function newBreakerState(): BreakerState {
  return {
    phase: 'closed',
    generation: 0,
    phaseSinceMs: 0,
    openForMs: 0,
    growth: 0,
    runLength: 0,
    runStartedMs: 0,
    lastOutcomeMs: 0,
    rateMetSinceMs: undefined,
    wellCalls: 0,
    wellSinceMs: 0,
    wellUntilMs: 0,
    window: undefined,
    fleet: undefined,
    leases: undefined,
    leasesGiven: 0,
    probeSuccesses: 0,
    ramping: false,
    late: 0,
    cause: undefined,
  };
}

/** Leave to make one attempt. Given back exactly once, by `recordOutcome` or `releasePass`. */
export interface Pass {
  readonly admitted: true;
  readonly generation: number;
  /** The probe's lease; undefined for an attempt through a closed circuit. */
  readonly lease: number | undefined;
  /** The fleet's lease behind it, where there is a fleet and it could be asked. */
  readonly token: string | undefined;
}

/** No leave. `retryAfterMs` is undefined where only an operator can say. */
export interface Refusal {
  readonly admitted: false;
  readonly retryAfterMs: number | undefined;
}

export type Admission = Pass | Refusal;

/** Whether an attempt may be made now. Takes a probe lease where the circuit is half-open, and moves an open one there when its time is up. */
export function admit(
  state: BreakerState,
  rules: BreakerRules,
  nowMs: number,
  random: () => number,
  onTransition: (transition: Transition) => void,
): Admission {
  switch (state.phase) {
    case 'closed':
      return state.ramping ? admitRamping(state, rules, nowMs, random) : pass(state, undefined);
    case 'forced-open':
      return { admitted: false, retryAfterMs: undefined };
    case 'open': {
      const remainingMs = openRemainingMs(state, nowMs);
      if (remainingMs > 0) return { admitted: false, retryAfterMs: remainingMs };
      onTransition(move(state, 'half-open', 'open-time-over', nowMs));
      return admitProbe(state, rules, nowMs);
    }
    case 'half-open':
      return admitProbe(state, rules, nowMs);
  }
}

/** How much of the open time is left; 0 where the circuit is not open. */
export function openRemainingMs(state: BreakerState, nowMs: number): number {
  return state.phase === 'open' ? Math.max(0, state.phaseSinceMs + state.openForMs - nowMs) : 0;
}

/** Whether the next attempt would need a probe lease. */
export function needsProbe(state: BreakerState, nowMs: number): boolean {
  return state.phase === 'half-open' || (state.phase === 'open' && openRemainingMs(state, nowMs) === 0);
}

/** What an attempt told about the server. */
export interface Evidence {
  readonly failed: boolean;
  readonly slow: boolean;
  /** What it failed with. */
  readonly cause: unknown;
}

/** The evidence of an attempt that went well. */
export const healthy: Evidence = { failed: false, slow: false, cause: undefined };
/** The evidence of one that went well, but took too long. */
export const slowButHealthy: Evidence = { failed: false, slow: true, cause: undefined };

/** Whether the pass is still good: no newer generation has begun, and its lease has not been lost. */
export function isCurrent(state: BreakerState, passed: Pass): boolean {
  if (passed.generation !== state.generation) return false;
  return passed.lease === undefined || (state.leases?.some((lease) => lease.id === passed.lease) ?? false);
}

/** Counts an attempt's outcome. A result of an older generation, or of a lost lease, is counted as late and changes nothing. */
export function recordOutcome(
  state: BreakerState,
  rules: BreakerRules,
  passed: Pass,
  evidence: Evidence,
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (!isCurrent(state, passed)) {
    state.late += 1;
    return undefined;
  }
  if (state.phase === 'half-open') return recordProbe(state, rules, passed, evidence, nowMs, random);
  noteRun(state, rules, evidence.failed, nowMs);
  state.window ??= windowFor(rules.window);
  state.window.record(nowMs, evidence.failed, evidence.slow);
  if (state.runLength === 0 && state.window.failures === 0 && state.window.slow === 0 && state.fleet === undefined) {
    return undefined;
  }
  return tripIfDue(state, rules, evidence.cause, nowMs, random);
}

/** Gives a pass back uncounted: the attempt was cancelled, or told nothing about the server. */
export function releasePass(state: BreakerState, passed: Pass): void {
  if (passed.lease !== undefined && isCurrent(state, passed)) returnLease(state, passed.lease);
}

/** Trips the breaker if a rule is met by what it and its fleet have seen. */
export function tripIfDue(
  state: BreakerState,
  rules: BreakerRules,
  cause: unknown,
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (state.phase !== 'closed') return undefined;
  const counts = countsOf(state, nowMs);
  if (!failureRateIsMet(rules, counts)) state.rateMetSinceMs = undefined;
  else state.rateMetSinceMs ??= nowMs;
  const rule = trippedRule(rules, counts, {
    runLength: state.runLength,
    runMs: nowMs - state.runStartedMs,
    rateMetMs: state.rateMetSinceMs === undefined ? undefined : nowMs - state.rateMetSinceMs,
    wasBusyAndWell: wasBusy(state),
  });
  if (rule === undefined) return undefined;
  state.growth = decayedGrowth(state, rules, nowMs);
  state.cause = cause;
  return open(state, rules, rule, nowMs, random);
}

/** Whether a busy key is still being answered: what some of its calls are told does not hold for all of them. */
export function isServing(state: BreakerState, nowMs: number): boolean {
  return wasBusy(state) && nowMs - state.wellUntilMs < BLIP_MS;
}

function wasBusy({ wellCalls, wellSinceMs, wellUntilMs }: BreakerState): boolean {
  return isBusy({ calls: wellCalls, ms: wellUntilMs - wellSinceMs });
}

/** What the rules see: the own window and what the rest of the fleet has reported. */
export function countsOf(state: BreakerState, nowMs: number): WindowCounts {
  const { window, fleet } = state;
  window?.expire(nowMs);
  return {
    calls: (window?.calls ?? 0) + (fleet?.calls ?? 0),
    failures: (window?.failures ?? 0) + (fleet?.failures ?? 0),
    slow: (window?.slow ?? 0) + (fleet?.slow ?? 0),
  };
}

/** Opens the circuit until `forceClose`, whatever the outcomes say. */
export function forceOpen(state: BreakerState, nowMs: number): Transition | undefined {
  if (state.phase === 'forced-open') return undefined;
  state.cause = undefined;
  return move(state, 'forced-open', 'forced-open', nowMs);
}

/** Closes the circuit at once. */
export function forceClose(state: BreakerState, nowMs: number): Transition | undefined {
  if (state.phase === 'closed') return undefined;
  return move(state, 'closed', 'forced-close', nowMs);
}

/** As new: closed, and nothing remembered. Results of attempts still in flight count as late. */
export function reset(state: BreakerState, nowMs: number): Transition | undefined {
  const wasClosed = state.phase === 'closed';
  const transition = move(state, 'closed', 'reset', nowMs);
  state.growth = 0;
  state.wellCalls = 0;
  state.late = 0;
  return wasClosed ? undefined : transition;
}

/** Takes over what the fleet has decided. `remainingMs` is how much of the open time is left. */
export function adopt(
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
  const transition = move(state, phase, 'fleet', nowMs);
  state.openForMs = phase === 'open' ? remainingMs : 0;
  state.cause = undefined;
  return { ...transition, openForMs: state.openForMs };
}

function admitRamping(state: BreakerState, rules: BreakerRules, nowMs: number, random: () => number): Admission {
  const sinceMs = nowMs - state.phaseSinceMs;
  const step = Math.floor(sinceMs / rules.openMs);
  const share = rules.ramp === false ? undefined : rules.ramp[step];
  if (share === undefined) {
    state.ramping = false;
    return pass(state, undefined);
  }
  if (random() < share) return pass(state, undefined);
  return { admitted: false, retryAfterMs: (step + 1) * rules.openMs - sinceMs };
}

function admitProbe(state: BreakerState, rules: BreakerRules, nowMs: number): Admission {
  const live = (state.leases ?? []).filter((lease) => lease.expiresMs > nowMs);
  state.leases = live;
  if (live.length >= rules.probes) {
    const firstFreeMs = Math.min(...live.map((lease) => lease.expiresMs));
    return { admitted: false, retryAfterMs: Math.min(rules.openMs, firstFreeMs - nowMs) };
  }
  state.leasesGiven += 1;
  live.push({ id: state.leasesGiven, expiresMs: nowMs + rules.probeLeaseMs });
  return pass(state, state.leasesGiven);
}

function pass(state: BreakerState, lease: number | undefined): Pass {
  return { admitted: true, generation: state.generation, lease, token: undefined };
}

function returnLease(state: BreakerState, id: number): void {
  state.leases = state.leases?.filter((lease) => lease.id !== id);
}

function recordProbe(
  state: BreakerState,
  rules: BreakerRules,
  passed: Pass,
  evidence: Evidence,
  nowMs: number,
  random: () => number,
): Transition | undefined {
  if (passed.lease !== undefined) returnLease(state, passed.lease);
  if (evidence.failed || evidence.slow) {
    if (grownOpenMs(rules, state.growth) < rules.maxOpenMs) state.growth += 1;
    state.cause = evidence.cause;
    return open(state, rules, 'probe-failed', nowMs, random);
  }
  state.probeSuccesses += 1;
  if (state.probeSuccesses < rules.successesToClose) return undefined;
  const transition = move(state, 'closed', 'probes-succeeded', nowMs);
  state.ramping = rules.ramp !== false && rules.ramp.length > 0;
  return transition;
}

function noteRun(state: BreakerState, rules: BreakerRules, failed: boolean, nowMs: number): void {
  if (failed) {
    const forgotten = nowMs - state.lastOutcomeMs >= runMemoryMs(rules.window);
    if (state.runLength === 0 || forgotten) {
      state.runLength = 0;
      state.runStartedMs = nowMs;
    }
    state.runLength += 1;
  } else {
    state.runLength = 0;
    noteWell(state, rules, nowMs);
  }
  state.lastOutcomeMs = nowMs;
}

function noteWell(state: BreakerState, rules: BreakerRules, nowMs: number): void {
  if (state.wellCalls === 0 || nowMs - state.wellUntilMs >= runMemoryMs(rules.window)) {
    state.wellCalls = 0;
    state.wellSinceMs = nowMs;
  }
  state.wellCalls += 1;
  state.wellUntilMs = nowMs;
}

function open(
  state: BreakerState,
  rules: BreakerRules,
  why: TransitionReason,
  nowMs: number,
  random: () => number,
): Transition {
  const transition = move(state, 'open', why, nowMs);
  const grownMs = grownOpenMs(rules, state.growth);
  state.openForMs = grownMs + random() * MAX_OPEN_JITTER * grownMs;
  return { ...transition, openForMs: state.openForMs };
}

const MAX_OPEN_JITTER = 0.1;

function grownOpenMs(rules: BreakerRules, growth: number): number {
  return Math.min(rules.maxOpenMs, rules.openMs * rules.openFactor ** growth);
}

/** Growth shrinks by one step for each healthy stretch as long as the open time at that step. */
function decayedGrowth(state: BreakerState, rules: BreakerRules, nowMs: number): number {
  let growth = state.growth;
  let healthyMs = nowMs - state.phaseSinceMs;
  while (growth > 0) {
    healthyMs -= grownOpenMs(rules, growth);
    if (healthyMs < 0) break;
    growth -= 1;
  }
  return growth;
}

/** Every change of phase goes through here: it starts a new generation with nothing counted. */
function move(state: BreakerState, to: BreakerPhase, why: TransitionReason, nowMs: number): Transition {
  const counts = countsOf(state, nowMs);
  const from = state.phase;
  state.phase = to;
  state.generation += 1;
  state.phaseSinceMs = nowMs;
  state.openForMs = 0;
  state.runLength = 0;
  state.rateMetSinceMs = undefined;
  state.window?.clear();
  state.fleet = undefined;
  state.leases = undefined;
  state.probeSuccesses = 0;
  state.ramping = false;
  if (to === 'closed') state.cause = undefined;
  return { from, to, why, counts, openForMs: 0, generation: state.generation };
}
