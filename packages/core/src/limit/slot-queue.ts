import { onAbort } from '../host/abort.js';
import type { Clock } from '../host/clock.js';
import type { EarlyEnd } from '../host/pause.js';

/** Those who wait for a place, first come, first served. Each leaves by a place, by its time limit, or by its signal. */
export class SlotQueue {
  #waiting: Set<(given: boolean) => void> | undefined;

  get length(): number {
    return this.#waiting?.size ?? 0;
  }

  /** True when a place was given; false when `maxMs` passed, the signal aborted, or `early` called back, first. Leaves no timer or listener behind. */
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

  /** Gives a place to the one who has waited longest; false where nobody waits. */
  admitNext(): boolean {
    const [first] = this.#waiting ?? [];
    first?.(true);
    return first !== undefined;
  }
}
