/** Share of overload signs up to which a round counts as good: single random errors are not overload. */
const TOLERATED_SHARE = 0.1;
/** If a cut has not brought the share of overload signs below this fraction of what it was, load is not their cause. */
const RELIEF = 0.75;
/** Results that suffice to judge a round before all of it has come back. */
const ROUND_SAMPLE = 16;
/** Growth of a cap above the threshold with each answer, which adds up to a tenth per round trip. */
const GROWTH = 0.1;
/**
 * Answers should come within this fraction of the time after which callers give up; above the second fraction, the cap
 * shrinks.
 */
const COMFORTABLE = 0.5;
const TOO_LATE = 0.75;
/** A time of up to this multiple of the usual time counts as usual. */
const AS_USUAL = 1.25;
/** Time during which the cap must not have been reached before the limit goes back to sleep, in ms. */
const SLEEP_AFTER_MS = 1_000;

/**
 * The cap of an adaptive limit that is awake, and what attempts have shown since the last cut. The cap never falls
 * below `floor`.
 */
export class AdaptiveCap {
  cutMs = 0;
  roundTripMs = 0;
  #cap: number;
  #threshold = 0;
  #hasGrown = true;
  #reachedMs: number;
  #answersSinceReached = 0;
  /** Answered attempts that began after the last cut. */
  #answered = 0;
  #signs = 0;
  #timeouts = 0;
  /** Share of overload signs at the last cut; infinite if that cut was made for timeouts. */
  #shareBefore = Number.POSITIVE_INFINITY;
  /** Share of attempts that the server pushes away at any load. */
  #background = 0;
  /** Shortest time after which an attempt has timed out since the limit woke. */
  #patienceMs = Number.POSITIVE_INFINITY;

  readonly #usualMs: number;

  constructor(floor: number, inFlight: number, nowMs: number, usualMs: number) {
    this.#usualMs = usualMs;
    this.#cap = Math.max(floor, inFlight);
    this.#reachedMs = nowMs;
  }

  /** Attempts that may be in flight. */
  get places(): number {
    return Math.floor(this.#cap);
  }

  get isRoundOver(): boolean {
    return this.#answered + this.#signs >= Math.min(ROUND_SAMPLE, this.places);
  }

  /** Tells if the cap has refused no attempt for long enough. */
  isNeedless(nowMs: number): boolean {
    return nowMs - this.#reachedMs >= SLEEP_AFTER_MS && this.#answersSinceReached >= ROUND_SAMPLE;
  }

  /** Records that an attempt found no slot. */
  reached(nowMs: number): void {
    this.#reachedMs = nowMs;
    this.#answersSinceReached = 0;
  }

  raiseTo(floor: number): void {
    this.#cap = Math.max(this.#cap, floor);
  }

  timedOutAfter(ms: number): void {
    this.#patienceMs = Math.min(this.#patienceMs, ms);
  }

  answered(floor: number, durationMs: number, isInUse: boolean): void {
    this.#answered += 1;
    this.#answersSinceReached += 1;
    this.roundTripMs = durationMs;
    if (isInUse) this.#grow(floor, durationMs);
  }

  pushedAway(byTimeout: boolean): void {
    this.#signs += 1;
    if (byTimeout) this.#timeouts += 1;
  }

  /** Judges the round: cuts the cap if attempts were pushed away, unless that happens at any load. */
  endRound(floor: number, nowMs: number): void {
    const share = this.#signs / (this.#answered + this.#signs);
    const isFree = this.#timeouts === 0;
    this.#answered = 0;
    this.#signs = 0;
    this.#timeouts = 0;
    if (share <= (isFree ? Math.max(TOLERATED_SHARE, this.#background / RELIEF) : TOLERATED_SHARE)) return;
    if (isFree && share >= this.#shareBefore * RELIEF) {
      this.#background = share;
    } else {
      this.#shareBefore = isFree ? share : Number.POSITIVE_INFINITY;
      this.cut(floor, nowMs, share);
    }
  }

  /** Cuts the cap to what the server has answered. */
  cut(floor: number, nowMs: number, share: number): void {
    // Another cut with no answer in between brings no new information about the server's limit.
    if (this.#hasGrown) this.#threshold = this.#cap / 2;
    this.#hasGrown = false;
    this.#cap = Math.max(floor, this.#cap * (1 - share));
    this.cutMs = nowMs;
  }

  #grow(floor: number, durationMs: number): void {
    const cap = this.#cap;
    // The usual time of an answer shows no overload, however close to the client's timeout it is.
    const isUsual = durationMs <= AS_USUAL * this.#usualMs;
    if (durationMs > TOO_LATE * this.#patienceMs && !isUsual) {
      this.#cap = Math.max(floor, cap - 1 / cap);
    } else if (durationMs <= COMFORTABLE * this.#patienceMs || isUsual) {
      this.#cap = cap + (cap < this.#threshold ? 1 : Math.max(1 / cap, GROWTH));
      this.#hasGrown = true;
    }
  }
}
