/** Time, and work that keeps no process alive. Tests pass one that they control. */
export interface Background {
  /** Returns milliseconds on a scale that never goes backwards. */
  now(): number;
  /** Returns milliseconds since 1970. */
  wallNow(): number;
  /** Runs `task` once, `delayMs` from now. The returned function cancels it. */
  later(task: () => void, delayMs: number): () => void;
}

export const systemBackground: Background = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  later(task, delayMs) {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
