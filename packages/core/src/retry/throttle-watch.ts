/** Time without an answered call after which throttled answers apply to the whole key, in ms. */
const UNSERVED_MS = 2_000;
/** The same in usual times between two answers: calls that are served at random pause so long once in 20,000 times. */
const UNSERVED_GAPS = 10;
/** A longer pause has no bearing on the key's rate: there was no traffic. */
const LONGEST_GAP_MS = 10_000;
const GAP_WEIGHT = 1 / 16;

/**
 * Tells a server that throttles all calls of a key from one that throttles some of its tenants: the first of them is seen
 * when a second call is throttled and no call has been served for a while.
 */
export class ThrottleWatch {
  #calls = 0;
  #sinceMs = 0;
  #servedMs: number | undefined;
  #gapMs = 0;

  /** Records that a call has been served. */
  served(nowMs: number): void {
    if (this.#servedMs !== undefined && this.#calls === 0) {
      const gapMs = Math.min(LONGEST_GAP_MS, nowMs - this.#servedMs);
      this.#gapMs += (gapMs - this.#gapMs) * GAP_WEIGHT;
    }
    this.#servedMs = nowMs;
    this.#calls = 0;
  }

  /** Records a throttled answer, and returns whether it speaks for the whole key. `isFirst`: its call has had no other. */
  throttled(nowMs: number, isFirst: boolean): boolean {
    if (this.#calls === 0) this.#sinceMs = nowMs;
    if (isFirst || this.#calls === 0) this.#calls += 1;
    return this.#calls >= 2 && nowMs - this.#sinceMs >= Math.max(UNSERVED_MS, UNSERVED_GAPS * this.#gapMs);
  }
}
