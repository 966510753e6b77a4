import type { Verdict } from '../outcome/verdict.js';

/** Results of calls that were only observed, and what the policy would have done with them. */
export interface ObservedCounts {
  calls: number;
  /** Calls that ended in failure. */
  failed: number;
  /**
   * Calls by which another library repeated a call that had failed. `calls` without them is what the users asked for,
   * and `failed` without them is what failed in the end.
   */
  repeats: number;
  /** Attempts of those calls, as the client made them. */
  attempts: number;
  /** Retries that would have followed those attempts. Further retries after a failed one are not counted. */
  retries: number;
  /** Estimated number of calls that these retries would have saved: each counts the recent share of good answers. */
  saved: number;
  /** Attempts that would have been refused. */
  rejections: number;
  /** Attempts that would have been refused although they were answered well: the price of the refusals. */
  rejectedGood: number;
}

export function newObservedCounts(): ObservedCounts {
  return { calls: 0, failed: 0, repeats: 0, attempts: 0, retries: 0, saved: 0, rejections: 0, rejectedGood: 0 };
}

/** One observed call, counted for its policy and for its key. */
export class ObservedCall {
  readonly #counts: readonly ObservedCounts[];
  #wasRejected = false;

  constructor(...counts: ObservedCounts[]) {
    this.#counts = counts;
    this.#add('calls');
  }

  /** Records that the call repeats one that has failed. */
  repeats(): void {
    this.#add('repeats');
  }

  attemptBegan(): void {
    this.#add('attempts');
  }

  attemptUnmade(): void {
    this.#add('attempts', -1);
  }

  attemptEnded(verdict: Verdict): void {
    if (this.#wasRejected && verdict === 'success') this.#add('rejectedGood');
    this.#wasRejected = false;
  }

  /**
   * Counts a retry that would have been made. `chance`: the recent share of good answers, which estimates its success.
   */
  wouldRetry(chance: number): void {
    this.#add('retries');
    this.#add('saved', chance);
  }

  wouldReject(): void {
    if (this.#wasRejected) return;
    this.#wasRejected = true;
    this.#add('rejections');
  }

  failed(): void {
    this.#add('failed');
  }

  #add(name: keyof ObservedCounts, by = 1): void {
    for (const counts of this.#counts) counts[name] += by;
  }
}

/** {@link ObservedCounts}, and what they add up to. */
export interface ObservedSnapshot extends Readonly<ObservedCounts> {
  /** Share by which the server's load would have been higher; negative for lower. */
  readonly extraLoad: number;
}

/** Returns the counts and their sums. Undefined if nothing has been observed. */
export function observedSnapshot(counts: ObservedCounts | undefined): ObservedSnapshot | undefined {
  if (counts === undefined || counts.calls === 0) return undefined;
  const { attempts, retries, rejections } = counts;
  return {
    ...counts,
    saved: Math.round(counts.saved * 100) / 100,
    extraLoad: attempts === 0 ? 0 : Math.round(((retries - rejections) / attempts) * 10_000) / 10_000,
  };
}
