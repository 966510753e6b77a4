/** Contents of a window at one moment. */
export interface WindowCounts {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** Recent outcomes, in constant memory. Time is an argument: no clock is read and no timer is set here. */
export interface OutcomeWindow extends WindowCounts {
  /** Forgets outcomes that are too old at `nowMs`. The counts are right only after this (or after `record`). */
  expire(nowMs: number): void;
  /** Counts an outcome. */
  record(nowMs: number, failed: boolean, slow: boolean): void;
  /** Forgets all outcomes. */
  clear(): void;
}

const SLICES = 10;

/**
 * Counts over a span of time, in ten slices of equal length that begin with the first outcome after idleness. An outcome
 * older than the span is never counted; one may be forgotten up to a tenth of it early.
 */
export abstract class SlicedWindow implements OutcomeWindow {
  calls = 0;
  slow = 0;
  #sliceStartMs = 0;
  /**
   * Undefined as long as no counted outcome has failed and all belong to the current slice, as for a rarely used key.
   */
  #slices: Slices | undefined = undefined;

  /** The span, in ms. Each key has such windows, so it is stored only if nothing else of the object tells it. */
  protected abstract get ms(): number;

  get failures(): number {
    return this.#slices === undefined ? 0 : this.#slices.failures;
  }

  /** Forgets outcomes that are too old. */
  expire(nowMs: number): void {
    if (this.calls === 0 || (nowMs - this.#sliceStartMs) * SLICES < this.ms) return;
    const sliceMs = this.ms / SLICES;
    const passed = Math.floor((nowMs - this.#sliceStartMs) / sliceMs);
    if (passed >= SLICES) {
      this.clear();
      return;
    }
    this.#slices ??= new Slices();
    for (let step = 0; step < passed; step += 1) {
      const oldest = this.#slices.dropOldest(this);
      this.calls -= oldest.calls;
      this.slow -= oldest.slow;
    }
    this.#sliceStartMs += passed * sliceMs;
    if (this.calls === 0) this.clear();
  }

  /** Counts an outcome. */
  record(nowMs: number, failed: boolean, slow: boolean): void {
    this.expire(nowMs);
    // A whole number takes no memory of its own. An outcome counted a moment early is forgotten a moment early.
    if (this.calls === 0) this.#sliceStartMs = Math.floor(nowMs);
    if (failed) this.#slices ??= new Slices();
    this.#slices?.add(failed, slow);
    this.calls += 1;
    if (slow) this.slow += 1;
  }

  /** Forgets all outcomes. */
  clear(): void {
    this.calls = 0;
    this.slow = 0;
    this.#slices = undefined;
  }
}

/** Counts over the last `ms` milliseconds. */
export class TimeWindow extends SlicedWindow {
  protected override readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }
}

/** The counts of each slice. Calls and slow ones are counted by slice only if there is more than one. */
class Slices {
  failures = 0;
  #current = 0;
  #calls: number[] | undefined = undefined;
  #slow: number[] | undefined = undefined;
  #failures: number[] | undefined = undefined;

  add(failed: boolean, slow: boolean): void {
    if (this.#calls !== undefined) {
      increment(this.#calls, this.#current, 1);
      if (slow) this.#slow = increment(this.#slow, this.#current, 1);
    }
    if (failed) {
      this.failures += 1;
      this.#failures = increment(this.#failures, this.#current, 1);
    }
  }

  /**
   * Empties the oldest slice, which becomes the current one, and returns its counts. `all`: the counts of all slices.
   */
  dropOldest(all: WindowCounts): Pick<WindowCounts, 'calls' | 'slow'> {
    if (this.#calls === undefined) {
      this.#calls = increment(undefined, this.#current, all.calls);
      if (all.slow > 0) this.#slow = increment(undefined, this.#current, all.slow);
    }
    this.#current = (this.#current + 1) % SLICES;
    this.failures -= take(this.#failures, this.#current);
    return { calls: take(this.#calls, this.#current), slow: take(this.#slow, this.#current) };
  }
}

function increment(slices: number[] | undefined, index: number, by: number): number[] {
  const counts = slices ?? new Array<number>(SLICES).fill(0);
  counts[index] = (counts[index] ?? 0) + by;
  return counts;
}

function take(slices: number[] | undefined, index: number): number {
  if (slices === undefined) return 0;
  const count = slices[index] ?? 0;
  slices[index] = 0;
  return count;
}

const FAILED = 1;
const SLOW = 2;

/** Counts over the last `size` outcomes, however long ago they were. */
export class CountWindow implements OutcomeWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #size: number;
  #marks: Uint8Array | undefined;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Does nothing, since outcomes do not grow old by time. */
  expire(): void {}

  /** Counts an outcome. */
  record(_nowMs: number, failed: boolean, slow: boolean): void {
    this.#marks ??= new Uint8Array(this.#size);
    if (this.calls === this.#size) this.#forget(this.#marks[this.#next] ?? 0);
    this.#marks[this.#next] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.#next = (this.#next + 1) % this.#size;
    this.calls += 1;
    if (failed) this.failures += 1;
    if (slow) this.slow += 1;
  }

  /** Forgets all outcomes. */
  clear(): void {
    this.calls = 0;
    this.failures = 0;
    this.slow = 0;
    this.#marks = undefined;
    this.#next = 0;
  }

  #forget(mark: number): void {
    this.calls -= 1;
    if ((mark & FAILED) !== 0) this.failures -= 1;
    if ((mark & SLOW) !== 0) this.slow -= 1;
  }
}
