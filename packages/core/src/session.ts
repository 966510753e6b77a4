import {
  type Admission as BreakerAdmission,
  type Evidence,
  healthy,
  type Pass,
  slowButHealthy,
} from './breaker/machine.js';
import { type CallOptions, callTimeouts } from './call.js';
import { CallLog } from './call-log.js';
import { MAX_TIMER_MS } from './clock.js';
import { defaults } from './defaults.js';
import { CircuitOpenError, CoolDownError, LimitedError } from './errors.js';
import { type EventHub, messageOf } from './events.js';
import { type AskHook, isPlainSuccess, type Judgement, judge } from './judge.js';
import type { CallCounts, KeyEntry } from './key-entry.js';
import type { AttemptLimit, LoadSign } from './limit/limit.js';
import { loadSignOf } from './load-sign.js';
import type { CallInfo, CallTimeouts, PolicySettings } from './options.js';
import type { AttemptResult } from './outcome.js';
import { pause } from './pause.js';
import type { CallReport, StopReason } from './report.js';
import type { Backoff } from './retry/backoff.js';
import { planRetry } from './retry/plan.js';
import { randomUuid } from './uuid.js';
import { nothingSent, type Verdict } from './verdict.js';

/** Leave to make one attempt. Settled or abandoned exactly once; doing so again changes nothing. */
export interface Permit {
  /** From 1. */
  readonly attempt: number;
}

/** A permit, or why there is none. `error` is what a call without any answer ends with. */
export type Admission =
  | { readonly admitted: true; readonly permit: Permit }
  | { readonly admitted: false; readonly stopReason: StopReason; readonly error: unknown };

/** What follows on an attempt. */
export type Decision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly stopReason: StopReason };

/** One call's decisions, for whoever drives its attempts: `execute` here, got's own loop there. */
export interface Session {
  readonly key: string;
  readonly mode: 'enforce' | 'observe' | 'off';
  /** The key that every attempt of this call carries; undefined where it carries none. */
  readonly idempotencyKey: string | undefined;
  /** Hard limits that the driver has to hold. None where nothing is enforced. */
  readonly timeouts: CallTimeouts;
  /** When it began, by the policy's clock. */
  readonly startedMs: number;
  /** Attempts begun so far. */
  readonly attempts: number;
  /** Leave for the next attempt. A promise only where there is something to wait for: a cool-down, a place, a fleet's probe. `nowMs`: where the clock has just been read. */
  admit(nowMs?: number): Admission | Promise<Admission>;
  /**
   * Tells what an attempt ended with and asks what follows. `thrown` is the error that a response came in, if it did;
   * `last` says that the driver has no way to make another attempt.
   */
  settle(permit: Permit, result: AttemptResult, thrown?: unknown, last?: boolean): Decision;
  /** Gives a permit back whose attempt was cut short by the caller or by the deadline, or sent nothing: a cache had the answer. */
  abandon(permit: Permit, why: 'cancelled' | 'deadline' | 'unused'): Decision;
  /** Waits for `delayMs`; resolves early, without a word, when the caller cancels: `admit` says so next. */
  wait(delayMs: number): Promise<void>;
  /** What is left of the deadline, in ms; undefined where there is none. */
  remainingMs(): number | undefined;
  /** The call is over. Gives back what is still out; again does nothing. `why`: where the driver knows better why it ended. */
  end(why?: StopReason): void;
  /** What the call went through; for a call that has ended, always the same. */
  report(): CallReport;
}

/** Is its own admission: one object less for each attempt. */
class OpenPermit implements Permit {
  readonly admitted = true;
  readonly attempt: number;
  readonly pass: Pass | undefined;
  /** The limit in which it holds a place. */
  readonly limit: AttemptLimit | undefined;
  /** How many attempts were in flight under that limit when this one began. */
  readonly load: number;
  readonly startedMs: number;
  decision: Decision | undefined;

  constructor(attempt: number, pass: Pass | undefined, limit: AttemptLimit | undefined, startedMs: number) {
    this.attempt = attempt;
    this.pass = pass;
    this.limit = limit;
    this.load = limit === undefined ? 0 : limit.inFlight;
    this.startedMs = startedMs;
    this.decision = undefined;
  }

  get permit(): Permit {
    return this;
  }
}

/** What a session needs of its policy. */
export interface SessionHost {
  readonly settings: PolicySettings;
  readonly events: EventHub;
  readonly totals: CallCounts;
}

const SUCCEEDED: Decision = Object.freeze({ retry: false, stopReason: 'success' });
const NO_TIMEOUTS: CallTimeouts = Object.freeze({ attemptMs: undefined, totalMs: undefined });

export class CallSession implements Session {
  readonly mode: 'enforce' | 'observe';
  readonly timeouts: CallTimeouts;
  readonly idempotencyKey: string | undefined;
  readonly startedMs: number;
  readonly #settings: PolicySettings;
  readonly #events: EventHub;
  readonly #entry: KeyEntry;
  readonly #call: CallOptions | undefined;
  readonly #log: CallLog;
  #open: OpenPermit | undefined;
  #ended = false;

  constructor(
    host: SessionHost,
    entry: KeyEntry,
    call: CallOptions | undefined,
    mode: 'enforce' | 'observe',
    nowMs: number,
  ) {
    const { settings, events, totals } = host;
    this.#settings = settings;
    this.#events = events;
    this.#entry = entry;
    this.#call = call;
    this.startedMs = nowMs;
    this.mode = mode;
    this.timeouts = mode === 'enforce' ? callTimeouts(call, settings.timeouts) : NO_TIMEOUTS;
    this.idempotencyKey = call === undefined ? undefined : this.#keyToCarry(call);
    this.#log = new CallLog(events, totals, entry, nowMs);
    entry.sessions += 1;
    entry.budget?.deposit(nowMs);
  }

  get key(): string {
    return this.#entry.key;
  }

  get attempts(): number {
    return this.#log.attempts;
  }

  admit(nowMs = this.#settings.clock.now()): Admission | Promise<Admission> {
    this.#log.waitEnded(nowMs);
    if (this.mode === 'enforce' && this.#call?.signal?.aborted) {
      return this.#refuse('cancelled', this.#call.signal.reason);
    }
    if (this.#settings.coolDown !== false && this.#entry.coolDown.remainingMs(nowMs) > 0) {
      if (this.mode === 'enforce') return this.#admitAfterCoolDown(this.#settings.coolDown.maxWaiting);
      if (this.#coolDownTooLong(nowMs, this.#settings.coolDown.maxWaiting)) {
        this.#log.wouldReject('cool-down', this.#entry.coolDown.remainingMs(nowMs));
      }
    }
    return this.#admitByBreaker(nowMs);
  }

  settle(permit: Permit, result: AttemptResult, thrown?: unknown, last = false): Decision {
    const open = permit as OpenPermit;
    if (open.decision !== undefined) return open.decision;
    if (result.kind === 'error' && this.#call?.signal?.aborted) return this.abandon(permit, 'cancelled');
    const nowMs = this.#settings.clock.now();
    if (isPlainSuccess(result, this.#settings, this.#call)) return this.#settleSuccess(open, result, nowMs);
    const durationMs = nowMs - open.startedMs;
    const { verdict, evidence, hintMs, coolsDown } = this.#judge(open, result, thrown, durationMs);
    this.#giveBack(open, evidence, loadSignOf(result), nowMs);
    if (coolsDown && hintMs !== undefined) this.#coolDown(hintMs, nowMs, evidence?.cause ?? thrown);
    this.#log.attemptEnded(open.attempt, verdict, durationMs, result);
    const decision = verdict === 'success' ? SUCCEEDED : this.#decide(verdict, result, hintMs, nowMs, last);
    return this.#close(open, decision);
  }

  /** What `settle` does for nearly all calls, without asking what there is no need to ask. */
  #settleSuccess(open: OpenPermit, result: AttemptResult, nowMs: number): Decision {
    const { breaker } = this.#settings;
    const durationMs = nowMs - open.startedMs;
    const slow = breaker !== false && breaker.slowCallMs !== undefined && durationMs >= breaker.slowCallMs;
    this.#giveBack(open, slow ? slowButHealthy : healthy, 'answered', nowMs);
    this.#log.attemptEnded(open.attempt, 'success', durationMs, result);
    return this.#close(open, SUCCEEDED);
  }

  abandon(permit: Permit, why: 'cancelled' | 'deadline' | 'unused'): Decision {
    const open = permit as OpenPermit;
    if (open.decision !== undefined) return open.decision;
    const nowMs = this.#settings.clock.now();
    if (why === 'unused') {
      this.#giveBack(open, undefined, 'none', nowMs);
      this.#log.attemptUnmade();
      return this.#close(open, SUCCEEDED);
    }
    const durationMs = nowMs - open.startedMs;
    const { totalMs } = this.timeouts;
    // An attempt that had most of the time and brought nothing speaks against the server; one that began late does not.
    const hung = why === 'deadline' && totalMs !== undefined && durationMs * 2 >= totalMs;
    const evidence: Evidence | undefined = hung ? { failed: true, slow: false, cause: undefined } : undefined;
    this.#giveBack(open, evidence, hung ? 'timed-out' : 'none', nowMs);
    this.#log.attemptEnded(open.attempt, hung ? 'transient' : 'cancelled', durationMs, undefined);
    return this.#close(open, { retry: false, stopReason: why });
  }

  wait(delayMs: number): Promise<void> {
    return pause(this.#settings.clock, delayMs, this.#call?.signal);
  }

  remainingMs(): number | undefined {
    const { totalMs } = this.timeouts;
    if (totalMs === undefined) return undefined;
    return Math.max(0, this.startedMs + totalMs - this.#settings.clock.now());
  }

  end(why?: StopReason): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    if (why !== undefined) this.#log.stopped(why);
    this.#entry.sessions -= 1;
    this.#log.ended(this.#settings.clock);
  }

  report(): CallReport {
    return this.#log.report(this.#settings.clock);
  }

  async #admitAfterCoolDown(maxWaiting: number): Promise<Admission> {
    const { clock, random } = this.#settings;
    const { coolDown } = this.#entry;
    for (;;) {
      const nowMs = clock.now();
      this.#log.waitEnded(nowMs);
      if (this.#call?.signal?.aborted) return this.#refuse('cancelled', this.#call.signal.reason);
      const remainingMs = coolDown.remainingMs(nowMs);
      if (remainingMs === 0) return this.#admitByBreaker(nowMs);
      if (this.#coolDownTooLong(nowMs, maxWaiting)) {
        this.#log.rejected('cool-down', remainingMs);
        return this.#refuse('cool-down', new CoolDownError(this.key, remainingMs, coolDown.cause));
      }
      this.#log.waitBegan(nowMs);
      coolDown.waiting += 1;
      const waitMs = Math.min(coolDown.waitMs(nowMs, random, this.#timeLeftMs(nowMs)), MAX_TIMER_MS);
      await pause(clock, waitMs, this.#call?.signal, (wake) => coolDown.onLift(wake));
      coolDown.waiting -= 1;
    }
  }

  #coolDownTooLong(nowMs: number, maxWaiting: number): boolean {
    const { coolDown } = this.#entry;
    const remainingMs = coolDown.remainingMs(nowMs);
    const fits = remainingMs <= this.#timeLeftMs(nowMs) && remainingMs < this.#deadlineLeftMs(nowMs);
    return coolDown.waiting >= maxWaiting || !fits;
  }

  #admitByBreaker(nowMs: number): Admission | Promise<Admission> {
    const { breaker } = this.#entry;
    if (breaker === undefined) return this.#enterLimit(undefined, nowMs);
    const admission = this.mode === 'observe' ? breaker.admitLocally(nowMs) : breaker.admit(nowMs);
    return admission instanceof Promise
      ? admission.then((asked) => this.#admitted(asked, this.#settings.clock.now()))
      : this.#admitted(admission, nowMs);
  }

  #admitted(admission: BreakerAdmission, nowMs: number): Admission | Promise<Admission> {
    if (admission.admitted) return this.#enterLimit(admission, nowMs);
    const { retryAfterMs } = admission;
    if (this.mode === 'observe') {
      this.#log.wouldReject('circuit-open', retryAfterMs);
      return this.#permit(undefined, undefined, nowMs);
    }
    this.#log.rejected('circuit-open', retryAfterMs);
    const cause = this.#entry.breaker?.state.cause;
    return this.#refuse('circuit-open', new CircuitOpenError(this.key, retryAfterMs, cause));
  }

  #enterLimit(pass: Pass | undefined, nowMs: number): Admission | Promise<Admission> {
    const { limit } = this.#entry;
    if (limit === undefined || limit.tryEnter(nowMs)) return this.#permit(pass, limit, nowMs);
    if (this.mode === 'observe') {
      this.#log.wouldReject('limited', limit.retryAfterMs());
      return this.#permit(pass, undefined, nowMs);
    }
    const maxWaitMs = limit.maxWaitMs(this.attempts > 0);
    if (maxWaitMs === undefined) return this.#refuseLimited(pass, limit);
    return this.#waitForPlace(pass, limit, Math.min(maxWaitMs, this.#timeLeftMs(nowMs), MAX_TIMER_MS), nowMs);
  }

  async #waitForPlace(pass: Pass | undefined, limit: AttemptLimit, maxMs: number, nowMs: number): Promise<Admission> {
    const { clock } = this.#settings;
    this.#log.waitBegan(nowMs);
    const entered = await limit.enter(clock, maxMs, this.#call?.signal);
    const laterMs = clock.now();
    this.#log.waitEnded(laterMs);
    const aborted = this.#call?.signal?.aborted === true;
    if (entered && !aborted && this.#isGood(pass)) return this.#permit(pass, limit, laterMs);
    if (entered) limit.leave(laterMs, laterMs, 'none');
    if (!entered && !aborted) return this.#refuseLimited(pass, limit);
    if (pass !== undefined) this.#entry.breaker?.release(pass);
    // Cancelled, or the breaker has moved on: asked anew, it says so.
    return this.admit();
  }

  #isGood(pass: Pass | undefined): boolean {
    return pass === undefined || this.#entry.breaker?.holds(pass) === true;
  }

  #refuseLimited(pass: Pass | undefined, limit: AttemptLimit): Admission {
    if (pass !== undefined) this.#entry.breaker?.release(pass);
    const retryAfterMs = limit.retryAfterMs();
    this.#log.rejected('limited', retryAfterMs);
    return this.#refuse('limited', new LimitedError(this.key, retryAfterMs));
  }

  #permit(pass: Pass | undefined, limit: AttemptLimit | undefined, nowMs: number): Admission {
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    const permit = new OpenPermit(this.#log.attemptBegan(), pass, limit, nowMs);
    this.#open = permit;
    return permit;
  }

  #refuse(stopReason: StopReason, error: unknown): Admission {
    this.#log.stopped(stopReason);
    return { admitted: false, stopReason, error };
  }

  #judge(open: OpenPermit, result: AttemptResult, thrown: unknown, durationMs: number): Judgement {
    const { clock } = this.#settings;
    const statuses = this.#call?.statuses;
    const attempted = { result, attempt: open.attempt, durationMs, thrown, call: this.#callInfo(), statuses };
    return judge(this.#settings, attempted, clock.wallNow(), (...asked) => this.#ask(...asked));
  }

  /** Ends what the attempt holds, with what it showed: its pass through the breaker, its place under the limit. */
  #giveBack(open: OpenPermit, evidence: Evidence | undefined, sign: LoadSign, nowMs: number): void {
    const { pass, limit, load, startedMs } = open;
    // What was asked too much of has not failed.
    const overloaded = sign !== 'none' && sign !== 'answered' && limit?.blames(load) === false;
    limit?.leave(nowMs, startedMs, sign);
    const { breaker } = this.#entry;
    if (breaker === undefined || pass === undefined) return;
    if (evidence === undefined || overloaded) breaker.release(pass);
    else breaker.record(pass, evidence, nowMs);
  }

  #coolDown(hintMs: number, nowMs: number, cause: unknown): void {
    const { coolDown } = this.#settings;
    // A rate limit that lets part of a busy key's calls through is for those it turns away.
    if (this.#entry.breaker?.isServing(nowMs)) return;
    if (coolDown !== false) this.#entry.startCoolDown(Math.min(hintMs, coolDown.maxMs), nowMs, cause);
  }

  #decide(verdict: Verdict, result: AttemptResult, hintMs: number | undefined, nowMs: number, last: boolean): Decision {
    const { retry, random } = this.#settings;
    if (this.#call?.signal?.aborted) return { retry: false, stopReason: 'cancelled' };
    if (retry === false || last)
      return { retry: false, stopReason: verdict === 'permanent' ? 'permanent' : 'disabled' };
    const { coolDown } = this.#entry;
    const plan = planRetry(
      {
        verdict,
        repeatable: this.#repeatable(result),
        retriesMade: this.attempts - 1,
        maxRetries: this.#call?.maxRetries ?? retry.maxRetries,
        backoff: this.#safeBackoff(retry.backoff),
        previousMs: this.#log.previousDelayMs,
        hintMs,
        coolDownMs: this.#settings.coolDown === false ? 0 : coolDown.remainingMs(nowMs),
        coolDownSpreadMs: coolDown.spreadMs,
        elapsedLeftMs: retry.maxElapsedMs - this.#log.elapsedMs(nowMs),
        deadlineLeftMs: this.#deadlineLeftMs(nowMs),
      },
      random,
    );
    if (!plan.retry) return plan;
    if (this.#entry.breaker?.isOpen(nowMs)) return { retry: false, stopReason: 'circuit-open' };
    if (!this.#entry.tryWithdraw(nowMs)) return { retry: false, stopReason: 'budget' };
    const reason = verdict === 'throttled' ? 'throttled' : 'transient';
    if (this.mode === 'observe') {
      this.#log.wouldRetry(plan.delayMs, reason);
      return { retry: false, stopReason: 'disabled' };
    }
    this.#log.retrying(plan.delayMs, reason, nowMs);
    return plan;
  }

  #close(open: OpenPermit, decision: Decision): Decision {
    open.decision = decision;
    if (this.#open === open) this.#open = undefined;
    if (!decision.retry) this.#log.stopped(decision.stopReason);
    return decision;
  }

  /** How long from now a wait may last. */
  #timeLeftMs(nowMs: number): number {
    // A call waits no longer for a cool-down because it would not be retried.
    const { maxElapsedMs } = this.#settings.retry === false ? defaults.retry : this.#settings.retry;
    return Math.min(maxElapsedMs - this.#log.elapsedMs(nowMs), this.#deadlineLeftMs(nowMs));
  }

  #deadlineLeftMs(nowMs: number): number {
    return (this.timeouts.totalMs ?? Number.POSITIVE_INFINITY) - this.#log.elapsedMs(nowMs);
  }

  #repeatable(result: AttemptResult): 'yes' | 'not-idempotent' | 'one-shot-body' {
    const call = this.#call;
    if (call === undefined) return 'yes';
    if (call.idempotent === false) return 'not-idempotent';
    if (call.oneShotBody) return 'one-shot-body';
    const safe = call.idempotent || this.idempotencyKey !== undefined || this.#hasIdempotentMethod();
    return safe || nothingSent(result) ? 'yes' : 'not-idempotent';
  }

  #hasIdempotentMethod(): boolean {
    const method = this.#call?.method?.toUpperCase();
    const { retry } = this.#settings;
    if (method === undefined) return true;
    const own = this.#call?.methods;
    return own === undefined
      ? retry !== false && retry.methods.has(method)
      : own.some((one) => one.toUpperCase() === method);
  }

  /** The caller's own key, or one of ours where the policy gives one to this method. */
  #keyToCarry(call: CallOptions): string | undefined {
    if (call.idempotencyKey !== undefined) return call.idempotencyKey;
    const { idempotency, random } = this.#settings;
    if (idempotency === false || this.mode === 'observe') return undefined;
    if (call.method === undefined || !idempotency.methods.has(call.method.toUpperCase())) return undefined;
    if (idempotency.generate === undefined) return randomUuid(random);
    try {
      return idempotency.generate();
    } catch (error) {
      this.#events.emit('hookError', this.key, { hook: 'generate', message: messageOf(error) });
      return undefined;
    }
  }

  /** A backoff of the user's that throws leaves the wait to the default one. */
  #safeBackoff(backoff: Backoff): Backoff {
    if (typeof backoff !== 'function') return backoff;
    return (input) => {
      try {
        return backoff(input);
      } catch (error) {
        this.#events.emit('hookError', this.key, { hook: 'backoff', message: messageOf(error) });
        return Number.NaN;
      }
    };
  }

  #callInfo(): CallInfo {
    return { key: this.key, method: this.#call?.method?.toUpperCase(), url: this.#call?.url };
  }

  #ask(...[hook, predicate, outcome, call]: Parameters<AskHook>): ReturnType<AskHook> {
    try {
      const opinion: unknown = predicate(outcome, call);
      if (typeof opinion === 'boolean' || opinion === undefined) return opinion;
      this.#events.emit('hookError', this.key, { hook, message: `must return a boolean or undefined` });
    } catch (error) {
      this.#events.emit('hookError', this.key, { hook, message: messageOf(error) });
    }
    return undefined;
  }
}
