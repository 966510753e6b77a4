import type { FailureDigest } from '../untrusted/failure-digest.js';
import type { OutcomeWindow, WindowCounts } from '../window/window.js';
import type { TripRule } from './rules.js';

/** Phase of a breaker, as operators and logs see it. */
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
  /** Counts of the window at that moment. */
  readonly counts: WindowCounts;
  /** Time that the circuit stays open, in ms; 0 unless `to` is `open`. */
  readonly openForMs: number;
  readonly generation: number;
}

/** Outcomes in the window that the rest of a fleet has reported, without those of this process. */
export interface FleetCounts extends WindowCounts {
  readonly failingInstances: number;
}

/** Permission for one probe, until it settles or expires. */
export interface ProbeLease {
  readonly id: number;
  readonly expiresMs: number;
}

/** A breaker's memory: plain data, changed only by the functions of this folder. All instants are of one clock. */
export interface BreakerState {
  phase: BreakerPhase;
  generation: number;
  phaseSinceMs: number;
  openForMs: number;
  /** Steps of `openFactor` by which the next open time has grown. */
  openSteps: number;
  /** Start of this outage: the circuit opened then, and has not stayed closed for long since. */
  outageSinceMs: number;
  /** Failures of the run: attempts, or by default calls and parts of calls. */
  runLength: number;
  /** Good answers that the run still tolerates before it ends. */
  tolerance: number;
  /** The run's first and last failure. */
  runStartedMs: number;
  runFailedMs: number;
  /** The longest time after which an attempt of the run timed out; infinite if one failed otherwise. */
  runTimeoutMs: number;
  /** Tells if the run consists of timeouts, and answers came until just before it. */
  runIsCrowded: boolean;
  /** Duration of the answer to a patient caller that ended the run before; 0 if it did not end so. */
  patientMs: number;
  lastOutcomeMs: number;
  window: OutcomeWindow | undefined;
  fleet: FleetCounts | undefined;
  leases: ProbeLease[] | undefined;
  leasesGiven: number;
  /** Probes of this half-open phase that ended without proving anything about the server. */
  probesInVain: number;
  probeSuccesses: number;
  ramping: boolean;
  lateResults: number;
  /** Failure of the attempt that tripped the breaker. */
  cause: FailureDigest | undefined;
}

/** Fields that every breaker has of its own, since they change even while all calls succeed. */
type CalmFields = Pick<BreakerState, 'phase' | 'generation' | 'runLength' | 'window'>;

/** The other fields, with their values before the first failure. */
const CALM: Omit<BreakerState, keyof CalmFields> = {
  phaseSinceMs: 0,
  openForMs: 0,
  openSteps: 0,
  outageSinceMs: 0,
  tolerance: 0,
  runStartedMs: 0,
  runFailedMs: 0,
  runTimeoutMs: 0,
  runIsCrowded: false,
  patientMs: 0,
  lastOutcomeMs: 0,
  fleet: undefined,
  leases: undefined,
  leasesGiven: 0,
  probesInVain: 0,
  probeSuccesses: 0,
  ramping: false,
  lateResults: 0,
  cause: undefined,
};

/**
 * Returns the state of a breaker of which nothing is known: closed. Nearly all keys stay in this state, so they share
 * most fields by their prototype until `ownAll` is called.
 */
export function newBreakerState(): BreakerState {
  const calm: CalmFields = { phase: 'closed', generation: 0, runLength: 0, window: undefined };
  return Object.assign(Object.create(CALM), calm);
}

/**
 * Gives a state all fields of its own. Must be called before any field other than the calm ones is written. A copy that
 * lacks some fields gets them, too.
 */
export function ownAll(state: BreakerState): void {
  if (!Object.hasOwn(state, 'lateResults')) Object.assign(state, { ...CALM, ...state });
}

/** Permission for one attempt. Released exactly once, by `recordOutcome` or `releaseBreakerPermit`. */
export interface BreakerPermit {
  readonly admitted: true;
  readonly generation: number;
  /** The probe's lease; undefined for an attempt through a closed circuit. */
  readonly lease: number | undefined;
  /** The fleet's lease for this probe, if there is a fleet and it could be reached. */
  readonly token: string | undefined;
}

/** A refusal. `retryAfterMs` is undefined if only an operator can close the circuit. */
export interface BreakerRefusal {
  readonly admitted: false;
  readonly retryAfterMs: number | undefined;
}

/** Result of asking the breaker for one attempt. */
export type BreakerAdmission = BreakerPermit | BreakerRefusal;

/** Evidence of one attempt about the health of its server. */
export interface HealthSample {
  readonly failed: boolean;
  readonly slow: boolean;
  /** The error or response with which it failed. */
  readonly cause: FailureDigest | undefined;
  /**
   * Restricts what the sample counts for. `rates`: an answer that may be good or bad; it counts as good while the
   * circuit is closed and proves nothing as a probe. `probes`: a throttled answer; as a probe it shows that the server
   * is alive, and it counts for nothing else. Undefined: counts for both.
   */
  readonly countsIn?: 'rates' | 'probes' | undefined;
  /** Share of its call that a failed attempt stands for, in 0..1. @default 1 */
  readonly callShare?: number | undefined;
  /** Set if a failed attempt timed out. */
  readonly timeout?: Timeout | undefined;
  /** Duration of a good answer, if it is known. */
  readonly tookMs?: number | undefined;
}

/** Details of an attempt that timed out. */
export interface Timeout {
  readonly afterMs: number;
  /** Answers came until just before: the server is rather overloaded than dead. */
  readonly inCrowd: boolean;
}

/** Sample of an attempt that went well. */
export const healthy: HealthSample = { failed: false, slow: false, cause: undefined };
/** Sample of an attempt that went well but took too long. */
export const slowButHealthy: HealthSample = { failed: false, slow: true, cause: undefined };
