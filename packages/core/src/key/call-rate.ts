/** Span over which calls are counted, in ms. */
const STRETCH_MS = 5_000;
/** A burst is not a rate: it is taken for the calls of a second. */
const MIN_MS = 1_000;

/** Counts a key's calls per second, over the last five to ten seconds. */
export class CallRate {
  #calls = 0;
  #sinceMs: number | undefined;
  #before = { calls: 0, ms: 0 };

  called(nowMs: number): void {
    this.#roll(nowMs);
    this.#calls += 1;
  }

  perSecond(nowMs: number): number {
    this.#roll(nowMs);
    const ms = this.#before.ms + nowMs - (this.#sinceMs ?? nowMs);
    return (1_000 * (this.#before.calls + this.#calls)) / Math.max(MIN_MS, ms);
  }

  #roll(nowMs: number): void {
    this.#sinceMs ??= nowMs;
    const ms = nowMs - this.#sinceMs;
    if (ms < STRETCH_MS) return;
    this.#before = ms < 2 * STRETCH_MS ? { calls: this.#calls, ms } : { calls: 0, ms: 0 };
    this.#calls = 0;
    this.#sinceMs = nowMs;
  }
}
