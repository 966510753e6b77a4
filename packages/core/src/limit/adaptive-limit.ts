import type { Clock } from '../host/clock.js';
import type { EarlyEnd } from '../host/pause.js';
import { AdaptiveCap, TOLERATED_SHARE } from './adaptive-cap.js';
import { AnswerPace } from './answer-pace.js';
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
/**
 * Retries that wait get a slot only while less than this share is taken. New calls go first. In the end both are served
 * equally often: waiting retries are still served when the server has recovered, but new calls would have been refused
 * by then.
 */
const SHARE_FOR_RETRIES = 0.75;

/**
 * A cap on attempts in flight that exists only while the server is overloaded.
 *
 * While it is asleep it counts and caps nothing. Three things wake it: a third of the latest attempts time out or are
 * answered with 429 or 503; so many attempts are in flight without any answer that one more would be answered too late;
 * answers come late, and more slowly than attempts begin. It takes the number in flight as its cap. It cuts that by the
 * share of attempts that were not answered, and to what the server answers in time if answers come late, at most once
 * per round trip. A first cut goes no lower than the number that is usually in flight. The cap grows while it is in use
 * and answers come in time or as usual. The limit sleeps again if the cap has not been reached for a second.
 *
 * Lateness or errors that a cut does not lessen are not due to load, and cause no second cut. A new call over the cap
 * waits if there is time for its answer after those before it, and is refused at once otherwise. A retry waits in any
 * case. An attempt that is older than four round trips and a second holds no slot.
 */
export class AdaptiveLimit implements AttemptLimit {
  inFlight = 0;
  #rules: AdaptiveLimitRules;
  readonly #share: LimitShare;
  #instances = 1;
  readonly #pace = new AnswerPace();
  /** Undefined until there has been a sign of overload, as for nearly all keys. */
  #load: Load | undefined = undefined;

  constructor(rules: AdaptiveLimitRules, share: LimitShare = {}) {
    this.#rules = rules;
    this.#share = share;
  }

  get waiting(): number {
    return this.#load === undefined ? 0 : this.#load.newcomers.length + this.#load.retries.length;
  }

  get cap(): number | undefined {
    return this.#load?.cap?.places;
  }

  tryAcquire(nowMs: number, patienceMs = Number.POSITIVE_INFINITY): boolean {
    this.#instances = this.#share.instances?.(nowMs) ?? 1;
    this.#pace.callerWaits(patienceMs);
    if (this.cap === undefined && this.#pace.isStalled(nowMs)) this.#wake(nowMs, this.inFlight, true);
    const cap = this.#load?.cap;
    if (cap !== undefined && !this.#hasPlace(cap, nowMs)) return false;
    this.#enter(nowMs);
    return true;
  }

  maxWaitMs(hasWaited: boolean, patienceMs = Number.POSITIVE_INFINITY): number | undefined {
    if (hasWaited) return Number.POSITIVE_INFINITY;
    const { cap, newcomers } = this.#own;
    if (cap === undefined || patienceMs === Number.POSITIVE_INFINITY) return undefined;
    const leftMs = patienceMs - cap.roundTripMs;
    return (cap.roundTripMs * (newcomers.length + 1)) / cap.places <= leftMs ? leftMs : undefined;
  }

  acquire(
    clock: Clock,
    maxMs: number,
    signal: AbortSignal | undefined,
    early?: EarlyEnd,
    isNewcomer = false,
  ): Promise<boolean> {
    const { newcomers, retries } = this.#own;
    return (isNewcomer ? newcomers : retries).wait(clock, maxMs, signal, early);
  }

  release(nowMs: number, startedMs: number, sign: LoadSignal): void {
    this.inFlight -= 1;
    const known = this.#load;
    known?.places?.release(startedMs);
    this.#pace.attemptEnded(this.inFlight);
    if (sign === 'answered') {
      this.#pace.answered(nowMs, startedMs);
      if (known?.cap === undefined) {
        if ((known?.signShare ?? 0) <= TOLERATED_SHARE) this.#pace.learnUsual(nowMs - startedMs, this.inFlight + 1);
        if (this.#pace.isBehind(nowMs - startedMs)) this.#wake(nowMs, this.inFlight, true);
      }
      if (this.#load === undefined || isAsleepAndWell(this.#load)) return;
    }
    const isOvertaken = sign === 'timed-out' && this.#pace.hasServedLater(startedMs);
    if (sign !== 'none' && !isOvertaken) {
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
      if (!this.#own.newcomers.admitNext()) this.#own.retries.admitNext();
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
    return latestMs > 0 ? latestMs : this.#pace.usualMs;
  }

  #taken(nowMs: number): number {
    return this.#load?.places?.taken(nowMs, this.#roundTripMs) ?? this.inFlight;
  }

  #enter(nowMs: number): void {
    this.inFlight += 1;
    this.#pace.attemptBegan(nowMs);
    this.#load?.places?.take(nowMs);
  }

  #fill(nowMs: number): void {
    if (this.waiting === 0) return;
    const { cap, newcomers, retries } = this.#own;
    const places = cap?.places ?? Number.POSITIVE_INFINITY;
    this.#admit(newcomers, places, nowMs);
    this.#admit(retries, places * SHARE_FOR_RETRIES, nowMs);
  }

  #admit(queue: SlotQueue, places: number, nowMs: number): void {
    while (queue.length > 0 && this.#taken(nowMs) < places) {
      this.#enter(nowMs);
      queue.admitNext();
    }
  }

  #hasPlace(cap: AdaptiveCap, nowMs: number): boolean {
    const isNeedless = cap.isNeedless(nowMs, this.inFlight);
    if (isNeedless) this.#sleep();
    // Places of attempts that have become old are free without an event.
    this.#fill(nowMs);
    if (isNeedless) return true;
    if (this.#own.newcomers.length === 0 && this.#taken(nowMs) < cap.places) return true;
    cap.reached(nowMs);
    return false;
  }

  #sleep(): void {
    if (this.#load === undefined) return;
    this.#load.cap = undefined;
    this.#load.places = undefined;
    this.#load.signShare = 0;
  }

  #wakeIfDue(load: Load, nowMs: number, startedMs: number, sign: LoadSignal): void {
    if (load.signShare <= WAKE_SHARE) return;
    const cap = this.#wake(nowMs, this.inFlight + 1, false);
    if (sign === 'timed-out') cap.timedOutAfter(nowMs - startedMs);
    cap.cut(this.#floor, nowMs, sign === 'timed-out' ? 1 : load.latestShare);
  }

  #wake(nowMs: number, inFlight: number, isEarly: boolean): AdaptiveCap {
    const load = this.#own;
    const { patienceMs, usualInFlight, usualMs } = this.#pace;
    const cap = new AdaptiveCap(this.#floor, nowMs, { inFlight, usualInFlight, usualMs, patienceMs, isEarly });
    load.cap = cap;
    load.places = new Places(this.inFlight, nowMs);
    return cap;
  }

  #learn(cap: AdaptiveCap, nowMs: number, startedMs: number, sign: LoadSignal): void {
    if (sign === 'timed-out') cap.timedOutAfter(nowMs - startedMs);
    // An attempt that began before the last cut reflects the load before it.
    if (startedMs < cap.cutMs) {
      if (sign === 'answered') cap.answeredFromBefore();
      return;
    }
    if (sign === 'answered') {
      const isInUse = this.#taken(nowMs) + 1 >= cap.places;
      cap.answered(nowMs - startedMs, isInUse);
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
  readonly newcomers = new SlotQueue();
  readonly retries = new SlotQueue();
  signShare = 0;
  latestShare = 0;
  /** Undefined while the limit sleeps. */
  cap: AdaptiveCap | undefined = undefined;
  places: Places | undefined = undefined;
}

/** Tells if one more answer brings no new information. */
function isAsleepAndWell({ cap, newcomers, retries, signShare }: Load): boolean {
  return cap === undefined && signShare < NEGLIGIBLE_SHARE && retries.length + newcomers.length === 0;
}
