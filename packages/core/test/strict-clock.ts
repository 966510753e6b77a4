import { afterEach, expect } from '@jest/globals';
import { MAX_TIMER_MS, type Timer } from '../src/host/clock.js';
import { ManualClock } from '../src/testing/manual-clock.js';

const broken: string[] = [];

/** Importing this file makes a test fail in which a strict clock was asked for a timer that no host can honour. */
afterEach(() => {
  expect(broken.splice(0)).toEqual([]);
});

/** A manual clock that takes note of delays that are negative, no number, or too long for a timer. */
export class StrictClock extends ManualClock {
  override schedule(task: () => void, delayMs: number): Timer {
    if (!(delayMs >= 0 && delayMs <= MAX_TIMER_MS)) broken.push(`a timer of ${delayMs} ms`);
    return super.schedule(task, delayMs);
  }
}

/**
 * On this one a step is a single turn of the event loop: promises need no more, and thousands of runs are over sooner.
 */
export class QuickClock extends StrictClock {
  override settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}
