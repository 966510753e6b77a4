import { ManualClock } from '@breakwater/core/testing';
import type { Background } from '../src/host/background.js';

/** A background on a clock that the test moves. `pending` counts its timers. */
export interface ManualBackground extends Background {
  readonly clock: ManualClock;
  readonly pending: number;
}

export function manualBackground(clock = new ManualClock()): ManualBackground {
  const timers = new Set<object>();
  return {
    clock,
    get pending() {
      return timers.size;
    },
    now: () => clock.now(),
    wallNow: () => clock.wallNow(),
    later(task, delayMs) {
      const timer = clock.schedule(() => {
        timers.delete(timer);
        task();
      }, delayMs);
      timers.add(timer);
      return () => {
        timer.cancel();
        timers.delete(timer);
      };
    },
  };
}
