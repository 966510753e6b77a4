/**
 * Slots in front of an unbounded FIFO queue, in virtual time: a job begins when its slot became free, not when a late
 * timer noticed, so that a server with 10 slots of 10 ms serves 1,000 jobs a second and not what the timers of Node
 * make of it.
 */
export class SlotQueue<T> {
  readonly #freeAt: number[] = [];
  readonly #waiting: Job<T>[] = [];
  /** Jobs before this one have left the queue; cut off now and then, as shifting a long array is slow. */
  #head = 0;
  /** By end, ascending. */
  #running: { readonly endAtMs: number; readonly work: T }[] = [];
  #usable = 0;
  #serviceMs = 0;

  /** From `nowMs` on this number of slots begins new jobs, and these take so long. Running jobs go on as they were. */
  setPace(usable: number, serviceMs: number, nowMs: number): void {
    for (let slot = this.#usable; slot < usable; slot += 1) {
      this.#freeAt[slot] = Math.max(this.#freeAt[slot] ?? Number.NEGATIVE_INFINITY, nowMs);
    }
    this.#usable = usable;
    this.#serviceMs = serviceMs;
  }

  add(work: T, nowMs: number): void {
    this.#waiting.push({ work, arrivedAtMs: nowMs });
  }

  /** The jobs that are done by now, in the order of their ends. Call it at every arrival and at `nextAtMs`. */
  advance(nowMs: number): T[] {
    this.#begin(nowMs);
    const running = this.#running.findIndex(({ endAtMs }) => endAtMs > nowMs);
    const done = this.#running.splice(0, running < 0 ? this.#running.length : running);
    return done.map(({ work }) => work);
  }

  /** Returns the time of the next event; undefined if there is none. */
  nextAtMs(): number | undefined {
    const end = this.#running[0]?.endAtMs;
    if (this.waiting === 0 || this.#usable === 0) return end;
    return Math.min(end ?? Number.POSITIVE_INFINITY, this.#freeAt[this.#soonestSlot()] ?? 0);
  }

  get waiting(): number {
    return this.#waiting.length - this.#head;
  }

  /** Returns the time from arrival to answer of a job that came now. */
  delayOf(nowMs: number): number {
    if (this.#usable === 0) return Number.POSITIVE_INFINITY;
    const soonest = Math.max(0, (this.#freeAt[this.#soonestSlot()] ?? 0) - nowMs);
    return soonest + (Math.floor(this.waiting / this.#usable) + 1) * this.#serviceMs;
  }

  /** Drops all work, as a server that dies. */
  clear(): void {
    this.#waiting.length = 0;
    this.#head = 0;
    this.#running = [];
    this.#freeAt.fill(Number.NEGATIVE_INFINITY);
  }

  #begin(nowMs: number): void {
    while (this.waiting > 0 && this.#usable > 0) {
      const slot = this.#soonestSlot();
      const freeAt = this.#freeAt[slot] ?? 0;
      const job = this.#waiting[this.#head];
      if (job === undefined || freeAt > nowMs) return;
      const endAtMs = Math.max(freeAt, job.arrivedAtMs) + this.#serviceMs;
      this.#freeAt[slot] = endAtMs;
      this.#insert(endAtMs, job.work);
      this.#head += 1;
      if (this.#head > 1_000 && this.#head * 2 > this.#waiting.length) {
        this.#waiting.splice(0, this.#head);
        this.#head = 0;
      }
    }
  }

  #soonestSlot(): number {
    let soonest = 0;
    for (let slot = 1; slot < this.#usable; slot += 1) {
      if ((this.#freeAt[slot] ?? 0) < (this.#freeAt[soonest] ?? 0)) soonest = slot;
    }
    return soonest;
  }

  /** From the back: only after a change of pace do jobs end in another order than they began. */
  #insert(endAtMs: number, work: T): void {
    let at = this.#running.length;
    while (at > 0 && (this.#running[at - 1]?.endAtMs ?? 0) > endAtMs) at -= 1;
    this.#running.splice(at, 0, { endAtMs, work });
  }
}

interface Job<T> {
  readonly work: T;
  readonly arrivedAtMs: number;
}
