import { admitThroughBreaker, needsProbe, refusalThroughBreaker } from '../breaker/admission.js';
import { isCurrent, recordCallFailed, recordOutcome, releaseBreakerPermit, withdrawProbe } from '../breaker/machine.js';
import { leaseMsAt } from '../breaker/open-time.js';
import { clearSamples, forceCloseBreaker, forceOpenBreaker, resetBreaker } from '../breaker/override.js';
import { countsOf, openRemainingMs, type TransitionListener } from '../breaker/phase.js';
import { type BreakerRules, probesAt } from '../breaker/rules.js';
import type {
  BreakerAdmission,
  BreakerPermit,
  BreakerRefusal,
  BreakerState,
  HealthSample,
  Transition,
} from '../breaker/state.js';
import { announce, type ProbeEnd, type ProbeGrant, type StoreLink } from '../store/store.js';
import type { FailureDigest } from '../untrusted/failure-digest.js';
import type { WindowCounts } from '../window/window.js';

/** The calls of a key. */
interface Traffic {
  callsPerSecond(nowMs: number): number;
}

/** Common parts of the breakers of a policy: one object for all of them. */
export interface BreakerCommons {
  rules: BreakerRules;
  readonly random: () => number;
}

/** One key's breaker: the pure machine on the state of a store link. It notifies the store. */
export class Breaker implements TransitionListener {
  readonly #common: BreakerCommons;
  readonly link: StoreLink;

  constructor(common: BreakerCommons, link: StoreLink) {
    this.#common = common;
    this.link = link;
  }

  get state(): BreakerState {
    return this.link.state.breaker;
  }

  /** Tells if the breaker lets all calls through. */
  get isCalm(): boolean {
    const { phase, ramping } = this.state;
    return phase === 'closed' && !ramping;
  }

  /**
   * Returns a promise only if a fleet has to be asked for a probe. `traffic` is the key's, which sets the number of
   * probes.
   */
  admit(nowMs: number, traffic?: Traffic): BreakerAdmission | Promise<BreakerAdmission> {
    const probing = this.link.acquireProbe !== undefined && needsProbe(this.state, nowMs);
    const admission = this.admitLocally(nowMs, traffic);
    return probing && admission.admitted ? Breaker.#askFleet(this, admission, nowMs) : admission;
  }

  /** Decides by the local state alone, for callers that cannot wait. */
  admitLocally(nowMs: number, traffic?: Traffic): BreakerAdmission {
    const rules = Breaker.#rulesFor(this, nowMs, traffic);
    return admitThroughBreaker(this.state, rules, nowMs, this.#common.random, this);
  }

  /** Returns the refusal that an attempt would get now, by the local state; undefined if it would be let through. */
  refusal(nowMs: number, traffic?: Traffic): BreakerRefusal | undefined {
    return refusalThroughBreaker(this.state, Breaker.#rulesFor(this, nowMs, traffic), nowMs);
  }

  record(pass: BreakerPermit, evidence: HealthSample, nowMs: number): void {
    const isProbe = this.state.phase === 'half-open';
    if (evidence.countsIn === (isProbe ? 'rates' : 'probes')) {
      this.release(pass);
      return;
    }
    const counted = isCurrent(this.state, pass);
    const transition = recordOutcome(this.state, this.#common.rules, pass, evidence, nowMs, this.#common.random);
    if (counted && this.link.outcomeRecorded !== undefined) this.link.outcomeRecorded(evidence);
    Breaker.#endProbe(this, pass, evidence.failed || evidence.slow ? 'failure' : 'success');
    if (transition !== undefined) this.transitioned(transition);
  }

  /** Counts the part of a failed call that its last attempt has not counted yet. */
  recordCallFailed(pass: BreakerPermit, callShare: number, cause: FailureDigest | undefined, nowMs: number): void {
    const rest = { callShare, cause };
    const transition = recordCallFailed(this.state, this.#common.rules, pass, rest, nowMs, this.#common.random);
    if (transition !== undefined) this.transitioned(transition);
  }

  release(pass: BreakerPermit): void {
    releaseBreakerPermit(this.state, pass);
    Breaker.#endProbe(this, pass, 'released');
  }

  /** Tells if a permit taken earlier is still valid. */
  holds(pass: BreakerPermit): boolean {
    return isCurrent(this.state, pass);
  }

  /** Tells if an attempt would be refused now, by the local state. Moves nothing. */
  isOpen(nowMs: number): boolean {
    return this.state.phase === 'forced-open' || openRemainingMs(this.state, nowMs) > 0;
  }

  counts(nowMs: number): WindowCounts {
    return countsOf(this.state, nowMs);
  }

  /** Notifies all watchers of the state, then the store. */
  transitioned(transition: Transition): void {
    announce(this.link.state, transition);
    this.link.transitioned?.(transition);
  }

  /** Forgets what was counted by other rules. */
  rulesChanged(): void {
    clearSamples(this.state);
  }

  forceOpen(nowMs: number): void {
    Breaker.#changed(this, forceOpenBreaker(this.state, nowMs));
  }

  forceClose(nowMs: number): void {
    Breaker.#changed(this, forceCloseBreaker(this.state, nowMs));
  }

  reset(nowMs: number): void {
    Breaker.#changed(this, resetBreaker(this.state, nowMs));
  }

  /**
   * Returns the rules, with as many probes as the key's traffic allows. This method and the next are static, because a
   * private method takes memory in each object that has it.
   */
  static #rulesFor(breaker: Breaker, nowMs: number, traffic: Traffic | undefined): BreakerRules {
    const { rules } = breaker.#common;
    if (traffic === undefined || rules.probeShare === 0 || !needsProbe(breaker.state, nowMs)) return rules;
    return { ...rules, probes: probesAt(rules, traffic.callsPerSecond(nowMs)) };
  }

  static async #askFleet(breaker: Breaker, pass: BreakerPermit, nowMs: number): Promise<BreakerAdmission> {
    const leaseMs = leaseMsAt(breaker.#common.rules, breaker.state, nowMs);
    const grant = await breaker.link.acquireProbe?.(leaseMs);
    if (!isCurrent(breaker.state, pass)) return Breaker.#decideAgain(breaker, grant, nowMs);
    if (grant === undefined) return pass;
    if (grant.granted) return { ...pass, token: grant.token };
    withdrawProbe(breaker.state, pass);
    return { admitted: false, retryAfterMs: grant.retryAfterMs };
  }

  /** The circuit opened or closed while the fleet was asked: the grant belongs to the past, and so does the permit. */
  static #decideAgain(breaker: Breaker, grant: ProbeGrant | undefined, nowMs: number): BreakerAdmission {
    if (grant?.granted) breaker.link.probeEnded?.(grant.token, 'released');
    const { rules } = breaker.#common;
    if (!needsProbe(breaker.state, nowMs)) return breaker.admitLocally(nowMs);
    return { admitted: false, retryAfterMs: rules.openMs };
  }

  static #endProbe(breaker: Breaker, pass: BreakerPermit, end: ProbeEnd): void {
    if (pass.token !== undefined) breaker.link.probeEnded?.(pass.token, end);
  }

  static #changed(breaker: Breaker, transition: Transition | undefined): void {
    if (transition !== undefined) breaker.transitioned(transition);
  }
}
