import type { HealthSample } from '../breaker/state.js';
import { pause } from '../host/pause.js';
import type { Releaser } from '../host/releaser.js';
import { randomUuid } from '../host/uuid.js';
import type { Breaker } from '../key/key-breaker.js';
import type { CallCounts, KeyEntry } from '../key/key-entry.js';
import type { LoadSignal } from '../limit/limit.js';
import { loadSignalOf } from '../limit/load-signal.js';
import type { PolicySettings } from '../options/options.js';
import type { CallTimeouts } from '../options/timeout-options.js';
import { isKnown } from '../outcome/network-codes.js';
import { nothingSent } from '../outcome/nothing-sent.js';
import type { Outcome } from '../outcome/outcome.js';
import type { Verdict } from '../outcome/verdict.js';
import type { CallAttributes } from '../telemetry/call-attributes.js';
import type { CallTrace } from '../telemetry/call-tracing.js';
import type { EventHub } from '../telemetry/event-hub.js';
import { ObservedCall, type ObservedCounts } from '../telemetry/observed-calls.js';
import { type CallReport, keepSource, type StopReason } from '../telemetry/report.js';
import type { FailureDigest } from '../untrusted/failure-digest.js';
import { peek } from '../untrusted/safe-read.js';
import { admitAttempt, approachAttempt } from './admission.js';
import { type CallContext, isCancelled } from './call-context.js';
import { type CallOptions, type ClientTraits, callTimeouts, type Place } from './call-options.js';
import { CallRecord } from './call-record.js';
import { type AttemptFacts, isPlainSuccess, type Judgement, judge } from './judgement.js';
import { endScope, markSignal, runInside, scopeOf } from './nesting.js';
import type { AttemptPermit } from './permit.js';
import { decide, mayRepeat, permitRetry } from './retry-decision.js';
import type { Admission, Decision, Permit, Refused, Session } from './session.js';
import { recordSuccess } from './success.js';
import { generatedKey, predicateCaller } from './user-hooks.js';

/** What a session needs of its policy. */
export interface SessionHost {
  readonly settings: PolicySettings;
  readonly events: EventHub;
  readonly totals: CallCounts;
  readonly observed: ObservedCounts;
  /** Ends the waits of all calls when the policy is closed. */
  readonly closing: Releaser;
  /** Ends the waits of all calls when the policy stops to enforce. */
  readonly turningOff: Releaser;
  /** The key of a call, or of an attempt that is sent elsewhere. */
  entryFor(place: Place | undefined, nowMs: number): KeyEntry;
  /** The call's attributes by the user's function, if there is one. */
  attributesFor(key: string, call: CallOptions | undefined): CallAttributes | undefined;
}

/** What a session is told of its driver. */
export type SessionTraits = Pick<ClientTraits, 'oneRequestPerAttempt' | 'releaser' | 'mayMove'>;

/** What a permit has while it is being settled: a hook or a listener that settles it as well must not give back twice. */
const SETTLING: Decision = Object.freeze({ retry: false, stopReason: 'cancelled' });
const SUCCEEDED: Decision = Object.freeze({ retry: false, stopReason: 'success' });
const NO_TIMEOUTS: CallTimeouts = Object.freeze({ attemptMs: undefined, totalMs: undefined });

/** A call whose first attempt was made without a session, and what that attempt holds. */
export interface BegunCall {
  readonly settings: PolicySettings;
  readonly breaker: Breaker | undefined;
  readonly permit: AttemptPermit;
}

/** The session of a call that is enforced or observed. */
export class CallSession implements Session, CallContext {
  readonly settings: PolicySettings;
  breaker: Breaker | undefined;
  readonly call: CallOptions | undefined;
  readonly mode: 'enforce' | 'observe';
  readonly timeouts: CallTimeouts;
  readonly idempotencyKey: string | undefined = undefined;
  readonly oneRequestPerAttempt: boolean;
  readonly #host: SessionHost;
  readonly #mayMove: (() => boolean) | undefined;
  hasUnknownFate = false;
  readonly #closing: Releaser;
  readonly #turningOff: Releaser | undefined;
  readonly #detaching: Releaser | undefined;
  #latestMs: number;
  /** Set when the call was woken from a wait. Calls with an attempt under way end as they would have. */
  #letGo: 'closed' | 'off' | undefined;
  readonly log: CallRecord;
  #open: AttemptPermit | undefined;
  #wasThrottled = false;
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
    this.#mayMove = traits?.mayMove;
    this.#closing = host.closing;
    // A call that says its own mode does not change with its policy's.
    this.#turningOff = call?.mode === undefined ? host.turningOff : undefined;
    this.#detaching = traits?.releaser;
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
    if (host.settings.attributesOf !== undefined) this.log.attributes = host.attributesFor(entry.key, call);
    this.idempotencyKey = call === undefined ? undefined : keyToCarry(this, call);
    entry.callBegan(nowMs);
  }

  get entry(): KeyEntry {
    return this.log.entry;
  }

  get mayMove(): boolean {
    return this.#mayMove?.() === true;
  }

  get events(): EventHub {
    return this.log.events;
  }

  get startedMs(): number {
    return this.log.startedMs;
  }

  get key(): string {
    return this.log.entry.key;
  }

  get released(): 'closed' | 'off' | undefined {
    return this.#letGo;
  }

  onRelease(wake: () => void): () => void {
    const letGo = (why: 'closed' | 'off') => (): void => {
      this.#letGo = why;
      wake();
    };
    const undo = [
      this.#closing.onRelease(letGo('closed')),
      this.#turningOff?.onRelease(letGo('off')),
      this.#detaching?.onRelease(letGo('off')),
    ];
    return () => {
      for (const takeBack of undo) takeBack?.();
    };
  }

  inside<T>(permit: Permit, fn: () => T, signal?: AbortSignal): T {
    const { trace } = this.log;
    const run = trace === undefined ? fn : () => trace.run('attempt', fn);
    const scope = scopeOf(permit as AttemptPermit, this.call?.signal);
    if (scope === undefined) return run();
    if (signal !== undefined) markSignal(signal, scope);
    return runInside(scope, run);
  }

  preparing<T>(fn: () => T): T {
    const { trace } = this.log;
    return trace === undefined ? fn() : trace.run('preparation', fn);
  }

  /** Lets `trace` follow the call, which has just begun. */
  followedBy(trace: CallTrace): this {
    const { breaker, call, key, oneRequestPerAttempt } = this;
    this.log.trace = trace;
    const { method, url } = call ?? {};
    trace.tell('begin', { key, method, url, breaker: breaker?.state.phase, oneRequestPerAttempt });
    return this;
  }

  now(): number {
    this.timePassed(this.settings.clock.now());
    return this.#latestMs;
  }

  timePassed(nowMs: number): void {
    if (nowMs > this.#latestMs) this.#latestMs = nowMs;
  }

  get attempts(): number {
    return this.log.attempts;
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
  }

  settle(permit: Permit, result: Outcome, thrown?: unknown, isLast = false): Decision {
    const open = permit as AttemptPermit;
    if (open.decision !== undefined) return open.decision;
    if (result.kind === 'error' && isCancelled(this)) return this.abandon(permit, 'cancelled');
    open.decision = SETTLING;
    const nowMs = this.now();
    if (isPlainSuccess(result, this.settings, this.call)) return this.#settleSuccess(open, result, nowMs);
    const attempted = this.#factsOf(open, result, thrown, nowMs - open.startedMs);
    const { verdict, evidence, hintMs, coolsDown, cause } = this.#judge(attempted);
    if (this.#leavesFateUnknown(result)) this.hasUnknownFate = true;
    this.#release(open, evidence, loadSignalOf(result), nowMs);
    if (coolsDown && hintMs !== undefined) this.#coolDown(hintMs, nowMs, cause);
    else if (isServed(verdict, result)) this.entry.served(nowMs);
    this.log.attemptEnded(open, verdict, result, nowMs);
    const failed = { verdict, attempted, hintMs, isLast };
    const decision = verdict === 'success' ? SUCCEEDED : decide(this, failed, nowMs);
    if (!decision.retry) this.#callFailed(open, evidence, nowMs);
    return this.#close(open, decision);
  }

  abandon(permit: Permit, why: 'cancelled' | 'deadline' | 'unused'): Decision {
    const open = permit as AttemptPermit;
    if (open.decision !== undefined) return open.decision;
    open.decision = SETTLING;
    const nowMs = this.now();
    if (why === 'unused') {
      this.#release(open, undefined, 'none', nowMs);
      this.log.attemptUnmade();
      return this.#close(open, SUCCEEDED);
    }
    const durationMs = nowMs - open.startedMs;
    // An attempt that had most of the time and brought nothing speaks against the server; one that began late does not.
    const givenMs = this.#timeGivenMs(why, nowMs);
    const hung = givenMs !== undefined && durationMs * 2 >= givenMs;
    const evidence: HealthSample | undefined = hung ? { failed: true, slow: false, cause: undefined } : undefined;
    this.#release(open, evidence, hung ? 'timed-out' : 'none', nowMs);
    this.log.attemptEnded(open, hung ? 'transient' : 'cancelled', undefined, nowMs);
    return this.#close(open, { retry: false, stopReason: why });
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
    if (totalMs === undefined) return undefined;
    return Math.max(0, this.startedMs + totalMs - this.now());
  }

  end(why?: StopReason): void {
    if (this.#ended) return;
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    if (why !== undefined) this.log.stopped(why);
    this.#end(this.now());
  }

  conclude(): void {
    if (this.#ended) return;
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    this.#end(undefined);
  }

  report(): CallReport {
    return this.log.report(this.#ended ? undefined : this.now());
  }

  keepReport(target: unknown): void {
    keepSource(target, this.log);
  }

  #end(nowMs: number | undefined): void {
    // A listener may have ended it while the last permit was given back.
    if (this.#ended) return;
    this.#ended = true;
    this.entry.sessions -= 1;
    this.log.ended(nowMs);
  }

  /** Keeps what is out, so that nothing is lost with a driver that forgets it. */
  #track(admitted: AttemptPermit | Refused): Admission {
    if (!admitted.admitted) return admitted;
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    this.#open = admitted;
    if (this.#ended) this.abandon(admitted, 'cancelled');
    return admitted;
  }

  /** What `settle` does for nearly all calls, without asking what there is no need to ask. */
  #settleSuccess(open: AttemptPermit, result: Outcome, nowMs: number): Decision {
    const { pass, limit, startedMs } = open;
    const { settings, entry, breaker } = this;
    recordSuccess(settings, entry, breaker, pass, limit, startedMs, nowMs);
    this.log.attemptEnded(open, 'success', result, nowMs);
    return this.#close(open, SUCCEEDED);
  }

  #factsOf({ attempt }: AttemptPermit, result: Outcome, thrown: unknown, durationMs: number): AttemptFacts {
    const { call, key } = this;
    const info = { key, method: call?.method?.toUpperCase(), url: call?.url };
    const mayBeInProgress = this.hasUnknownFate && this.idempotencyKey !== undefined;
    return { result, attempt, durationMs, thrown, call: info, statuses: call?.statuses, mayBeInProgress };
  }

  #judge(attempted: AttemptFacts): Judgement {
    return judge(this.settings, attempted, this.settings.clock.wallNow(), predicateCaller(this));
  }

  /** Whether the server may have acted on the request, or still act on it, though there was no answer that says so. */
  #leavesFateUnknown(result: Outcome): boolean {
    if (result.kind === 'response') return result.status >= 500 || result.status === 408;
    return result.kind === 'error' && !(this.oneRequestPerAttempt && nothingSent(result));
  }

  /** Ends what the attempt holds, with what it showed: its pass through the breaker, its place under the limit. */
  #release(open: AttemptPermit, evidence: HealthSample | undefined, sign: LoadSignal, nowMs: number): void {
    const { pass, limit, startedMs } = open;
    limit?.release(nowMs, startedMs, sign);
    const { breaker } = this;
    if (breaker === undefined || pass === undefined) return;
    if (evidence === undefined) {
      breaker.release(pass);
      return;
    }
    breaker.record(pass, evidence.failed ? { ...evidence, callShare: 1 / this.#attemptsAllowed } : evidence, nowMs);
  }

  /** Counts the attempts that a failed call will not make any more as failed too, for a breaker that counts calls. */
  #callFailed({ pass }: AttemptPermit, evidence: HealthSample | undefined, nowMs: number): void {
    const made = Math.min(1, this.log.attempts / this.#attemptsAllowed);
    if (pass === undefined || !evidence?.failed || made === 1) return;
    this.breaker?.recordCallFailed(pass, 1 - made, evidence.cause, nowMs);
  }

  get #attemptsAllowed(): number {
    const { retry } = this.settings;
    return retry === false ? 1 : 1 + (this.call?.maxRetries ?? retry.maxRetries);
  }

  /** Returns how long the call had until its deadline, or until the timeout of the caller's own signal; undefined if it was cancelled. */
  #timeGivenMs(why: 'cancelled' | 'deadline', nowMs: number): number | undefined {
    if (why === 'deadline') return this.timeouts.totalMs;
    return isTimeout(this.call?.signal?.reason) ? this.log.elapsedMs(nowMs) : undefined;
  }

  #coolDown(hintMs: number, nowMs: number, cause: FailureDigest | undefined): void {
    const { coolDown } = this.settings;
    if (coolDown === false) return;
    const isFirst = !this.#wasThrottled;
    this.#wasThrottled = true;
    if (!this.entry.throttled(nowMs, isFirst)) return;
    this.entry.startCoolDown(Math.min(hintMs, coolDown.maxMs), nowMs, cause);
  }

  #close(open: AttemptPermit, decision: Decision): Decision {
    open.decision = decision;
    endScope(open);
    if (this.#open === open) this.#open = undefined;
    if (!decision.retry) this.log.stopped(decision.stopReason);
    return decision;
  }
}

/** Returns whether the server did for this call what it does for a call, be it to refuse it: an error of unknown kind is an answer. */
function isServed(verdict: Verdict, result: Outcome): boolean {
  if (verdict !== 'permanent') return verdict === 'success';
  return result.kind !== 'error' || !isKnown(result.code ?? '');
}

/** Returns whether a signal was aborted for want of time, as by `AbortSignal.timeout`, rather than by a change of mind. */
function isTimeout(reason: unknown): boolean {
  return peek(reason, 'name') === 'TimeoutError';
}

/** The caller's own key, or one of ours where the policy gives one to this method. */
function keyToCarry(session: CallSession, call: CallOptions): string | undefined {
  if (call.idempotencyKey !== undefined) return call.idempotencyKey;
  const { idempotency, random } = session.settings;
  if (idempotency === false || session.mode === 'observe') return undefined;
  if (call.method === undefined || !idempotency.methods.has(call.method.toUpperCase())) return undefined;
  return idempotency.generate === undefined ? randomUuid(random) : generatedKey(idempotency.generate, session);
}
