import type { Clock, Timer } from '../src/host/clock.js';

/** A clock that runs as fast as what is set on it can be worked off. */
export class StormClock implements Clock {
  #nowMs = 0;
  #set = 0;
  /** A binary heap, the next one first. */
  readonly #heap: Task[] = [];

  now(): number {
    return this.#nowMs;
  }

  wallNow(): number {
    return 1_767_225_600_000 + this.#nowMs;
  }

  schedule(run: () => void, delayMs: number): Timer {
    const task: Task = { run, dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#set, cancelled: false };
    this.#set += 1;
    this.#push(task);
    return {
      cancel: () => {
        task.cancelled = true;
      },
    };
  }

  /** Goes from task to task until none is left, and lets what waits for promises go on after each. */
  async runAll(): Promise<void> {
    for (let task = this.#pop(); task !== undefined; task = this.#pop()) {
      if (task.cancelled) continue;
      this.#nowMs = task.dueMs;
      task.run();
      await everythingElse();
    }
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Task;
      if (!isBefore(task, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = task;
  }

  #pop(): Task | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === last || last === undefined) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right] as Task, heap[left] as Task) ? right : left;
      const below = heap[child] as Task;
      if (!isBefore(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

/** Its turn comes when no promise has anything left to do, and without the detour of a host's timers. */
function everythingElse(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

interface Task {
  readonly run: () => void;
  readonly dueMs: number;
  readonly order: number;
  cancelled: boolean;
}

function isBefore(one: Task, other: Task): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
