import type { Conditions } from './scenario.js';

/**
 * Finite capacity: a number of slots, each busy for the service time, and a queue before them.
 *
 * Queued work is done in its turn even if its client has gone, as in a server that cannot know.
 */
export class WorkQueue {
  #slots: number;
  #serviceMs: number;
  #places: number;
  readonly #random: () => number;
  readonly #queue: (() => void)[] = [];
  readonly #busy = new Set<NodeJS.Timeout>();

  constructor({ slots, serviceMs, queue }: Conditions, random: () => number) {
    this.#slots = slots;
    this.#serviceMs = serviceMs;
    this.#places = queue;
    this.#random = random;
  }

  get inService(): number {
    return this.#busy.size;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Calls `done` when the work is done. Returns false, and takes on nothing, if the queue is full. */
  submit(done: () => void): boolean {
    if (this.#busy.size >= this.#slots && this.#queue.length >= this.#places) return false;
    this.#queue.push(done);
    this.#fill();
    return true;
  }

  change({ slots, serviceMs, queue }: Conditions): void {
    this.#slots = slots;
    this.#serviceMs = serviceMs;
    this.#places = queue;
    this.#fill();
  }

  /** Forgets all work, done or not. */
  drop(): void {
    this.#queue.length = 0;
    for (const timer of this.#busy) clearTimeout(timer);
    this.#busy.clear();
  }

  #fill(): void {
    while (this.#busy.size < this.#slots) {
      const done = this.#queue.shift();
      if (done === undefined) return;
      const timer = setTimeout(
        () => {
          this.#busy.delete(timer);
          done();
          this.#fill();
        },
        this.#serviceMs * (0.75 + this.#random() / 2),
      );
      this.#busy.add(timer);
    }
  }
}
