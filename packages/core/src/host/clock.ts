/** A pending timer of a {@link Clock}. */
export interface Timer {
  /** Cancels the timer; harmless when it has already fired or been cancelled. */
  cancel(): void;
}

/** Source of a policy's time. Everything that waits or measures uses a clock. */
export interface Clock {
  /**
   * Milliseconds on a scale that never goes backwards, whatever happens to the wall clock. Only differences mean
   * anything.
   */
  now(): number;
  /** Milliseconds since 1970 by the wall clock. Used for HTTP dates and the time stamps of events alone. */
  wallNow(): number;
  /** Runs `task` once, `delayMs` from now. The timer keeps the process alive, since a caller waits for it. */
  schedule(task: () => void, delayMs: number): Timer;
}

/** The longest delay that timers of JavaScript hosts honour; anything longer fires at once there. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clock of the host: `performance.now()`, `Date.now()` and `setTimeout`. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  schedule(task, delayMs) {
    const handle = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
