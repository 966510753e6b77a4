/**
 * Age in round trips after which an attempt waits for something else than the others: a long poll, a stream, a hanging
 * server.
 */
const OLD_ROUND_TRIPS = 4;
/** Age below which an attempt is never old, because a growing queue lengthens round trips before that is measured. */
const YOUNG_MS = 1_000;

/**
 * The slots under a cap that are held by attempts in flight. Only an attempt that makes progress holds one: an old one
 * holds none.
 */
export class Places {
  readonly #wokeMs: number;
  /** Attempts that began before the limit woke. */
  #before: number;
  /** Numbers of the other attempts by the time they began, oldest first. */
  readonly #startedMs = new Map<number, number>();
  #young = 0;
  /** Attempts that began before this time hold no slot any more. */
  #oldUntilMs = Number.NEGATIVE_INFINITY;

  constructor(inFlight: number, nowMs: number) {
    this.#before = inFlight;
    this.#wokeMs = nowMs;
  }

  /** Returns the number of slots that are taken. */
  taken(nowMs: number, roundTripMs: number): number {
    const untilMs = nowMs - Math.max(YOUNG_MS, OLD_ROUND_TRIPS * roundTripMs);
    if (this.#wokeMs < untilMs) this.#before = 0;
    for (const [startedMs, count] of this.#startedMs) {
      if (startedMs >= untilMs) break;
      this.#young -= count;
      this.#startedMs.delete(startedMs);
    }
    // Round trips may have become longer since. An attempt that has been old stays old.
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
      // An attempt that waited for its slot began a moment after it got the slot.
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
