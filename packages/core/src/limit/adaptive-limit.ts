import type { Clock } from '../host/clock.js';
import type { EarlyEnd } from '../host/pause.js';
import { AdaptiveCap, RELIEF, TOLERATED_SHARE } from './adaptive-cap.js';
import type { AttemptLimit, LoadSignal } from './limit.js';
import { Places } from './places.js';
import { SlotQueue } from './slot-queue.js';

export interface AdaptiveLimitRules {
  readonly minConcurrency: number;
}

/** Weight of one attempt in the share of overload signs, and the share that wakes the limit. */
const WAKE_WEIGHT = 1 / 16;
const WAKE_SHARE = 1 / 3;
/** A share of signs that is as good as none. */
const NEGLIGIBLE_SHARE = 1 / 1_000;
const LATEST_WEIGHT = 1 / 4;
/** Weight of one answer in the usual time of an answer. */
const USUAL_WEIGHT = 1 / 16;
/** The same for one that takes longer: trouble must not become usual before the limit wakes. */
const LONGER_WEIGHT = 1 / 4_096;
/**
 * A waiting retry gets a place while less than this share is taken. New calls go first: both are served equally often in the
 * end, but the retries that wait are served when the server is back, and the new ones would have been refused meanwhile.
 */
const SHARE_FOR_RETRIES = 0.75;

/**
 * A cap on attempts in flight that exists only while the server is overloaded.
 *
 * While it is asleep it counts and caps nothing. Several signs of overload among the latest attempts wake it: it takes
 * the number in flight as its cap and cuts that by the share of attempts that were not answered, at most once per round
 * trip. The cap grows while it is in use and answers come well within the time after which attempts were seen to time
 * out: by one per answer up to half of the value before the cut, by a tenth per round trip beyond. It sleeps again if
 * it has not been reached for a second. Errors that come as often however few attempts are in flight are no sign of
 * load: they cause no second cut. Attempts over the cap are refused at once, except retries and calls that a cool-down
 * has held, which wait. An attempt that is older than four round trips and a second holds no slot.
 */
export class AdaptiveLimit implements AttemptLimit {
  inFlight = 0;
  #rules: AdaptiveLimitRules;
  readonly #queue = new SlotQueue();
  #signShare = 0;
  #latestShare = 0;
  /** The share of attempts that are pushed away whatever the load. */
  #background = 0;
  /** Usual time of an answer. */
  #usualMs = 0;
  /** Undefined while it sleeps, as nearly always. */
  #cap: AdaptiveCap | undefined;
  #places: Places | undefined;

  constructor(rules: AdaptiveLimitRules) {
    this.#rules = rules;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get cap(): number | undefined {
    return this.#cap?.places;
  }

  tryAcquire(nowMs: number): boolean {
    if (this.#cap !== undefined && !this.#hasPlace(this.#cap, nowMs)) return false;
    this.#enter(nowMs);
    return true;
  }

  maxWaitMs(hasWaited: boolean): number | undefined {
    return hasWaited ? Number.POSITIVE_INFINITY : undefined;
  }

  acquire(clock: Clock, maxMs: number, signal: AbortSignal | undefined, early?: EarlyEnd): Promise<boolean> {
    return this.#queue.wait(clock, maxMs, signal, early);
  }

  release(nowMs: number, startedMs: number, sign: LoadSignal): void {
    this.inFlight -= 1;
    this.#places?.release(startedMs);
    if (sign === 'answered') this.#learnUsual(nowMs - startedMs);
    if (sign === 'answered' && this.#isAsleepAndWell) return;
    if (sign !== 'none') {
      const seen = sign === 'answered' ? 0 : 1;
      this.#signShare += (seen - this.#signShare) * WAKE_WEIGHT;
      this.#latestShare += (seen - this.#latestShare) * LATEST_WEIGHT;
      if (this.#cap === undefined) this.#wakeIfDue(nowMs, startedMs, sign);
      else this.#learn(this.#cap, nowMs, startedMs, sign);
    }
    this.#fill(nowMs);
  }

  changeRules(rules: AdaptiveLimitRules, nowMs: number): void {
    this.#rules = rules;
    this.#cap?.raiseTo(this.#floor);
    this.#fill(nowMs);
  }

  reset(): void {
    this.#sleep();
    while (this.#queue.length > 0) {
      this.inFlight += 1;
      this.#queue.admitNext();
    }
  }

  retryAfterMs(): number {
    return Math.max(1, Math.ceil(this.#roundTripMs));
  }

  get #floor(): number {
    return this.#rules.minConcurrency;
  }

  /** The usual case: one more answer brings no new information. */
  get #isAsleepAndWell(): boolean {
    return this.#cap === undefined && this.#signShare < NEGLIGIBLE_SHARE && this.#queue.length === 0;
  }

  /** Uses what the limit has seen since it woke, or else before. */
  get #roundTripMs(): number {
    const latestMs = this.#cap?.roundTripMs ?? 0;
    return latestMs > 0 ? latestMs : this.#usualMs;
  }

  #taken(nowMs: number): number {
    return this.#places?.taken(nowMs, this.#roundTripMs) ?? this.inFlight;
  }

  #enter(nowMs: number): void {
    this.inFlight += 1;
    this.#places?.take(nowMs);
  }

  #fill(nowMs: number): void {
    const places = (this.#cap?.places ?? Number.POSITIVE_INFINITY) * SHARE_FOR_RETRIES;
    while (this.#queue.length > 0 && this.#taken(nowMs) < places) {
      this.#enter(nowMs);
      this.#queue.admitNext();
    }
  }

  #hasPlace(cap: AdaptiveCap, nowMs: number): boolean {
    if (cap.isNeedless(nowMs) && this.#queue.length === 0) {
      this.#sleep();
      return true;
    }
    if (this.#taken(nowMs) < cap.places) return true;
    cap.reached(nowMs);
    return false;
  }

  #sleep(): void {
    this.#cap = undefined;
    this.#places = undefined;
    this.#signShare = 0;
    this.#background = 0;
  }

  #learnUsual(durationMs: number): void {
    if (this.#cap !== undefined) return;
    const weight = durationMs > this.#usualMs ? LONGER_WEIGHT : USUAL_WEIGHT;
    this.#usualMs += (durationMs - this.#usualMs) * (this.#usualMs === 0 ? 1 : weight);
  }

  #wakeIfDue(nowMs: number, startedMs: number, sign: LoadSignal): void {
    if (this.#signShare < TOLERATED_SHARE) this.#background = 0;
    if (sign === 'answered' || this.#signShare <= WAKE_SHARE) return;
    if (sign === 'shed' && this.#signShare * RELIEF <= this.#background) return;
    this.#cap = new AdaptiveCap(this.#floor, this.inFlight + 1, nowMs, this.#usualMs);
    this.#places = new Places(this.inFlight, nowMs);
    if (sign === 'timed-out') this.#cap.timedOutAfter(nowMs - startedMs);
    this.#cap.cut(this.#floor, nowMs, sign === 'timed-out' ? 1 : this.#latestShare);
  }

  #learn(cap: AdaptiveCap, nowMs: number, startedMs: number, sign: LoadSignal): void {
    if (sign === 'timed-out') cap.timedOutAfter(nowMs - startedMs);
    // An attempt that began before the last cut reflects the load before it.
    if (startedMs < cap.cutMs) return;
    if (sign === 'answered') {
      const isInUse = this.#taken(nowMs) + 1 >= cap.places;
      cap.answered(this.#floor, nowMs - startedMs, isInUse);
    } else {
      cap.pushedAway(sign === 'timed-out');
    }
    if (cap.isRoundOver) this.#background = cap.endRound(this.#floor, this.#background, nowMs);
  }
}
