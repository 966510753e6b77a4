/** Span over which calls are counted, in ms. */
const STRETCH_MS = 5_000;
/** Least span over which a rate is taken, so that a burst does not count as a high rate. */
const MIN_MS = 1_000;

/** Time without an answered call after which throttled answers apply to the whole key, in ms. */
const UNSERVED_MS = 2_000;
/**
 * The same as a multiple of the usual time between two answers: with random arrivals such a pause comes about once in
 * 20,000 times.
 */
const UNSERVED_GAPS = 10;
/** Longest pause that counts towards the usual time between answers: in a longer one there was no traffic. */
const LONGEST_GAP_MS = 10_000;
const GAP_WEIGHT = 1 / 16;

/** Weight of one answer in the usual time of an answer. */
const USUAL_WEIGHT = 1 / 16;
/** The same for one that takes longer: trouble must not become usual. */
const LONGER_WEIGHT = 1 / 4_096;
/** Longer times are not told apart. */
const LONGEST_ANSWER_MS = 1_000_000;
/** Part of a timed-out attempt's time for which a server that has died must have been silent. */
const SILENCE = 0.25;

/**
 * Counts a key's calls per second over the last five to ten seconds, and tells whether a throttled answer applies to
 * the whole key. A server that throttles only some tenants keeps serving others. So the whole key counts as throttled
 * once a second call is throttled and no call has been served for a while.
 *
 * Each key has one as a part of its entry. Times are whole ms and gaps whole microseconds, which take no memory of
 * their own.
 */
export class KeyTraffic {
  #calls = 0;
  #sinceMs: number | undefined = undefined;
  #servedMs: number | undefined = undefined;
  #gapUs = 0;
  /** Beginning of the latest attempt that was served. */
  #servedBeganMs = 0;
  /** Usual time of an answer; undefined before the first. */
  #usualUs: number | undefined = undefined;
  /** Undefined if the key had no calls in the previous stretch and its last call was served, as for most keys. */
  #past: Past | undefined = undefined;

  /** Counts a call. */
  called(nowMs: number): void {
    KeyTraffic.#roll(this, Math.floor(nowMs));
    this.#calls += 1;
  }

  /** Returns the key's calls per second. */
  callsPerSecond(nowMs: number): number {
    const wholeMs = Math.floor(nowMs);
    KeyTraffic.#roll(this, wholeMs);
    const { calls, ms } = this.#past?.before ?? NO_STRETCH;
    const overMs = ms + wholeMs - (this.#sinceMs ?? wholeMs);
    return (1_000 * (calls + this.#calls)) / Math.max(MIN_MS, overMs);
  }

  /** Records that an attempt has been served, which shows that throttled answers do not apply to the whole key. */
  served(nowMs: number, beganMs: number): void {
    const wholeMs = Math.floor(nowMs);
    this.#servedBeganMs = Math.max(this.#servedBeganMs, Math.floor(beganMs));
    KeyTraffic.#learnUsual(this, Math.min(LONGEST_ANSWER_MS, nowMs - beganMs) * 1_000);
    // A pause in which the whole key was held back says nothing about how often it is served.
    if (this.#servedMs !== undefined && this.#past?.throttled?.appliesToKey !== true) {
      const gapUs = 1_000 * Math.min(LONGEST_GAP_MS, wholeMs - this.#servedMs);
      this.#gapUs += Math.round((gapUs - this.#gapUs) * GAP_WEIGHT);
    }
    this.#servedMs = wholeMs;
    if (this.#past !== undefined) this.#past.throttled = undefined;
  }

  /** Tells if an attempt has been served that began after `beganMs`. */
  hasServedSince(beganMs: number): boolean {
    return this.#servedBeganMs > Math.floor(beganMs);
  }

  /**
   * Tells if the server still answers well beside an attempt that began at `beganMs` and times out now: another one has
   * been answered in a time that is nearer to the usual than to that of the timeout, and began later.
   */
  answersBeside(beganMs: number, nowMs: number): boolean {
    const usualMs = Math.min((this.#usualUs ?? 0) / 1_000, nowMs - beganMs);
    const halfwayMs = (usualMs + nowMs - beganMs) / 2;
    return this.#servedBeganMs > Math.floor(nowMs - halfwayMs);
  }

  /**
   * Tells if answers came until just before an attempt that began at `beganMs` and times out now. A server that dies
   * is silent for the rest of that time; one that is overloaded answers ever later, until it answers too late.
   */
  wasServedUntil(beganMs: number, nowMs: number): boolean {
    if (this.#servedMs === undefined) return false;
    const silentMs = nowMs - this.#servedMs;
    return silentMs < Math.min(SILENCE * (nowMs - beganMs), (UNSERVED_GAPS * this.#gapUs) / 1_000);
  }

  /**
   * Records a throttled answer, and returns whether it applies to the whole key. `isFirst`: its call has had no other.
   */
  throttled(nowMs: number, isFirst: boolean): boolean {
    this.#past ??= { before: NO_STRETCH, throttled: undefined };
    const run = this.#past.throttled ?? { calls: 1, sinceMs: nowMs, appliesToKey: false };
    if (this.#past.throttled !== undefined && isFirst) run.calls += 1;
    this.#past.throttled = run;
    const { calls, sinceMs } = run;
    run.appliesToKey ||= calls >= 2 && nowMs - sinceMs >= Math.max(UNSERVED_MS, (UNSERVED_GAPS * this.#gapUs) / 1_000);
    return run.appliesToKey;
  }

  /** Static, as is the next one, since a private method takes memory in each object that has it. */
  static #learnUsual(traffic: KeyTraffic, durationUs: number): void {
    const usualUs = traffic.#usualUs ?? durationUs;
    const weight = durationUs > usualUs ? LONGER_WEIGHT : USUAL_WEIGHT;
    traffic.#usualUs = Math.round(usualUs + (durationUs - usualUs) * weight);
  }

  static #roll(traffic: KeyTraffic, nowMs: number): void {
    traffic.#sinceMs ??= nowMs;
    const ms = nowMs - traffic.#sinceMs;
    if (ms < STRETCH_MS) return;
    const before = ms < 2 * STRETCH_MS ? { calls: traffic.#calls, ms } : NO_STRETCH;
    if (traffic.#past !== undefined) traffic.#past.before = before;
    else if (before !== NO_STRETCH) traffic.#past = { before, throttled: undefined };
    traffic.#calls = 0;
    traffic.#sinceMs = nowMs;
  }
}

/** A key's memory beyond the calls of the present stretch. */
interface Past {
  before: Stretch;
  /** Undefined while the last call was served. */
  throttled: ThrottledRun | undefined;
}

/** A past stretch of time. */
interface Stretch {
  readonly calls: number;
  readonly ms: number;
}

const NO_STRETCH: Stretch = { calls: 0, ms: 0 };

/** Throttled answers without a served call between them. */
interface ThrottledRun {
  calls: number;
  readonly sinceMs: number;
  appliesToKey: boolean;
}
