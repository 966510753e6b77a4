/** A task with a due time. */
export interface Due {
  readonly dueMs: number;
  /** Rises with each task that is set: of two tasks due at the same moment, the one set first runs first. */
  readonly order: number;
  /** A cancelled task stays in the heap until it is due or the heap is compacted. */
  readonly cancelled: boolean;
}

/** A binary heap of tasks, the next one on top. */
export class EventHeap<T extends Due> {
  #tasks: T[] = [];

  get size(): number {
    return this.#tasks.length;
  }

  push(task: T): void {
    this.#tasks.push(task);
    this.#rise(task, this.#tasks.length - 1);
  }

  peek(): T | undefined {
    return this.#tasks[0];
  }

  pop(): T | undefined {
    const first = this.#tasks[0];
    const last = this.#tasks.pop();
    if (first !== last && last !== undefined) this.#sink(last, 0);
    return first;
  }

  /** Removes the cancelled tasks. The order of the others stays the same. */
  compact(): void {
    this.#tasks = this.#tasks.filter(({ cancelled }) => !cancelled);
    for (let at = (this.#tasks.length >> 1) - 1; at >= 0; at -= 1) this.#sink(this.#tasks[at] as T, at);
  }

  #rise(task: T, from: number): void {
    const tasks = this.#tasks;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = tasks[parent] as T;
      if (!isBefore(task, above)) break;
      tasks[at] = above;
      at = parent;
    }
    tasks[at] = task;
  }

  #sink(task: T, from: number): void {
    const tasks = this.#tasks;
    const { length } = tasks;
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= length) break;
      const right = left + 1;
      const child = right < length && isBefore(tasks[right] as T, tasks[left] as T) ? right : left;
      const below = tasks[child] as T;
      if (!isBefore(below, task)) break;
      tasks[at] = below;
      at = child;
    }
    tasks[at] = task;
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
