import type { Clock, Timer } from '@breakwater/core';
import { type Due, EventHeap } from './event-heap.js';

/**
 * A clock for simulations: virtual time passes as fast as the tasks that are set on it run.
 *
 * Tasks run in the order of their due times, and those due at the same moment in the order in which they were set.
 * Between two tasks, everything that waits for promises runs as far as it can. Like the timers of a host, a delay that
 * is negative, not a number or above 2^31 - 1 ms is due at once.
 */
export class SimulationClock implements Clock {
  #nowMs = 0;
  #order = 0;
  #cancelled = 0;
  readonly #heap = new EventHeap<Task>();
  readonly #onCancel = (): void => {
    this.#cancelled += 1;
    if (this.#cancelled < COMPACT_FROM || this.#cancelled * 2 < this.#heap.size) return;
    this.#heap.compact();
    this.#cancelled = 0;
  };

  /** Returns the virtual ms since the beginning of the simulation. */
  now(): number {
    return this.#nowMs;
  }

  /** Returns the wall-clock time: 2026-01-01T00:00:00Z at the beginning, and moving along with `now()`. */
  wallNow(): number {
    return EPOCH_MS + this.#nowMs;
  }

  /** Number of tasks that are set and not cancelled. */
  get pending(): number {
    return this.#heap.size - this.#cancelled;
  }

  schedule(run: () => void, delayMs: number): Timer {
    const isHonoured = delayMs >= 0 && delayMs <= MAX_DELAY_MS;
    const task = new Task(run, this.#nowMs + (isHonoured ? delayMs : 0), this.#order, this.#onCancel);
    this.#order += 1;
    this.#heap.push(task);
    return task;
  }

  /**
   * Runs all tasks that are due until `untilMs`, including those that are set meanwhile. Ends early if none is left.
   */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    await promisesSettled();
    for (let task = this.#heap.peek(); task !== undefined && task.dueMs <= untilMs; task = this.#heap.peek()) {
      this.#heap.pop();
      if (task.cancelled) {
        this.#cancelled -= 1;
        continue;
      }
      this.#nowMs = task.dueMs;
      task.begin();
      await promisesSettled();
    }
  }
}

const EPOCH_MS = 1_767_225_600_000;
const MAX_DELAY_MS = 2 ** 31 - 1;
/** Size below which compacting a heap does not pay. */
const COMPACT_FROM = 1_000;

class Task implements Due, Timer {
  readonly dueMs: number;
  readonly order: number;
  cancelled = false;
  #run: (() => void) | undefined;
  readonly #onCancel: () => void;

  constructor(run: () => void, dueMs: number, order: number, onCancel: () => void) {
    this.#run = run;
    this.dueMs = dueMs;
    this.order = order;
    this.#onCancel = onCancel;
  }

  begin(): void {
    const run = this.#run;
    this.#run = undefined;
    run?.();
  }

  /** Frees the task's data at once, though its place in the heap remains for a while. */
  cancel(): void {
    if (this.#run === undefined) return;
    this.#run = undefined;
    this.cancelled = true;
    this.#onCancel();
  }
}

/** Resolves once no promise has anything left to do: the host runs its next-tick queue after its microtasks. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
