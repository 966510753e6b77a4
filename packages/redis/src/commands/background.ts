/** Work in the background, which no caller waits for. It does not keep the process alive. */
export interface Background {
  /** Milliseconds on a scale that never goes backwards. */
  now(): number;
  /** Runs `task` once, after `delayMs`. The returned function cancels it. */
  later(task: () => void, delayMs: number): () => void;
}

/** Tells if `ending` ends within that time. Waits no longer. */
export function endsWithin(ending: Promise<unknown>, ms: number, { later }: Background): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = later(() => resolve(false), ms);
    ending.then(() => resolve(true), reject).finally(cancel);
  });
}

export const background: Background = {
  now: () => performance.now(),
  later(task, delayMs) {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
