import type { Clock } from '@breakwater/core';

/** The clock of the host, which can be put forward. */
export class ShiftedClock implements Clock {
  #aheadMs = 0;

  pass(ms: number): void {
    this.#aheadMs += ms;
  }

  now(): number {
    return performance.now() + this.#aheadMs;
  }

  wallNow(): number {
    return Date.now() + this.#aheadMs;
  }

  schedule(task: () => void, delayMs: number): { cancel(): void } {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  }
}
