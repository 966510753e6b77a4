import { isServing } from '../breaker/health.js';
import {
  admit,
  countsOf,
  forceClose,
  forceOpen,
  forgetEvidence,
  isCurrent,
  needsProbe,
  openRemainingMs,
  recordOutcome,
  releasePass,
  reset,
  type TransitionListener,
} from '../breaker/machine.js';
import type { BreakerRules } from '../breaker/rules.js';
import type { Admission, BreakerState, Evidence, Pass, Transition } from '../breaker/state.js';
import { announce, type ProbeEnd, type StoreLink } from '../store/store.js';
import type { WindowCounts } from '../window/window.js';

/** One key's breaker: the pure machine on the state that a store link gives, with the store told of what happens. */
export class Breaker implements TransitionListener {
  #rules: BreakerRules;
  readonly #link: StoreLink;
  readonly #random: () => number;

  constructor(rules: BreakerRules, link: StoreLink, random: () => number) {
    this.#rules = rules;
    this.#link = link;
    this.#random = random;
  }

  get state(): BreakerState {
    return this.#link.state.breaker;
  }

  /** A promise only where a fleet has to be asked for a probe. */
  admit(nowMs: number): Admission | Promise<Admission> {
    const probing = this.#link.acquireProbe !== undefined && needsProbe(this.state, nowMs);
    const admission = this.admitLocally(nowMs);
    return probing && admission.admitted ? this.#askFleet(admission) : admission;
  }

  /** By what is known here, for those who may not be kept waiting. */
  admitLocally(nowMs: number): Admission {
    return admit(this.state, this.#rules, nowMs, this.#random, this);
  }

  record(pass: Pass, evidence: Evidence, nowMs: number): void {
    const counted = isCurrent(this.state, pass);
    const transition = recordOutcome(this.state, this.#rules, pass, evidence, nowMs, this.#random);
    if (counted && this.#link.recorded !== undefined) this.#link.recorded(evidence);
    this.#endProbe(pass, evidence.failed || evidence.slow ? 'failure' : 'success');
    if (transition !== undefined) this.transitioned(transition);
  }

  release(pass: Pass): void {
    releasePass(this.state, pass);
    this.#endProbe(pass, 'released');
  }

  /** Whether a pass taken earlier is still good. */
  holds(pass: Pass): boolean {
    return isCurrent(this.state, pass);
  }

  /** Whether an attempt would be refused now, as far as is known here. Moves nothing. */
  isOpen(nowMs: number): boolean {
    return this.state.phase === 'forced-open' || openRemainingMs(this.state, nowMs) > 0;
  }

  /** Whether a busy key is still being answered. */
  isServing(nowMs: number): boolean {
    return isServing(this.state, nowMs);
  }

  counts(nowMs: number): WindowCounts {
    return countsOf(this.state, nowMs);
  }

  /** Told by the machine, or from here: tells all who share the state, and the store. */
  transitioned(transition: Transition): void {
    announce(this.#link.state, transition);
    this.#link.moved?.(transition);
  }

  /** Judges by these rules from now on. */
  changeRules(rules: BreakerRules): void {
    this.#rules = rules;
    forgetEvidence(this.state);
  }

  forceOpen(nowMs: number): void {
    this.#changed(forceOpen(this.state, nowMs));
  }

  forceClose(nowMs: number): void {
    this.#changed(forceClose(this.state, nowMs));
  }

  reset(nowMs: number): void {
    this.#changed(reset(this.state, nowMs));
  }

  async #askFleet(pass: Pass): Promise<Admission> {
    const grant = await this.#link.acquireProbe?.();
    if (grant === undefined) return pass;
    if (grant.granted) return { ...pass, token: grant.token };
    releasePass(this.state, pass);
    return { admitted: false, retryAfterMs: grant.retryAfterMs };
  }

  #endProbe(pass: Pass, end: ProbeEnd): void {
    if (pass.token !== undefined) this.#link.probeEnded?.(pass.token, end);
  }

  #changed(transition: Transition | undefined): void {
    if (transition !== undefined) this.transitioned(transition);
  }
}
