/** Work in the background, which no caller waits for. It does not keep the process alive. */
export interface Background {
  /** Milliseconds on a scale that never goes backwards. */
  now(): number;
  /** Runs `task` once, after `delayMs`. The returned function cancels it. */
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
