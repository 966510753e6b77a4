import type { Clock } from '../clock.js';
import type { AttemptLimit, LoadSign } from './limit.js';
import { PlaceQueue } from './place-queue.js';

export interface AdaptiveLimitRules {
  readonly minConcurrency: number;
}

/** How much one attempt moves the share of overload signs that wakes the limit, and the share that does. */
const WAKE_WEIGHT = 1 / 16;
const WAKE_SHARE = 1 / 3;
/** A share of signs that is as good as none. */
const NEGLIGIBLE_SHARE = 1 / 1_000;
const LATEST_WEIGHT = 1 / 4;
/** A share of signs up to which a round counts as good: random errors are not overload. */
const TOLERATED_SHARE = 0.1;
/** Where a cut has not brought the share of pushed-away attempts below this part of what it was, load is not what causes them. */
const RELIEF = 0.75;
/** Results that are enough to judge a round before all of it is back. */
const ROUND_SAMPLE = 16;
/** By how much each answer lifts a cap that is above the threshold: a tenth of it per round trip. */
const GROWTH = 0.1;
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
 * to half of where it was cut, by a tenth per round trip beyond. It sleeps again when it has not been reached for a second.
 * Errors that come as often however few attempts are in flight are no sign of load: they are not cut for twice.
 * What is over the cap is refused at once, but for those who wait: retries, and calls that a cool-down has held.
 */
export class AdaptiveLimit implements AttemptLimit {
  inFlight = 0;
  #rules: AdaptiveLimitRules;
  readonly #queue = new PlaceQueue();
  #signShare = 0;
  #latestShare = 0;
  #cap: number | undefined;
  #threshold = 0;
  #hasGrown = false;
  /** Since a cool-down, and until the first cut: those whom it held are let go as fast as the server answers. */
  #isReleasing = false;
  #cutMs = 0;
  #reachedMs = 0;
  #answersSinceReached = 0;
  /** Of the attempts that began after the last cut. */
  #answered = 0;
  #signs = 0;
  #timeouts = 0;
  #shareBefore: number | undefined;
  /** The share of attempts that are pushed away whatever the load. */
  #background = 0;
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

  maxWaitMs(hasWaited: boolean): number | undefined {
    return hasWaited ? Number.POSITIVE_INFINITY : undefined;
  }

  enter(clock: Clock, maxMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    return this.#queue.wait(clock, maxMs, signal);
  }

  leave(nowMs: number, startedMs: number, sign: LoadSign): void {
    this.inFlight -= 1;
    if (sign === 'answered' && this.#isAsleepAndWell) return;
    if (sign !== 'none') {
      const seen = sign === 'answered' ? 0 : 1;
      this.#signShare += (seen - this.#signShare) * WAKE_WEIGHT;
      this.#latestShare += (seen - this.#latestShare) * LATEST_WEIGHT;
      if (this.#cap === undefined) this.#wakeIfDue(nowMs, startedMs, sign);
      else this.#learn(nowMs, startedMs, sign);
    }
    this.#fill();
  }

  hold(nowMs: number): void {
    if (this.#cap !== undefined) return;
    this.#wake(nowMs, this.inFlight);
    this.#threshold = Number.POSITIVE_INFINITY;
    this.#isReleasing = true;
  }

  changeRules(rules: AdaptiveLimitRules): void {
    this.#rules = rules;
    if (this.#cap !== undefined) this.#cap = Math.max(this.#cap, rules.minConcurrency);
    this.#fill();
  }

  blames(loadAtStart: number): boolean {
    return loadAtStart <= this.#rules.minConcurrency;
  }

  retryAfterMs(): number | undefined {
    return this.#roundTripMs > 0 ? this.#roundTripMs : undefined;
  }

  /** As nearly always: there is nothing to learn from one more answer. */
  get #isAsleepAndWell(): boolean {
    return this.#cap === undefined && this.#signShare < NEGLIGIBLE_SHARE && this.#queue.length === 0;
  }

  #fill(): void {
    const share = this.#isReleasing ? 1 : SHARE_FOR_RETRIES;
    while (this.#queue.length > 0 && this.inFlight < Math.floor(this.#cap ?? Number.POSITIVE_INFINITY) * share) {
      this.inFlight += 1;
      this.#queue.giveNext();
    }
  }

  #hasPlace(nowMs: number): boolean {
    if (
      nowMs - this.#reachedMs >= SLEEP_AFTER_MS &&
      this.#answersSinceReached >= ROUND_SAMPLE &&
      this.#queue.length === 0
    ) {
      this.#cap = undefined;
      this.#signShare = 0;
      this.#shareBefore = undefined;
      return true;
    }
    if (this.inFlight < Math.floor(this.#cap ?? 0)) return true;
    this.#reachedMs = nowMs;
    this.#answersSinceReached = 0;
    return false;
  }

  #wakeIfDue(nowMs: number, startedMs: number, sign: LoadSign): void {
    if (this.#signShare < TOLERATED_SHARE) this.#background = 0;
    if (sign === 'answered' || this.#signShare <= WAKE_SHARE) return;
    if (sign === 'shed' && this.#signShare * RELIEF <= this.#background) return;
    this.#wake(nowMs, this.inFlight + 1);
    if (sign === 'timed-out') this.#patienceMs = nowMs - startedMs;
    this.#cut(nowMs, sign === 'timed-out' ? 1 : this.#latestShare);
  }

  #wake(nowMs: number, cap: number): void {
    this.#cap = Math.max(this.#rules.minConcurrency, cap);
    this.#threshold = 0;
    this.#hasGrown = true;
    this.#isReleasing = false;
    this.#reachedMs = nowMs;
    this.#answersSinceReached = 0;
    this.#patienceMs = Number.POSITIVE_INFINITY;
    this.#beginRound();
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
      if (sign === 'timed-out') this.#timeouts += 1;
    }
    const results = this.#answered + this.#signs;
    if (results >= Math.min(ROUND_SAMPLE, Math.floor(this.#cap ?? 0))) this.#endRound(nowMs, this.#signs / results);
  }

  #endRound(nowMs: number, share: number): void {
    const tolerated = Math.max(TOLERATED_SHARE, this.#background / RELIEF);
    if (share <= tolerated && this.#timeouts === 0) {
      this.#beginRound();
    } else if (this.#timeouts === 0 && this.#shareBefore !== undefined && share >= this.#shareBefore * RELIEF) {
      this.#background = share;
      this.#beginRound();
    } else if (share > TOLERATED_SHARE) {
      this.#shareBefore = this.#timeouts === 0 ? share : undefined;
      this.#cut(nowMs, share);
    } else {
      this.#beginRound();
    }
  }

  /** Asks no more of the server than it has answered. */
  #cut(nowMs: number, share: number): void {
    const cap = this.#cap ?? 0;
    // Cut after cut with no answer in between says nothing new of where the server's limit is.
    if (this.#hasGrown) this.#threshold = cap / 2;
    this.#hasGrown = false;
    this.#isReleasing = false;
    this.#cap = Math.max(this.#rules.minConcurrency, cap * (1 - share));
    this.#cutMs = nowMs;
    this.#beginRound();
  }

  #beginRound(): void {
    this.#answered = 0;
    this.#signs = 0;
    this.#timeouts = 0;
  }

  #grow(durationMs: number): void {
    this.#roundTripMs = durationMs;
    const cap = this.#cap ?? 0;
    const isInUse = this.inFlight + 1 >= Math.floor(cap) || (this.#isReleasing && this.#queue.length > 0);
    if (!isInUse) return;
    if (durationMs > TOO_LATE * this.#patienceMs) {
      this.#cap = Math.max(this.#rules.minConcurrency, cap - 1 / cap);
    } else if (durationMs <= COMFORTABLE * this.#patienceMs) {
      this.#cap = cap + (cap < this.#threshold ? 1 : Math.max(1 / cap, GROWTH));
      this.#hasGrown = true;
    }
  }
}
