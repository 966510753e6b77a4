import type { Clock } from '../clock.js';
import type { AttemptLimit, LoadSign } from './limit.js';
import { PlaceQueue } from './place-queue.js';

export interface AdaptiveLimitRules {
  readonly minConcurrency: number;
}

/** How much one attempt moves the share of overload signs that wakes the limit, and the share that does. */
const WAKE_WEIGHT = 1 / 16;
const WAKE_SHARE = 1 / 3;
const LATEST_WEIGHT = 1 / 4;
/** A share of signs up to which a round counts as good: random errors are not overload. */
const TOLERATED_SHARE = 0.1;
/** Results that are enough to judge a round before all of it is back. */
const ROUND_SAMPLE = 16;
/** Answers are to come within this part of the time after which callers give up; beyond the second, the cap shrinks. */
const COMFORTABLE = 0.5;
const TOO_LATE = 0.75;
/**
 * A waiting retry gets a place while less than this share is taken. New calls go first: both are served equally often in the
 * end, but the retries that wait are served when the server is back, and the new ones would have been refused meanwhile.
 */
const SHARE_FOR_RETRIES = 0.75;
/** For how long the cap must not have been reached before the limit goes back to sleep. */
const SLEEP_AFTER_MS = 1_000;

/**
 * A cap on attempts in flight that is there only while the server is overloaded.
 *
 * Asleep it counts and caps nothing. Several signs of overload among the latest attempts wake it: it takes the number in
 * flight as its cap and cuts that by the share of attempts that were not answered, at most once per round trip. The cap grows
 * while it is in use and answers come well within the time after which attempts were seen to time out: by one per answer up
 * to half of where it was cut, by one per round trip beyond. It sleeps again when it has not been reached for a second.
 * What is over the cap is refused at once, but for retries, which wait for a place that new calls leave free.
 */
export class AdaptiveLimit implements AttemptLimit {
  inFlight = 0;
  readonly #rules: AdaptiveLimitRules;
  readonly #queue = new PlaceQueue();
  #signShare = 0;
  #latestShare = 0;
  #cap: number | undefined;
  #threshold = 0;
  #cutMs = 0;
  #reachedMs = 0;
  #answersSinceReached = 0;
  /** Of the attempts that began after the last cut. */
  #answered = 0;
  #signs = 0;
  /** The shortest time after which an attempt was given up since waking. */
  #patienceMs = Number.POSITIVE_INFINITY;
  #roundTripMs = 0;

  constructor(rules: AdaptiveLimitRules) {
    this.#rules = rules;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get cap(): number | undefined {
    return this.#cap === undefined ? undefined : Math.floor(this.#cap);
  }

  tryEnter(nowMs: number): boolean {
    if (this.#cap !== undefined && !this.#hasPlace(nowMs)) return false;
    this.inFlight += 1;
    return true;
  }

  maxWaitMs(isRetry: boolean): number | undefined {
    return isRetry ? Number.POSITIVE_INFINITY : undefined;
  }

  enter(clock: Clock, maxMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    return this.#queue.wait(clock, maxMs, signal);
  }

  leave(nowMs: number, startedMs: number, sign: LoadSign): void {
    this.inFlight -= 1;
    if (sign !== 'none') {
      const seen = sign === 'answered' ? 0 : 1;
      this.#signShare += (seen - this.#signShare) * WAKE_WEIGHT;
      this.#latestShare += (seen - this.#latestShare) * LATEST_WEIGHT;
      if (this.#cap === undefined) this.#wakeIfDue(nowMs, startedMs, sign);
      else this.#learn(nowMs, startedMs, sign);
    }
    while (this.#queue.length > 0 && this.inFlight < (this.#cap ?? Number.POSITIVE_INFINITY) * SHARE_FOR_RETRIES) {
      this.inFlight += 1;
      this.#queue.giveNext();
    }
  }

  blames(loadAtStart: number): boolean {
    return loadAtStart <= this.#rules.minConcurrency;
  }

  retryAfterMs(): number | undefined {
    return this.#roundTripMs > 0 ? this.#roundTripMs : undefined;
  }

  #hasPlace(nowMs: number): boolean {
    if (
      nowMs - this.#reachedMs >= SLEEP_AFTER_MS &&
      this.#answersSinceReached >= ROUND_SAMPLE &&
      this.#queue.length === 0
    ) {
      this.#cap = undefined;
      this.#signShare = 0;
      return true;
    }
    if (this.inFlight < Math.floor(this.#cap ?? 0)) return true;
    this.#reachedMs = nowMs;
    this.#answersSinceReached = 0;
    return false;
  }

  #wakeIfDue(nowMs: number, startedMs: number, sign: LoadSign): void {
    if (sign === 'answered' || this.#signShare <= WAKE_SHARE) return;
    this.#cap = this.inFlight + 1;
    this.#reachedMs = nowMs;
    this.#patienceMs = sign === 'timed-out' ? nowMs - startedMs : Number.POSITIVE_INFINITY;
    this.#cut(nowMs, sign === 'timed-out' ? 1 : this.#latestShare);
  }

  #learn(nowMs: number, startedMs: number, sign: LoadSign): void {
    if (sign === 'timed-out') this.#patienceMs = Math.min(this.#patienceMs, nowMs - startedMs);
    // What began before the last cut tells of the load before it.
    if (startedMs < this.#cutMs) return;
    if (sign === 'answered') {
      this.#answered += 1;
      this.#answersSinceReached += 1;
      this.#grow(nowMs - startedMs);
    } else {
      this.#signs += 1;
    }
    const results = this.#answered + this.#signs;
    if (results < Math.min(ROUND_SAMPLE, Math.floor(this.#cap ?? 0))) return;
    const share = this.#signs / results;
    if (share > TOLERATED_SHARE) this.#cut(nowMs, share);
    else this.#beginRound();
  }

  /** Asks no more of the server than it has answered. */
  #cut(nowMs: number, share: number): void {
    const cap = this.#cap ?? 0;
    if (cap > this.#rules.minConcurrency) this.#threshold = cap / 2;
    this.#cap = Math.max(this.#rules.minConcurrency, cap * (1 - share));
    this.#cutMs = nowMs;
    this.#beginRound();
  }

  #beginRound(): void {
    this.#answered = 0;
    this.#signs = 0;
  }

  #grow(durationMs: number): void {
    this.#roundTripMs = durationMs;
    const cap = this.#cap ?? 0;
    if (this.inFlight + 1 < Math.floor(cap)) return;
    if (durationMs > TOO_LATE * this.#patienceMs) {
      this.#cap = Math.max(this.#rules.minConcurrency, cap - 1 / cap);
    } else if (durationMs <= COMFORTABLE * this.#patienceMs) {
      this.#cap = cap + (cap < this.#threshold ? 1 : 1 / cap);
    }
  }
}
