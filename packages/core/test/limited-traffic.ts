import { expect } from '@jest/globals';
import { AdaptiveLimit } from '../src/limit/adaptive-limit.js';
import type { LoadSignal } from '../src/limit/limit.js';

export const MIN = 4;
export const PATIENCE_MS = 250;

/** Attempts under an adaptive limit, and the time at which they come and go. */
export class LimitedTraffic {
  limit = new AdaptiveLimit({ minConcurrency: MIN });
  nowMs = 0;

  /** Lets so many come at once. Returns the number of those that were admitted. */
  come(count: number, patienceMs?: number): number {
    let entered = 0;
    for (let one = 0; one < count; one += 1) if (this.limit.tryAcquire(this.nowMs, patienceMs)) entered += 1;
    return entered;
  }

  /** Ends so many attempts that began `durationMs` ago with a sign. */
  go(count: number, sign: LoadSignal, durationMs: number): void {
    for (let one = 0; one < count; one += 1) this.limit.release(this.nowMs, this.nowMs - durationMs, sign);
  }

  /** Plays one round trip after another, with as many in flight as are admitted. */
  rounds(count: number, sign: LoadSignal, durationMs: number, wanted = Number.POSITIVE_INFINITY): void {
    for (let round = 0; round < count; round += 1) {
      const entered = this.come(Math.min(wanted, (this.limit.cap ?? 0) + 1));
      this.nowMs += durationMs;
      this.go(entered, sign, durationMs);
    }
  }

  /** Wakes the limit by turning away half of 200. Returns a cap well above the minimum, with nothing in flight. */
  wakeHalfway(): number {
    this.come(200);
    this.nowMs += 10;
    for (let pair = 0; pair < 100; pair += 1) {
      this.go(1, 'shed', 10);
      this.go(1, 'answered', 10);
    }
    const cap = this.limit.cap ?? Number.NaN;
    expect(cap).toBeGreaterThan(2 * MIN);
    return cap;
  }
}
