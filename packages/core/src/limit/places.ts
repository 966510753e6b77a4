/**
 * An attempt that is so many round trips old waits for something else than the others: a long poll, a stream, a server
 * that hangs.
 */
const OLD_ROUND_TRIPS = 4;
/**
 * And one that is younger than this is never old: a queue that has just grown makes round trips longer before they are
 * seen to be.
 */
const YOUNG_MS = 1_000;

/**
 * The places under a cap that attempts in flight hold. A place belongs to an attempt that makes progress: an old one
 * holds none.
 */
export class Places {
  readonly #wokeMs: number;
  /** Attempts that began before the limit woke. */
  #before: number;
  /** The others, by when they began, oldest first. */
  readonly #startedMs = new Map<number, number>();
  #young = 0;
  /** Attempts that began before hold no place any more. */
  #oldUntilMs = Number.NEGATIVE_INFINITY;

  constructor(inFlight: number, nowMs: number) {
    this.#before = inFlight;
    this.#wokeMs = nowMs;
  }

  /** Returns how many are taken. */
  taken(nowMs: number, roundTripMs: number): number {
    const untilMs = nowMs - Math.max(YOUNG_MS, OLD_ROUND_TRIPS * roundTripMs);
    if (this.#wokeMs < untilMs) this.#before = 0;
    for (const [startedMs, count] of this.#startedMs) {
      if (startedMs >= untilMs) break;
      this.#young -= count;
      this.#startedMs.delete(startedMs);
    }
    // Round trips may have become longer since: an attempt that was old stays so.
    this.#oldUntilMs = Math.max(this.#oldUntilMs, untilMs);
    return this.#before + this.#young;
  }

  take(nowMs: number): void {
    this.#young += 1;
    this.#startedMs.set(nowMs, (this.#startedMs.get(nowMs) ?? 0) + 1);
  }

  release(startedMs: number): void {
    const count = this.#startedMs.get(startedMs);
    if (count !== undefined) this.#remove(startedMs, count);
    else if (startedMs <= this.#wokeMs && this.#before > 0) this.#before -= 1;
    else if (startedMs >= this.#oldUntilMs) {
      // An attempt that waited for its place began a moment after the place was given.
      const [oldest] = this.#startedMs;
      if (oldest !== undefined) this.#remove(...oldest);
    }
  }

  #remove(startedMs: number, count: number): void {
    this.#young -= 1;
    if (count === 1) this.#startedMs.delete(startedMs);
    else this.#startedMs.set(startedMs, count - 1);
  }
}
