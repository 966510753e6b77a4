import { IN_TIME } from './answer-pace.js';
import { Round } from './round.js';

/** Share of overload signs up to which all is well: single random errors are not overload. */
export const TOLERATED_SHARE = 0.1;
/** If a cut has not brought what it was made for below this part, load was not the cause. */
const RELIEF = 0.75;
/** Results that are enough to judge a round before all of it is back, and late answers that are enough at first. */
const ROUND_SAMPLE = 16;
const FIRST_SAMPLE = 4;
/** Growth of a cap above the threshold with each answer: a tenth of it per round trip. */
const GROWTH = 0.1;
/** If answers do not come in time, the cap becomes what the server answers within this part. */
const EASED = 0.35;
/** Up to so many times the usual, a time is as usual. */
const AS_USUAL = 1.25;
/** Time for which the cap must not have been reached before the limit goes back to sleep. */
const SLEEP_AFTER_MS = 1_000;

/** Knowledge of a limit when it wakes. */
export interface Waking {
  readonly inFlight: number;
  readonly usualInFlight: number;
  readonly usualMs: number;
  /** The time that callers wait. */
  readonly patienceMs: number;
  /** Tells if no attempt has been turned away yet: the server may have room for all. */
  readonly isEarly: boolean;
}

/**
 * The cap of an adaptive limit that is awake, and the signs that attempts have shown since the last cut. The cap never
 * falls below `floor`.
 */
export class AdaptiveCap {
  cutMs = 0;
  roundTripMs = 0;
  #cap: number;
  /** Up to here the cap grows by one with each answer. */
  #threshold = 0;
  /** The usual value and its random variation: twice the standard deviation of a number that is random. */
  readonly #usualPeak: number;
  readonly #usualInFlight: number;
  #usualMs: number;
  #patienceMs: number;
  #isFirstRound: boolean;
  #hasGrown = true;
  #reachedMs: number;
  #answersSinceReached = 0;
  /** Attempts that began after the last cut. */
  #round: Round;
  /** The share for which the last cut was made, unless it was made for timeouts. */
  #shareBefore = Number.POSITIVE_INFINITY;
  /** The share of attempts that are pushed away whatever the load. */
  #background = 0;
  /** The time of an answer for which the last cut was made, and the cap then. */
  #lateBeforeMs = Number.POSITIVE_INFINITY;
  #capBefore = 0;

  constructor(floor: number, nowMs: number, { inFlight, usualInFlight, usualMs, patienceMs, isEarly }: Waking) {
    this.#cap = Math.max(floor, inFlight);
    this.#usualInFlight = usualInFlight;
    this.#usualPeak = usualInFlight + 2 * Math.sqrt(usualInFlight);
    this.#usualMs = usualMs;
    this.#patienceMs = patienceMs;
    this.#isFirstRound = isEarly;
    this.#reachedMs = nowMs;
    this.#round = new Round(nowMs);
  }

  /** Attempts that may be in flight. */
  get places(): number {
    return Math.floor(this.#cap);
  }

  get isRoundOver(): boolean {
    const { answered, meanMs, size } = this.#round;
    if (this.#isFirstRound && answered >= FIRST_SAMPLE && this.#isLate(meanMs)) return true;
    return size >= Math.min(ROUND_SAMPLE, this.places);
  }

  /** Tells if the cap has refused no attempt for long enough. */
  isNeedless(nowMs: number, inFlight: number): boolean {
    if (nowMs - this.#reachedMs < SLEEP_AFTER_MS) return false;
    return inFlight === 0 || this.#answersSinceReached >= ROUND_SAMPLE;
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

  answered(durationMs: number, isInUse: boolean): void {
    this.#round.addAnswer(durationMs);
    this.#answersSinceReached += 1;
    this.roundTripMs = durationMs;
    // If it answers as fast as usual, the server takes as many as usual.
    if (this.#isAsUsual(durationMs)) this.raiseTo(this.#usualInFlight);
    if (isInUse && !this.#isLate(durationMs)) this.#grow();
  }

  /** Records an answer to an attempt that began before the last cut. */
  answeredFromBefore(): void {
    this.#round.addEarlierAnswer();
  }

  pushedAway(byTimeout: boolean): void {
    this.#round.addSign(byTimeout);
  }

  /** Judges the round: cuts if attempts were not answered, or late, unless they are so whatever the load. */
  endRound(floor: number, nowMs: number): void {
    const round = this.#round;
    this.#round = new Round(nowMs);
    const tolerated = round.hasNoTimeout ? Math.max(TOLERATED_SHARE, this.#background / RELIEF) : TOLERATED_SHARE;
    if (round.signShare > tolerated) this.#judgeSigns(round, floor, nowMs);
    else this.#judgeTime(round, floor, nowMs);
    this.#isFirstRound = false;
  }

  cut(floor: number, nowMs: number, share: number): void {
    this.#cutTo(floor, this.#cap * (1 - share), nowMs);
  }

  #judgeSigns({ signShare, hasNoTimeout }: Round, floor: number, nowMs: number): void {
    this.#lateBeforeMs = Number.POSITIVE_INFINITY;
    if (hasNoTimeout && signShare >= this.#shareBefore * RELIEF) {
      this.#background = signShare;
      return;
    }
    this.#shareBefore = hasNoTimeout ? signShare : Number.POSITIVE_INFINITY;
    this.cut(floor, nowMs, signShare);
  }

  #judgeTime(round: Round, floor: number, nowMs: number): void {
    const { meanMs } = round;
    if (!this.#isLate(meanMs)) {
      this.#lateBeforeMs = Number.POSITIVE_INFINITY;
      if (this.#isFirstRound) this.#threshold = Number.POSITIVE_INFINITY;
    } else if (meanMs >= this.#lateBeforeMs * RELIEF && this.#cap <= this.#capBefore * RELIEF) {
      this.#takeAsUsual(meanMs);
      this.#threshold = Number.POSITIVE_INFINITY;
    } else if (this.#cap <= Math.max(floor, this.#usualInFlight)) {
      this.#takeAsUsual(meanMs);
    } else {
      this.#lateBeforeMs = meanMs;
      this.#capBefore = this.#cap;
      const eased = round.answersPerMs(nowMs) * EASED * this.#patienceMs;
      this.#cutTo(floor, Math.min(this.#cap, eased), nowMs);
    }
  }

  /** Fewer in flight have not made answers come sooner: the server takes as long whatever the load. */
  #takeAsUsual(ms: number): void {
    this.#usualMs = ms;
    this.#lateBeforeMs = Number.POSITIVE_INFINITY;
  }

  #cutTo(floor: number, cap: number, nowMs: number): void {
    // Another cut with no answer in between brings no new information about the server's limit.
    if (this.#hasGrown) this.#threshold = Math.max(this.#cap / 2, this.#usualPeak);
    this.#hasGrown = false;
    // With as many in flight as usual, it is hardly their number. If those are not answered either, the next cut goes
    // on.
    const usual = this.#cap > this.#usualInFlight ? this.#usualInFlight : 0;
    this.#cap = Math.max(floor, usual, cap);
    this.cutMs = nowMs;
  }

  /** Tells if an answer was late. The usual time of an answer is no overload, however close to the timeout it is. */
  #isLate(ms: number): boolean {
    return ms > IN_TIME * this.#patienceMs && !this.#isAsUsual(ms);
  }

  #isAsUsual(ms: number): boolean {
    return ms <= AS_USUAL * this.#usualMs;
  }

  #grow(): void {
    const cap = this.#cap;
    this.#cap = cap + (cap < this.#threshold ? 1 : Math.max(1 / cap, GROWTH));
    this.#hasGrown = true;
  }
}
