import { pause } from '../host/pause.js';
import type { Breaker } from '../key/key-breaker.js';
import type { KeyEntry } from '../key/key-entry.js';
import type { FixedLimit } from '../limit/fixed-limit.js';
import type { PolicySettings } from '../options/options.js';
import type { CallTimeouts } from '../options/timeout-options.js';
import type { Outcome } from '../outcome/outcome.js';
import type { CallTrace } from '../telemetry/call-tracing.js';
import type { EventHub } from '../telemetry/event-hub.js';
import { ObservedCall } from '../telemetry/observed-calls.js';
import { type CallReport, keepSource, type StopReason } from '../telemetry/report.js';
import { admitAttempt, approachAttempt } from './admission.js';
import { type CallContext, isCancelled } from './call-context.js';
import { type CallOptions, callTimeouts, type Place } from './call-options.js';
import { CallRecord } from './call-record.js';
import { CallRelease } from './call-release.js';
import { keyToCarry } from './idempotency-key.js';
import { endScope, markSignal, runInside, scopeOf } from './nesting.js';
import type { AttemptPermit } from './permit.js';
import { mayRepeat, permitRetry } from './retry-decision.js';
import { endTurn } from './retry-turn.js';
import type { Admission, Decision, Permit, Refused, Session } from './session.js';
import type { BegunCall, SessionHost, SessionTraits } from './session-host.js';
import { abandonAttempt, settleAttempt } from './settlement.js';

/**
 * Decision of a permit that is being settled, so that a hook or listener that settles it again does not release it
 * twice.
 */
const SETTLING: Decision = Object.freeze({ retry: false, stopReason: 'cancelled' });
const NO_TIMEOUTS: CallTimeouts = Object.freeze({ attemptMs: undefined, totalMs: undefined });

/** The session of a call that is enforced or observed. */
export class CallSession implements Session, CallContext {
  readonly settings: PolicySettings;
  breaker: Breaker | undefined;
  readonly call: CallOptions | undefined;
  readonly mode: 'enforce' | 'observe';
  readonly timeouts: CallTimeouts;
  readonly idempotencyKey: string | undefined = undefined;
  readonly oneRequestPerAttempt: boolean;
  readonly log: CallRecord;
  hasUnknownFate = false;
  wasThrottled = false;
  lateMs: number | undefined = undefined;
  turn: FixedLimit | undefined = undefined;
  hadTurn = false;
  isUnpaced = false;
  readonly #host: SessionHost;
  readonly #traits: SessionTraits | undefined;
  /** Made for the first wait, since most calls never wait. */
  #release: CallRelease | undefined;
  #latestMs: number;
  /** The permit of the attempt that is under way. */
  #open: AttemptPermit | undefined;
  #ended = false;

  constructor(
    host: SessionHost,
    entry: KeyEntry,
    call: CallOptions | undefined,
    mode: 'enforce' | 'observe',
    nowMs: number,
    traits: SessionTraits | undefined,
    begun?: BegunCall,
  ) {
    this.settings = begun === undefined ? host.settings : begun.settings;
    this.breaker = begun === undefined ? entry.breaker : begun.breaker;
    this.call = call;
    this.mode = mode;
    this.oneRequestPerAttempt = traits?.oneRequestPerAttempt === true;
    this.#host = host;
    this.#traits = traits;
    this.#latestMs = nowMs;
    if (begun !== undefined) {
      this.timeouts = NO_TIMEOUTS;
      this.log = new CallRecord(host.events, host.totals, entry, nowMs, undefined, true);
      this.#open = begun.permit;
      return;
    }
    this.timeouts = mode === 'enforce' ? callTimeouts(call, host.settings.timeouts) : NO_TIMEOUTS;
    const observed = mode === 'observe' ? new ObservedCall(host.observed, entry.observedCounts()) : undefined;
    this.log = new CallRecord(host.events, host.totals, entry, nowMs, observed);
    if (observed !== undefined && call?.repeats === true) this.log.repeatsCall();
    if (host.settings.attributesOf !== undefined) this.log.attributes = host.attributesFor(entry.key, call);
    this.idempotencyKey = call === undefined ? undefined : keyToCarry(this, call);
    entry.callBegan(nowMs);
  }

  get entry(): KeyEntry {
    return this.log.entry;
  }

  get key(): string {
    return this.log.entry.key;
  }

  get events(): EventHub {
    return this.log.events;
  }

  get attempts(): number {
    return this.log.attempts;
  }

  get mayMove(): boolean {
    return this.#traits?.mayMove?.() === true;
  }

  get released(): 'closed' | 'off' | undefined {
    return this.#release?.why;
  }

  onRelease(wake: () => void): () => void {
    this.#release ??= new CallRelease(this.#host, this.call, this.#traits?.releaser);
    return this.#release.onRelease(wake);
  }

  inside<T>(permit: Permit | undefined, fn: () => T, signal?: AbortSignal): T {
    const { trace } = this.log;
    const part = permit === undefined ? 'preparation' : 'attempt';
    const run = trace === undefined ? fn : () => trace.run(part, fn);
    const scope = permit === undefined ? undefined : scopeOf(permit as AttemptPermit, this.call?.signal);
    if (scope === undefined) return run();
    if (signal !== undefined) markSignal(signal, scope);
    return runInside(scope, run);
  }

  /** Lets `trace` follow the call, which has just begun. */
  followedBy(trace: CallTrace): this {
    const { breaker, call, key, oneRequestPerAttempt } = this;
    const { attributes } = this.log;
    this.log.trace = trace;
    const { method, url } = call ?? {};
    trace.tell('begin', { key, method, url, attributes, breaker: breaker?.state.phase, oneRequestPerAttempt });
    return this;
  }

  now(): number {
    this.timePassed(this.settings.clock.now());
    return this.#latestMs;
  }

  timePassed(nowMs: number): void {
    if (nowMs > this.#latestMs) this.#latestMs = nowMs;
  }

  admit(givenMs?: number): Admission | Promise<Admission> {
    if (givenMs !== undefined) this.timePassed(givenMs);
    const nowMs = givenMs === undefined ? this.now() : this.#latestMs;
    this.log.waitEnded(nowMs);
    const admission = admitAttempt(this, nowMs);
    return admission instanceof Promise ? admission.then((admitted) => this.#track(admitted)) : this.#track(admission);
  }

  approach(givenMs?: number): Refused | undefined | Promise<Refused | undefined> {
    if (givenMs !== undefined) this.timePassed(givenMs);
    const nowMs = this.now();
    this.log.waitEnded(nowMs);
    return approachAttempt(this, nowMs);
  }

  moveTo(place: Place): void {
    if (this.#ended || (this.#open !== undefined && this.#open.decision === undefined)) return;
    const nowMs = this.now();
    const entry = this.#host.entryFor(place, nowMs);
    const before = this.entry;
    if (entry === before) return;
    this.log.moveTo(entry);
    entry.callBegan(nowMs);
    before.sessions -= 1;
    this.breaker = entry.breaker;
    this.lateMs = undefined;
  }

  settle(permit: Permit, result: Outcome, thrown?: unknown, isLast = false): Decision {
    const open = permit as AttemptPermit;
    if (open.decision !== undefined) return open.decision;
    if (result.kind === 'error' && isCancelled(this)) return this.abandon(permit, 'cancelled');
    open.decision = SETTLING;
    return this.#close(open, settleAttempt(this, open, { result, thrown, isLast }, this.now()));
  }

  abandon(permit: Permit, why: 'cancelled' | 'deadline' | 'unused'): Decision {
    const open = permit as AttemptPermit;
    if (open.decision !== undefined) return open.decision;
    open.decision = SETTLING;
    return this.#close(open, abandonAttempt(this, open, why, this.now()));
  }

  retry(delayMs: number, reason: 'transient' | 'throttled'): Decision {
    const decision = permitRetry(this, delayMs, reason, this.now());
    if (!decision.retry) this.log.stopped(decision.stopReason);
    return decision;
  }

  mayRepeat(): boolean {
    return this.mode === 'enforce' && mayRepeat(this);
  }

  wait(delayMs: number): Promise<void> {
    const untilMs = this.now() + delayMs;
    return pause(this.settings.clock, delayMs, this.call?.signal, (wake) => this.onRelease(wake)).then((inTime) => {
      if (inTime) this.timePassed(untilMs);
    });
  }

  remainingMs(): number | undefined {
    const { totalMs } = this.timeouts;
    return totalMs === undefined ? undefined : Math.max(0, this.log.startedMs + totalMs - this.now());
  }

  end(why?: StopReason): void {
    if (!this.#hasEndedAttempts()) return;
    if (why !== undefined) this.log.stopped(why);
    this.#end(this.now());
  }

  conclude(): void {
    if (this.#hasEndedAttempts()) this.#end(undefined);
  }

  report(): CallReport {
    return this.log.report(this.#ended ? undefined : this.now());
  }

  keepReport(target: unknown): void {
    keepSource(target, this.log);
  }

  /** Keeps the permit of the attempt under way, so that it is released even if the driver forgets it. */
  #track(admitted: AttemptPermit | Refused): Admission {
    if (!admitted.admitted) {
      endTurn(this);
      return admitted;
    }
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    this.#open = admitted;
    if (this.#ended) this.abandon(admitted, 'cancelled');
    return admitted;
  }

  #close(open: AttemptPermit, decision: Decision): Decision {
    open.decision = decision;
    endScope(open);
    endTurn(this);
    if (this.#open === open) this.#open = undefined;
    if (!decision.retry) this.log.stopped(decision.stopReason);
    return decision;
  }

  /** Abandons the attempt under way, unless the call has ended already. Returns whether the call ends now. */
  #hasEndedAttempts(): boolean {
    if (this.#ended) return false;
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    return true;
  }

  #end(nowMs: number | undefined): void {
    // A listener may have ended the call while the last permit was released.
    if (this.#ended) return;
    this.#ended = true;
    this.entry.sessions -= 1;
    endTurn(this);
    this.log.ended(nowMs);
  }
}
