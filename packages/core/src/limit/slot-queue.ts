import { onAbort } from '../host/abort.js';
import type { Clock } from '../host/clock.js';
import type { EarlyEnd } from '../host/pause.js';

/**
 * Attempts that wait for a slot, first come, first served. Each wait ends with a slot, at its time limit, or by its
 * signal.
 */
export class SlotQueue {
  #waiting: Set<(given: boolean) => void> | undefined;

  get length(): number {
    return this.#waiting?.size ?? 0;
  }

  /**
   * Resolves with true for a slot, and with false if `maxMs` passed, the signal aborted, or `early` called back first.
   * Removes its timer and its listeners.
   */
  wait(clock: Clock, maxMs: number, signal: AbortSignal | undefined, early?: EarlyEnd): Promise<boolean> {
    this.#waiting ??= new Set();
    const waiting = this.#waiting;
    return new Promise((resolve) => {
      const leave = (given: boolean): void => {
        waiting.delete(leave);
        timer.cancel();
        off();
        offEarly();
        resolve(given);
      };
      const timer = clock.schedule(() => leave(false), maxMs);
      let off = (): void => {};
      let offEarly = (): void => {};
      waiting.add(leave);
      if (signal !== undefined) off = onAbort(signal, () => leave(false));
      if (early !== undefined && waiting.has(leave)) offEarly = early(() => leave(false));
    });
  }

  /** Admits the attempt that has waited longest; returns false if none waits. */
  admitNext(): boolean {
    const [first] = this.#waiting ?? [];
    first?.(true);
    return first !== undefined;
  }
}
