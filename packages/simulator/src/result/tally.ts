import type { CallRecord } from '../client/call-record.js';
import { LatencyHistogram } from './latency-histogram.js';

/** Results of some calls. */
export interface Figures {
  readonly calls: number;
  readonly answered: number;
  /** Calls that ended with a failure of the server or the network. */
  readonly failed: number;
  /** Calls that a policy ended without any answered attempt. */
  readonly refused: number;
  /** Calls that did not end, such as those that hang without a timeout. */
  readonly unfinished: number;
  /** Calls whose first attempt began later than the call. */
  readonly delayed: number;
  /** Number of calls that ended with each status or error code. */
  readonly ends: Readonly<Record<string, number>>;
  /** Attempts that began meanwhile, of calls that began at any time. */
  readonly attempts: number;
  /** Answers that arrived meanwhile, to calls that began at any time. */
  readonly goodput: number;
  /** Share of the calls that were answered; 1 without any call. */
  readonly success: number;
  /** Durations of the answered calls. */
  readonly latency: LatencyFigures;
  /** The longest call, however it ended. */
  readonly longestMs: number;
}

/** A distribution of durations, in ms. Quantiles are exact to 2 %. */
export interface LatencyFigures {
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

/** Counts calls as they begin and end. */
export class Tally {
  calls = 0;
  attempts = 0;
  goodput = 0;
  #answered = 0;
  #failed = 0;
  #refused = 0;
  #delayed = 0;
  #longestMs = 0;
  readonly #ends = new Map<string, number>();
  readonly #latency = new LatencyHistogram();

  ended(call: CallRecord): void {
    const tookMs = call.endedMs - call.startedMs;
    if (tookMs > this.#longestMs) this.#longestMs = tookMs;
    if (call.firstAttemptMs !== undefined && call.firstAttemptMs > call.startedMs) this.#delayed += 1;
    const end = call.code ?? String(call.status);
    this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1);
    if (call.end === 'answered') {
      this.#answered += 1;
      this.#latency.add(tookMs);
    } else if (call.end === 'refused') this.#refused += 1;
    else this.#failed += 1;
  }

  add(other: Tally): void {
    this.calls += other.calls;
    this.attempts += other.attempts;
    this.goodput += other.goodput;
    this.#answered += other.#answered;
    this.#failed += other.#failed;
    this.#refused += other.#refused;
    this.#delayed += other.#delayed;
    this.#longestMs = Math.max(this.#longestMs, other.#longestMs);
    for (const [end, count] of other.#ends) this.#ends.set(end, (this.#ends.get(end) ?? 0) + count);
    this.#latency.addAll(other.#latency);
  }

  figures(): Figures {
    const latency = this.#latency;
    return {
      calls: this.calls,
      answered: this.#answered,
      failed: this.#failed,
      refused: this.#refused,
      unfinished: this.calls - this.#answered - this.#failed - this.#refused,
      delayed: this.#delayed,
      ends: Object.fromEntries([...this.#ends].sort(([one], [other]) => (one < other ? -1 : 1))),
      attempts: this.attempts,
      goodput: this.goodput,
      success: this.calls === 0 ? 1 : this.#answered / this.calls,
      latency: {
        meanMs: latency.meanMs,
        p50Ms: latency.quantileMs(0.5),
        p95Ms: latency.quantileMs(0.95),
        p99Ms: latency.quantileMs(0.99),
        longestMs: latency.longestMs,
      },
      longestMs: this.#longestMs,
    };
  }
}
