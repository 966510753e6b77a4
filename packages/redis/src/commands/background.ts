/** Background work that no caller waits for. Nothing in here keeps a process alive. */
export interface Background {
  /** Milliseconds on a scale that never goes backwards. */
  now(): number;
  /** Runs `task` once, `delayMs` from now. The returned function takes that back. */
  later(task: () => void, delayMs: number): () => void;
}

export const background: Background = {
  now: () => performance.now(),
  later(task, delayMs) {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
