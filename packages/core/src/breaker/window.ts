/** What a window holds at one moment. */
export interface WindowCounts {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** Recent outcomes, in constant memory. Time is an argument: nothing in here looks at a clock or sets a timer. */
export interface OutcomeWindow extends WindowCounts {
  /** Forgets what is too old at `nowMs`. The counts are right only after this (or after `record`). */
  expire(nowMs: number): void;
  /** Counts an outcome. */
  record(nowMs: number, failed: boolean, slow: boolean): void;
  /** Forgets all. */
  clear(): void;
}

const SLICES = 10;
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Counts over the last `ms` milliseconds, in ten slices of equal length that begin with the first outcome after idleness.
 * Nothing older than `ms` is ever counted; an outcome may be forgotten up to a tenth of `ms` early.
 */
export class TimeWindow implements OutcomeWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #sliceMs: number;
  #sliceStartMs = NEVER;
  #current = 0;
  #callsBySlice: number[] | undefined;
  #failuresBySlice: number[] | undefined;
  #slowBySlice: number[] | undefined;

  constructor(ms: number) {
    this.#sliceMs = ms / SLICES;
  }

  /** Forgets what is too old. */
  expire(nowMs: number): void {
    if (nowMs - this.#sliceStartMs < this.#sliceMs || this.calls === 0) return;
    const passed = Math.floor((nowMs - this.#sliceStartMs) / this.#sliceMs);
    if (passed >= SLICES) {
      this.clear();
      return;
    }
    for (let step = 0; step < passed; step += 1) this.#dropOldest();
    this.#sliceStartMs += passed * this.#sliceMs;
    if (this.calls === 0) this.clear();
  }

  /** Counts an outcome. */
  record(nowMs: number, failed: boolean, slow: boolean): void {
    if (this.calls === 0) this.#sliceStartMs = nowMs;
    else this.expire(nowMs);
    if (this.calls === 0) this.#sliceStartMs = nowMs;
    this.calls += 1;
    this.#callsBySlice = increment(this.#callsBySlice, this.#current);
    if (failed) {
      this.failures += 1;
      this.#failuresBySlice = increment(this.#failuresBySlice, this.#current);
    }
    if (slow) {
      this.slow += 1;
      this.#slowBySlice = increment(this.#slowBySlice, this.#current);
    }
  }

  /** Forgets all. */
  clear(): void {
    this.calls = 0;
    this.failures = 0;
    this.slow = 0;
    this.#callsBySlice = undefined;
    this.#failuresBySlice = undefined;
    this.#slowBySlice = undefined;
  }

  #dropOldest(): void {
    this.#current = (this.#current + 1) % SLICES;
    this.calls -= take(this.#callsBySlice, this.#current);
    this.failures -= take(this.#failuresBySlice, this.#current);
    this.slow -= take(this.#slowBySlice, this.#current);
  }
}

function increment(slices: number[] | undefined, index: number): number[] {
  const counts = slices ?? new Array<number>(SLICES).fill(0);
  counts[index] = (counts[index] ?? 0) + 1;
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

  /** Forgets what is too old. */
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

  /** Forgets all. */
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
