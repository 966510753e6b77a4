import type { FailureDigest } from '../untrusted/failure-digest.js';
import type { OutcomeWindow, WindowCounts } from '../window/window.js';
import type { TripRule } from './rules.js';

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

/** Leave for one probe, until it settles or expires. */
export interface ProbeLease {
  readonly id: number;
  readonly expiresMs: number;
}

/** A breaker's memory: plain data, changed only by the functions of this file. All instants are of one clock. */
export interface BreakerState {
  phase: BreakerPhase;
  generation: number;
  /** What all attempts of this generation that need no lease are given. */
  sharedPermit: BreakerPermit | undefined;
  phaseSinceMs: number;
  openForMs: number;
  /** Steps of `openFactor` that the next open time has grown by. */
  openSteps: number;
  /** When this outage began: the circuit opened, and has not been closed for long since. */
  outageSinceMs: number;
  /** Failures of the run: attempts, or by default calls and parts of calls. */
  runLength: number;
  /** Good answers that the run can have without an end. */
  tolerance: number;
  /** The run's first and last failure. */
  runStartedMs: number;
  runFailedMs: number;
  lastOutcomeMs: number;
  window: OutcomeWindow | undefined;
  fleet: FleetCounts | undefined;
  leases: ProbeLease[] | undefined;
  leasesGiven: number;
  /** Probes of this half-open phase that ended without a word about the server. */
  probesInVain: number;
  probeSuccesses: number;
  ramping: boolean;
  lateResults: number;
  /** What the attempt that tripped the breaker ended with. */
  cause: FailureDigest | undefined;
}

/** The state of a breaker of which nothing is known: closed. */
export function newBreakerState(): BreakerState {
  return {
    phase: 'closed',
    generation: 0,
    sharedPermit: undefined,
    phaseSinceMs: 0,
    openForMs: 0,
    openSteps: 0,
    outageSinceMs: 0,
    runLength: 0,
    tolerance: 0,
    runStartedMs: 0,
    runFailedMs: 0,
    lastOutcomeMs: 0,
    window: undefined,
    fleet: undefined,
    leases: undefined,
    leasesGiven: 0,
    probesInVain: 0,
    probeSuccesses: 0,
    ramping: false,
    lateResults: 0,
    cause: undefined,
  };
}

/** Leave to make one attempt. Given back exactly once, by `recordOutcome` or `releasePass`. */
export interface BreakerPermit {
  readonly admitted: true;
  readonly generation: number;
  /** The probe's lease; undefined for an attempt through a closed circuit. */
  readonly lease: number | undefined;
  /** The fleet's lease behind it, where there is a fleet and it could be asked. */
  readonly token: string | undefined;
}

/** No leave. `retryAfterMs` is undefined where only an operator can say. */
export interface BreakerRefusal {
  readonly admitted: false;
  readonly retryAfterMs: number | undefined;
}

/** Whether an attempt may be made. */
export type BreakerAdmission = BreakerPermit | BreakerRefusal;

/** What an attempt told about the server. */
export interface HealthSample {
  readonly failed: boolean;
  readonly slow: boolean;
  /** What it failed with. */
  readonly cause: FailureDigest | undefined;
  /**
   * `rates`: an answer of unknown worth, which counts as a good one while the circuit is closed and proves nothing as a probe.
   * `probes`: a throttled answer, which shows as a probe that the server is alive and else says nothing. Undefined: both.
   */
  readonly countsIn?: 'rates' | 'probes' | undefined;
  /** The part of its call that a failed attempt stands for, in 0..1. @default 1 */
  readonly callShare?: number | undefined;
}

/** The evidence of an attempt that went well. */
export const healthy: HealthSample = { failed: false, slow: false, cause: undefined };
/** The evidence of one that went well, but took too long. */
export const slowButHealthy: HealthSample = { failed: false, slow: true, cause: undefined };
