import type { Clock } from '../host/clock.js';
import type { EarlyEnd } from '../host/pause.js';
import { AdaptiveCap } from './adaptive-cap.js';
import { type AttemptLimit, type LimitShare, type LoadSignal, ownPlaces } from './limit.js';
import { Places } from './places.js';
import { SlotQueue } from './slot-queue.js';

export interface AdaptiveLimitRules {
  readonly minConcurrency: number;
}

/** Weight of one attempt in the share of overload signs, and the share that wakes the limit. */
const WAKE_WEIGHT = 1 / 16;
const WAKE_SHARE = 1 / 3;
/** Share of signs that counts as none. */
const NEGLIGIBLE_SHARE = 1 / 1_000;
const LATEST_WEIGHT = 1 / 4;
/** Weight of one answer in the usual time of an answer. */
const USUAL_WEIGHT = 1 / 16;
/** The same for a longer one, so that slow answers do not become usual before the limit wakes. */
const LONGER_WEIGHT = 1 / 4_096;
/**
 * Retries that wait get a slot only while less than this share is taken. New calls go first. In the end both are served
 * equally often: waiting retries are still served when the server has recovered, but new calls would have been refused
 * by then.
 */
const SHARE_FOR_RETRIES = 0.75;

/**
 * A cap on attempts in flight that exists only while the server is overloaded.
 *
 * While asleep it only counts. Several signs of overload among the latest attempts wake it. It takes the number in
 * flight as its cap and cuts that by the share of attempts that were not answered, at most once per round trip. The cap
 * grows while it is in use and answers come well within the time after which attempts have timed out: by one per answer
 * up to half of the value before the cut, and by a tenth per round trip beyond. It goes back to sleep if it has not
 * been reached for a second. Errors that are as frequent with few attempts in flight are no sign of load, and cause no
 * second cut. Attempts over the cap are refused at once, except retries and calls that a cool-down has held, which
 * wait. An attempt older than both four round trips and a second holds no slot.
 */
export class AdaptiveLimit implements AttemptLimit {
  inFlight = 0;
  #rules: AdaptiveLimitRules;
  readonly #share: LimitShare;
  #instances = 1;
  /** Usual time of an answer. */
  #usualMs = 0;
  /** Undefined until there has been a sign of overload, as for nearly all keys. */
  #load: Load | undefined = undefined;

  constructor(rules: AdaptiveLimitRules, share: LimitShare = {}) {
    this.#rules = rules;
    this.#share = share;
  }

  get waiting(): number {
    return this.#load === undefined ? 0 : this.#load.queue.length;
  }

  get cap(): number | undefined {
    return this.#load?.cap?.places;
  }

  get isAdapting(): boolean {
    return this.cap !== undefined;
  }

  tryAcquire(nowMs: number): boolean {
    this.#instances = this.#share.instances?.(nowMs) ?? 1;
    const cap = this.#load?.cap;
    if (cap !== undefined && !this.#hasPlace(cap, nowMs)) return false;
    this.#enter(nowMs);
    return true;
  }

  maxWaitMs(hasWaited: boolean): number | undefined {
    return hasWaited ? Number.POSITIVE_INFINITY : undefined;
  }

  acquire(clock: Clock, maxMs: number, signal: AbortSignal | undefined, early?: EarlyEnd): Promise<boolean> {
    return this.#own.queue.wait(clock, maxMs, signal, early);
  }

  release(nowMs: number, startedMs: number, sign: LoadSignal): void {
    this.inFlight -= 1;
    const known = this.#load;
    known?.places?.release(startedMs);
    if (sign === 'answered') {
      if (known?.cap === undefined) this.#learnUsual(nowMs - startedMs);
      if (known === undefined || isAsleepAndWell(known)) return;
    }
    if (sign !== 'none') {
      const load = this.#own;
      const seen = sign === 'answered' ? 0 : 1;
      load.signShare += (seen - load.signShare) * WAKE_WEIGHT;
      load.latestShare += (seen - load.latestShare) * LATEST_WEIGHT;
      if (load.cap === undefined) this.#wakeIfDue(load, nowMs, startedMs, sign);
      else this.#learn(load.cap, nowMs, startedMs, sign);
    }
    this.#fill(nowMs);
  }

  changeRules(rules: AdaptiveLimitRules, nowMs: number): void {
    this.#rules = rules;
    this.#load?.cap?.raiseTo(this.#floor);
    this.#fill(nowMs);
  }

  reset(): void {
    this.#sleep();
    while (this.waiting > 0) {
      this.inFlight += 1;
      this.#own.queue.admitNext();
    }
  }

  retryAfterMs(): number {
    return Math.max(1, Math.ceil(this.#roundTripMs));
  }

  get #floor(): number {
    return ownPlaces(this.#rules.minConcurrency, this.#instances);
  }

  /** Duration of a round trip since the limit woke, or before if nothing is known since. */
  get #roundTripMs(): number {
    const latestMs = this.#load?.cap?.roundTripMs ?? 0;
    return latestMs > 0 ? latestMs : this.#usualMs;
  }

  #taken(nowMs: number): number {
    return this.#load?.places?.taken(nowMs, this.#roundTripMs) ?? this.inFlight;
  }

  #enter(nowMs: number): void {
    this.inFlight += 1;
    this.#load?.places?.take(nowMs);
  }

  #fill(nowMs: number): void {
    const places = (this.#load?.cap?.places ?? Number.POSITIVE_INFINITY) * SHARE_FOR_RETRIES;
    while (this.waiting > 0 && this.#taken(nowMs) < places) {
      this.#enter(nowMs);
      this.#own.queue.admitNext();
    }
  }

  #hasPlace(cap: AdaptiveCap, nowMs: number): boolean {
    if (cap.isNeedless(nowMs) && this.waiting === 0) {
      this.#sleep();
      return true;
    }
    if (this.#taken(nowMs) < cap.places) return true;
    cap.reached(nowMs);
    return false;
  }

  #sleep(): void {
    if (this.#load === undefined) return;
    this.#load.cap = undefined;
    this.#load.places = undefined;
    this.#load.signShare = 0;
  }

  #learnUsual(durationMs: number): void {
    const weight = durationMs > this.#usualMs ? LONGER_WEIGHT : USUAL_WEIGHT;
    this.#usualMs += (durationMs - this.#usualMs) * (this.#usualMs === 0 ? 1 : weight);
  }

  #wakeIfDue(load: Load, nowMs: number, startedMs: number, sign: LoadSignal): void {
    if (load.signShare <= WAKE_SHARE) return;
    load.cap = new AdaptiveCap(this.#floor, this.inFlight + 1, nowMs, this.#usualMs);
    load.places = new Places(this.inFlight, nowMs);
    if (sign === 'timed-out') load.cap.timedOutAfter(nowMs - startedMs);
    load.cap.cut(this.#floor, nowMs, sign === 'timed-out' ? 1 : load.latestShare);
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
    if (cap.isRoundOver) cap.endRound(this.#floor, nowMs);
  }

  get #own(): Load {
    this.#load ??= new Load();
    return this.#load;
  }
}

/** Memory of a limit that has seen a sign of overload. */
class Load {
  readonly queue = new SlotQueue();
  signShare = 0;
  latestShare = 0;
  /** Undefined while the limit sleeps. */
  cap: AdaptiveCap | undefined = undefined;
  places: Places | undefined = undefined;
}

/** Tells if one more answer brings no new information. */
function isAsleepAndWell({ cap, signShare, queue }: Load): boolean {
  return cap === undefined && signShare < NEGLIGIBLE_SHARE && queue.length === 0;
}
