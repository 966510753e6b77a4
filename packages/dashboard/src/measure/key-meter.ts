import type { AttemptEvent, CallEvent } from '@breakwater/core';
import { Latencies, percentileOf } from './latencies.js';

/** Seconds that the figures of a row cover. */
export const RATE_SECONDS = 10;
const MAX_REASONS = 8;
const MAX_REASON_LENGTH = 60;
/** Reasons of failures are kept for one to two times this long, in ms. */
const REASON_MS = 30_000;

/** Counts from one look at the policy to the next: of a second, or longer if a look takes long. */
export class Second {
  /** Its duration, in ms; 0 until it has ended. */
  ms = 0;
  answered = 0;
  /** Calls that ended in failure after one attempt or more. */
  failed = 0;
  /** Calls that ended without an attempt. */
  refused = 0;
  attempts = 0;
  wouldReject = 0;
  latencies: Latencies | undefined;

  get isEmpty(): boolean {
    return this.answered + this.failed + this.refused + this.attempts + this.wouldReject === 0;
  }

  clear(): void {
    this.ms = 0;
    this.answered = 0;
    this.failed = 0;
    this.refused = 0;
    this.attempts = 0;
    this.wouldReject = 0;
    this.latencies?.clear();
  }
}

/** Rates of the last {@link RATE_SECONDS} seconds. */
export interface Rates {
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly refused: number;
  readonly attempts: number;
  readonly wouldReject: number;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
}

/** A reason of failed attempts (a status or an error's code), and how often it occurred. */
export type FailureReason = readonly [reason: string, times: number];

/** Counts what happens to one key. */
export class KeyMeter {
  readonly #seconds: Second[] = Array.from({ length: RATE_SECONDS }, () => new Second());
  #at = 0;
  #current = new Second();
  #reasons = new Map<string, number>();
  #olderReasons = new Map<string, number>();
  #reasonsSinceMs: number | undefined;
  /** The last failed attempt's status or code. */
  lastFailure: string | undefined;

  attempt({ verdict, durationMs, status, code }: AttemptEvent): void {
    if (verdict === 'cancelled') return;
    this.#current.attempts += 1;
    this.#current.latencies ??= new Latencies();
    this.#current.latencies.record(durationMs);
    if (verdict === 'success' || verdict === 'permanent') return;
    const reason = (status === undefined ? (code ?? 'error') : String(status)).slice(0, MAX_REASON_LENGTH);
    this.lastFailure = reason;
    if (this.#reasons.has(reason) || this.#reasons.size < MAX_REASONS) {
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
  }

  call({ outcome, attempts }: CallEvent): void {
    if (outcome === 'cancelled') return;
    if (outcome === 'success') this.#current.answered += 1;
    else if (attempts === 0) this.#current.refused += 1;
    else this.#current.failed += 1;
  }

  wouldReject(): void {
    this.#current.wouldReject += 1;
  }

  /**
   * Ends the current second, which has lasted for `ms`, and returns it. The object is reused after {@link RATE_SECONDS}
   * more.
   */
  endSecond(nowMs: number, ms: number): Second {
    const ended = this.#current;
    ended.ms = ms;
    this.#current = this.#seconds[this.#at] ?? new Second();
    this.#current.clear();
    this.#seconds[this.#at] = ended;
    this.#at = (this.#at + 1) % RATE_SECONDS;
    this.#reasonsSinceMs ??= nowMs;
    if (nowMs - this.#reasonsSinceMs >= REASON_MS) {
      this.#olderReasons = this.#reasons;
      this.#reasons = new Map();
      this.#reasonsSinceMs = nowMs;
    }
    return ended;
  }

  rates(): Rates {
    const length = this.#seconds.reduce((total, second) => total + second.ms, 0) / 1_000 || 1;
    const sum = (of: (second: Second) => number): number =>
      this.#seconds.reduce((total, second) => total + of(second), 0) / length;
    const latencies = this.#seconds.flatMap((second) => second.latencies ?? []);
    const [answered, failed, refused] = [sum((s) => s.answered), sum((s) => s.failed), sum((s) => s.refused)];
    return {
      calls: answered + failed + refused,
      answered,
      failed,
      refused,
      attempts: sum((second) => second.attempts),
      wouldReject: sum((second) => second.wouldReject),
      p50Ms: percentileOf(latencies, 0.5),
      p95Ms: percentileOf(latencies, 0.95),
    };
  }

  /** Returns why attempts have failed in the last 30 to 60 seconds, the most frequent reason first. */
  reasons(): FailureReason[] {
    const all = new Map(this.#olderReasons);
    for (const [reason, times] of this.#reasons) all.set(reason, (all.get(reason) ?? 0) + times);
    return [...all].sort(([, one], [, other]) => other - one).slice(0, MAX_REASONS);
  }
}
