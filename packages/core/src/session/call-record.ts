import type { CallCounts } from '../key/call-counts.js';
import type { KeyEntry } from '../key/key-entry.js';
import type { Outcome } from '../outcome/outcome.js';
import type { Verdict } from '../outcome/verdict.js';
import type { CallAttributes } from '../telemetry/call-attributes.js';
import type { CallTrace } from '../telemetry/call-tracing.js';
import type { EventHub } from '../telemetry/event-hub.js';
import type { RejectReason } from '../telemetry/events.js';
import type { ObservedCall } from '../telemetry/observed-calls.js';
import { type CallReport, callReport, isGivenUp, type ReportSource, type StopReason } from '../telemetry/report.js';
import { codeIn } from '../untrusted/failure-digest.js';
import { tellAttempt, tellCall } from './call-events.js';

/** The course of a call. Counts it, emits its events, and makes its report. */
export class CallRecord implements ReportSource {
  attempts = 0;
  readonly events: EventHub;
  /** The key of the latest attempt, to which the call belongs now. */
  entry: KeyEntry;
  readonly startedMs: number;
  /** Result of the policy's `attributesOf`. */
  attributes: CallAttributes | undefined = undefined;
  /** Follows the call. Undefined if no tracer does. */
  trace: CallTrace | undefined = undefined;
  readonly #totals: CallCounts;
  readonly #observed: ObservedCall | undefined;
  /** The latest known time at which the call was under way; after its end, the time of the end. */
  #lastMs: number;
  #waitedMs = 0;
  #repeats = false;
  #waitingSinceMs: number | undefined;
  #delaysMs: number[] | undefined;
  #stopReason: StopReason = 'cancelled';
  /** Status and code of the last attempt. */
  #status: number | undefined;
  #code: string | undefined;
  #report: CallReport | undefined;
  #isOver = false;

  constructor(
    events: EventHub,
    totals: CallCounts,
    entry: KeyEntry,
    startedMs: number,
    observed: ObservedCall | undefined,
    /** Set if the call and its first attempt have been counted. */
    isBegun = false,
  ) {
    this.events = events;
    this.#totals = totals;
    this.entry = entry;
    this.startedMs = startedMs;
    this.#lastMs = startedMs;
    this.#observed = observed;
    if (isBegun) {
      this.attempts = 1;
      return;
    }
    totals.calls += 1;
    entry.calls += 1;
  }

  /** Counts the call under another key from now on; also under the previous one if it has made an attempt there. */
  moveTo(entry: KeyEntry): void {
    if (this.attempts === 0) this.entry.calls -= 1;
    entry.calls += 1;
    this.entry = entry;
  }

  /** The wait before the last retry, as decided. */
  get previousDelayMs(): number | undefined {
    return this.#delaysMs?.at(-1);
  }

  get hasWaited(): boolean {
    return this.#waitedMs > 0;
  }

  elapsedMs(nowMs: number): number {
    return nowMs - this.startedMs;
  }

  /** Records that the call repeats one that has failed. */
  repeatsCall(): void {
    this.#repeats = true;
    this.#observed?.repeats();
  }

  attemptBegan(): number {
    this.attempts += 1;
    this.#observed?.attemptBegan();
    this.#countAttempt(1);
    this.trace?.tell('attemptBegin', { attempt: this.attempts, key: this.entry.key });
    return this.attempts;
  }

  /** Records that an attempt has ended. */
  attemptEnded(
    { attempt, startedMs }: { readonly attempt: number; readonly startedMs: number },
    verdict: Verdict,
    result: Outcome | undefined,
    nowMs: number,
  ): void {
    this.#lastMs = nowMs;
    this.#observed?.attemptEnded(verdict);
    if (!this.events.hearsCalls && this.trace === undefined) return;
    const status = result?.kind === 'response' ? result.status : undefined;
    const code = result?.kind === 'error' ? codeIn(result.code) : undefined;
    this.#status = status;
    this.#code = code;
    const end = { attempt, verdict, durationMs: nowMs - startedMs, status, code };
    tellAttempt(this.events, this.entry.key, this.attributes, end);
    this.trace?.tell('attempt', end);
  }

  /** Takes back the latest attempt: it sent nothing. */
  attemptUnmade(): void {
    this.#observed?.attemptUnmade();
    this.trace?.tell('attemptUnmade', { attempt: this.attempts });
    this.#countAttempt(-1);
    this.attempts -= 1;
  }

  waitBegan(nowMs: number): void {
    this.#waitingSinceMs = nowMs;
  }

  waitEnded(nowMs: number): void {
    this.#lastMs = nowMs;
    if (this.#waitingSinceMs === undefined) return;
    const waitedMs = nowMs - this.#waitingSinceMs;
    this.#waitedMs += waitedMs;
    this.#waitingSinceMs = undefined;
    if (waitedMs > 0) this.trace?.tell('wait', { waitedMs });
  }

  retrying(delayMs: number, reason: 'transient' | 'throttled', nowMs: number): void {
    this.#delaysMs ??= [];
    this.#delaysMs.push(delayMs);
    this.waitBegan(nowMs);
    const retry = { retry: this.attempts, delayMs, reason };
    this.events.emit('retry', this.entry.key, this.#told(retry));
    this.trace?.tell('retry', retry);
  }

  wouldRetry(delayMs: number, reason: 'transient' | 'throttled', chance: number): void {
    this.#observed?.wouldRetry(chance);
    this.#totals.wouldRetry += 1;
    this.entry.count('wouldRetry');
    this.events.emit('wouldRetry', this.entry.key, this.#told({ retry: this.attempts, delayMs, reason }));
  }

  rejected(reason: RejectReason, retryAfterMs: number | undefined): void {
    this.#totals.rejected += 1;
    this.entry.count('rejected');
    this.events.emit('reject', this.entry.key, this.#told({ reason, retryAfterMs }));
    this.trace?.tell('reject', { reason, retryAfterMs });
  }

  wouldReject(reason: RejectReason, retryAfterMs: number | undefined): void {
    this.#observed?.wouldReject();
    this.#totals.wouldReject += 1;
    this.entry.count('wouldReject');
    this.events.emit('wouldReject', this.entry.key, this.#told({ reason, retryAfterMs }));
  }

  /** Records why no further attempt follows. The last reason counts. */
  stopped(reason: StopReason): void {
    this.#stopReason = reason;
  }

  /** Records the end of the call, at `nowMs` or else at the latest known time. */
  ended(nowMs = this.#lastMs): void {
    this.#isOver = true;
    this.waitEnded(nowMs);
    const { key } = this.entry;
    const stopReason = this.#stopReason;
    const attempts = this.attempts;
    if (isGivenUp(stopReason)) this.events.emit('giveUp', key, this.#told({ stopReason, attempts }));
    const outcome = stopReason === 'cancelled' || stopReason === 'success' ? stopReason : 'failure';
    if (outcome === 'failure') this.#observed?.failed();
    if (outcome === 'success' && attempts > 1 && this.#observed === undefined) {
      this.#totals.saved += 1;
      this.entry.count('saved');
    }
    const elapsedMs = nowMs - this.startedMs;
    const waitedMs = this.#waitedMs;
    const [status, code] = [this.#status, this.#code];
    const end = { outcome, stopReason, attempts, elapsedMs, waitedMs, status, code } as const;
    tellCall(this.events, key, this.attributes, end, this.#repeats);
    this.trace?.tell('call', end);
  }

  /** Returns the call's report until `nowMs`. After the call's end it is always the same object. */
  report(nowMs = this.#lastMs): CallReport {
    if (this.#report !== undefined) return this.#report;
    const report = callReport({
      attempts: this.attempts,
      elapsedMs: nowMs - this.startedMs,
      waitedMs: this.#waitedMs + (this.#waitingSinceMs === undefined ? 0 : nowMs - this.#waitingSinceMs),
      key: this.entry.key,
      stopReason: this.#stopReason,
      delaysMs: this.#delaysMs ?? [],
    });
    // A report made during a call holds only for that moment.
    if (this.#isOver) this.#report = report;
    return report;
  }

  #told<T extends object>(details: T): T & { readonly attributes?: CallAttributes } {
    return this.attributes === undefined ? details : { ...details, attributes: this.attributes };
  }

  #countAttempt(by: 1 | -1): void {
    this.#totals.attempts += by;
    this.entry.attempts += by;
    if (this.attempts === 1) return;
    this.#totals.retries += by;
    this.entry.count('retries', by);
  }
}
