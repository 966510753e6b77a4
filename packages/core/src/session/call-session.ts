import { type HealthSample, healthy, slowButHealthy } from '../breaker/state.js';
import { pause } from '../host/pause.js';
import { randomUuid } from '../host/uuid.js';
import type { Breaker } from '../key/key-breaker.js';
import type { CallCounts, KeyEntry } from '../key/key-entry.js';
import type { LoadSignal } from '../limit/limit.js';
import { loadSignalOf } from '../limit/load-signal.js';
import type { CallTimeouts, PolicySettings } from '../options/options.js';
import type { Outcome } from '../outcome/outcome.js';
import type { EventHub } from '../telemetry/events.js';
import { ObservedCall, type ObservedCounts } from '../telemetry/observed-calls.js';
import { type CallReport, keepSource, type StopReason } from '../telemetry/report.js';
import { admitAttempt, type Rejection } from './admission.js';
import { type CallContext, isCancelled } from './call-context.js';
import { type CallOptions, callTimeouts } from './call-options.js';
import { CallRecord } from './call-record.js';
import { isPlainSuccess, type Judgement, judge } from './judgement.js';
import type { AttemptPermit } from './permit.js';
import { decide, mayRepeat, permitRetry } from './retry-decision.js';
import type { Admission, Decision, Permit, Session } from './session.js';
import { generatedKey, predicateCaller } from './user-hooks.js';

/** What a session needs of its policy. */
export interface SessionHost {
  readonly settings: PolicySettings;
  readonly events: EventHub;
  readonly totals: CallCounts;
  readonly observed: ObservedCounts;
}

/** What a permit has while it is being settled: a hook or a listener that settles it as well must not give back twice. */
const SETTLING: Decision = Object.freeze({ retry: false, stopReason: 'cancelled' });
const SUCCEEDED: Decision = Object.freeze({ retry: false, stopReason: 'success' });
const NO_TIMEOUTS: CallTimeouts = Object.freeze({ attemptMs: undefined, totalMs: undefined });

/** The session of a call that is enforced or observed. */
export class CallSession implements Session, CallContext {
  readonly settings: PolicySettings;
  readonly breaker: Breaker | undefined;
  readonly call: CallOptions | undefined;
  readonly mode: 'enforce' | 'observe';
  readonly timeouts: CallTimeouts;
  readonly idempotencyKey: string | undefined;
  readonly log: CallRecord;
  #open: AttemptPermit | undefined;
  #ended = false;

  constructor(
    host: SessionHost,
    entry: KeyEntry,
    call: CallOptions | undefined,
    mode: 'enforce' | 'observe',
    nowMs: number,
  ) {
    this.settings = host.settings;
    this.breaker = entry.breaker;
    this.call = call;
    this.mode = mode;
    this.timeouts = mode === 'enforce' ? callTimeouts(call, host.settings.timeouts) : NO_TIMEOUTS;
    const observed = mode === 'observe' ? new ObservedCall(host.observed, entry.observedCounts()) : undefined;
    this.log = new CallRecord(host.events, host.totals, entry, nowMs, observed);
    this.idempotencyKey = call === undefined ? undefined : keyToCarry(this, call);
    entry.sessions += 1;
    entry.budget?.deposit(nowMs);
  }

  get entry(): KeyEntry {
    return this.log.entry;
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

  get attempts(): number {
    return this.log.attempts;
  }

  admit(nowMs = this.settings.clock.now()): Admission | Promise<Admission> {
    this.log.waitEnded(nowMs);
    const admission = admitAttempt(this, nowMs);
    return admission instanceof Promise ? admission.then((admitted) => this.#track(admitted)) : this.#track(admission);
  }

  settle(permit: Permit, result: Outcome, thrown?: unknown, isLast = false): Decision {
    const open = permit as AttemptPermit;
    if (open.decision !== undefined) return open.decision;
    if (result.kind === 'error' && isCancelled(this)) return this.abandon(permit, 'cancelled');
    open.decision = SETTLING;
    const nowMs = this.settings.clock.now();
    if (isPlainSuccess(result, this.settings, this.call)) return this.#settleSuccess(open, result, nowMs);
    const { verdict, evidence, hintMs, coolsDown, cause } = this.#judge(open, result, thrown, nowMs - open.startedMs);
    this.#release(open, evidence, loadSignalOf(result), nowMs);
    if (coolsDown && hintMs !== undefined) this.#coolDown(hintMs, nowMs, cause);
    this.log.attemptEnded(open, verdict, result, nowMs);
    const failed = { verdict, result, hintMs, isLast };
    return this.#close(open, verdict === 'success' ? SUCCEEDED : decide(this, failed, nowMs));
  }

  abandon(permit: Permit, why: 'cancelled' | 'deadline' | 'unused'): Decision {
    const open = permit as AttemptPermit;
    if (open.decision !== undefined) return open.decision;
    open.decision = SETTLING;
    const nowMs = this.settings.clock.now();
    if (why === 'unused') {
      this.#release(open, undefined, 'none', nowMs);
      this.log.attemptUnmade();
      return this.#close(open, SUCCEEDED);
    }
    const durationMs = nowMs - open.startedMs;
    const { totalMs } = this.timeouts;
    // An attempt that had most of the time and brought nothing speaks against the server; one that began late does not.
    const hung = why === 'deadline' && totalMs !== undefined && durationMs * 2 >= totalMs;
    const evidence: HealthSample | undefined = hung ? { failed: true, slow: false, cause: undefined } : undefined;
    this.#release(open, evidence, hung ? 'timed-out' : 'none', nowMs);
    this.log.attemptEnded(open, hung ? 'transient' : 'cancelled', undefined, nowMs);
    return this.#close(open, { retry: false, stopReason: why });
  }

  retry(delayMs: number, reason: 'transient' | 'throttled'): Decision {
    const decision = permitRetry(this, delayMs, reason, this.settings.clock.now());
    if (!decision.retry) this.log.stopped(decision.stopReason);
    return decision;
  }

  mayRepeat(): boolean {
    return this.mode === 'enforce' && mayRepeat(this);
  }

  wait(delayMs: number): Promise<void> {
    return pause(this.settings.clock, delayMs, this.call?.signal);
  }

  remainingMs(): number | undefined {
    const { totalMs } = this.timeouts;
    if (totalMs === undefined) return undefined;
    return Math.max(0, this.startedMs + totalMs - this.settings.clock.now());
  }

  end(why?: StopReason): void {
    if (this.#ended) return;
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    if (why !== undefined) this.log.stopped(why);
    this.#end(this.settings.clock.now());
  }

  conclude(): void {
    if (this.#ended) return;
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    this.#end(undefined);
  }

  report(): CallReport {
    return this.log.report(this.#ended ? undefined : this.settings.clock.now());
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
  #track(admitted: AttemptPermit | Rejection): Admission {
    if (!admitted.admitted) return admitted;
    if (this.#open !== undefined) this.abandon(this.#open, 'cancelled');
    this.#open = admitted;
    if (this.#ended) this.abandon(admitted, 'cancelled');
    return admitted;
  }

  /** What `settle` does for nearly all calls, without asking what there is no need to ask. */
  #settleSuccess(open: AttemptPermit, result: Outcome, nowMs: number): Decision {
    const { breaker } = this.settings;
    const durationMs = nowMs - open.startedMs;
    const isSlow = breaker !== false && breaker.slowCallMs !== undefined && durationMs >= breaker.slowCallMs;
    this.#release(open, isSlow ? slowButHealthy : healthy, 'answered', nowMs);
    this.log.attemptEnded(open, 'success', result, nowMs);
    return this.#close(open, SUCCEEDED);
  }

  #judge(open: AttemptPermit, result: Outcome, thrown: unknown, durationMs: number): Judgement {
    const { call, key, settings } = this;
    const info = { key, method: call?.method?.toUpperCase(), url: call?.url };
    const attempted = { result, attempt: open.attempt, durationMs, thrown, call: info, statuses: call?.statuses };
    return judge(settings, attempted, settings.clock.wallNow(), predicateCaller(this));
  }

  /** Ends what the attempt holds, with what it showed: its pass through the breaker, its place under the limit. */
  #release(open: AttemptPermit, evidence: HealthSample | undefined, sign: LoadSignal, nowMs: number): void {
    const { pass, limit, load, startedMs } = open;
    // What was asked too much of has not failed.
    const wasOverloaded = sign !== 'none' && sign !== 'answered' && limit?.countsAgainstServer(load) === false;
    limit?.release(nowMs, startedMs, sign);
    const { breaker } = this;
    if (breaker === undefined || pass === undefined) return;
    if (evidence === undefined || wasOverloaded) breaker.release(pass);
    else breaker.record(pass, evidence, nowMs);
  }

  #coolDown(hintMs: number, nowMs: number, cause: unknown): void {
    const { coolDown } = this.settings;
    // A rate limit that lets part of a busy key's calls through is for those it turns away.
    if (coolDown === false || this.breaker?.isServing(nowMs)) return;
    this.entry.startCoolDown(Math.min(hintMs, coolDown.maxMs), nowMs, cause);
  }

  #close(open: AttemptPermit, decision: Decision): Decision {
    open.decision = decision;
    if (this.#open === open) this.#open = undefined;
    if (!decision.retry) this.log.stopped(decision.stopReason);
    return decision;
  }
}

/** The caller's own key, or one of ours where the policy gives one to this method. */
function keyToCarry(session: CallSession, call: CallOptions): string | undefined {
  if (call.idempotencyKey !== undefined) return call.idempotencyKey;
  const { idempotency, random } = session.settings;
  if (idempotency === false || session.mode === 'observe') return undefined;
  if (call.method === undefined || !idempotency.methods.has(call.method.toUpperCase())) return undefined;
  return idempotency.generate === undefined ? randomUuid(random) : generatedKey(idempotency.generate, session);
}
